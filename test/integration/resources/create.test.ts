import assert from 'node:assert/strict';
import { listResourceGroups } from '../../../src/azure/resources/resources';
import { listSubscriptions } from '../../../src/azure/directory/subscriptions';
import { createKeyVault } from '../../../src/commands/keyVault/createKeyVault';
import { createResourceGroup } from '../../../src/commands/resources/createResourceGroup';
import { deleteFunctionApp } from '../../../src/commands/apps/deleteFunctionApp';
import {
  deleteKeyVault,
  purgeKeyVault,
  recoverKeyVault,
} from '../../../src/commands/keyVault/deleteKeyVault';
import { deleteResourceGroup } from '../../../src/commands/resources/deleteResourceGroup';
import type { SubscriptionTarget } from '../../../src/inventory/targets';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

describe('creating and deleting resources', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  let target: SubscriptionTarget;
  beforeEach(async () => {
    world = await openCommandWorld();
    await world.plain.control('/settings', { vaultRegistrationMs: 0 }, 'PATCH');
    const [, subscription] = await listSubscriptions(world.connection);
    assert.ok(subscription);
    target = { connection: world.connection, subscription };
  });
  beforeEach(async () => {
    prompts = new Prompts();
    world.refreshed.length = 0;
    (await world.loggedLines()).length = 0;
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(() => world.close());

  const groups = async () =>
    (await listResourceGroups(world.connection, target.subscription.subscriptionId)).map(({ name }) => name);
  const vaultNames = async () => (await world.services.inventory.keyVaults()).map(({ vault }) => vault.name);
  const logged = async (start: string) => (await world.loggedLines()).some((line) => line.startsWith(start));

  /** Creates the vault shop-kv in a new resource group named vaults. */
  async function createShop(): Promise<void> {
    prompts.pick('Create a resource group…').input('vaults').pick('North Europe').input('shop-kv');
    prompts
      .pick('Vault access policies (legacy)')
      .input('7')
      .pick('Without purge protection')
      .pick('Create Key Vault');
    await createKeyVault(world.services, target);
  }

  it('creates a resource group in a region', async () => {
    prompts.pick('Keyless Sandbox (RBAC)').input('shop').pick('North Europe');
    await createResourceGroup(world.services);
    assert.ok(await prompts.inputs[0]?.validateInput?.('ends in a dot.'));
    assert.ok((await groups()).includes('shop'));
    assert.ok(await logged('az group create --name shop'));
    prompts.input('shop').pick('North Europe');
    await assert.rejects(createResourceGroup(world.services, target), { code: 'ResourceGroupExists' });
  });

  it('creates a key vault in a new resource group, under a name that is available', async () => {
    await createShop();
    const { vault } = await world.vault('shop-kv');
    assert.deepEqual(
      [vault.resourceGroup, vault.location, vault.permissionModel],
      ['vaults', 'northeurope', 'accessPolicies'],
    );
    assert.deepEqual(world.refreshed, [vault.id]);
    assert.ok(
      (await logged('az group create --name vaults')) && (await logged('az keyvault create --name shop-kv')),
    );
    assert.deepEqual(prompts.last.buttons, ['Give Me Access']);
    assert.deepEqual(prompts.lists.at(-1)?.labels, [
      ...['Create Key Vault', 'Resource group vaults', 'Key vault shop-kv'],
      ...['Vault access policies (legacy)', 'Deleted items stay recoverable for 7 days'],
      'Without purge protection',
    ]);
    const says = prompts.inputs[1]?.validateInput;
    assert.match(JSON.stringify(await says?.('1-kv')), /must start with a letter/);
    assert.match(JSON.stringify(await says?.('keyless-demo-kv')), /already in use/);
    assert.equal(await says?.('shop-other-kv'), undefined);
  });

  it('deletes a key vault after a dialog explains the consequences, and recovers it', async () => {
    await createShop();
    const shop = await world.vault('shop-kv');
    prompts.escape();
    await assert.rejects(deleteKeyVault(world.services, shop), { name: 'Canceled' });
    assert.match(prompts.last.detail, /its name can't be reused/);
    assert.ok((await vaultNames()).includes('shop-kv'));
    prompts.button('Delete Key Vault');
    await deleteKeyVault(world.services, shop);
    assert.deepEqual(prompts.last.buttons, ['Recover Key Vault']);
    assert.ok(!(await vaultNames()).includes('shop-kv'));
    assert.ok(await logged('az keyvault delete --name shop-kv'));
    prompts.pick('shop-kv');
    await recoverKeyVault(world.services, target);
    assert.ok((await vaultNames()).includes('shop-kv'));
    assert.ok(await logged('az keyvault recover --name shop-kv'));
    await assert.rejects(recoverKeyVault(world.services, target), /has no deleted key vaults/);
  });

  it('purges a deleted key vault after its name is typed, unless it has purge protection', async () => {
    await createShop();
    for (const [name, wanted] of [
      ['shop-kv', undefined],
      ['kept-kv', { enablePurgeProtection: true }],
    ] as const) {
      const id = `/subscriptions/${target.subscription.subscriptionId}/resourceGroups/vaults/providers/Microsoft.KeyVault/vaults/${name}`;
      const properties = { tenantId: world.ready.tenantId, sku: { family: 'A', name: 'standard' } };
      if (wanted)
        await world.plain.arm('PUT', id, '2023-07-01', {
          ...{ location: 'northeurope', properties: { ...properties, accessPolicies: [], ...wanted } },
        });
      await world.plain.arm('DELETE', id, '2023-07-01');
    }
    prompts.pick('kept-kv');
    await assert.rejects(purgeKeyVault(world.services, target), /kept-kv has purge protection/);
    prompts.pick('shop-kv').escape();
    await assert.rejects(purgeKeyVault(world.services, target), { name: 'Canceled' });
    assert.match(prompts.last.detail, /You can't undo this/);
    prompts.pick('shop-kv').button('Purge Key Vault').input('shop-kv');
    await purgeKeyVault(world.services, target);
    assert.ok(await prompts.inputs.at(-1)?.validateInput?.('shop'));
    assert.ok(await logged('az keyvault purge --name shop-kv --location northeurope'));
    prompts.escape();
    await assert.rejects(recoverKeyVault(world.services, target), { name: 'Canceled' });
    assert.deepEqual(prompts.lists.at(-1)?.labels, ['kept-kv']);
  });

  it('deletes a function app after a dialog lists what is deleted and what stays', async () => {
    const app = await world.app('keyless-linux-app');
    prompts.button('Delete Function App');
    await deleteFunctionApp(world.services, app);
    const [question] = prompts.messages;
    assert.match(question?.detail ?? '', /Its slots are also deleted:[\s\S]*staging/);
    assert.match(question?.detail ?? '', /Its system-assigned identity is also deleted/);
    await assert.rejects(world.app('keyless-linux-app'));
    assert.deepEqual(world.refreshed, [app.app.id]);
    assert.ok(await logged('az functionapp delete --name keyless-linux-app'));
  });

  it('deletes a resource group only after its name was typed', async () => {
    await createShop();
    world.refreshed.length = 0;
    prompts.inputs.length = 0;
    prompts.pick('vaults').button('Delete Resource Group').escape();
    await assert.rejects(deleteResourceGroup(world.services, target), { name: 'Canceled' });
    assert.match(prompts.last.detail, /shop-kv \(Microsoft\.KeyVault\/vaults\)/);
    assert.ok(await prompts.inputs[0]?.validateInput?.('vault'));
    const { vault } = await world.vault('shop-kv');
    prompts.pick('vaults').button('Delete Resource Group').input('vaults');
    await deleteResourceGroup(world.services, target);
    assert.ok(!(await groups()).includes('vaults'));
    const [refreshedVault, group] = world.refreshed;
    assert.deepEqual([refreshedVault, group?.split('/').at(-1)], [vault.id, 'vaults']);
    assert.ok(await logged('az group delete --name vaults'));
  }).timeout(40_000);
});
