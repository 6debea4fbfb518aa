import assert from 'node:assert/strict';
import { skip } from '../../../support/skip';
import { Harness, ids } from './harness';
import { sharedFolder } from './sharedFolder';

const v = 'api-version=2023-07-01';

describe("The sandbox's Key Vault, validated against Azure's OpenAPI documents,", function () {
  this.timeout(30_000);
  let harness: Harness;
  let shared: string;
  before(function () {
    shared = sharedFolder() ?? skip(this, 'the OpenAPI documents are not next to this checkout');
  });
  beforeEach(async () => {
    harness = await Harness.start();
  });
  afterEach(() => harness.stop());

  it('passes strictly with the requests and answers of every operation, errors included', async () => {
    await walkResourceManager();
    await walkVault();
    await walkRefusals();
    const report = harness.validateTraffic(shared);
    const [, passed = '0', failed = '', without = ''] =
      /(\d+) passed, (\d+) failed, (\d+) without a document/.exec(report) ?? [];
    assert.equal(failed, '0', report);
    // Polls of operations don't have one.
    assert.deepEqual(
      report.split('\n').filter((line) => line.startsWith('NOSPEC') && !line.includes('operationResults')),
      [],
      without,
    );
    assert.ok(Number(passed) > 60, report);
  });

  async function walkResourceManager(): Promise<void> {
    const client = harness.management();
    const properties = {
      tenantId: ids.tenant,
      sku: { family: 'A' as const, name: 'standard' as const },
      accessPolicies: [
        { tenantId: ids.tenant, objectId: ids.user, permissions: { secrets: ['all'], keys: ['get'] } },
      ],
      enableRbacAuthorization: false,
    };
    harness.context.settings.vaultRegistrationMs = 0;
    await client.vaults.createOrUpdate('rg-one', 'walk-kv', {
      location: 'westeurope',
      tags: { a: 'b' },
      properties,
    });
    await client.vaults.createOrUpdate('rg-one', 'full-kv', {
      location: 'westeurope',
      properties: {
        ...properties,
        enabledForDeployment: true,
        enabledForDiskEncryption: true,
        enabledForTemplateDeployment: true,
        softDeleteRetentionInDays: 7,
        enablePurgeProtection: true,
        publicNetworkAccess: 'Disabled',
        networkAcls: {
          bypass: 'None',
          defaultAction: 'Deny',
          ipRules: [{ value: '1.2.3.4' }],
          virtualNetworkRules: [],
        },
      },
    });
    await client.vaults.get('rg-one', 'full-kv');
    await client.vaults.update('rg-one', 'walk-kv', { tags: {}, properties: { enabledForDeployment: true } });
    const entry = { tenantId: ids.tenant, objectId: ids.app, permissions: { secrets: ['get', 'list'] } };
    for (const operation of ['add', 'replace', 'remove'] as const)
      await client.vaults.updateAccessPolicy('rg-one', 'walk-kv', operation, {
        properties: { accessPolicies: [entry] },
      });
    await client.vaults.checkNameAvailability({ name: 'walk-kv', type: 'Microsoft.KeyVault/vaults' });
    await client.vaults.checkNameAvailability({ name: 'free-kv', type: 'Microsoft.KeyVault/vaults' });
    await drain(client.vaults.listBySubscription());
    await drain(client.vaults.listByResourceGroup('rg-one', { top: 1 }));
    await client.secrets.createOrUpdate('rg-one', 'walk-kv', 'FromArm', {
      tags: { a: 'b' },
      properties: {
        value: 'x',
        contentType: 't',
        attributes: { enabled: true, expires: new Date('2030-01-01') },
      },
    });
    await client.secrets.update('rg-one', 'walk-kv', 'FromArm', {
      properties: { attributes: { enabled: true } },
    });
    await client.secrets.get('rg-one', 'walk-kv', 'FromArm');
    await drain(client.secrets.list('rg-one', 'walk-kv'));
    await drain(client.managedHsms.listBySubscription());
    harness.addVault('gone-kv');
    await client.vaults.delete('rg-one', 'gone-kv');
    await client.vaults.delete('rg-one', 'gone-kv');
    await drain(client.vaults.listDeleted());
    await client.vaults.getDeleted('gone-kv', 'westeurope');
    await client.vaults.purgeDeleted('gone-kv', 'westeurope', { updateIntervalInMs: 5 });
  }

  async function walkVault(): Promise<void> {
    const vault = harness.context.world.vaults.get(
      `${harness.groupId}/providers/Microsoft.KeyVault/vaults/walk-kv`.toLowerCase(),
    );
    if (vault === undefined) throw new Error('walk-kv is missing');
    const client = harness.secrets(vault);
    // A client sends its first request without a body, to be challenged; for a PUT no document allows that.
    await drain(client.listPropertiesOfSecrets());
    const set = await client.setSecret('s', 'x', {
      contentType: 't',
      tags: { a: 'b' },
      expiresOn: new Date('2030-01-01'),
    });
    await client.setSecret('s', 'y', { enabled: true, notBefore: new Date('2020-01-01') });
    for (let index = 0; index < 26; index++) await client.setSecret(`n${index}`, 'x');
    await client.getSecret('s');
    await client.getSecret('s', { version: set.properties.version ?? '' });
    await client.updateSecretProperties('s', set.properties.version ?? '', { enabled: false });
    await drain(client.listPropertiesOfSecrets());
    await drain(client.listPropertiesOfSecretVersions('s'));
    const backup = await client.backupSecret('n0');
    for (const name of ['n0', 'n1', 'n2'])
      await (await client.beginDeleteSecret(name, { intervalInMs: 5 })).pollUntilDone();
    await drain(client.listDeletedSecrets());
    await (await client.beginRecoverDeletedSecret('n1', { intervalInMs: 5 })).pollUntilDone();
    await client.purgeDeletedSecret('n0');
    await client.restoreSecretBackup(backup ?? new Uint8Array());
  }

  async function walkRefusals(): Promise<void> {
    const vaults = `${harness.groupId}/providers/Microsoft.KeyVault/vaults`;
    const vault = harness.addVault('closed-kv', { enableRbacAuthorization: true });
    const answers = [
      await harness.manage('GET', `${vaults}/absent-kv?${v}`),
      await harness.manage('GET', `${vaults}/walk-kv?${v}`, undefined, harness.principals.stranger),
      await harness.manage(
        'GET',
        `/subscriptions/${harness.subscriptionId}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/absent-kv?${v}`,
      ),
      await harness.ask(vault, 'GET', '/secrets/s/?api-version=7.5'),
      await harness.ask(vault, 'GET', '/secrets?api-version=7.5'),
      await harness.send('GET', `${harness.vaultUrl(vault)}/secrets?api-version=7.5`),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [404, 403, 404, 403, 403, 401],
    );
  }
});

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}
