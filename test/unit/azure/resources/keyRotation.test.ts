import assert from 'node:assert/strict';
import {
  listKeyPairs,
  regenerateKey,
  regenerateRequest,
  rotatableTypes,
} from '../../../../src/azure/resources/keyRotation';
import { control } from '../support';
import { useGrantWorld } from '../../grants/grantWorld';

const group = '/subscriptions/s/resourceGroups/g/providers';

/** As in the examples of azure-rest-api-specs that keyRotation.ts names. */
const requests: readonly (readonly [type: string, name: string, path: string, body?: object])[] = [
  ['Microsoft.Storage/storageAccounts', 'key2', 'regenerateKey', { keyName: 'key2' }],
  [
    ...(['Microsoft.ServiceBus/namespaces', 'authorizationRules/r/primaryKey'] as const),
    ...(['authorizationRules/r/regenerateKeys', { keyType: 'PrimaryKey' }] as const),
  ],
  [
    ...(['Microsoft.ServiceBus/namespaces', 'topics/t/authorizationRules/r/secondaryKey'] as const),
    ...(['topics/t/authorizationRules/r/regenerateKeys', { keyType: 'SecondaryKey' }] as const),
  ],
  [
    ...(['Microsoft.EventHub/namespaces', 'eventhubs/h/authorizationRules/r/primaryKey'] as const),
    ...(['eventhubs/h/authorizationRules/r/regenerateKeys', { keyType: 'PrimaryKey' }] as const),
  ],
  ['Microsoft.DocumentDB/databaseAccounts', 'primaryMasterKey', 'regenerateKey', { keyKind: 'primary' }],
  [
    ...(['Microsoft.DocumentDB/databaseAccounts', 'secondaryReadonlyMasterKey'] as const),
    ...(['regenerateKey', { keyKind: 'secondaryReadonly' }] as const),
  ],
  [
    ...(['Microsoft.AppConfiguration/configurationStores', 'Primary Read Only'] as const),
    ...(['regenerateKey', { id: '439AD01B4BE67DB1' }] as const),
  ],
  ['Microsoft.SignalRService/SignalR', 'primaryKey', 'regenerateKey', { keyType: 'Primary' }],
  ['Microsoft.SignalRService/WebPubSub', 'secondaryKey', 'regenerateKey', { keyType: 'Secondary' }],
  ['Microsoft.Cache/redis', 'primaryKey', 'regenerateKey', { keyType: 'Primary' }],
  [
    ...(['Microsoft.Cache/redisEnterprise', 'secondaryKey'] as const),
    ...(['databases/default/regenerateKey', { keyType: 'Secondary' }] as const),
  ],
  ['Microsoft.CognitiveServices/accounts', 'key2', 'regenerateKey', { keyName: 'Key2' }],
  ['Microsoft.Search/searchServices', 'primaryKey', 'regenerateAdminKey/primary'],
  ['Microsoft.EventGrid/topics', 'key1', 'regenerateKey', { keyName: 'key1' }],
  ['Microsoft.EventGrid/domains', 'key2', 'regenerateKey', { keyName: 'key2' }],
];

describe('A new key in place of another', function () {
  this.timeout(60_000);

  it('is made with the request that Azure documents, for every type', () => {
    for (const [type, name, path, body] of requests) {
      const id = type.endsWith('configurationStores') ? { id: '439AD01B4BE67DB1' } : {};
      const { apiVersion, ...request } = regenerateRequest(`${group}/${type}/n`, { name, ...id });
      assert.deepEqual(request, { path: `${group}/${type}/n/${path}`, ...(body ? { body } : {}) });
      assert.match(apiVersion, /^\d{4}-\d\d-\d\d$/);
    }
    assert.deepEqual(new Set(requests.map(([type]) => type)), new Set(rotatableTypes()));
    assert.throws(() => regenerateRequest(`${group}/Microsoft.Sql/servers/n`, { name: 'key1' }), {
      code: 'InvalidResourceType',
    });
  });

  describe('leaves the others as they are', () => {
    const world = useGrantWorld();
    const idOf = (type: string, name: string) =>
      `${world.app('keyless-shop-app').id.split('/providers/')[0] ?? ''}/providers/${type}/${name}`;

    const root = 'authorizationRules/RootManageSharedAccessKey';
    const send = 'queues/orders/authorizationRules/send';
    const pair = (path: string) => [`${path}/primaryKey`, `${path}/secondaryKey`];
    for (const [type, name, pairs, goesOn = false] of [
      ['Microsoft.Storage/storageAccounts', 'keylessshopphotos', [['key1', 'key2']]],
      ['Microsoft.ServiceBus/namespaces', 'keyless-shop-bus', [pair(root), pair(send)]],
      ['Microsoft.EventHub/namespaces', 'keyless-shop-events', [pair(root)]],
      [
        ...(['Microsoft.DocumentDB/databaseAccounts', 'keyless-shop-stock'] as const),
        [
          ['primaryMasterKey', 'secondaryMasterKey'],
          ['primaryReadonlyMasterKey', 'secondaryReadonlyMasterKey'],
        ],
        true,
      ],
      [
        ...(['Microsoft.AppConfiguration/configurationStores', 'keyless-shop-config'] as const),
        [
          ['Primary', 'Secondary'],
          ['Primary Read Only', 'Secondary Read Only'],
        ],
      ],
      [
        ...(['Microsoft.SignalRService/SignalR', 'keyless-shop-signalr'] as const),
        [['primaryKey', 'secondaryKey']],
        true,
      ],
    ] as const)
      it(`of a resource (${type})`, async () => {
        const resource = { id: idOf(type, name), properties: {} };
        const list = async () => (await listKeyPairs(world.c, resource, ['orders'])).flat();
        const before = await list();
        assert.deepEqual(
          before.map((key) => key.name),
          pairs.flat(),
        );
        for (const key of before) {
          const were = await list();
          assert.equal(await regenerateKey(world.c, resource.id, key), goesOn);
          const changed = (await list()).filter((now, index) => now.value !== were[index]?.value);
          assert.deepEqual(
            changed.map((now) => now.name),
            [key.name],
          );
        }
      });

    it('of a cache', async () => {
      const id = idOf('Microsoft.Cache/redis', 'cache');
      const sku = { name: 'Basic', family: 'C', capacity: 0 };
      await world.plain.arm('PUT', id, '2024-11-01', { location: 'westeurope', properties: { sku } });
      const list = async () => (await listKeyPairs(world.c, { id, properties: {} }, [])).flat();
      const [one, two] = await list();
      await regenerateKey(world.c, id, { name: 'secondaryKey' });
      const [same, fresh] = await list();
      assert.deepEqual(same, one);
      assert.notEqual(fresh?.value, two?.value);
    });

    it('without asking for the rules of parts that no app names', async () => {
      const resource = { id: idOf('Microsoft.ServiceBus/namespaces', 'keyless-shop-bus'), properties: {} };
      assert.equal((await listKeyPairs(world.c, resource, [])).length, 1);
      const strange = ['none', 'a/b', '%Queue%', '..', '../x', 'a?b', ''];
      assert.equal((await listKeyPairs(world.c, resource, strange)).length, 1);
      assert.equal((await listKeyPairs(world.c, resource, ['orders', 'Orders'])).length, 2);
      const fault = { service: 'arm', path: 'queues/orders/authorizationRules', status: 403 };
      await control(world.c, world.sandbox.ready, 'POST', '/faults', fault);
      await assert.rejects(listKeyPairs(world.c, resource, ['orders']), { status: 403 });
    });
  });
});
