import type { ResourceFacts } from '../../access/replace/replaceFacts';
import {
  listRegistryPasswords,
  listServiceKeys,
  readInstrumentationKey,
} from '../../azure/resources/serviceKeys';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import { getSecretValue } from '../../azure/keyVault/secrets';
import { getKeyVault } from '../../azure/keyVault/vaults';
import * as l10n from '@vscode/l10n';

/** Where the old value of a setting can be read again. It contains no secret value itself. */
export type OldValue =
  | {
      readonly kind: 'secret';
      readonly vaultId: string;
      readonly secretName: string;
      readonly secretVersion?: string;
    }
  /** What surrounds the key in the value, which is made of it and the resource's key of that name. */
  | {
      readonly kind: 'storageKey' | 'cosmosKey' | 'redisKey' | 'registryPassword' | 'instrumentationKey';
      readonly accountId: string;
      readonly keyName: string;
      readonly before: string;
      readonly after: string;
    };

/** By resource type, in lowercase. */
const listings = {
  'microsoft.storage/storageaccounts': { kind: 'storageKey', list: listServiceKeys },
  'microsoft.documentdb/databaseaccounts': { kind: 'cosmosKey', list: listServiceKeys },
  'microsoft.cache/redis': { kind: 'redisKey', list: listServiceKeys },
  'microsoft.containerregistry/registries': { kind: 'registryPassword', list: listRegistryPasswords },
  'microsoft.insights/components': { kind: 'instrumentationKey', list: readInstrumentationKey },
} as const;

/**
 * Where a resource lists the key of a connection string again, so that no copy is needed; undefined if it's none of its
 * keys, such as for a shared access signature. @throws AzureError if the keys can't be listed
 */
export async function listedAgain(
  c: Connection,
  { id: accountId, type }: Pick<ResourceFacts, 'id' | 'type'>,
  value: string,
  signal?: AbortSignal,
): Promise<OldValue | undefined> {
  const listing = Object.entries(listings).find(([name]) => name === type)?.[1];
  if (!listing) return undefined;
  for (const [keyName, key] of await listing.list(c, accountId, signal)) {
    const [before, after, ...more] = value.split(key);
    if (before === undefined || after === undefined || more.length > 0) continue;
    if (isHarmless(before + after)) return { kind: listing.kind, accountId, keyName, before, after };
  }
  return undefined;
}

/** Reads the old value, which is a secret value. @throws AzureError */
export async function readOldValue(c: Connection, where: OldValue, signal?: AbortSignal): Promise<string> {
  if (where.kind === 'secret') {
    const vault = await getKeyVault(c, where.vaultId, signal);
    return await getSecretValue(c, vault, where.secretName, where.secretVersion, signal);
  }
  const { kind, accountId, keyName, before, after } = where;
  const listing = Object.values(listings).find((one) => one.kind === kind);
  const key = (await listing?.list(c, accountId, signal))?.get(keyName);
  if (key !== undefined) return before + key + after;
  throw new AzureError(l10n.t('The resource has no key named {0}.', keyName), { code: 'KeyNotFound' });
}

/** Whether a connection string without its key contains nothing but names, addresses, and numbers. */
function isHarmless(text: string): boolean {
  const harmless = (separator: string, part: RegExp) => text.split(separator).every((one) => part.test(one));
  return harmless(';', partOfOthers) || harmless(',', partOfRedis);
}

const partOfOthers =
  /^\s*(?:(?:AccountKey|InstrumentationKey)=|(?:DefaultEndpointsProtocol|AccountName|EndpointSuffix|AccountEndpoint|Database|IngestionEndpoint|LiveEndpoint|ProfilerEndpoint|SnapshotEndpoint|ApplicationId|AADAudience|(?:Blob|Queue|Table|File)(?:Secondary)?Endpoint)=[^?&@]*)?\s*$/i;
const partOfRedis =
  /^\s*(?:[\w.-]+:\d+|password=|(?:ssl|abortConnect|allowAdmin|connectRetry|connectTimeout|syncTimeout|asyncTimeout|keepAlive|defaultDatabase)=\w*)?\s*$/i;
