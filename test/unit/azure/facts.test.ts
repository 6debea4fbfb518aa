import assert from 'node:assert/strict';
import { getAppWithNetwork } from '../../../src/azure/appService/appNetwork';
import {
  isPurgeProtected,
  listDeletedVaults,
  purgeVault,
  recoverVault,
} from '../../../src/azure/keyVault/deletedVaults';
import { listFunctionApps, listKeyVaults } from '../../../src/inventory/listResources';
import type { FunctionApp, KeyVault } from '../../../src/azure/core/model';
import { enableSecret, setSecret } from '../../../src/azure/keyVault/secrets';
import { readSecretState, recoverSecret } from '../../../src/azure/keyVault/secretState';
import {
  addFirewallAddresses,
  getVaultWithNetwork,
  openToFirewall,
} from '../../../src/azure/keyVault/vaultNetwork';
import { PlainClient } from '../../integration/plainClient';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import { until } from '../../support/until';
import type { TestConnection } from './support';
import { connect, control, only } from './support';

describe('facts about an app, a vault and a secret', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let plain: PlainClient;
  let app: FunctionApp;
  let demo: KeyVault;
  let rbac: KeyVault;

  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    plain = new PlainClient(sandbox.ready);
    const apps = await listFunctionApps(c, sandbox.ready.subscriptionIds);
    app = only(apps.items, ({ name }) => name === 'keyless-demo-app', 'keyless-demo-app');
    const { items } = await listKeyVaults(c, sandbox.ready.subscriptionIds);
    demo = only(items, ({ name }) => name === 'keyless-demo-kv', 'keyless-demo-kv');
    rbac = only(items, ({ name }) => name === 'keyless-rbac-kv', 'keyless-rbac-kv');
  });
  after(() => sandbox.stop());
  afterEach(() => control(c, sandbox.ready, 'DELETE', '/faults'));

  const state = (vault: KeyVault, name: string, version?: string) => readSecretState(c, vault, name, version);

  it("include the app's outbound addresses, without duplicates, and its subnet", async () => {
    const alone = { outboundAddresses: ['127.0.0.1'], routesAll: false };
    assert.deepEqual((await getAppWithNetwork(c, app.id)).network, alone);
    const subnetId = `${app.id.split('/providers/')[0] ?? ''}/providers/Microsoft.Network/virtualNetworks/v/subnets/s`;
    await plain.arm('PATCH', app.id, '2023-12-01', {
      properties: { virtualNetworkSubnetId: subnetId, vnetRouteAllEnabled: true },
    });
    const { network } = await getAppWithNetwork(c, app.id);
    assert.deepEqual(network, { ...alone, subnetId, routesAll: true });
  });

  it("include the vault's network rules", async () => {
    const open = await getVaultWithNetwork(c, demo.id);
    assert.equal(open.vault.name, demo.name);
    assert.deepEqual(open.network, {
      publicNetworkAccess: 'Enabled',
      defaultAction: 'Allow',
      ipRules: [],
      subnetIds: [],
      uncheckedSubnetIds: [],
      privateEndpoints: 0,
    });
    const networkAcls = { bypass: 'None', defaultAction: 'Deny', ipRules: [{ value: '127.0.0.1' }] };
    await plain.arm('PATCH', demo.id, '2023-07-01', { properties: { networkAcls } });
    const { network } = await getVaultWithNetwork(c, demo.id);
    assert.deepEqual([network.defaultAction, network.ipRules], ['Deny', ['127.0.0.1/32']]);
    const raw = async () =>
      (await plain.arm('GET', demo.id, '2023-07-01')) as {
        properties: { networkAcls: { ipRules: object[] } };
      };
    const before = (await raw()).properties;
    const more = ['127.0.0.1', '203.0.113.7', '198.51.100.0/24'];
    const added = await addFirewallAddresses(c, demo.id, more);
    assert.deepEqual(added.ipRules, ['127.0.0.1/32', '203.0.113.7/32', '198.51.100.0/24']);
    const { networkAcls: after, ...rest } = (await raw()).properties;
    assert.deepEqual(
      { ...rest, networkAcls: { ...after, ipRules: after.ipRules.slice(0, 1) } },
      before,
      'nothing else is changed',
    );
    const virtualNetworkRules = [
      { id: '/subscriptions/s/a' },
      { id: '/subscriptions/s/b', ignoreMissingVnetServiceEndpoint: true },
    ];
    await plain.arm('PATCH', demo.id, '2023-07-01', {
      properties: { networkAcls: { defaultAction: 'Deny', virtualNetworkRules } },
    });
    const subnets = (await getVaultWithNetwork(c, demo.id)).network;
    assert.deepEqual(subnets.subnetIds, ['/subscriptions/s/a', '/subscriptions/s/b']);
    assert.deepEqual(subnets.uncheckedSubnetIds, ['/subscriptions/s/b']);
    await plain.arm('PATCH', demo.id, '2023-07-01', {
      properties: { networkAcls: { defaultAction: 'Allow' } },
    });
    await assert.rejects(addFirewallAddresses(c, demo.id, more), { code: 'NoFirewall' });
    await plain.arm('PATCH', demo.id, '2023-07-01', { properties: { publicNetworkAccess: 'Disabled' } });
    const opened = await openToFirewall(c, demo.id);
    assert.deepEqual(
      [opened.publicNetworkAccess, opened.defaultAction, opened.ipRules],
      ['Enabled', 'Deny', []],
    );
    await plain.arm('PATCH', demo.id, '2023-07-01', {
      properties: { networkAcls: { defaultAction: 'Allow' } },
    });
  });

  it('include whether a secret is enabled, and enabling changes it', async () => {
    const disabled = await state(rbac, 'DisabledSecret');
    assert.ok(disabled.kind === 'present' && !disabled.secret.enabled);
    await enableSecret(c, rbac, 'DisabledSecret');
    const enabled = await state(rbac, 'DisabledSecret');
    assert.ok(enabled.kind === 'present' && enabled.secret.enabled);
    const expired = await state(rbac, 'ExpiredSecret');
    assert.ok(expired.kind === 'present' && expired.secret.expires);
  });

  it('are of the requested version of a secret', async () => {
    const first = await setSecret(c, demo, { name: 'Versions', value: 'one' });
    const second = await setSecret(c, demo, { name: 'Versions', value: 'two' });
    const shown = async (version?: string) => {
      const found = await state(demo, 'Versions', version);
      return found.kind === 'present' ? found.secret.version : found.kind;
    };
    assert.equal(await shown(), second.version);
    assert.equal(await shown(first.version), first.version);
    assert.equal(await shown(second.version?.toUpperCase()), second.version);
    assert.equal(await shown('0'.repeat(32)), 'versionAbsent');
  });

  it("come from the vault's lists if Resource Manager denies access, or report the vault's own error", async () => {
    const refuse = (service: string) =>
      control(c, sandbox.ready, 'POST', '/faults', { service, path: '/secrets/', status: 403, count: 0 });
    await setSecret(c, demo, { name: 'Versions', value: 'one' });
    await refuse('arm');
    const found = await state(demo, 'Versions');
    assert.ok(found.kind === 'present' && found.secret.version);
    assert.deepEqual(await state(demo, 'Nothing'), { kind: 'absent' });
    await refuse('vault');
    await assert.rejects(state(demo, 'Versions'), { status: 403 });
  });

  it('tell a deleted secret from a missing one, and recovery restores it', async () => {
    await control(c, sandbox.ready, 'PATCH', '/settings', { softDeleteDelayMs: 100 });
    assert.deepEqual(await state(demo, 'Nothing'), { kind: 'absent' });
    await setSecret(c, demo, { name: 'Versions', value: 'one' });
    await plain.vault('DELETE', demo.vaultUri, '/secrets/Versions');
    await until(async () => (await state(demo, 'Versions')).kind === 'deleted', { what: 'the deletion' });
    await recoverSecret(c, demo, 'Versions');
    assert.equal((await state(demo, 'Versions')).kind, 'present');
    await recoverSecret(c, demo, 'Versions');
  });

  it('include deleted vaults, and recovery restores one unchanged', async () => {
    const before = await getVaultWithNetwork(c, demo.id);
    await plain.arm('DELETE', demo.id, '2023-07-01');
    const deleted = only(
      await listDeletedVaults(c, demo.subscriptionId),
      ({ name }) => name === demo.name,
      'deleted',
    );
    assert.equal(deleted.vaultId.toLowerCase(), demo.id.toLowerCase());
    assert.ok(deleted.scheduledPurge && deleted.deleted && deleted.scheduledPurge > deleted.deleted);
    const back = await recoverVault(c, deleted, c.tenantId);
    assert.deepEqual(back, before.vault);
    assert.deepEqual(await recoverVault(c, deleted, c.tenantId), back, 'recovering twice is not an error');
  });

  it('include purge protection, and a purge waits until the vault is gone', async () => {
    const listed = async () => (await listDeletedVaults(c, rbac.subscriptionId)).map(({ name }) => name);
    const vaults = rbac.id.replace(/[^/]+$/, '');
    for (const [name, more] of [
      ['facts-kept-kv', { enablePurgeProtection: true }],
      ['facts-gone-kv', {}],
    ] as const) {
      const sku = { family: 'A', name: 'standard' };
      const properties = { tenantId: rbac.tenantId, sku, accessPolicies: [], ...more };
      await plain.arm('PUT', vaults + name, '2023-07-01', { location: rbac.location, properties });
      await plain.arm('DELETE', vaults + name, '2023-07-01');
    }
    const all = await listDeletedVaults(c, rbac.subscriptionId);
    const protectedOne = only(all, ({ name }) => name === 'facts-kept-kv', 'facts-kept-kv');
    assert.equal(protectedOne.purgeProtection, true);
    await assert.rejects(purgeVault(c, protectedOne), isPurgeProtected);
    const gone = only(all, ({ name }) => name === 'facts-gone-kv', 'facts-gone-kv');
    assert.equal(gone.purgeProtection, undefined);
    await purgeVault(c, gone);
    assert.deepEqual(await listed(), ['facts-kept-kv']);
    await assert.rejects(purgeVault(c, gone), { status: 404, code: 'DeletedVaultNotFound' });
  });
});
