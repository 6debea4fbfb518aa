import { sameId } from '../../azure/core/armId';
import type { Connection } from '../../azure/core/connection';
import type { RoleAssignment } from '../../azure/core/model';

/** Role assignments take up to 10 minutes to take effect (Azure RBAC troubleshooting guide). */
const settlingTime = 10 * 60_000;
/** The sandbox has an interval of its own, which is shorter. */
const settlingTimeOfSandbox = 5000;

/**
 * When the roles of an identity have taken effect, in epoch milliseconds. Nothing shows that from outside: only the app can
 * get a token of its identity.
 * @param held the role assignments that it had before
 * @param added whether it got more of them just now
 */
export function settledAt(
  c: Connection,
  held: readonly RoleAssignment[],
  principalId: string | undefined,
  added: boolean,
): number {
  let last = added ? c.clock.now() : 0;
  for (const one of held)
    if (sameId(one.principalId, principalId ?? '')) last = Math.max(last, one.createdOn?.getTime() ?? 0);
  return last + (c.cloud.local ? settlingTimeOfSandbox : settlingTime);
}
