import assert from 'node:assert/strict';
import { codeChange } from '../../../../src/access/replace/codeChange';
import { hasPlan, isReplaceable } from '../../../../src/access/replace/isReplaceable';
import { fakeKeys as fake } from '../credentials/fakeKeys';
import { binding, find } from '../credentials/find';
import { factsOf, storageKey, timer } from './replaceWorld';

/** Inputs of the fact sheet (section 8) whose way out is the code or a binding. */
const inputs = {
  TopicKey: {
    TopicKey: fake.eventGrid,
    TopicEndpoint: 'https://faket.westeurope-1.eventgrid.azure.net/api/events',
  },
  AppConfig: {
    AppConfig: `Endpoint=https://fakecfg.azconfig.io;Id=0-l1-s0:FakeFake;Secret=${fake.appConfiguration}`,
  },
  SEARCH_API_KEY: { SEARCH_API_KEY: fake.search, SEARCH_ENDPOINT: 'https://fakesrch.search.windows.net' },
  AZURE_OPENAI_KEY: {
    AZURE_OPENAI_KEY: fake.openAi,
    AZURE_OPENAI_ENDPOINT: 'https://fakeoai.openai.azure.com/',
  },
  Photos: { Photos: storageKey() },
  Hub: {
    Hub: `HostName=fakehub.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey=${fake.namespaceUnmarked}`,
  },
} satisfies Record<string, Record<string, string>>;

describe('what to change in the code, so that an identity can replace a credential', () => {
  const of = (name: keyof typeof inputs, uses = [timer]) => {
    const finding = find(inputs[name], uses).find((one) => one.name === name) ?? assert.fail(name);
    assert.ok(hasPlan(finding) && !isReplaceable(finding), name);
    return codeChange({ ...factsOf('AzureWebJobsStorage', storageKey(), uses), finding });
  };

  it('is the connection of the binding for Event Grid, with its setting', () => {
    const output = binding('eventGrid', {
      ...{ topicKeySetting: 'TopicKey', topicEndpointUri: 'TopicEndpoint', direction: 'out' },
    });
    assert.deepEqual(of('TopicKey', [output]), [
      'Assign EventGrid Data Sender on faket to the identity of app.',
      'Set the app setting Topic__topicEndpointUri to https://faket.westeurope-1.eventgrid.azure.net/api/events.',
      'In the binding of Fake, replace the members topicEndpointUri and topicKeySetting by "connection": "Topic". The binding refuses both together.',
      'Use version 3.3.0 or later of the Event Grid extension, or of the extension bundle, which has it.',
      'Deploy that, check that it works, and then delete the setting TopicKey.',
    ]);
    assert.match(of('TopicKey')[2] ?? '', /^In the binding for Event Grid, replace/);
  });

  for (const [name, role, client] of [
    ['AppConfig', 'App Configuration Data Reader on fakecfg', 'ConfigurationClient'],
    ['SEARCH_API_KEY', 'Search Index Data Reader on fakesrch', 'SearchClient'],
    ['AZURE_OPENAI_KEY', 'Cognitive Services OpenAI User on fakeoai', 'AzureOpenAIClient'],
    ['Photos', 'Storage Blob Data Contributor, .* on fakeacct01', 'BlobServiceClient'],
    ['Hub', 'IoT Hub Data Contributor on fakehub', 'ServiceClient'],
  ] as const)
    it(`is the client that the code creates from ${name}, and the role that it needs`, () => {
      const steps = of(name);
      assert.match(steps[0] ?? '', new RegExp(`^Assign ${role} to the identity of app`));
      assert.ok(steps.some((step) => step.includes(client) && step.includes(name)));
      assert.match(steps.at(-1) ?? '', new RegExp(`delete the setting ${name}`));
    });

  it("isn't known for what no identity opens", () => {
    const device = inputs.Hub.Hub.replace('SharedAccessKeyName=service', 'DeviceId=one');
    for (const value of [device, `https://fakefunc.azurewebsites.net/api/Pay?code=${fake.functionKey}`]) {
      const [finding] = find({ Own: value }, [timer]);
      assert.equal(finding && hasPlan(finding), false);
    }
  });
});
