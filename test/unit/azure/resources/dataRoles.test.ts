import assert from 'node:assert/strict';
import { listUserAssignedIdentities } from '../../../../src/inventory/listResources';
import {
  assignDataRole,
  deleteDataRole,
  hasDataRoles,
  listDataRoles,
  readDataRole,
} from '../../../../src/azure/resources/dataRoles';
import { listResources } from '../../../../src/azure/resources/resources';
import { partsOfId } from '../../../../src/azure/core/armId';
import { createUserAssignedIdentity } from '../../../../src/azure/appService/identities';
import { only } from '../support';
import { useSandbox } from '../useSandbox';

const contributor = '00000000-0000-0000-0000-000000000002';

describe("the roles of a service's own", function () {
  this.timeout(60_000);
  const world = useSandbox();
  let account: string;
  let principalId: string;
  before(async () => {
    const [, subscription = ''] = world.ready.subscriptionIds;
    const resources = await listResources(world.c, subscription);
    account = only(resources, ({ name }) => name === 'keyless-shop-stock', 'it').id;
    const identities = (await listUserAssignedIdentities(world.c, world.ready.subscriptionIds)).items;
    ({ principalId } = only(identities, ({ name }) => name === 'keyless-reader-id', 'it'));
  });
  const wanted = () => ({
    ...{ resourceId: account, scope: `${account}/dbs/shop/colls/stock`, role: contributor, principalId },
  });

  it('are assigned once, and removed, whatever is there', async () => {
    const { assignment, created } = await assignDataRole(world.c, wanted());
    assert.equal(created, true);
    assert.deepEqual(await readDataRole(world.c, assignment.id), assignment);
    const again = { ...wanted(), scope: wanted().scope.replace(account, account.toUpperCase()) };
    assert.deepEqual(await assignDataRole(world.c, again), { assignment, created: false });
    assert.deepEqual(await listDataRoles(world.c, account), [assignment]);
    // Names of containers can differ only by case, and one assignment must not replace the other.
    const other = await assignDataRole(world.c, { ...wanted(), scope: `${account}/dbs/shop/colls/Stock` });
    assert.equal(other.created, true);
    assert.deepEqual(await listDataRoles(world.c, account), [assignment, other.assignment]);
    await deleteDataRole(world.c, other.assignment.id);
    await deleteDataRole(world.c, assignment.id);
    await deleteDataRole(world.c, assignment.id);
    assert.equal(await readDataRole(world.c, assignment.id), undefined);
    assert.deepEqual(await listDataRoles(world.c, account), []);
  });

  it('wait for a principal that the directory does not know yet', async () => {
    await world.control('PATCH', '/settings', { principalReplicationMs: 3000 });
    const { subscriptionId = '', resourceGroup = '' } = partsOfId(account) ?? {};
    const location = 'westeurope';
    const made = { subscriptionId, resourceGroup, name: 'new', location };
    const { principalId: fresh } = await createUserAssignedIdentity(world.c, made);
    const { assignment, created } = await assignDataRole(world.c, { ...wanted(), principalId: fresh });
    assert.equal(created, true);
    await deleteDataRole(world.c, assignment.id);
  });

  it('are those of accounts of Cosmos DB and caches', async () => {
    assert.ok(hasDataRoles(account));
    assert.ok(hasDataRoles(account.replace('DocumentDB/databaseAccounts', 'Cache/Redis')));
    const vault = account.replace('DocumentDB/databaseAccounts', 'KeyVault/vaults');
    assert.ok(!hasDataRoles(vault));
    await assert.rejects(listDataRoles(world.c, vault), { code: 'NoDataRoles' });
    await assert.rejects(assignDataRole(world.c, { ...wanted(), principalId: 'me' }), RangeError);
  });
});
