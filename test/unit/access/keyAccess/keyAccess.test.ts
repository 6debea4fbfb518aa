import assert from 'node:assert/strict';
import { findCredentials } from '../../../../src/access/credentials/findings';
import type { KeyAccessFacts } from '../../../../src/access/keyAccess/keyAccessFacts';
import { keyAccessVerdict, keyUsersOf } from '../../../../src/access/keyAccess/keyAccessFacts';
import { obstacleOf, whatBreaks } from '../../../../src/access/keyAccess/keyAccessWords';
import { switchableTypes } from '../../../../src/azure/resources/keySwitch';
import type { HeldKey, KeyHolder, KeyPair } from '../../../../src/access/keyAccess/rotation';
import { firstStep, rotationStep } from '../../../../src/access/keyAccess/rotation';
import { isRotatable } from '../../../../src/access/keyAccess/rotatable';
import { typeWords } from '../../../../src/access/operations/resourceWords';
import { openedBy } from '../../../../src/access/credentials/opened';
import { rotatableTypes } from '../../../../src/azure/resources/keyRotation';
import { fakeKeys } from '../credentials/fakeKeys';

const storage = 'Microsoft.Storage/storageAccounts';

describe('The keys of a resource', () => {
  const app = (name: string, settings: Readonly<Record<string, string>>) => ({
    app: { id: `/apps/${name}`, name },
    findings: findCredentials(
      { appSettings: new Map(Object.entries(settings)), connectionStrings: new Map(), bindings: [] },
      new Uint8Array(32),
    ),
  });
  const { storage: storageKey, serviceBus: busKey } = fakeKeys;
  const ofStorage = (account: string) =>
    `DefaultEndpointsProtocol=https;AccountName=${account};AccountKey=${storageKey};EndpointSuffix=core.windows.net`;
  const ofBus = `Endpoint=sb://fakebus.servicebus.windows.net/;SharedAccessKeyName=r;SharedAccessKey=${busKey}`;

  it('are used by the apps whose settings open it, and not by those that open another or another type', () => {
    const apps = [
      app('one', { AzureWebJobsStorage: ofStorage('fakeacct01'), Photos: ofStorage('FakeAcct01') }),
      app('two', { Photos: ofStorage('fakeacct02'), Bus: ofBus }),
      app('three', { Photos__blobServiceUri: 'https://fakeacct01.blob.core.windows.net' }),
    ];
    const usersOf = (name: string, type: string) =>
      keyUsersOf({ name, type }, apps).map((user) => [
        user.app.name,
        ...user.findings.map((one) => one.name),
      ]);
    assert.deepEqual(usersOf('fakeacct01', storage), [['one', 'AzureWebJobsStorage', 'Photos']]);
    assert.deepEqual(usersOf('fakebus', 'Microsoft.ServiceBus/namespaces'), [['two', 'Bus']]);
    assert.deepEqual(usersOf('fakebus', 'Microsoft.EventHub/namespaces'), [['two', 'Bus']]);
    assert.deepEqual(usersOf('fakebus', storage), []);
  });

  describe('can be turned off', () => {
    const facts = (change: Partial<KeyAccessFacts> = {}): KeyAccessFacts => ({
      resource: { id: '/a', name: 'a', keysWork: true, properties: {} },
      keySwitch: { type: storage, deletesKeys: false },
      ...{ users: [], appsRead: 3, unread: [], requests: { key: 0, sas: 0 } },
      ...change,
    });
    const user = { app: { id: '/app', name: 'app' }, findings: [] };
    const { requests: _, ...uncounted } = facts();

    it('if nothing in sight uses them and the service counted no request with one', () => {
      assert.equal(keyAccessVerdict(facts()), 'quiet');
    });

    it('with a warning if something else may use them, which is never guessed', () => {
      assert.equal(keyAccessVerdict(facts({ requests: { key: 1, sas: 0 } })), 'usedElsewhere');
      assert.equal(keyAccessVerdict(facts({ requests: { key: 0, sas: 1 } })), 'unknown');
      assert.equal(keyAccessVerdict(facts({ requests: 'unread' })), 'unknown');
      assert.equal(keyAccessVerdict(facts({ unread: ['hidden'] })), 'unknown');
      assert.equal(keyAccessVerdict(uncounted), 'unknown');
    });

    it('only against advice if an app uses them, whatever was counted', () => {
      assert.equal(keyAccessVerdict(facts({ users: [user] })), 'inUse');
      const resource = { ...facts().resource, keysWork: false };
      assert.equal(keyAccessVerdict(facts({ users: [user], resource })), 'off');
    });

    it('of AI services only if identities get in, which takes a custom subdomain', () => {
      const keySwitch = { type: 'Microsoft.CognitiveServices/accounts', deletesKeys: false };
      assert.match(obstacleOf(facts({ keySwitch }))?.sentence ?? '', /custom subdomain/);
      const resource = { ...facts().resource, properties: { customSubDomainName: 'a' } };
      assert.equal(obstacleOf(facts({ keySwitch, resource })), undefined);
      assert.equal(obstacleOf(facts()), undefined);
    });
  });

  it('are rotated one after the other, and then done', () => {
    const now = 10 * 86_400_000;
    const holder = {} as KeyHolder;
    const key = (keyName: string, isHeld: boolean, isNew: boolean): HeldKey => ({
      ...{ keyName, holders: isHeld ? [holder] : [], madeAt: new Date(isNew ? now - 1 : 0) },
    });
    const step = (one: [boolean, boolean], two: [boolean, boolean]) =>
      rotationStep({ keys: [key('key1', ...one), key('key2', ...two)] }, now).kind;
    assert.equal(step([true, false], [false, false]), 'rotate');
    assert.equal(step([true, false], [false, true]), 'switch');
    assert.equal(step([false, false], [true, true]), 'rotate');
    assert.equal(step([false, true], [true, true]), 'done');
    assert.equal(step([true, false], [true, true]), 'allHeld');
    assert.equal(step([false, true], [false, true]), 'noneHeld');
  });

  it('are rotated where an app or a file needs it first, and not looked at while they are off', () => {
    const now = 10 * 86_400_000;
    const pair = (name: string, isHeld: boolean, days: number) => ({
      keys: [1, 2].map((index): HeldKey => ({
        ...{ keyName: `${name}${String(index)}`, madeAt: new Date(now - days * 86_400_000) },
        holders: isHeld && index === 1 ? [{} as KeyHolder] : [],
      })),
    });
    const [done, held, free] = [pair('done', true, 0), pair('held', true, 5), pair('free', false, 5)];
    const first = (pairs: KeyPair[], exposed?: { keyName?: string }) => {
      const found = firstStep({ pairs, ...(exposed ? { exposed } : {}) }, now);
      return [found && pairs.indexOf(found.pair), found?.step.kind];
    };
    assert.deepEqual(first([done, held, free]), [1, 'rotate']);
    assert.deepEqual(first([done, free]), [0, 'done']);
    assert.deepEqual(first([free]), [0, 'noneHeld']);
    assert.deepEqual(first([done, held, free], { keyName: 'free2' }), [2, 'exposed']);
    assert.deepEqual(first([done, held, free], {}), [1, 'rotate']);
    assert.deepEqual(first([]), [undefined, undefined]);
  });

  it('are those that a setting has if Keyless can look them up', () => {
    const values: Readonly<Record<string, string>> = {
      Storage: ofStorage('fakeacct01'),
      Bus: ofBus,
      Cosmos: `AccountEndpoint=https://fake.documents.azure.com:443/;AccountKey=${fakeKeys.cosmos};`,
      Config: `Endpoint=https://fake.azconfig.io;Id=a;Secret=${fakeKeys.appConfiguration}`,
      SignalR: `Endpoint=https://fake.service.signalr.net;AccessKey=${fakeKeys.namespaceUnmarked};Version=1.0;`,
      PubSub: `Endpoint=https://fake.webpubsub.azure.com;AccessKey=${fakeKeys.namespaceUnmarked};Version=1.0;`,
      Cache: `fake.redis.cache.windows.net:6380,password=${fakeKeys.redis},ssl=True`,
      Managed: `fake.westeurope.redis.azure.net:10000,password=${fakeKeys.redis},ssl=True`,
      ...{ SEARCH_ENDPOINT: 'https://fake.search.windows.net', SEARCH_KEY: fakeKeys.search },
      ...{ AI_ENDPOINT: 'https://fake.openai.azure.com', AI_KEY: fakeKeys.openAi },
      ...{ TOPIC_ENDPOINT: 'https://fake.westeurope-1.eventgrid.azure.net', TOPIC_KEY: fakeKeys.eventGrid },
    };
    const types = rotatableTypes().map((type) => type.toLowerCase());
    const found = app('one', values).findings;
    assert.equal(found.length, 11);
    for (const finding of found) {
      assert.ok(isRotatable(finding), finding.name);
      assert.ok(
        openedBy(finding)?.types.some((type) => types.includes(type)),
        finding.name,
      );
    }
    const others = {
      SQL: 'Server=tcp:fake.database.windows.net;Database=a;User ID=a;Password=fakeFake01',
      OPENAI_API_KEY: fakeKeys.openAi,
      Mongo: 'mongodb+srv://a:fakeFake01@fake.mongocluster.cosmos.azure.com/',
      Hub: `HostName=fake.azure-devices.net;SharedAccessKeyName=a;SharedAccessKey=${fakeKeys.namespaceUnmarked}`,
    };
    const left = app('two', others).findings;
    assert.equal(left.length, 4);
    for (const finding of left) assert.ok(!isRotatable(finding), finding.name);
  });

  it('belong to types that have a name in words', () => {
    for (const type of [...switchableTypes(), ...rotatableTypes()])
      assert.doesNotMatch(typeWords(type.toLowerCase()), /\//, type);
  });

  it('have consequences for every type', () => {
    for (const type of switchableTypes())
      assert.ok(
        whatBreaks(type).every((text) => text.endsWith('.')),
        type,
      );
    assert.match(whatBreaks(storage).join('\n'), /content share/);
  });
});
