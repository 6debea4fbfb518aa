import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import assert from 'node:assert/strict';
import {
  assignUserAssignedIdentity,
  removeUserAssignedIdentity,
  setKeyVaultReferenceIdentity,
} from '../../../../src/azure/appService/identities';
import {
  disableSystemAssignedIdentity,
  enableSystemAssignedIdentity,
  getFunctionApp,
} from '../../../../src/azure/appService/sites';
import type { Connection } from '../../../../src/azure/core/connection';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { callResourceManager } from '../../../../src/azure/core/request';
import { explain } from '../../../../src/azure/explain/explain';
import {
  addFirewallAddresses,
  getVaultWithNetwork,
  openToFirewall,
} from '../../../../src/azure/keyVault/vaultNetwork';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import { sendingConnection } from '../../../support/connections';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

/** Neither Key Vault nor App Service has a condition for these writes, so what matters is what was read and when. */
describe('two people who change the same resource at once', () => {
  let sandbox: RunningSandbox;
  let ours: TestConnection;
  let theirs: TestConnection;
  let app: FunctionApp;
  let vaultId: string;
  let writer: string;
  let reader: string;
  beforeEach(async () => {
    sandbox = await startSandbox();
    ours = connect(sandbox.ready);
    theirs = connect(sandbox.ready);
    const apps = (await listFunctionApps(ours, sandbox.ready.subscriptionIds)).items;
    app = only(apps, ({ name }) => name === 'keyless-linux-app', 'the app');
    const group = `/subscriptions/${app.subscriptionId}/resourceGroups/keyless-rbac/providers`;
    vaultId = `${group}/Microsoft.KeyVault/vaults/keyless-rbac-kv`;
    writer = `${group}/Microsoft.ManagedIdentity/userAssignedIdentities/keyless-writer-id`;
    reader = `${group}/Microsoft.ManagedIdentity/userAssignedIdentities/keyless-reader-id`;
    await patchVault({ networkAcls: { defaultAction: 'Deny' } });
  });
  afterEach(() => sandbox.stop());

  const patch = (path: string, apiVersion: string, body: unknown) =>
    callResourceManager(theirs, { method: 'PATCH', path, apiVersion, body });
  const patchVault = (properties: unknown) => patch(vaultId, '2026-02-01', { properties });
  const rules = async () => (await getVaultWithNetwork(theirs, vaultId)).network.ipRules;
  const assigned = async () =>
    (await getFunctionApp(theirs, app.id)).identity.userAssigned
      .map(({ resourceId }) => resourceId.split('/').at(-1) ?? '')
      .sort();
  /** Refuses the next PATCH for a moment. */
  const throttle = () =>
    control(theirs, sandbox.ready, 'POST', '/faults', {
      ...{ method: 'PATCH', status: 429, retryAfterSeconds: 1, count: 1 },
    });

  /** Our connection, where something happens once: after the answer to our first PATCH, or to that many requests later. */
  function after(happens: () => Promise<unknown>, later = 0): Connection {
    let left: number | undefined;
    const sendRequest = async (request: PipelineRequest): Promise<PipelineResponse> => {
      const answer = await ours.http.sendRequest(request);
      if (left === undefined && request.method === 'PATCH') left = later;
      else if (left !== undefined) left -= 1;
      if (left === 0) await happens();
      return answer;
    };
    return sendingConnection(ours, sendRequest);
  }

  async function isLost(change: Promise<unknown>, code: string): Promise<void> {
    await assert.rejects(change, (error: Error) => {
      const { reason, nextStep } = explain(error);
      assert.equal((error as { code?: string }).code, code, error.message);
      assert.match(`${reason} ${nextStep ?? ''}`, /was lost because someone else changed.*then try again/);
      return true;
    });
  }

  it('keeps the firewall rule that someone adds before a throttled write is repeated', async () => {
    await throttle();
    const c = after(() => addFirewallAddresses(theirs, vaultId, ['203.0.113.2']));
    await addFirewallAddresses(c, vaultId, ['203.0.113.1']);
    assert.deepEqual(await rules(), ['203.0.113.2/32', '203.0.113.1/32']);
  });

  it('says that a firewall rule was lost', async () => {
    const c = after(() => patchVault({ networkAcls: { defaultAction: 'Deny', ipRules: [] } }));
    await isLost(addFirewallAddresses(c, vaultId, ['203.0.113.1']), 'FirewallLost');
    const late = after(() => patchVault({ networkAcls: { defaultAction: 'Deny', ipRules: [] } }), 1);
    await isLost(addFirewallAddresses(late, vaultId, ['203.0.113.1']), 'FirewallLost');
    const off = after(() => patchVault({ publicNetworkAccess: 'Disabled' }));
    await isLost(openToFirewall(off, vaultId), 'FirewallLost');
  });

  it('keeps the identity that someone assigns before a throttled write is repeated', async () => {
    await control(theirs, sandbox.ready, 'PATCH', '/settings', { patchRemovesOmittedIdentities: true });
    await throttle();
    const c = after(() => assignUserAssignedIdentity(theirs, app, reader));
    await assignUserAssignedIdentity(c, app, writer);
    assert.deepEqual(await assigned(), ['keyless-reader-id', 'keyless-writer-id']);
  });

  it('says that a change to identities was lost', async () => {
    const type = 'SystemAssigned, UserAssigned';
    const put = (userAssignedIdentities: unknown) =>
      patch(app.id, '2023-12-01', { identity: { type, userAssignedIdentities } });
    const unassigned = after(() => put({ [writer]: null }));
    await isLost(assignUserAssignedIdentity(unassigned, app, writer), 'IdentityLost');
    const late = after(() => put({ [writer]: null }), 1);
    await isLost(assignUserAssignedIdentity(late, app, writer), 'IdentityLost');
    await assignUserAssignedIdentity(theirs, app, writer);
    const again = after(() => put({ [writer]: {} }));
    await assert.rejects(removeUserAssignedIdentity(again, app, writer), { code: 'IdentityStays' });
    await patch(app.id, '2023-12-01', { identity: { type: 'UserAssigned' } });
    const off = after(() => patch(app.id, '2023-12-01', { identity: { type: 'UserAssigned' } }));
    await isLost(enableSystemAssignedIdentity(off, app), 'IdentityLost');
  });

  it('returns a change to identities before the checks, and then says that it was lost', async () => {
    const checks: Promise<unknown>[] = [];
    const later = (check: Promise<unknown>) => checks.push(check);
    const turnOff = () => patch(app.id, '2023-12-01', { identity: { type: 'None' } });
    await turnOff();
    const off = after(turnOff, 1);
    const on = await enableSystemAssignedIdentity(off, app, undefined, { later });
    assert.ok(on.identity.systemAssigned?.principalId);
    const [check = assert.fail('there is no check')] = checks;
    // A write that comes next waits for the check, which it would disturb.
    const next = disableSystemAssignedIdentity(off, on);
    await isLost(check, 'IdentityLost');
    assert.equal((await next).identity.systemAssigned, undefined);
  });

  it('says that the identity for references was set by someone else', async () => {
    const now = await assignUserAssignedIdentity(theirs, app, writer);
    const keyVaultReferenceIdentity = 'SystemAssigned';
    const c = after(() => patch(app.id, '2023-12-01', { properties: { keyVaultReferenceIdentity } }));
    await isLost(setKeyVaultReferenceIdentity(c, now, writer), 'IdentityLost');
  });
});
