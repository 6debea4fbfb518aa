import assert from 'node:assert/strict';
import { findCredentials } from '../../../../src/access/credentials/findings';
import type { KeyAccessFacts } from '../../../../src/access/keyAccess/keyAccessFacts';
import { keyAccessVerdict, keyUsersOf } from '../../../../src/access/keyAccess/keyAccessFacts';
import { obstacleOf, whatBreaks } from '../../../../src/access/keyAccess/keyAccessWords';
import { switchableTypes } from '../../../../src/azure/resources/keySwitch';
import type { HeldKey, KeyHolder } from '../../../../src/access/keyAccess/rotation';
import { rotationStep } from '../../../../src/access/keyAccess/rotation';
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

  it('have consequences for every type', () => {
    for (const type of switchableTypes())
      assert.ok(
        whatBreaks(type).every((text) => text.endsWith('.')),
        type,
      );
    assert.match(whatBreaks(storage).join('\n'), /content share/);
  });
});
