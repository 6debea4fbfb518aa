import assert from 'node:assert/strict';
import type { Operation } from '../../../../src/access/operations/operation';
import { operationsOn, opensNoSecret } from '../../../../src/access/operations/operations';
import type { ResourceKind } from '../../../../src/access/operations/resourceKinds';
import { armIdOf, resourceKinds, resourceOf, typeIn } from '../../../../src/access/operations/resourceKinds';
import { operationWords } from '../../../../src/access/operations/operationWords';
import { getSecret, permits } from '../../../../src/access/rules/dataActions';
import { group, subscription, vaultId } from '../readWorld';
import { account, container, definitions } from './accessWorld';

describe('What an app may want to do with a resource', () => {
  const typesOf = ({ type, parts, isOnlyParts }: ResourceKind): string[] => [
    ...(isOnlyParts ? [] : [type]),
    ...parts.flatMap(typesOf),
  ];
  const types = resourceKinds.flatMap(typesOf);
  const idOf = (type: string) => {
    const [namespace = '', ...rest] = type.split('/');
    return `${group}/providers/${[namespace, ...rest.flatMap((one) => [one, 'name'])].join('/')}`;
  };
  const all = [...new Set([group, ...types.map(idOf)].flatMap(operationsOn))];
  const allows = (guid: string, { needs, isData }: Operation) => {
    const role = definitions.find(({ id }) => id.endsWith(guid));
    return role && needs.every((names) => names.some((name) => permits(role.permissions, { name, isData })));
  };

  it('is there for each type, with words of its own', () => {
    for (const type of types) assert.ok(operationsOn(idOf(type)).length > 0, type);
    for (const operation of all) assert.match(operationWords(operation).allows, /\.$/);
  });

  it("is allowed by the role that's offered for it", () => {
    const known = all.filter(({ role }) => allows(role.guid, all[0] as Operation) !== undefined);
    assert.ok(known.length >= 15, `${String(known.length)} roles are known here`);
    for (const one of known) {
      assert.ok(allows(one.role.guid, one), `${one.role.name} for ${one.id}`);
      assert.equal(definitions.find(({ id }) => id.endsWith(one.role.guid))?.name, one.role.name);
    }
  });

  it('begins with the least role for the same data', () => {
    const ids = (id: string) => operationsOn(id).map((one) => one.id);
    assert.deepEqual(ids(container), ['readBlobs', 'writeBlobs', 'ownBlobs']);
    const [read, write, own] = operationsOn(container);
    assert.ok(read && write && own);
    assert.equal(allows(read.role.guid, write), false);
    assert.equal(allows(write.role.guid, own), false);
    assert.equal(allows(own.role.guid, read), true);
  });

  it('takes reading and deleting for receiving from a queue, as the service does', () => {
    const queue = 'Microsoft.Storage/storageAccounts/queueServices/queues/messages';
    const receive = operationsOn(account).find(({ id }) => id === 'receiveFromQueue') ?? assert.fail();
    const dataActions = [`${queue}/read`, `${queue}/delete`];
    const own = [{ actions: [], notActions: [], dataActions, notDataActions: [] }];
    assert.ok(receive.needs.every((names) => names.some((name) => permits(own, { name, isData: true }))));
  });

  it('covers all services of a storage account, and only its own in a part', () => {
    const queue = `${account}/queueServices/default/queues/orders`;
    assert.deepEqual(
      operationsOn(queue).map((one) => one.id),
      ['peekQueue', 'sendToQueue', 'receiveFromQueue', 'manageQueue'],
    );
    assert.equal(operationsOn(account).length, 11);
    assert.deepEqual(
      operationsOn(subscription).map((one) => one.id),
      ['viewResources', 'manageResources'],
    );
    assert.deepEqual(operationsOn(vaultId), []);
  });

  it('takes only a role that allows every action for viewing and managing', () => {
    const [view, manage] = operationsOn(group);
    assert.ok(view && manage);
    const guid = (name: string) =>
      definitions
        .find((one) => one.name === name)
        ?.id.split('/')
        .at(-1) ?? '';
    assert.equal(allows(guid('Contributor'), view), true);
    assert.equal(allows(guid('Storage Account Contributor'), view), false);
    assert.equal(allows(guid('Reader'), manage), false);
  });

  it('is done with file shares by roles that override the permissions of files', () => {
    const share = `${account}/fileServices/default/fileshares/reports`;
    const [read, write, ...more] = operationsOn(share);
    assert.deepEqual([read?.id, write?.id, more], ['readFiles', 'writeFiles', []]);
    assert.equal(armIdOf(share), `${account}/fileServices/default/shares/reports`);
    // Files over REST need more than the action on files (authorize-oauth-rest.md).
    const dataActions = ['Microsoft.Storage/storageAccounts/fileServices/fileshares/files/read'];
    const smb = [{ actions: [], notActions: [], dataActions, notDataActions: [] }];
    assert.equal(
      read?.needs.every((names) => names.some((name) => permits(smb, { name, isData: true }))),
      false,
    );
  });

  it('is given in a SQL database by roles of the database, and not on its server', () => {
    const server = `${group}/providers/Microsoft.Sql/servers/sql`;
    assert.deepEqual(operationsOn(server), []);
    assert.deepEqual(
      operationsOn(`${server}/databases/shop`).map(({ id, databaseRoles = [] }) => [id, ...databaseRoles]),
      [
        ['readRows', 'db_datareader'],
        ['writeRows', 'db_datareader', 'db_datawriter'],
        ['ownDatabase', 'db_owner'],
      ],
    );
  });

  it('knows types and resources by ID', () => {
    assert.equal(typeIn(container), 'microsoft.storage/storageaccounts/blobservices/containers');
    assert.equal(typeIn(group), '');
    assert.equal(resourceOf(container), account);
    assert.equal(resourceOf(account), account);
    assert.equal(resourceOf(group), group);
    assert.equal(armIdOf(container), container);
  });

  it('can be done with a database or a container of a Cosmos DB account, whose names roles have of their own', () => {
    const cosmos = `${group}/providers/Microsoft.DocumentDB/databaseAccounts/stock`;
    const shop = `${cosmos}/dbs/dbs/colls/colls`;
    for (const scope of [cosmos, `${cosmos}/dbs/dbs`, shop])
      assert.deepEqual(
        operationsOn(scope).map(({ id }) => id),
        ['readItems', 'writeItems'],
      );
    assert.equal(resourceOf(shop), cosmos);
    assert.equal(armIdOf(shop), `${cosmos}/sqlDatabases/dbs/containers/colls`);
    assert.equal(armIdOf(`${cosmos}/dbs/colls`), `${cosmos}/sqlDatabases/colls`);
  });

  it('opens no secret of a key vault', () => {
    for (const { role } of all) {
      assert.equal(opensNoSecret(role.guid), true);
      const definition = definitions.find(({ id }) => id.endsWith(role.guid));
      assert.ok(!definition || !permits(definition.permissions, getSecret), role.name);
    }
    assert.equal(opensNoSecret('4633458b-17de-408a-b874-0445c86b69e6'), false, 'Key Vault Secrets User');
  });
});
