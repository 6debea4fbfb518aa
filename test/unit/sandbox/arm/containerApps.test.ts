import assert from 'node:assert/strict';
import { Harness } from '../keyvault/harness';
import { refusal } from './management';

/** ContainerApps.json of azure-rest-api-specs, and its examples. */
describe('Microsoft.App/containerApps', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.start();
  });
  afterEach(() => harness.stop());

  const url = (rest = '', version = '2026-01-01') =>
    `${harness.groupId}/providers/Microsoft.App/containerApps/orders${rest}?api-version=${version}`;
  const body = {
    location: 'West Europe',
    kind: 'functionapp',
    properties: {
      environmentId: `/subscriptions/s/resourceGroups/g/providers/Microsoft.App/managedEnvironments/env`,
      configuration: {
        ingress: { external: true },
        secrets: [
          { name: 'plain', value: 'hush' },
          { name: 'key', keyVaultUrl: 'https://kv.vault.azure.net/secrets/key', identity: 'system' },
        ],
      },
    },
  };
  interface Shown {
    id: string;
    kind?: string;
    identity: { type: string; principalId?: string };
    properties: { provisioningState: string; configuration: { secrets: unknown } };
  }
  const get = async (version?: string) => (await harness.manage('GET', url('', version))).json as Shown;

  it('shows an app without the values of its secrets, and its kind only in versions that have one', async () => {
    assert.equal((await harness.manage('PUT', url(), body)).status, 201);
    const app = await get();
    assert.match(app.id, /\/providers\/Microsoft\.App\/containerapps\/orders$/);
    assert.deepEqual([app.kind, app.identity], ['functionapp', { type: 'None' }]);
    assert.deepEqual(app.properties.configuration.secrets, [
      { name: 'plain' },
      { name: 'key', keyVaultUrl: 'https://kv.vault.azure.net/secrets/key', identity: 'system' },
    ]);
    assert.equal((await get('2025-07-01')).kind, undefined);
  });

  it('takes time to change the identity, and makes other changes wait', async () => {
    await harness.manage('PUT', url(), body);
    const patch = { identity: { type: 'SystemAssigned' } };
    const answer = await harness.manage('PATCH', url(), patch);
    assert.equal(answer.status, 202);
    assert.match(answer.headers.location ?? '', /\/providers\/Microsoft\.App\/locations\/westeurope\//);
    const before = await get();
    assert.deepEqual([before.properties.provisioningState, before.identity.type], ['InProgress', 'None']);
    assert.match(
      refusal(await harness.manage('PATCH', url(), patch)),
      /^409 ContainerAppOperationInProgress/,
    );
    harness.advance(15_001);
    const after = await get();
    assert.deepEqual(
      [after.properties.provisioningState, after.identity.type],
      ['Succeeded', 'SystemAssigned'],
    );
    assert.ok(harness.context.world.servicePrincipals.has(after.identity.principalId ?? ''));
  });

  it('refuses the parts of App Service, unknown versions, and what it cannot do', async () => {
    await harness.manage('PUT', url(), body);
    for (const path of ['/config/appsettings/list', '/host/default/listkeys', '/listSecrets', '/stop'])
      assert.match(refusal(await harness.manage('POST', url(path))), /^404 InvalidResourceType/);
    assert.match(refusal(await harness.manage('GET', url('', '2023-12-01'))), /^404 InvalidResourceType/);
    assert.match(refusal(await harness.manage('PATCH', url(), { properties: {} })), /^400 BadRequest/);
  });
});
