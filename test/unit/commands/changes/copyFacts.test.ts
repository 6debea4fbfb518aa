import assert from 'node:assert/strict';
import { deleteUserAssignedIdentity } from '../../../../src/azure/appService/identities';
import type { Change } from '../../../../src/changes/change';
import { allToBicep } from '../../../../src/changes/equivalents/bicep';
import { versionsOf, withoutGoneIdentities } from '../../../../src/commands/changes/copyFacts';
import { listFunctionApps, listKeyVaults } from '../../../../src/inventory/listResources';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { TestConnection } from '../../azure/support';
import { connect, control, only } from '../../azure/support';

describe('a change that is copied', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  const { signal } = new AbortController();
  beforeEach(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
  });
  afterEach(() => sandbox.stop());

  it('names only user-assigned identities that still exist', async () => {
    const { items } = await listFunctionApps(c, sandbox.ready.subscriptionIds);
    const app = only(items, ({ name }) => name === 'keyless-rbac-app', 'the app');
    const id = app.identity.userAssigned[0]?.resourceId ?? assert.fail();
    const change: Change = { kind: 'enableIdentity', app };
    const bicep = async () => allToBicep(await withoutGoneIdentities(c, [change], signal));
    assert.match(await bicep(), /userAssignedIdentities: \{\n.*keyless-reader-id/);
    await deleteUserAssignedIdentity(c, id);
    assert.doesNotMatch(await bicep(), /userAssigned/i);
    const body = { error: { code: 'AuthorizationFailed', message: 'no' } };
    const fault = { path: '/userAssignedIdentities/', status: 403, count: 0, body };
    await control(c, sandbox.ready, 'POST', '/faults', fault);
    assert.match(await bicep(), /keyless-reader-id/, "one that can't be read");
  });

  it("has the API versions that the cloud's providers know", async () => {
    const { items } = await listKeyVaults(c, sandbox.ready.subscriptionIds);
    const vaultId = only(items, ({ name }) => name === 'keyless-demo-kv', 'the vault').id;
    const changes: Change[] = [{ kind: 'setSecret', vaultId, name: 'S' }];
    const bicep = async () => allToBicep(changes, await versionsOf(c, changes, signal));
    assert.match(await bicep(), /vaults@2026-02-01.*vaults\/secrets@2026-02-01/s);
    // The list of azure-cli#23888.
    await control(c, sandbox.ready, 'PATCH', '/settings', {
      vaultApiVersions: ['2018-02-14', '2019-09-01', '2021-06-01-preview', '2021-10-01'],
    });
    assert.match(await bicep(), /vaults@2021-10-01.*vaults\/secrets@2021-10-01/s);
  });
});
