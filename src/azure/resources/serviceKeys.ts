import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf } from '../core/json';
import { callResourceManager } from '../core/request';

/** The keys of a Cosmos DB account by name, such as `primaryMasterKey`. They are secret values. @throws AzureError */
export async function listCosmosKeys(
  c: Connection,
  accountId: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  return await listKeys(c, accountId, apiVersions.cosmos, signal);
}

/** For services that answer with one member for each key. */
async function listKeys(
  c: Connection,
  resourceId: string,
  apiVersion: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const path = `${resourceId}/listKeys`;
  const { body } = await callResourceManager(c, { method: 'POST', path, apiVersion, signal });
  const keys = Object.entries(objectOf(body)).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [[name, value] as const] : [],
  );
  if (keys.length > 0) return new Map(keys);
  throw new AzureError(l10n.t("The resource didn't return a key."), { code: 'BadAnswer' });
}
