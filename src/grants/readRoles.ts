import type { Known, RoleFacts } from '../access/model/facts';
import type { Connection } from '../azure/core/connection';
import { isAbort, toAzureError } from '../azure/core/errors';
import { listDenyAssignmentsAt, listRoleAssignmentsAt, listRoleDefinitions } from '../azure/directory/roles';

/**
 * All that roles say at a scope (ARM ID of a subscription, a vault or a secret): the assignments above and below it
 * too. What is refused is withheld, with the reason. @throws only where cancelled
 * @param definitionScope where the roles are looked up; the scope itself unless told
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

/** What is read, or why it could not be. @throws only where cancelled */
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
