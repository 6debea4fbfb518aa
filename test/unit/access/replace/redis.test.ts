import assert from 'node:assert/strict';
import { fakeKeys as fake } from '../credentials/fakeKeys';
import { binding, find } from '../credentials/find';
import { isReplaceable } from '../../../../src/access/replace/isReplaceable';
import type { ReplaceFacts } from '../../../../src/access/replace/replaceFacts';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import { describeRefusal } from '../../../../src/access/replace/replaceWords';
import { lackOf } from '../../../../src/grants/replace/lacks';
import { cache, clientId, factsOf, planOf, principalId, userAssigned } from './replaceWorld';

const host = 'fakeredis.redis.cache.windows.net';
const value = `${host}:6380,password=${fake.redis},ssl=True,abortConnect=False`;
const trigger = binding('redisListTrigger', { connection: 'Cache', key: 'orders' });

describe('replacing the key of a cache', () => {
  const settings = { Cache__redisHostName: host, Cache__principalId: principalId };

  it("replaces it by the cache's host and the identity's principal, in one write, with an access policy", () => {
    const { write, grant } = planOf('Cache', value, [trigger], { resource: cache() });
    assert.deepEqual(write, { remove: ['Cache'], set: settings });
    assert.deepEqual(grant, [
      {
        ...{ kind: 'assignDataRole', resourceId: cache().id, scope: cache().id },
        ...{ role: 'Data Contributor', roleName: 'Data Contributor', principalId },
      },
    ]);
    const users = planOf('Cache', value, [trigger], { resource: cache(), identity: userAssigned });
    assert.deepEqual(users.write.set, {
      ...{ ...settings, Cache__credential: 'managedidentity', Cache__clientId: clientId },
    });
  });

  it('needs no more than a policy that allows more', () => {
    const held = { id: 'a', resourceId: cache().id, scope: cache().id, role: 'Data Owner', principalId };
    assert.deepEqual(planOf('Cache', value, [trigger], { resource: cache(), heldOwn: [held] }).grant, []);
  });

  for (const [why, more, expected] of [
    ['one policy for each identity', 'Data Reader', { kind: 'otherPolicy', policy: 'Data Reader' }],
    ['both forms', { Cache__redishostname: host }, { kind: 'bothForms', names: ['Cache__redishostname'] }],
    ['an identity that is off', undefined, { kind: 'noPrincipal' }],
    ['keys only', 'redisSignIn', { kind: 'lacks', lack: 'redisSignIn' }],
    ['other policies', 'managedRedis', { kind: 'lacks', lack: 'managedRedis' }],
  ] as const)
    it(`is refused for ${why}`, () => {
      const facts = factsOf('Cache', value, [trigger], { resource: cache() });
      const held = { id: 'a', resourceId: cache().id, scope: cache().id, principalId };
      const changed: Partial<ReplaceFacts> =
        more === undefined
          ? { identity: { kind: 'system-assigned' } }
          : more === 'Data Reader'
            ? { heldOwn: [{ ...held, role: more }] }
            : typeof more === 'string'
              ? { resource: { ...cache(), lacks: more } }
              : { settings: { ...facts.settings, members: new Map(Object.entries(more)) } };
      const all = { ...facts, ...changed };
      assert.deepEqual(planReplacement(all).refusals, [expected]);
      assert.ok(describeRefusal(expected, all).sentence.length > 20);
    });

  it('needs code for what only a connection string can say', () => {
    for (const [option, replaceable] of [
      [',defaultDatabase=0', true],
      [',defaultDatabase = 2', false],
      [',channelPrefix=shop', false],
    ] as const) {
      const [finding] = find({ Cache: value + option }, [trigger]);
      assert.equal(finding && isReplaceable(finding), replaceable, option);
    }
  });

  it("reads from a cache's JSON whether it accepts identities", () => {
    const of = (redisConfiguration: object) =>
      lackOf('microsoft.cache/redis', { properties: { redisConfiguration } });
    assert.equal(of({ 'aad-enabled': 'True' }), undefined);
    assert.equal(of({ 'aad-enabled': 'false' }), 'redisSignIn');
    assert.equal(of({}), 'redisSignIn');
    assert.equal(lackOf('microsoft.cache/redisenterprise', {}), 'managedRedis');
    const account = (json: object) => lackOf('microsoft.documentdb/databaseaccounts', { ...json });
    assert.equal(
      account({ kind: 'GlobalDocumentDB', properties: { capabilities: [{ name: 'EnableServerless' }] } }),
      undefined,
    );
    assert.equal(account({ kind: 'MongoDB' }), 'nosql');
    assert.equal(account({ properties: { capabilities: [{ name: 'EnableCassandra' }] } }), 'nosql');
  });
});
