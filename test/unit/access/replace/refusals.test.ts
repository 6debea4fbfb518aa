import assert from 'node:assert/strict';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import { isReplaceable } from '../../../../src/access/replace/isReplaceable';
import { describeNote, describeRefusal } from '../../../../src/access/replace/replaceWords';
import type { Refusal } from '../../../../src/access/replace/refusals';
import type { ReplaceFacts } from '../../../../src/access/replace/replaceFacts';
import { fakeKeys as fake } from '../credentials/fakeKeys';
import { binding, find } from '../credentials/find';
import {
  clientId,
  factsOf,
  namespace,
  planOf,
  rolesOf,
  storageAccount,
  storageKey,
  timer,
  userAssigned,
} from './replaceWorld';

const host = 'AzureWebJobsStorage';
const settings = {
  names: [host],
  empty: [],
  connectionStrings: [],
  members: new Map(),
  slotSettings: new Set<string>(),
  slotConnectionStrings: new Set<string>(),
};
const running = { state: 'Running', errors: 0, version: '4.1036.0.23284', bundle: '4.38.0' };
const blobs = binding('blobTrigger', { path: 'in/{name}' });

function withoutMember<K extends keyof ReplaceFacts>(name: K): Omit<ReplaceFacts, K> {
  const { [name]: _, ...facts } = factsOf(host, storageKey(), [timer]);
  return facts;
}

