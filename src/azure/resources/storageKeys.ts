import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { listOf, objectOf, stringOf } from '../core/json';
import { callResourceManager } from '../core/request';

/** The keys of a storage account by name, such as `key1`. They are secret values. @throws AzureError */
export async function listStorageKeys(
  c: Connection,
  accountId: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const path = `${accountId}/listKeys`;
  const { body } = await callResourceManager(c, {
    ...{ method: 'POST', path, apiVersion: apiVersions.storage, signal },
  });
  return keysIn(body);
}

/** Makes a new key in place of one, which stops working. @returns all keys. They are secret values. @throws AzureError */
export async function regenerateStorageKey(
  c: Connection,
  accountId: string,
  keyName: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const path = `${accountId}/regenerateKey`;
  const { body } = await callResourceManager(c, {
    ...{ method: 'POST', path, apiVersion: apiVersions.storage },
    ...{ body: { keyName }, once: true, signal },
  });
  return keysIn(body);
}

function keysIn(body: unknown): ReadonlyMap<string, string> {
  const keys = listOf(objectOf(body)['keys']).flatMap((item) => {
    const { keyName, value } = objectOf(item);
    return typeof keyName === 'string' && stringOf(value) ? [[keyName, String(value)] as const] : [];
  });
  if (keys.length > 0) return new Map(keys);
  throw new AzureError(l10n.t("The storage account didn't return a key."), { code: 'BadAnswer' });
}
