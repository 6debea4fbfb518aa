import { apiVersions } from '../core/apiVersions';
import { sameId } from '../core/armId';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringOf } from '../core/json';
import { callResourceManager } from '../core/request';

/** Which of a resource's user-assigned identities still exist, by ID in lowercase. One that can't be read may exist. */
export async function existenceOf(
  c: Connection,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, boolean>> {
  const check = async (id: string) => {
    try {
      return [id.toLowerCase(), await identityExists(c, id, undefined, signal)] as const;
    } catch (error) {
      if (error instanceof AzureError) return [id.toLowerCase(), true] as const;
      throw error;
    }
  };
  return new Map(await Promise.all(ids.map(check)));
}

/**
 * Whether a user-assigned identity still exists. A resource keeps listing an identity that was deleted
 * (Azure/azure-libraries-for-net#839).
 * @param principalId if given, an identity that was created again under the same name counts as another one
 * @throws AzureError if it can't be read
 */
export async function identityExists(
  c: Connection,
  resourceId: string,
  principalId?: string,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    const request = { path: resourceId, apiVersion: apiVersions.managedIdentity, signal };
    const { body } = await callResourceManager(c, { method: 'GET', ...request });
    const now = stringOf(objectOf(objectOf(body)['properties'])['principalId']);
    return principalId === undefined || now === undefined || sameId(now, principalId);
  } catch (error) {
    // A subscription that can't be found may only be invisible to the account.
    if (error instanceof AzureError && /^Resource(Group)?NotFound$/.test(error.code ?? '')) return false;
    throw error;
  }
}
