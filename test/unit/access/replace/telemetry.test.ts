import assert from 'node:assert/strict';
import { telemetryIn } from '../../../../src/access/credentials/telemetry';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import { describeNote } from '../../../../src/access/replace/replaceWords';
import type { ReplaceFacts } from '../../../../src/access/replace/replaceFacts';
import { find } from '../credentials/find';
import { clientId, factsOf, storageKey, subscription, timer, userAssigned } from './replaceWorld';

const name = 'APPLICATIONINSIGHTS_CONNECTION_STRING';
const key = '00000000-1111-2222-3333-444444444444';
const value = `InstrumentationKey=${key};IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/`;
const added = 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING';
const id = `${subscription}/resourceGroups/rg/providers/Microsoft.Insights/components/logs`;

describe('sending telemetry with the identity', () => {
  const facts = (more: Partial<ReplaceFacts> = {}): ReplaceFacts => {
    const finding = telemetryIn(new Map([[name, value]])) ?? assert.fail();
    const resource = { id, type: 'microsoft.insights/components', parts: [] };
    return { ...factsOf('AzureWebJobsStorage', storageKey(), [timer], { resource }), finding, ...more };
  };

  it('keeps the connection string, which is no credential', () => {
    assert.deepEqual(find({ [name]: value }), []);
    const { refusals, write, roles, notes } = planReplacement(facts());
    assert.deepEqual(refusals, []);
    assert.deepEqual(write, { remove: [], set: { [added]: 'Authorization=AAD' } });
    assert.deepEqual(
      roles.map(({ role, scope }) => [role.name, role.guid, scope]),
      [['Monitoring Metrics Publisher', '3913510d-42f4-4e42-8a64-420c390055eb', id]],
    );
    assert.deepEqual(notes, ['telemetry']);
    assert.match(describeNote('telemetry', facts()).sentence, /runs on if its telemetry is refused/);
  });

  it('names a user-assigned identity by its client ID', () => {
    const { write } = planReplacement(facts({ identity: userAssigned }));
    assert.deepEqual(write.set, { [added]: `Authorization=AAD;ClientId=${clientId}` });
  });

  it('goes with other sign-in settings, because the host uses a managed identity in any case', () => {
    const settings = { ...facts().settings, names: [name, 'AZURE_CLIENT_SECRET'] };
    assert.deepEqual(planReplacement(facts({ settings })).refusals, []);
  });

  it('is only for a connection string without a way to sign in, however it is spelled', () => {
    const found = (settings: Record<string, string>) => telemetryIn(new Map(Object.entries(settings)));
    assert.equal(found({ [name.toLowerCase()]: `x=1;instrumentationkey=${key}` })?.account, key);
    assert.equal(found({ [name]: value, [added.toLowerCase()]: 'Authorization=AAD' }), undefined);
    assert.equal(
      found({ [name]: '@Microsoft.KeyVault(SecretUri=https://a.vault.azure.net/secrets/b)' }),
      undefined,
    );
    assert.equal(found({ APPINSIGHTS_INSTRUMENTATIONKEY: key }), undefined);
    assert.equal(found({}), undefined);
  });
});
