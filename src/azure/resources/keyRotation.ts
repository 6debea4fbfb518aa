import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { JsonObject } from '../core/json';
import { listOf, objectOf, stringOf } from '../core/json';
import { callResourceManager, listResourceManager, rowsOf } from '../core/request';
import type { KeyState } from './keySwitch';
import { readKeyState } from './keySwitch';

/** How the keys of a resource type are listed and regenerated. */
interface KeyApi {
  /** As Azure spells it. */
  readonly type: string;
  readonly apiVersion: string;
  /** What comes between the resource and its keys. */
  readonly at?: string;
  readonly list?: string;
  /** Azure's names of keys that can stand in for each other. */
  readonly pairs: readonly (readonly [string, string])[];
  /** The action and the body that make a new key. `kind`: the name without `Key`. */
  readonly regenerate: (key: KeyToMake, kind: string) => readonly [action: string, body?: object];
  /** Collections of parts that have keys of their own. Keys are those of authorization rules then. */
  readonly parts?: readonly string[];
}

type KeyToMake = Pick<ResourceKey, 'id'> & { readonly keyName: string };

const primary = [['primaryKey', 'secondaryKey']] as const;
const numbered = [['key1', 'key2']] as const;
const capital = (text: string) => text.replace(/^./, (letter) => letter.toUpperCase());
const named: KeyApi['regenerate'] = ({ keyName }) => ['regenerateKey', { keyName }];
const typed: KeyApi['regenerate'] = (_, kind) => ['regenerateKey', { keyType: capital(kind) }];
const ofRule: KeyApi['regenerate'] = ({ keyName }) => ['regenerateKeys', { keyType: capital(keyName) }];

/**
 * Sources: azure-rest-api-specs, by type: storage.json; AuthorizationRules.json of Service Bus and of Event Hubs;
 * CosmosDBDatabaseAccountRegenerateKey.json; ConfigurationStoresRegenerateKey.json; SignalR_RegenerateKey.json; webpubsub.json
 * (KeyType); RedisCacheRegenerateKey.json; RedisEnterpriseDatabasesRegenerateKey.json; RegenerateKey.json of Cognitive
 * Services; search.json (AdminKeys_Regenerate); Topics_RegenerateKey.json and Domains_RegenerateKey.json.
 */
const apis: readonly KeyApi[] = [
  {
    ...{ type: 'Microsoft.Storage/storageAccounts', apiVersion: apiVersions.storage },
    ...{ pairs: numbered, regenerate: named },
  },
  {
    ...{ type: 'Microsoft.ServiceBus/namespaces', apiVersion: '2021-11-01' },
    ...{ pairs: primary, regenerate: ofRule, parts: ['queues', 'topics'] },
  },
  {
    ...{ type: 'Microsoft.EventHub/namespaces', apiVersion: '2021-11-01' },
    ...{ pairs: primary, regenerate: ofRule, parts: ['eventhubs'] },
  },
  {
    ...{ type: 'Microsoft.DocumentDB/databaseAccounts', apiVersion: apiVersions.cosmos },
    pairs: [
      ['primaryMasterKey', 'secondaryMasterKey'],
      ['primaryReadonlyMasterKey', 'secondaryReadonlyMasterKey'],
    ],
    regenerate: (_, kind) => ['regenerateKey', { keyKind: kind }],
  },
  {
    ...{ type: 'Microsoft.AppConfiguration/configurationStores', apiVersion: '2023-03-01' },
    pairs: [
      ['Primary', 'Secondary'],
      ['Primary Read Only', 'Secondary Read Only'],
    ],
    regenerate: ({ id }) => ['regenerateKey', { id }],
  },
  {
    ...{ type: 'Microsoft.Search/searchServices', apiVersion: '2023-11-01', list: 'listAdminKeys' },
    ...{ pairs: primary, regenerate: (_, kind) => [`regenerateAdminKey/${kind}`] },
  },
  {
    ...{ type: 'Microsoft.CognitiveServices/accounts', apiVersion: '2023-05-01', pairs: numbered },
    regenerate: ({ keyName }) => ['regenerateKey', { keyName: capital(keyName) }],
  },
  {
    ...{ type: 'Microsoft.Cache/redisEnterprise', apiVersion: '2024-10-01', at: 'databases/default' },
    ...{ pairs: primary, regenerate: typed },
  },
  ...(
    [
      ['Microsoft.SignalRService/SignalR', '2023-02-01', primary, typed],
      ['Microsoft.SignalRService/WebPubSub', '2023-02-01', primary, typed],
      ['Microsoft.Cache/redis', apiVersions.redis, primary, typed],
      ['Microsoft.EventGrid/topics', '2022-06-15', numbered, named],
      ['Microsoft.EventGrid/domains', '2022-06-15', numbered, named],
    ] as const
  ).map(([type, apiVersion, pairs, regenerate]) => ({ type, apiVersion, pairs, regenerate })),
];

/** The resource types whose keys can be regenerated, as Azure spells them. */
export function rotatableTypes(): readonly string[] {
  return apis.map(({ type }) => type);
}

/** A key of a resource. */
export interface ResourceKey {
  /** Unique in the resource: Azure's own name, such as `key1`, below the path of the authorization rule if it's one of a rule. */
  readonly name: string;
  /** A secret value. */
  readonly value: string;
  /** What connection strings of App Configuration contain along with the key. It's no secret. */
  readonly id?: string;
  readonly madeAt?: Date;
}

/** Reads whether the keys of a resource work. @throws AzureError */
export async function readRotatable(c: Connection, id: string, signal?: AbortSignal): Promise<KeyState> {
  return await readKeyState(c, id, apiOf(id).apiVersion, signal);
}

