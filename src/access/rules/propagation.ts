import type { ReadFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import type { Grant } from '../model/verdict';

/** How long a role assignment can take to reach the data plane (Azure RBAC troubleshooting guide). */
const propagationMs = 10 * 60_000;

/** Role assignments that may not have taken effect yet. */
export interface Fresh {
  readonly assignmentIds: readonly string[];
  /** When the oldest of them was created. */
  readonly createdOn: Date;
  /** When the oldest of them has certainly taken effect. */
  readonly expectedBy: Date;
}

/** @returns undefined if one of the grants is older than that or isn't a role assignment */
export function freshUntil(
  { roles, now }: Pick<ReadFacts, 'roles' | 'now'>,
  grants: readonly Grant[],
): Fresh | undefined {
  if (isWithheld(roles.assignments)) return undefined;
  const createdOn = new Map(roles.assignments.map((one) => [one.id.toLowerCase(), one.createdOn]));
  const fresh = grants.flatMap((grant) => {
    const created = grant.kind === 'role' ? createdOn.get(grant.assignmentId.toLowerCase()) : undefined;
    const isFresh = created !== undefined && now.getTime() - created.getTime() < propagationMs;
    return grant.kind === 'role' && isFresh ? [{ id: grant.assignmentId, created }] : [];
  });
  const oldest = fresh.reduce((least, { created }) => Math.min(least, created.getTime()), Infinity);
  if (fresh.length === 0 || fresh.length < grants.length) return undefined;
  return {
    assignmentIds: fresh.map(({ id }) => id),
    createdOn: new Date(oldest),
    expectedBy: new Date(oldest + propagationMs),
  };
}
