import assert from 'node:assert/strict';
import { nodeId } from '../../../src/tree/nodes/nodes';
import { pathTo } from '../../../src/tree/nodes/paths';
import { app, connection, vault } from './samples';

describe('node IDs', () => {
  it("don't depend on the case of the resource ID", () => {
    assert.equal(nodeId(connection(), app().id), nodeId(connection(), app().id.toUpperCase()));
  });

  it('differ between accounts and tenants', () => {
    const ids = [
      connection(),
      connection({ accountId: 'microsoft/alex' }),
      connection({ tenantId: 'tenant-2' }),
    ].map((c) => nodeId(c, app().id));
    assert.equal(new Set(ids).size, 3);
  });

  it('differ between a resource and its groups', () => {
    assert.notEqual(nodeId(connection(), app().id), nodeId(connection(), app().id, 'slots'));
  });
});

describe('the path to what the tree shows', () => {
  const c = connection();
  const [site, kv] = [app().id, vault().id];
  const subscription = site.split('/').slice(0, 3).join('/');
  const below = (id: string, ...parts: string[]) => parts.map((part) => nodeId(c, id, part));
  const apps = [nodeId(c, subscription), nodeId(c, subscription, 'functionApps'), nodeId(c, site)];
  const vaults = [nodeId(c, subscription), nodeId(c, subscription, 'keyVaults'), nodeId(c, kv)];
  const role = '/providers/Microsoft.Authorization/roleAssignments/r';

  const paths: Record<string, readonly string[]> = {
    [site]: apps,
    [`${site}/functions/Read`]: [...apps, ...below(site, 'functions'), nodeId(c, `${site}/functions/Read`)],
    [`${site}/settings/A.B`]: [...apps, ...below(site, 'appSettings', 'settings/A.B')],
    [`${site}/connectionStrings/Db`]: [...apps, ...below(site, 'connectionStrings', 'connectionStrings/Db')],
    [`${site}/keysLeft/appSetting/A`]: [...apps, ...below(site, 'keysLeft', 'keysLeft/appSetting/A')],
    [`${site}/slots/staging/functions/Read`]: [
      ...[...apps, ...below(site, 'slots'), nodeId(c, `${site}/slots/staging`)],
      nodeId(c, `${site}/slots/staging`, 'functions'),
      nodeId(c, `${site}/slots/staging/functions/Read`),
    ],
    [`${kv}/secrets/S`]: [...vaults, ...below(kv, 'secrets', 'secrets/S')],
    [`${kv}/accessPolicies/p-1`]: [...vaults, ...below(kv, 'access', 'policies/p-1/')],
    [`${kv}${role}`]: [...vaults, ...below(kv, 'access', `assignments${kv}${role}`)],
    [`${kv}/secrets/S${role}`]: [
      ...[...vaults, ...below(kv, 'secrets', 'secrets/S')],
      `${nodeId(c, kv, 'secrets/S')}#roles`,
      nodeId(c, `${kv}/secrets/S`, `assignments${kv}/secrets/S${role}`),
    ],
    [`${subscription}${role}`]: [],
  };
  for (const [id, path] of Object.entries(paths))
    it(`leads to ${id.split('/').slice(7).join('/')}`, () => {
      assert.deepEqual(pathTo(c, id), path);
    });
});
