import { sameId } from '../arm/ids';
import type { World } from '../world/world';
import type { RoleAssignment } from '../world/rights';

/**
 * The type of the principal with this object ID in the directory; undefined while it hasn't been replicated.
 */
export function principalTypeOf(
  world: World,
  objectId: string,
  now: number,
): RoleAssignment['principalType'] | undefined {
  if (world.users.some((user) => sameId(user.objectId, objectId))) return 'User';
  if (world.groups.some((group) => sameId(group.objectId, objectId))) return 'Group';
  for (const principal of world.servicePrincipals.values()) {
    if (sameId(principal.objectId, objectId) && principal.visibleFrom <= now) return 'ServicePrincipal';
  }
  return undefined;
}

/** The groups that a user or service principal belongs to. */
export function groupsOf(world: World, objectId: string): string[] {
  const user = world.users.find((candidate) => sameId(candidate.objectId, objectId));
  if (user !== undefined) return user.groupIds;
  for (const principal of world.servicePrincipals.values())
    if (sameId(principal.objectId, objectId)) return principal.groupIds;
  return [];
}
