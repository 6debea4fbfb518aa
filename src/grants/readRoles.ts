import type { Known, RoleFacts } from '../access/model/facts';
import { isWithheld } from '../access/model/facts';
import type { Connection } from '../azure/core/connection';
import { isAbort, toAzureError } from '../azure/core/errors';
import { listRoleAssignmentsAt, listRoleDefinitions, roleGuid } from '../azure/directory/roles';
import { listDenyAssignmentsAt } from '../azure/directory/denyAssignments';

/**
 * Reads everything about roles at a scope (ARM ID of a subscription, vault, or secret), including assignments above and
 * below it. What is refused is withheld, with the reason. @throws only when canceled
 * @param definitionScope where to look up the role definitions; by default, the scope itself
 */
export async function readRolesAt(
  c: Connection,
  scope: string,
  signal?: AbortSignal,
  definitionScope = scope,
): Promise<RoleFacts> {
  const [assignments, definitions, denyAssignments] = await Promise.all([
    known(() => listRoleAssignmentsAt(c, scope, signal)),
    known(() => listRoleDefinitions(c, definitionScope, signal)),
    known(() => listDenyAssignmentsAt(c, scope, signal)),
  ]);
  return { assignments, definitions, denyAssignments, unreadableScopes: [] };
}

/**
 * The same for one of several scopes. Most roles are the same everywhere, so role definitions are read at the scope only if
 * one that is assigned isn't among those that are known.
 */
export async function readRolesAmong(
  c: Connection,
  scope: string,
  common: Promise<RoleFacts['definitions']>,
  signal: AbortSignal | undefined,
): Promise<RoleFacts> {
  const [assignments, denyAssignments, definitions] = await Promise.all([
    known(() => listRoleAssignmentsAt(c, scope, signal)),
    known(() => listDenyAssignmentsAt(c, scope, signal)),
    common,
  ]);
  const ids = new Set(isWithheld(definitions) ? [] : definitions.map(({ id }) => roleGuid(id)));
  const complete =
    isWithheld(assignments) ||
    assignments.every(({ roleDefinitionId }) => ids.has(roleGuid(roleDefinitionId)));
  return {
    assignments,
    definitions: complete ? definitions : await known(() => listRoleDefinitions(c, scope, signal)),
    denyAssignments,
    unreadableScopes: [],
  };
}

/** The result, or why it couldn't be read. @throws only when canceled */
export async function known<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return await read();
  } catch (error) {
    return withheld(error);
  }
}

export function withheld(error: unknown): { readonly withheld: string } {
  if (isAbort(error)) throw error;
  const { innerCode, code, status, message } = toAzureError(error);
  return { withheld: innerCode ?? code ?? (status === undefined ? message : `HTTP ${status}`) };
}
