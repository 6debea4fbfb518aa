import type { Connection } from '../../azure/core/connection';
import { supportedVersion } from '../../azure/core/apiVersions';
import { identityExists } from '../../azure/directory/identityExists';
import { getResourceJson } from '../../azure/resources/resources';
import type { Change } from '../../changes/change';

/**
 * Leaves out user-assigned identities that no longer exist: an app goes on listing them, and a deployment that names one
 * fails (Azure/azure-libraries-for-net#839). One that can't be read stays.
 */
export function withoutGoneIdentities(
  c: Connection,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<Change[]> {
  return Promise.all(
    changes.map(async (change) => {
      if (!('app' in change)) return change;
      const { identity } = change.app;
      const exist = await Promise.all(
        identity.userAssigned.map(({ resourceId }) =>
          identityExists(c, resourceId, undefined, signal).catch(() => true),
        ),
      );
      signal.throwIfAborted();
      const userAssigned = identity.userAssigned.filter((_, index) => exist[index]);
      return { ...change, app: { ...change.app, identity: { ...identity, userAssigned } } };
    }),
  );
}

/**
 * The API versions that the cloud knows. Clouds other than the public one get new ones later (azure-cli#18006, #23888), and
 * only their answer shows which they have, so the vaults of the changes are read once.
 */
export async function versionsOf(
  c: Connection,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<(type: string, version: string) => string> {
  const vaults = new Set(changes.flatMap((change) => ('vaultId' in change ? [change.vaultId] : [])));
  if (c.cloud.name !== 'AzureCloud')
    await Promise.all([...vaults].map((id) => getResourceJson(c, id, signal).catch(() => undefined)));
  signal.throwIfAborted();
  return (type, version) => supportedVersion(c, type, version);
}
