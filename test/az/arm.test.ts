import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { control } from '../support/sandboxClient';
import { skip } from '../support/skip';
import { AzureCli, isAzInstalled } from './azureCli';

interface Assignment {
  principalId: string;
  roleDefinitionName: string;
  principalName: string;
  scope: string;
}

describe("the Azure CLI with the sandbox's Resource Manager runs", function () {
  this.timeout(240_000);
  let sandbox: RunningSandbox | undefined;
  let az: AzureCli | undefined;

  before(async function () {
    if (!(await isAzInstalled())) skip(this, 'az is not installed');
    sandbox = await startSandbox();
    // In Azure, the CLI's own application may read the directory as far as its user may (`Directory.AccessAsUser.All`).
    await control(sandbox.ready, 'PATCH', '/settings', { graphRights: 'directory' });
    az = await AzureCli.signIn(sandbox.ready);
    await az.run('account', 'set', '--subscription', sandbox.ready.subscriptionIds[1] ?? '');
    // The form of /metadata/endpoints that this az reads has no property for this.
    const endpoints = { microsoft_graph_resource_id: sandbox.ready.graphUrl };
    await az.run('cloud', 'update', '-n', 'Sandbox', '--cloud-config', JSON.stringify({ endpoints }));
  });
  after(async () => {
    az?.dispose();
    await sandbox?.stop();
  });

  function cli(): AzureCli {
    if (az === undefined) throw new Error('not signed in');
    return az;
  }

  it('account list, group list, resource list', async () => {
    const accounts = await cli().json<{ name: string; state: string; tenantId: string }[]>('account', 'list');
    assert.deepEqual(
      accounts.map(({ name, state, tenantId }) => [name, state, tenantId]),
      ['Keyless Sandbox', 'Keyless Sandbox (RBAC)'].map((name) => [name, 'Enabled', sandbox?.ready.tenantId]),
    );
    const groups = await cli().json<{ name: string; location: string }[]>('group', 'list');
    assert.deepEqual(
      groups.map(({ name, location }) => [name, location]),
      [['keyless-rbac', 'northeurope']],
    );
    const vaults = await cli().json<{ name: string }[]>(
      'resource',
      'list',
      '--resource-type',
      'Microsoft.KeyVault/vaults',
    );
    assert.deepEqual(
      vaults.map(({ name }) => name),
      ['keyless-rbac-kv'],
    );
  });

  it('identity create, list, show and delete', async () => {
    const where = ['--resource-group', 'keyless-rbac'];
    const made = await cli().json<{ principalId: string }>(
      'identity',
      'create',
      '--name',
      'az-made-id',
      ...where,
    );
    const listed = await cli().json<{ name: string }[]>('identity', 'list', ...where);
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['keyless-reader-id', 'keyless-writer-id', 'az-made-id'],
    );
    const shown = await cli().json<{ principalId: string }>(
      'identity',
      'show',
      '--name',
      'az-made-id',
      ...where,
    );
    assert.equal(shown.principalId, made.principalId);
    await cli().run('identity', 'delete', '--name', 'az-made-id', ...where);
  });

  it('role assignment create (with --assignee-object-id), list and delete', async () => {
    const [identity] = await cli().json<{ principalId: string; clientId: string }[]>(
      'identity',
      'list',
      '--resource-group',
      'keyless-rbac',
    );
    const [vault] = await cli().json<{ id: string }[]>(
      'resource',
      'list',
      '--resource-type',
      'Microsoft.KeyVault/vaults',
    );
    const principalId = identity?.principalId ?? '';
    const scope = ['--scope', vault?.id ?? ''];
    const role = ['--role', 'Key Vault Secrets User'];
    const create = () =>
      cli().role(
        'assignment',
        'create',
        '--assignee-object-id',
        principalId,
        '--assignee-principal-type',
        'ServicePrincipal',
        ...role,
        ...scope,
      );
    const made = JSON.parse(await create()) as Assignment;
    assert.deepEqual([made.principalId, made.scope], [principalId, vault?.id]);
    const list = async () => {
      const assignments = JSON.parse(await cli().role('assignment', 'list', ...scope)) as Assignment[];
      return assignments
        .map(({ roleDefinitionName, principalName }) => [roleDefinitionName, principalName])
        .toSorted();
    };
    const officer = ['Key Vault Secrets Officer', 'alex@contoso.example'];
    assert.deepEqual(await list(), [officer, ['Key Vault Secrets User', identity?.clientId]]);
    const inherited = JSON.parse(
      await cli().role('assignment', 'list', ...scope, '--include-inherited'),
    ) as Assignment[];
    assert.ok(inherited.some(({ roleDefinitionName }) => roleDefinitionName === 'Owner'));
    await cli().role('assignment', 'delete', '--assignee', principalId, ...role, ...scope);
    assert.deepEqual(await list(), [officer]);
  });
});