/**
 * The keys of a resource, by pairs that can stand in for each other.
 * @param parts queues, topics, or event hubs of the resource whose own keys are listed, too
 * @throws AzureError
 */
export async function listKeyPairs(
  c: Connection,
  { id, properties }: Pick<KeyState, 'id' | 'properties'>,
  parts: readonly string[],
  signal?: AbortSignal,
): Promise<(readonly ResourceKey[])[]> {
  const api = apiOf(id);
  const owners = api.parts ? await rulesOf(c, id, api, parts, signal) : [''];
  const lists = await Promise.all(owners.map((owner) => listAt(c, id, owner, properties, signal)));
  return lists.flatMap((keys) =>
    api.pairs.map((pair) => keys.filter(({ name }) => pair.some((one) => one === lastOf(name)))),
  );
}

/** The keys that are listed along with this one. @throws AzureError */
export async function listKeysBeside(
  c: Connection,
  id: string,
  name: string,
  signal?: AbortSignal,
): Promise<readonly ResourceKey[]> {
  return await listAt(c, id, ownerOf(name), {}, signal);
}

/** Makes a new key in place of one. @returns whether that goes on after the answer @throws AzureError */
export async function regenerateKey(
  c: Connection,
  id: string,
  key: Pick<ResourceKey, 'id' | 'name'>,
  signal?: AbortSignal,
): Promise<boolean> {
  const { path, apiVersion, body } = regenerateRequest(id, key);
  const request = { path, apiVersion, ...(body ? { body } : {}) };
  const { status } = await callResourceManager(c, { ...request, method: 'POST', once: true, signal });
  return status === 202;
}

/** The request that makes a new key in place of one. */
export function regenerateRequest(
  resourceId: string,
  { name, id }: Pick<ResourceKey, 'id' | 'name'>,
): { readonly path: string; readonly apiVersion: string; readonly body?: object } {
  const { apiVersion, regenerate, at = '' } = apiOf(resourceId);
  const keyName = lastOf(name);
  const kind = keyName.replace(/(?:Master)?Key$/, '');
  const [action, body] = regenerate({ keyName, ...(id === undefined ? {} : { id }) }, kind);
  const path = [resourceId, at, ownerOf(name), action].filter(Boolean).join('/');
  return { path, apiVersion, ...(body ? { body } : {}) };
}

/** Paths of the authorization rules of a namespace and of some of its parts. Each has at most 12 (Service Bus quotas). */
async function rulesOf(
  c: Connection,
  id: string,
  { parts: collections = [], apiVersion }: KeyApi,
  parts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string[]> {
  // Inferred: ~ stands for the slashes of a name, as in the portal's IDs. If not, the part's keys just aren't found.
  const names = new Map(parts.filter(isEntityName).map((name) => [name.toLowerCase(), name])).values();
  const below = [...names].flatMap((name) =>
    collections.map((one) => `${one}/${name.replaceAll('/', '~')}/`),
  );
  const lists = ['', ...below].map(async (part) => {
    try {
      const path = `${id}/${part}authorizationRules`;
      const rules = await listResourceManager(c, { path, apiVersion, signal });
      return rowsOf(rules, ({ name }) => stringOf(name)).map((name) => `${part}authorizationRules/${name}`);
    } catch (error) {
      // It's a queue or a topic, or was deleted since.
      if (part !== '' && error instanceof AzureError && error.status === 404) return [];
      throw error;
    }
  });
  return (await Promise.all(lists)).flat();
}

/** Settings and files contain anything, also what can't be in a path (resource-name-rules.md). */
function isEntityName(text: string): boolean {
  return /^\w[\w./~-]*$/.test(text);
}

async function listAt(
  c: Connection,
  id: string,
  owner: string,
  { keysMetadata }: JsonObject,
  signal: AbortSignal | undefined,
): Promise<ResourceKey[]> {
  const { apiVersion, list = 'listKeys', pairs, at = '' } = apiOf(id);
  const path = [id, at, owner, list].filter(Boolean).join('/');
  const json = objectOf((await callResourceManager(c, { method: 'POST', path, apiVersion, signal })).body);
  const items = [...listOf(json['keys']), ...listOf(json['value'])].map(objectOf);
  const keys = pairs.flat().flatMap((name): ResourceKey[] => {
    const item = items.find(({ keyName, name: itself }) => (keyName ?? itself) === name);
    const value = stringOf(item ? item['value'] : json[name]);
    const time = item?.['creationTime'] ?? item?.['lastModified'];
    const made = Date.parse(stringOf(time ?? objectOf(objectOf(keysMetadata)[name])['generationTime']) ?? '');
    const keyId = stringOf(item?.['id']);
    if (value === undefined || value === '') return [];
    return [
      {
        ...{ name: owner === '' ? name : `${owner}/${name}`, value },
        ...(keyId === undefined ? {} : { id: keyId }),
        ...(Number.isNaN(made) ? {} : { madeAt: new Date(made) }),
      },
    ];
  });
  if (keys.length > 0) return keys;
  throw new AzureError(l10n.t("The resource didn't return a key."), { code: 'BadAnswer' });
}

function apiOf(resourceId: string): KeyApi {
  const type = /\/providers\/([^/]+\/[^/]+)\//.exec(resourceId)?.[1]?.toLowerCase();
  const api = apis.find((one) => one.type.toLowerCase() === type);
  if (api) return api;
  throw new AzureError(l10n.t('Keyless knows no way to rotate the keys of this resource type.'), {
    code: 'InvalidResourceType',
  });
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function ownerOf(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf('/'), 0));
}
