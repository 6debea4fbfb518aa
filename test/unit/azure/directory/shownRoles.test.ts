import assert from 'node:assert/strict';
import { listSubscriptions } from '../../../../src/azure/directory/subscriptions';
import { listUserAssignedIdentities } from '../../../../src/inventory/listResources';
import * as roles from '../../../../src/azure/directory/roles';
import { readRolesToShow } from '../../../../src/azure/directory/shownRoles';
import { limits } from '../../../bench/limits';
import type { RunningSandbox } from '../../../support/sandbox';
import { startWorld, wideWorld } from '../../../support/worlds/largeWorlds';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

const count = 1000;
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

describe("an identity's role assignments in 1,000 subscriptions", () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let ids: string[];
  let principalId: string;

  before(async () => {
    sandbox = await startWorld(wideWorld(count));
    c = connect(sandbox.ready);
    ids = (await listSubscriptions(c)).map(({ subscriptionId }) => subscriptionId);
    const found = await listUserAssignedIdentities(c, ids);
    principalId = only(found.items, ({ name }) => name === 'wide-id', 'the identity').principalId;
  });
  after(() => sandbox.stop());
  beforeEach(() => {
    c.log.length = 0;
  });

  it('take at most five requests, and are never said to be all', async () => {
    const shown = await readRolesToShow(c, ids, principalId, []);
    assert.equal(shown.roles.length, count);
    assert.ok(shown.roles.every(({ roleName }) => roleName === 'Reader'));
    assert.deepEqual([shown.failures, shown.partial], [[], true]);
    assert.ok(c.log.length <= limits.scale.identityRolesRequests, c.log.join('\n'));
  });

  it('are read from Authorization where Keyless has just written, because Resource Graph lags', async () => {
    const scope = `/subscriptions/${ids[7] ?? ''}`;
    const roleDefinitionId = roles.roleDefinitionIdOf(ids[7] ?? '', '4633458b-17de-408a-b874-0445c86b69e6');
    const { assignment } = await roles.createRoleAssignment(c, { scope, roleDefinitionId, principalId });
    const names = async (written: readonly string[]) =>
      (await readRolesToShow(c, ids, principalId, written)).roles
        .filter((role) => role.assignment.scope === scope)
        .map(({ roleName }) => roleName)
        .sort();
    assert.deepEqual(await names([]), ['Reader']);
    assert.deepEqual(await names([ids[7]?.toUpperCase() ?? '']), ['Key Vault Secrets User', 'Reader']);
    await roles.deleteRoleAssignment(c, assignment.id);
    assert.equal(await roles.readRoleAssignment(c, assignment.id), undefined);
    assert.deepEqual(await names([ids[7] ?? '']), ['Reader']);
  });

  it('come from Authorization alone in a few subscriptions and where there is no Resource Graph', async () => {
    const few = await readRolesToShow(c, ids.slice(0, 3), principalId, []);
    assert.deepEqual([few.roles.length, few.partial], [3, false]);
    assert.ok(!c.log.some((line) => line.includes('ResourceGraph')));
    await control(c, sandbox.ready, 'PATCH', '/settings', { resourceGraphRefused: true });
    try {
      const all = await readRolesToShow(c, ids.slice(0, 5), principalId, []);
      assert.deepEqual([all.roles.length, all.partial], [5, false]);
    } finally {
      await control(c, sandbox.ready, 'PATCH', '/settings', { resourceGraphRefused: false });
    }
  });

  it('are unknown, not absent, if Resource Graph fails', async () => {
    await control(c, sandbox.ready, 'POST', '/faults', { path: 'ResourceGraph', status: 500, count: 0 });
    const { roles: none, failures, partial } = await readRolesToShow(c, ids, principalId, []);
    assert.deepEqual([none, failures.length, partial], [[], 1, true]);
    await control(c, sandbox.ready, 'DELETE', '/faults');
  });

  it('refuse what is no principal ID', async () => {
    await assert.rejects(readRolesToShow(c, ids, `${reader}'`, []), RangeError);
  });
});
