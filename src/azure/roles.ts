import type { Connection } from './connection';
import type { RoleAssignment } from './model';

const notYet = (...args: unknown[]): Promise<never> => Promise.reject(new Error(`not yet${args.length}`));

export interface RoleDefinition {
  /** ARM ID. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly RolePermissions[];
}

export interface RolePermissions {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

/** Role assignments of a principal (groups included) at, above and below a subscription. */
export const listRoleAssignmentsOf = (
  c: Connection,
  subscriptionId: string,
  principalId: string,
  signal?: AbortSignal,
): Promise<RoleAssignment[]> => notYet(c, subscriptionId, principalId, signal);
/** Role definitions that can be assigned at a scope. */
export const listRoleDefinitions = (
  c: Connection,
  scope: string,
  signal?: AbortSignal,
): Promise<RoleDefinition[]> => notYet(c, scope, signal);
