import { isAtOrBelow } from '../arm/ids';
import type { ArmCall } from '../arm/provider';
import type { SandboxContext } from '../context';
import { findRoleDefinition, inEffect } from './rbac';

/** `{scope}/providers/Microsoft.Authorization/permissions`: what the caller's roles permit at the scope. */
export function listPermissions({ world, clock }: SandboxContext, call: ArmCall): { value: object[] } {
  const principals = [call.caller.objectId, ...call.caller.groupIds];
  const value = world.roleAssignments
    .filter(
      (assignment) =>
        principals.includes(assignment.principalId) &&
        isAtOrBelow(call.scope, assignment.scope) &&
        inEffect(assignment, clock.now()),
    )
    .flatMap((assignment) => findRoleDefinition(world, assignment.roleDefinitionId)?.permissions ?? []);
  return { value };
}
