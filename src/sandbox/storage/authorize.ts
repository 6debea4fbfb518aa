import { decide } from '../authorization/rbac';
import type { SandboxContext } from '../context';
import { accountBody } from '../arm/storageAccounts';
import { networkBlockFor } from '../keyvault/networkAcls';
import type { NetworkAcls, OtherResource } from '../world/world';
import { StorageError } from './errors';

/** Who asks: someone with a key of the account, or the principals of a token. */
export type StorageCaller = { kind: 'key' } | { kind: 'identity'; principalIds: string[] };

/** What a request needs, any of `rights`: "Permissions for calling data operations" of the storage REST API. */
export interface Needed {
  rights: readonly { action: string; kind: 'action' | 'dataAction' }[];
  scope: string;
}

/**
 * Lets a caller who has proved who they are do something, or refuses.
 * @param address the client's, for the firewall
 * @throws StorageError 403
 */
export function authorize(
  context: SandboxContext,
  account: OtherResource,
  caller: StorageCaller,
  { rights, scope }: Needed,
  address: string,
): void {
  const { world, clock } = context;
  // Azure/azure-webjobs-sdk#2921
  if (isBlocked(account, address))
    throw new StorageError(
      403,
      'AuthorizationFailure',
      'This request is not authorized to perform this operation.',
    );
  if (caller.kind === 'key') {
    if (account.properties['allowSharedKeyAccess'] === false)
      throw new StorageError(
        403,
        'KeyBasedAuthenticationNotPermitted',
        'Key based authentication is not permitted on this storage account.',
      );
    return;
  }
  const now = clock.now();
  const allowed = rights.some(
    ({ action, kind }) => decide(world, now, caller.principalIds, action, kind, scope).allowed,
  );
  if (!allowed)
    throw new StorageError(
      403,
      'AuthorizationPermissionMismatch',
      'This request is not authorized to perform this operation using this permission.',
    );
}

function isBlocked(account: OtherResource, address: string): boolean {
  const { networkAcls, publicNetworkAccess } = accountBody(account).properties as {
    networkAcls: NetworkAcls;
    publicNetworkAccess?: string;
  };
  const rules = { networkAcls, publicNetworkAccess: publicNetworkAccess ?? 'Enabled' };
  return networkBlockFor(rules, address) !== undefined;
}
