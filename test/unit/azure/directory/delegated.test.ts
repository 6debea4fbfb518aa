import assert from 'node:assert/strict';
import {
  createFunctionApp,
  type CreatedPart,
} from '../../../../src/azure/appService/creation/functionAppCreation';
import { getFunctionApp } from '../../../../src/azure/appService/sites';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { createRoleAssignment, roleDefinitionIdOf } from '../../../../src/azure/directory/roles';
import { listSubscriptions, tenantOf } from '../../../../src/azure/directory/subscriptions';
import {
  deleteKeyVault,
  listDeletedVaults,
  recoverVault,
} from '../../../../src/azure/keyVault/deletedVaults';
import { createKeyVault } from '../../../../src/azure/keyVault/vaultCreation';
import { getResourceJson } from '../../../../src/azure/resources/resources';
import { readFacts } from '../../../../src/grants/readFacts';
import { explainRead } from '../../../../src/access/explainRead';
import { sendingConnection } from '../../../support/connections';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { customerTenant, delegatedWorld } from '../../../support/worlds/delegatedWorld';
import { worldArguments } from '../../../support/worlds/ownRightsWorld';
import type { TestConnection } from '../support';
import { connect, control } from '../support';

/** azure-powershell#11783, terraform-provider-azurerm#9348 and #11848, azure-cli#7607 */
describe('a subscription that another tenant delegated', function () {
  this.timeout(40_000);
  const world = worldArguments(delegatedWorld);
  const subscriptionId = delegatedWorld.subscriptions[0]?.subscriptionId ?? '';
  const group = `/subscriptions/${subscriptionId}/resourceGroups/delegated/providers`;
  const vaultId = `${group}/Microsoft.KeyVault/vaults/delegated-kv`;
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let app: FunctionApp;

  before(async () => {
    sandbox = await startSandbox(world.args);
    c = connect(sandbox.ready);
    await control(c, sandbox.ready, 'PATCH', '/settings', { vaultRegistrationMs: 1000 });
    app = await getFunctionApp(c, `${group}/Microsoft.Web/sites/delegated-app`);
  });
  after(async () => {
    await sandbox.stop();
    world.remove();
  });

  const secretsUser = roleDefinitionIdOf(subscriptionId, '4633458b-17de-408a-b874-0445c86b69e6');
  const delegatedIn = async (id: string) => {
    const { properties } = (await getResourceJson(c, id)) as { properties: Record<string, unknown> };
    return properties['delegatedManagedIdentityResourceId'];
  };

  it('is listed with its own tenant', async () => {
    const c = connect(sandbox.ready);
    assert.notEqual(c.tenantId, customerTenant);
    assert.deepEqual(await Promise.all([1, 2, 3].map(() => tenantOf(c, subscriptionId))), [
      ...[customerTenant, customerTenant, customerTenant],
    ]);
    assert.equal(c.log.filter((line) => /\/subscriptions\/[\w-]+ 200/.test(line)).length, 1);
    const other = connect(sandbox.ready);
    assert.deepEqual(
      (await listSubscriptions(other)).map(({ tenantId }) => tenantId),
      [customerTenant],
    );
    other.log.length = 0;
    assert.equal(await tenantOf(other, subscriptionId), customerTenant);
    assert.deepEqual(other.log, []);
    assert.equal(await tenantOf(c, '00000000-0000-0000-0000-00000000dead'), c.tenantId);
  });

  it('needs the resource of an identity that gets a role, which is looked up', async () => {
    for (const [principalId = '', identityId] of [
      [app.identity.systemAssigned?.principalId, app.id],
      [app.identity.userAssigned[0]?.principalId, app.identity.userAssigned[0]?.resourceId],
    ]) {
      const made = await createRoleAssignment(c, {
        ...{ scope: vaultId, principalId, roleDefinitionId: secretsUser },
      });
      assert.equal(made.delegatedIdentityId?.toLowerCase(), identityId?.toLowerCase());
      assert.equal(await delegatedIn(made.assignment.id), made.delegatedIdentityId);
    }
  });

  it('gives its tenant to a vault that is created, and when it is recovered', async () => {
    const vault = await createKeyVault(c, {
      ...{ subscriptionId, tenantId: await tenantOf(c, subscriptionId), resourceGroup: 'delegated' },
      ...{ name: 'customer-kv', location: 'northeurope', permissionModel: 'rbac' },
      ...{ retentionDays: 7, purgeProtection: false },
    });
    assert.equal(vault.tenantId, customerTenant);
    await deleteKeyVault(c, `${group}/Microsoft.KeyVault/vaults/customer-kv`);
    const [deleted = assert.fail()] = await listDeletedVaults(c, subscriptionId);
    const bodies: unknown[] = [];
    const spied = sendingConnection(c, (request) => {
      if (request.method === 'PUT') bodies.push(JSON.parse(request.body as string));
      return c.http.sendRequest(request);
    });
    await recoverVault(spied, deleted, await tenantOf(spied, subscriptionId));
    assert.deepEqual(
      bodies.map((body) => (body as { properties: { tenantId: string } }).properties.tenantId),
      [customerTenant],
    );
  });

  it("gives its tenant to the apps' identities", async () => {
    const identity = app.identity.userAssigned[0]?.resourceId ?? '';
    const { facts } = await readFacts({
      ...{ connection: c, appId: app.id, vaultConnection: c, identity },
      target: { vaultId, vaultName: 'delegated-kv', secretName: 'One' },
    });
    assert.equal(facts.app.tenantId, customerTenant);
    assert.equal(facts.principal?.tenantId, customerTenant);
    assert.doesNotMatch(JSON.stringify(explainRead(facts)), /wrongTenant/);
  });

  it('can hold new apps that reach their storage with their identity', async () => {
    const made: CreatedPart[] = [];
    const fresh = await createFunctionApp(
      c,
      {
        ...{ subscriptionId, resourceGroup: 'delegated', name: 'fresh', location: 'northeurope' },
        ...{ linux: true, plan: 'basic', runtime: { name: 'node', version: '22' }, storageName: 'fresh1' },
      },
      { next: () => undefined, made: (one) => void made.push(one) },
    );
    const role = made.at(-1);
    assert.equal(role?.kind === 'role' && role.delegatedIdentityId, fresh.id);
    assert.equal(await delegatedIn(role?.id ?? ''), fresh.id);
  });
});
