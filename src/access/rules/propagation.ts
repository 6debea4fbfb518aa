import type { ReadFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import type { Grant } from '../model/verdict';

/** How long a role assignment may take until the data plane knows it (troubleshooting guide of Azure RBAC). */
const propagationMs = 10 * 60_000;

/** Role assignments that may be unknown to the service still. */
export interface Fresh {
  readonly assignmentIds: readonly string[];
  /** Of the oldest of them. */
  readonly createdOn: Date;
  /** When the first of them has certainly arrived. */
  readonly expectedBy: Date;
}

/** @returns undefined where one of the grants is older than that, or no role assignment */
export function freshUntil({ roles, now }: ReadFacts, grants: readonly Grant[]): Fresh | undefined {
  if (isWithheld(roles.assignments)) return undefined;
  const createdOn = new Map(roles.assignments.map((one) => [one.id.toLowerCase(), one.createdOn]));
  const fresh = grants.flatMap((grant) => {
    const created = grant.kind === 'role' ? createdOn.get(grant.assignmentId.toLowerCase()) : undefined;
    const isFresh = created !== undefined && now.getTime() - created.getTime() < propagationMs;
    return grant.kind === 'role' && isFresh ? [{ id: grant.assignmentId, created }] : [];
  });
  const oldest = Math.min(...fresh.map(({ created }) => created.getTime()));
  if (fresh.length === 0 || fresh.length < grants.length) return undefined;
  return {
    assignmentIds: fresh.map(({ id }) => id),
    createdOn: new Date(oldest),
    expectedBy: new Date(oldest + propagationMs),
  };
}