describe('what prevents replacing a credential', () => {
  const refusals = (more: Partial<ReplaceFacts>, bindings = [timer]) => {
    const facts = factsOf(host, storageKey(), bindings, more);
    const found = planReplacement(facts).refusals;
    for (const one of found) assert.ok(describeRefusal(one, facts).sentence.length > 20);
    return found;
  };
  const app = factsOf(host, storageKey(), [timer]).app;

  for (const [what, more, expected] of [
    ['a stopped app', { app: { ...app, state: 'Stopped' } }, { kind: 'stopped' }],
    ['a logic app', { app: { ...app, kind: 'functionapp,workflowapp' } }, { kind: 'logicApp' }],
    [
      'a host that already fails',
      { host: { ...running, state: 'Error', errors: 1 } },
      { kind: 'unhealthyHost', state: 'Error' },
    ],
    [
      'a host that runs with an error',
      { host: { ...running, errors: 1 } },
      { kind: 'unhealthyHost', state: 'Running' },
    ],
    [
      'version 3 of the host',
      { host: { ...running, version: '3.19.0.0' } },
      { kind: 'oldHost', version: '3.19.0.0' },
    ],
    ['an empty list of functions', { functions: [] }, { kind: 'noFunctions' }],
    [
      'an empty host storage',
      { settings: { ...settings, empty: [host.toLowerCase()] } },
      { kind: 'emptyHostStorage' },
    ],
    [
      'a client secret that DefaultAzureCredential would use',
      { settings: { ...settings, names: [host, 'AZURE_CLIENT_SECRET', 'AZURE_CLIENT_ID'] } },
      { kind: 'otherSignIn', names: ['AZURE_CLIENT_SECRET', 'AZURE_CLIENT_ID'] },
    ],
    [
      'a connection string of the same name',
      { settings: { ...settings, connectionStrings: [host.toUpperCase()] } },
      { kind: 'connectionStringWins', name: host.toUpperCase() },
    ],
    [
      'an identity setting with another value',
      { settings: { ...settings, members: new Map([[`${host}__accountName`, 'other']]) } },
      { kind: 'otherMembers', names: [`${host}__accountName`] },
    ],
    [
      'an identity setting that would be used too',
      { settings: { ...settings, members: new Map([[`${host}__clientSecret`, undefined]]) } },
      { kind: 'otherMembers', names: [`${host}__clientSecret`] },
    ],
    ['a resource nobody knows', { resource: 'notFound' }, { kind: 'resource', why: 'notFound' }],
    [
      'an identity without a client ID',
      { identity: { ...userAssigned, clientId: '' } },
      { kind: 'incomplete' },
    ],
  ] as const satisfies readonly (readonly [string, Partial<ReplaceFacts>, Refusal])[])
    it(`is ${what}`, () => {
      assert.deepEqual(refusals(more), [expected]);
    });

  it('is a host or functions that could not be read', () => {
    const kinds = (facts: ReplaceFacts) => planReplacement(facts).refusals.map(({ kind }) => kind);
    assert.deepEqual(kinds(withoutMember('host')), ['unreadHost']);
    assert.deepEqual(kinds(withoutMember('functions')), ['unreadFunctions']);
    assert.deepEqual(kinds(withoutMember('bindings')), ['unreadFunctions']);
  });

  it('is an extension bundle that is too old, but only for extensions', () => {
    const old = { host: { ...running, bundle: '2.30.0' } };
    assert.deepEqual(refusals(old), []);
    assert.deepEqual(refusals(old, [blobs]), [{ kind: 'oldBundle', version: '2.30.0', needed: '3.3.0' }]);
    for (const [bundle, count] of [
      ['3.2.9', 1],
      ['3.3.0', 0],
      ['3.10.0', 0],
      ['4.0.0', 0],
    ] as const)
      assert.equal(refusals({ host: { ...running, bundle } }, [blobs]).length, count, bundle);
  });

  it("isn't a client secret if the identity is user-assigned, because that is named", () => {
    assert.deepEqual(
      refusals({
        identity: userAssigned,
        settings: { ...settings, names: [host, 'AZURE_CLIENT_SECRET'] },
      }),
      [],
    );
  });

  it("isn't what is already prepared in the same way", () => {
    const members = new Map([[`${host}__accountname`, 'fakeacct01']]);
    assert.deepEqual(refusals({ settings: { ...settings, members } }), []);
  });

  it('is a connection string that the platform reads, or that hides an app setting', () => {
    const blob = binding('blob', { connection: 'Photos', path: 'in/{name}', direction: 'in' });
    const refused = (name: string, names: readonly string[]) => {
      const facts = factsOf(name, storageKey(), [name === host ? timer : blob]);
      const finding = { ...facts.finding, source: 'connectionString' } as const;
      const more = { finding, connectionType: 'Custom', settings: { ...settings, names } };
      const found = planReplacement({ ...facts, ...more }).refusals;
      for (const one of found) assert.ok(describeRefusal(one, facts).sentence.length > 20);
      return found;
    };
    assert.deepEqual(refused(host, []), [{ kind: 'connectionString' }]);
    assert.deepEqual(refused('Photos', ['PHOTOS']), [{ kind: 'appSettingBehind', name: 'PHOTOS' }]);
    assert.deepEqual(refused('Photos', []), []);
  });

  it('is a way out that settings alone do not open', () => {
    for (const [name, value, bindings] of [
      ['WEBSITE_CONTENTAZUREFILECONNECTIONSTRING', storageKey(), [timer]],
      ['Photos', storageKey(), [timer]],
      [
        'Hub',
        `Endpoint=sb://fakehub.servicebus.windows.net;SharedAccessKeyName=l;SharedAccessKey=${fake.eventHubs};EntityPath=a`,
        [binding('eventHubTrigger', { connection: 'Hub', eventHubName: 'b' })],
      ],
      [
        'Tables',
        `DefaultEndpointsProtocol=https;AccountName=fakecos;AccountKey=${fake.cosmos};TableEndpoint=https://fakecos.table.cosmos.azure.com:443/;`,
        [binding('table', { connection: 'Tables' })],
      ],
    ] as const) {
      const [finding] = find({ [name]: value }, bindings);
      assert.equal(finding && isReplaceable(finding), false, name);
      assert.deepEqual(planReplacement(factsOf(name, value, bindings)).refusals, [{ kind: 'wayOut' }], name);
    }
  });
});

