import type { KeyAccessFacts, KeyUser } from '../../access/keyAccess/keyAccessFacts';
import { daysCounted, keyUsersOf } from '../../access/keyAccess/keyAccessFacts';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import { readKeyedResource } from '../../azure/resources/keySwitch';
import type { KeyRequests } from '../../azure/resources/keyUse';
import { countKeyRequests } from '../../azure/resources/keyUse';
import type { AppsInScope } from '../../inventory/findKeys';
import { findKeysOf } from '../../inventory/findKeys';

/**
 * Reads who uses the keys of a resource, as far as that can be seen. No key is read.
 * @param sight the apps to look into
 * @throws AzureError if the resource can't be read
 */
export async function readKeyAccessFacts(
  c: Connection,
  resourceId: string,
  { apps, unlisted }: AppsInScope,
  signal: AbortSignal,
): Promise<KeyAccessFacts> {
  const resource = await readKeyedResource(c, resourceId, signal);
  const { type } = resource.keySwitch;
  const holders: KeyUser[] = [];
  const unread = unlisted.map(({ name }) => name);
  const find = findKeysOf(
    apps,
    ({ connection: { accountId, tenantId }, app, found, failure }) => {
      const isElsewhere = accountId !== c.accountId || tenantId !== c.tenantId;
      const findings = found?.keys.map(({ finding }) => finding);
      if (failure) unread.push(app.name);
      else if (findings) holders.push({ app, findings, ...(isElsewhere ? { isElsewhere } : {}) });
    },
    signal,
  );
  const [, requests] = await Promise.all([find, requestsOf(c, resource.id, type, signal)]);
  const users = keyUsersOf({ name: resource.name, type }, holders);
  return {
    ...{ resource, keySwitch: resource.keySwitch, appsRead: holders.length },
    users: users.sort((one, other) => one.app.id.localeCompare(other.app.id)),
    unread: unread.sort((one, other) => one.localeCompare(other)),
    ...(requests === undefined ? {} : { requests }),
  };
}

async function requestsOf(
  c: Connection,
  id: string,
  type: string,
  signal: AbortSignal,
): Promise<KeyRequests | 'unread' | undefined> {
  if (type !== 'Microsoft.Storage/storageAccounts') return undefined;
  try {
    return await countKeyRequests(c, id, daysCounted, signal);
  } catch (error) {
    if (error instanceof AzureError) return 'unread';
    throw error;
  }
}
