import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { skip } from '../support/skip';
import { until } from '../support/until';
import { AzureCli, isAzInstalled } from './azureCli';

interface VaultShown {
  name: string;
  resourceGroup: string;
  properties: {
    vaultUri: string;
    accessPolicies: { objectId: string; permissions: { secrets: string[] | null } }[];
  };
}

interface SecretShown {
  id: string;
  name: string;
  value: string;
  attributes: { enabled: boolean; recoveryLevel: string };
}

describe("the Azure CLI with the sandbox's Key Vault", function () {
  this.timeout(240_000);
  const vault = ['--vault-name', 'keyless-demo-kv'];
  let sandbox: RunningSandbox | undefined;
  let az: AzureCli | undefined;

  before(async function () {
    if (!(await isAzInstalled())) skip(this, 'az is not installed');
    sandbox = await startSandbox();
    az = await AzureCli.signIn(sandbox.ready);
    await az.run('account', 'set', '--subscription', sandbox.ready.subscriptionIds[0] ?? '');
  });
  after(async () => {
    az?.dispose();
    await sandbox?.stop();
  });

  function cli(): AzureCli {
    if (az === undefined) throw new Error('not signed in');
    return az;
  }

  it('runs keyvault list, show, delete-policy and set-policy, and all secret commands', async () => {
    const listed = await cli().json<VaultShown[]>('keyvault', 'list');
    assert.deepEqual(
      listed.map(({ name, resourceGroup }) => [name, resourceGroup]),
      [['keyless-demo-kv', 'keyless-walkthrough']],
    );
    const before = await cli().json<VaultShown>('keyvault', 'show', '--name', 'keyless-demo-kv');
    assert.equal(
      before.properties.vaultUri,
      `https://keyless-demo-kv.vault.localhost:${sandbox?.ready.vaultPort ?? 0}/`,
    );

    const objectId = await ownObjectId();
    const named = ['--name', 'keyless-demo-kv', '--object-id', objectId];
    const without = await cli().json<VaultShown>('keyvault', 'delete-policy', ...named);
    const others = before.properties.accessPolicies.filter((policy) => policy.objectId !== objectId);
    assert.deepEqual(without.properties.accessPolicies, others);
    await assert.rejects(cli().secret('list', ...vault), /does not have secrets list permission/);
    const permissions = ['--secret-permissions', 'get', 'list', 'set', 'delete', 'recover'];
    const after = await cli().json<VaultShown>('keyvault', 'set-policy', ...named, ...permissions);
    assert.deepEqual(after.properties.accessPolicies.slice(0, -1), others);
    assert.deepEqual(
      after.properties.accessPolicies.at(-1)?.permissions.secrets?.toSorted(),
      permissions.slice(1).sort(),
    );

    const first = await secret<SecretShown>('set', ...vault, '--name', 'FromAz', '--value', 'one');
    assert.equal(first.attributes.recoveryLevel, 'Recoverable+Purgeable');
    await cli().secret('set', ...vault, '--name', 'FromAz', '--value', 'two');
    const shown = await secret<SecretShown>('show', ...vault, '--name', 'FromAz');
    assert.equal(shown.value, 'two');
    const old = await secret<SecretShown>('show', '--id', first.id);
    assert.equal(old.value, 'one');
    const secrets = await secret<SecretShown[]>('list', ...vault);
    assert.deepEqual(secrets.map(({ name }) => name).sort(), ['ASampleKey', 'FromAz']);
    const versions = await secret<SecretShown[]>('list-versions', ...vault, '--name', 'FromAz');
    assert.deepEqual(versions.map(({ id }) => id).sort(), [first.id, shown.id].sort());

    await cli().secret('delete', ...vault, '--name', 'FromAz');
    const recover = () => secret<SecretShown>('recover', ...vault, '--name', 'FromAz');
    // Before that, it says that the secret is being deleted.
    const recovered = await until(recover, { what: 'the deletion to be over', timeout: 60_000 });
    assert.equal(recovered.id, shown.id);
  });

  it('reads a vault with role-based access control as an administrator', async () => {
    const subscription = ['--subscription', sandbox?.ready.subscriptionIds[1] ?? ''];
    const password = ['--vault-name', 'keyless-rbac-kv', '--name', 'DbPassword', ...subscription];
    const shown = await secret<SecretShown>('show', ...password);
    assert.ok(shown.value.length > 0);
    await assert.rejects(
      cli().secret('show', '--vault-name', 'keyless-rbac-kv', '--name', 'DisabledSecret'),
      /Operation get is not allowed on a disabled secret/,
    );
  });

  async function secret<T>(...args: string[]): Promise<T> {
    return JSON.parse(await cli().secret(...args)) as T;
  }

  async function ownObjectId(): Promise<string> {
    const { accessToken } = await cli().json<{ accessToken: string }>('account', 'get-access-token');
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as {
      oid: string;
    };
    return claims.oid;
  }
});