describe('what else to know before a credential is replaced', () => {
  const notes = (more: Partial<ReplaceFacts>, bindings = [timer]) => {
    const facts = factsOf(host, storageKey(), bindings, more);
    const { notes: found } = planReplacement(facts);
    for (const note of found) assert.ok(describeNote(note, facts).sentence.length > 20);
    return found;
  };
  const { app } = factsOf(host, storageKey(), [timer]);

  it('says what the plan and the deployment of an app leave open', () => {
    assert.deepEqual(notes({}), ['code', 'diagnosticEvents']);
    assert.deepEqual(notes({ app: { ...app, sku: 'Dynamic' } }), [
      'code',
      'diagnosticEvents',
      'linuxConsumption',
      'scaleFromZero',
    ]);
    assert.ok(!notes({ app: { ...app, sku: 'Dynamic', linux: false } }).includes('linuxConsumption'));
  });

  it('says what a swap would move, unless the setting stays with its slot', () => {
    assert.ok(notes({ hasSlots: true }).includes('slots'));
    assert.ok(
      !notes({
        hasSlots: true,
        settings: { ...settings, slotSettings: new Set([host.toLowerCase()]) },
      }).includes('slots'),
    );
  });

  it("says that the host doesn't show whether a trigger listens", () => {
    const connection = binding('blobTrigger', { connection: 'Photos', path: 'in/{name}' });
    const { notes: found } = planReplacement(factsOf('Photos', storageKey(), [connection]));
    assert.ok(found.includes('listeners'));
    assert.ok(!notes({}).includes('listeners'));
  });

  it('says that versions are unknown if the app brings its own extensions', () => {
    const own = { host: { state: 'Running', errors: 0 } };
    assert.ok(notes(own, [blobs]).includes('ownExtensions'));
    assert.ok(!notes(own).includes('ownExtensions'));
  });
});

describe('replacing the credential of a messaging service', () => {
  const connection = (name: string, key: string) =>
    `Endpoint=sb://${name}.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=${key}`;
  const bus = namespace('Microsoft.ServiceBus', 'fakebus', 'queues/orders', 'topics/news');
  const hub = namespace('Microsoft.EventHub', 'fakehub', 'eventhubs/telemetry');

  for (const [type, members, role] of [
    ['serviceBusTrigger', { queueName: 'orders' }, 'Azure Service Bus Data Receiver/queues/orders'],
    [
      'serviceBusTrigger',
      { topicName: 'news', subscriptionName: 's' },
      'Azure Service Bus Data Receiver/topics/news',
    ],
    ['serviceBus', { queueName: 'unknown' }, 'Azure Service Bus Data Sender'],
    ['serviceBus', { queueName: '%Queue%' }, 'Azure Service Bus Data Sender'],
  ] as const)
    it(`replaces the connection of ${type} ${JSON.stringify(members)}`, () => {
      const plan = planOf(
        'Bus',
        connection('fakebus', fake.serviceBus),
        [binding(type, { connection: 'Bus', ...members })],
        { resource: bus, identity: userAssigned },
      );
      assert.deepEqual(plan.write, {
        remove: ['Bus'],
        set: {
          Bus__fullyQualifiedNamespace: 'fakebus.servicebus.windows.net',
          Bus__credential: 'managedidentity',
          Bus__clientId: clientId,
        },
      });
      assert.deepEqual(rolesOf(plan, bus), [role]);
    });

  it('never narrows an Event Hubs role below the hub', () => {
    const plan = planOf(
      'Hub',
      connection('fakehub', fake.eventHubs),
      [binding('eventHubTrigger', { connection: 'Hub', eventHubName: 'telemetry', consumerGroup: 'g' })],
      { resource: hub },
    );
    assert.deepEqual(rolesOf(plan, hub), ['Azure Event Hubs Data Receiver/eventhubs/telemetry']);
  });

  it('replaces the key of SignalR, which needs a newer bundle', () => {
    const value = `Endpoint=https://fakesig.service.signalr.net;AccessKey=${fake.namespaceUnmarked};Version=1.0;`;
    const resource = { ...storageAccount('fakesig'), endpoints: {} };
    const facts = factsOf('AzureSignalRConnectionString', value, [binding('signalR', {})], { resource });
    const plan = planReplacement(facts);
    assert.deepEqual(
      [plan.refusals, plan.write.set, plan.roles.map(({ role }) => role.name)],
      [
        [],
        { AzureSignalRConnectionString__serviceUri: 'https://fakesig.service.signalr.net' },
        ['SignalR Service Owner'],
      ],
    );
    const old = planReplacement({ ...facts, host: { ...running, bundle: '3.6.0' } });
    assert.deepEqual(old.refusals, [{ kind: 'oldBundle', version: '3.6.0', needed: '3.6.1' }]);
  });
});
