import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { nodeId } from '../../../src/tree/nodes/nodes';
import { remember, RememberedTree } from '../../../src/tree/remembered';
import { rememberedNodes } from '../../../src/tree/rememberedNodes';
import { filesBelow } from '../../support/filesBelow';
import { temporaryFolder } from '../../support/processes';
import { app, connection, subscription, vault } from './samples';

describe('the remembered tree', () => {
  let work: ReturnType<typeof temporaryFolder>;
  let tree: RememberedTree;
  const account = { kind: 'sandbox', id: 'alex', label: 'alex' } as const;

  beforeEach(() => {
    work = temporaryFolder('remembered');
    tree = new RememberedTree(path.join(work.path, 'trees'));
  });
  afterEach(() => {
    work.remove();
  });

  const known = {
    apps: [app({ tags: { owner: 'someone' } })],
    identities: [{ id: `${app().id}-id`, name: 'reader-id' }],
    vaults: [vault()],
  };

  it('stores only names and IDs, in files that only this user can read', async () => {
    await tree.save(remember(connection(), [subscription()], known, undefined));
    const [file, ...others] = filesBelow(work.path);
    assert.ok(file);
    assert.equal(others.length, 0);
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    const text = fs.readFileSync(file, 'utf8');
    assert.doesNotMatch(text, /someone|azurewebsites|vault\.azure\.net|westeurope/);
    assert.doesNotMatch(file, /alex|tenant-1/);
    const [tenant] = await tree.load(account);
    assert.deepEqual(tenant?.apps, [{ id: app().id, name: 'app' }]);
  });

  it('is separate for each account', async () => {
    await tree.save(remember(connection(), [subscription()], known, undefined));
    assert.deepEqual(await tree.load({ ...account, id: 'sam' }), []);
    assert.deepEqual(await tree.load({ ...account, kind: 'microsoft' }), []);
  });

  it('is erased for all tenants of an account', async () => {
    await tree.save(remember(connection(), [subscription()], known, undefined));
    await tree.save(remember(connection({ tenantId: 'tenant-2' }), [subscription()], known, undefined));
    await tree.save(remember(connection({ accountId: 'sandbox/sam' }), [subscription()], known, undefined));
    await tree.erase(account);
    assert.deepEqual(await tree.load(account), []);
    assert.equal(filesBelow(work.path).length, 1);
  });

  it('ignores broken and foreign files', async () => {
    await tree.save(remember(connection(), [subscription()], known, undefined));
    const [file] = filesBelow(work.path);
    assert.ok(file);
    fs.writeFileSync(path.join(path.dirname(file), 'broken.json'), '{"accountId":"sandbox/alex","subscr');
    fs.writeFileSync(path.join(path.dirname(file), 'other.json'), '{"accountId":"sandbox/alex"}');
    assert.equal((await tree.load(account)).length, 1);
  });

  it("keeps lists that weren't read this time", () => {
    const before = remember(connection(), [subscription()], known, undefined);
    const after = remember(connection(), [subscription()], { apps: [] }, before);
    assert.deepEqual(after.apps, []);
    assert.deepEqual(after.vaults, known.vaults);
  });

  it('creates nodes with the same IDs as the real ones', () => {
    const nodes = rememberedNodes([remember(connection(), [subscription()], known, undefined)]);
    const [root] = nodes.get('') ?? [];
    assert.equal(root?.name, 'Subscription');
    const [apps, vaults, identities] = nodes.get(root.id) ?? [];
    const names = [apps, vaults, identities].map((node) => node?.name);
    assert.deepEqual(names, ['Function Apps', 'Key Vaults', 'User-Assigned Identities']);
    assert.equal(nodes.get(apps?.id ?? '')?.[0]?.id, nodeId(connection(), app().id));
    assert.equal(nodes.get(vaults?.id ?? '')?.[0]?.id, nodeId(connection(), vault().id));
    assert.equal(
      nodes.get(identities?.id ?? '')?.[0]?.id,
      nodeId(connection(), known.identities[0]?.id ?? ''),
    );
  });

  it('has the same groups as the real one', () => {
    const nodes = rememberedNodes([remember(connection(), [subscription()], known, undefined)], {
      grouping: 'resourceGroup',
      state: 'lastKnown',
    });
    const [group, ...others] = nodes.get(nodes.get('')?.[0]?.id ?? '') ?? [];
    assert.deepEqual([group?.name, others], ['rg', []]);
    assert.equal(group?.id, nodeId(connection(), app().id.split('/', 5).join('/')));
    assert.deepEqual(
      nodes.get(group.id)?.map(({ name, what }) => [name, what]),
      [
        ['app', 'app'],
        ['kv', 'vault'],
        ['reader-id', 'userAssigned'],
      ],
    );
  });
});
