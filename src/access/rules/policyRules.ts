import type { AccessPolicy } from '../../azure/core/model';
import { isWithheld } from '../model/facts';
import type { ReadPermission, CheckedPrincipal } from './readPermission';
import { all, any, anyOf } from './tristate';
import type { Grant, MissingFact } from '../model/verdict';

/** Whether a vault's access policies would let a managed identity get secrets, if the vault uses them. */
export function permissionByPolicies(
  principal: CheckedPrincipal,
  policies: readonly AccessPolicy[],
  notGroups: ReadonlySet<string>,
): ReadPermission {
  const relevant = policies.filter((policy) => policy.applicationId === undefined && givesGet(policy));
  const judged = relevant.map(({ objectId }) => ({
    objectId,
    concerns: any(
      sameText(objectId, principal.principalId),
      all(!notGroups.has(objectId.toLowerCase()), isInGroup(principal, objectId)),
    ),
  }));
  const grants = judged
    .filter(({ concerns }) => concerns === true)
    .map(({ objectId }): Grant => ({
      kind: 'policy',
      objectId,
      throughGroup: !sameText(objectId, principal.principalId),
    }));
  const groupIds = judged.filter(({ concerns }) => concerns === undefined).map(({ objectId }) => objectId);
  const holds = anyOf(judged.map(({ concerns }) => concerns));
  const missing = holds === undefined ? groupsMissing(principal, groupIds) : [];
  return { holds, granted: holds, grants, missing, denials: [] };
}

/** A policy with an application ID applies to a user through that application, never to a managed identity. */
export function hasCompoundPolicy(principal: CheckedPrincipal, policies: readonly AccessPolicy[]): boolean {
  return policies.some(
    (policy) =>
      policy.applicationId !== undefined &&
      sameText(policy.objectId, principal.principalId) &&
      givesGet(policy),
  );
}

export function givesGet({ permissions }: AccessPolicy): boolean {
  return (permissions.secrets ?? []).some((name) => ['get', 'all'].includes(name.toLowerCase()));
}

/** Whether `id` is a group that the principal is a member of; undefined if its groups aren't known. */
export function isInGroup({ groups }: CheckedPrincipal, id: string): boolean | undefined {
  return isWithheld(groups) ? undefined : groups.some((group) => sameText(group, id));
}

export function groupsMissing({ groups }: CheckedPrincipal, groupIds: readonly string[]): MissingFact[] {
  if (!isWithheld(groups) || groupIds.length === 0) return [];
  return [{ kind: 'groups', groupIds: [...new Set(groupIds)], reason: groups.withheld }];
}

export function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
