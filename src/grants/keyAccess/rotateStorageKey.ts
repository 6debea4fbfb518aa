import type { Connection } from '../../azure/core/connection';
import { objectOf, stringOf } from '../../azure/core/json';
import type { KeyedResource } from '../../azure/resources/keySwitch';
import { readKeyedResource } from '../../azure/resources/keySwitch';
import { regenerateStorageKey } from '../../azure/resources/storageKeys';

/** Makes a new key in place of one of a storage account, also if the answer is lost. @throws AzureError if the old one still works */
export async function rotateStorageKey(
  c: Connection,
  accountId: string,
  keyName: string,
  signal: AbortSignal,
): Promise<void> {
  const before = madeAtOf(await readKeyedResource(c, accountId, signal), keyName);
  try {
    await regenerateStorageKey(c, accountId, keyName, signal);
  } catch (error) {
    // A request that failed or was canceled may have reached the service.
    const account = await readKeyedResource(c, accountId).catch(() => undefined);
    const after = account && madeAtOf(account, keyName);
    if (after === undefined || after.getTime() === before?.getTime()) throw error;
  }
}

/** When a key of a storage account was made. */
export function madeAtOf(
  { properties }: Pick<KeyedResource, 'properties'>,
  keyName: string,
): Date | undefined {
  const at = Date.parse(stringOf(objectOf(properties['keyCreationTime'])[keyName]) ?? '');
  return Number.isNaN(at) ? undefined : new Date(at);
}
