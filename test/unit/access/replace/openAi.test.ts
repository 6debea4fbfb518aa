import assert from 'node:assert/strict';
import type { Binding } from '../../../../src/access/credentials/uses';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import type { ReplaceFacts, ResourceFacts } from '../../../../src/access/replace/replaceFacts';
import { describeRefusal } from '../../../../src/access/replace/replaceWords';
import { lackOf } from '../../../../src/grants/replace/lacks';
import { fakeKeys as fake } from '../credentials/fakeKeys';
import { binding, find } from '../credentials/find';
import { clientId, factsOf, rolesOf, storageKey, subscription, timer, userAssigned } from './replaceWorld';

const providers = `${subscription}/resourceGroups/rg/providers`;
const ai: ResourceFacts = {
  id: `${providers}/Microsoft.CognitiveServices/accounts/any`,
  ...{ type: 'microsoft.cognitiveservices/accounts', parts: [] },
};
const search: ResourceFacts = {
  id: `${providers}/Microsoft.Search/searchServices/fakesrch`,
  ...{ type: 'microsoft.search/searchservices', parts: [] },
};
const completion = binding('textCompletion', { prompt: 'Who is {name}?', aiConnectionName: 'Ai' });
const store = binding('embeddingsStore', { storeConnectionName: 'Index', collection: 'a' });
const lookup = binding('semanticSearch', { searchConnectionName: 'Index', aiConnectionName: 'Ai' });
const endpoint = 'https://fakeoai.openai.azure.com/';

describe('replacing the key of a connection of the OpenAI extension', () => {
  const factsFor = (
    settings: Record<string, string>,
    bindings: readonly Binding[],
    more: Partial<ReplaceFacts>,
  ): ReplaceFacts => {
    const finding = find(settings, bindings).find(({ name }) => /key$/i.test(name)) ?? assert.fail();
    const base = factsOf('AzureWebJobsStorage', storageKey(), [timer]);
    const names = Object.keys(settings);
    return { ...base, finding, bindings, settings: { ...base.settings, names }, ...more };
  };
  const section = { Ai__endpoint: endpoint, Ai__key: fake.openAi };
  const standard = { AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_KEY: fake.openAi };

  it('removes only the key, because the endpoint is there already', () => {
    for (const [settings, key] of [
      [section, 'Ai__key'],
      [standard, 'AZURE_OPENAI_KEY'],
    ] as const) {
      const plan = planReplacement(factsFor(settings, [completion], { resource: ai }));
      assert.deepEqual(plan.refusals, []);
      assert.deepEqual(plan.write, { remove: [key], set: {} });
      assert.deepEqual(rolesOf(plan, ai), ['Cognitive Services OpenAI User']);
    }
  });

  it('names a user-assigned identity beside the endpoint, where there is a connection', () => {
    const more = { resource: ai, identity: userAssigned };
    assert.deepEqual(planReplacement(factsFor(section, [completion], more)).write.set, {
      ...{ Ai__credential: 'managedidentity', Ai__clientId: clientId },
    });
    const { refusals } = planReplacement(factsFor(standard, [completion], more));
    assert.deepEqual(refusals, [{ kind: 'noConnection' }]);
  });

  it('is refused while another key would be used', () => {
    for (const other of ['AZURE_OPENAI_KEY', 'OPENAI_API_KEY']) {
      const facts = factsFor({ ...section, [other.toLowerCase()]: 'x' }, [completion], { resource: ai });
      const all = { ...facts, finding: factsFor(section, [completion], {}).finding };
      const expected = { kind: 'otherKeys', names: [other.toLowerCase()] } as const;
      assert.deepEqual(planReplacement(all).refusals, [expected]);
      assert.ok(describeRefusal(expected, all).sentence.length > 20);
    }
  });

  it("is refused while other settings would sign in, although nothing is written but the key's removal", () => {
    const settings = { ...section, AZURE_CLIENT_ID: clientId };
    const facts = factsFor(settings, [completion], { resource: ai });
    const expected = [{ kind: 'otherSignIn', names: ['AZURE_CLIENT_ID'] }];
    assert.deepEqual(planReplacement(facts).refusals, expected);
  });

  it('reads an index to search it, and makes it to store in it', () => {
    const settings = { Index__endpoint: 'https://fakesrch.search.windows.net', Index__apiKey: fake.search };
    const plan = (bindings: readonly Binding[]) =>
      planReplacement(factsFor(settings, bindings, { resource: search }));
    assert.deepEqual(plan([lookup]).write, { remove: ['Index__apiKey'], set: {} });
    assert.deepEqual(rolesOf(plan([lookup]), search), ['Search Index Data Reader']);
    assert.deepEqual(rolesOf(plan([lookup, store]), search), [
      'Search Index Data Contributor',
      'Search Service Contributor',
    ]);
  });

  it('is left to the code if no binding of the extension uses it', () => {
    const plan = planReplacement(factsFor(standard, [timer], { resource: ai }));
    assert.deepEqual(plan.refusals, [{ kind: 'wayOut' }]);
  });

  it('is refused if the search service accepts only keys', () => {
    const of = (properties: object) => lackOf(search.type, { properties });
    assert.equal(of({ authOptions: { aadOrApiKey: {} } }), undefined);
    assert.equal(of({ authOptions: null, disableLocalAuth: true }), undefined);
    assert.equal(of({ authOptions: { apiKeyOnly: {} } }), 'searchSignIn');
    assert.equal(of({}), 'searchSignIn');
  });
});
