import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import { sameId } from '../core/armId';
import type { Connection } from '../core/connection';
import { AzureError, isAbsence } from '../core/errors';
import { guidFrom, requirePrincipalId } from '../core/guid';
import type { JsonObject } from '../core/json';
import { dateOf, isObject, listOf, objectOf, stringOf, stringsOf } from '../core/json';
import type { RoleAssignment } from '../core/model';
import { callResourceManager, listResourceManager, rowsOf } from '../core/request';
import { pause } from '../core/clock';
import { settleAll } from '../core/wait';
import { delegatedIdentityOf } from './delegatedIdentity';

const apiVersion = apiVersions.authorization;

export interface RoleDefinition {
  /** ARM ID. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Whether it was created in this tenant instead of being built into Azure. */
  readonly custom: boolean;
  readonly permissions: readonly RolePermissions[];
}

export interface RolePermissions {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

/**
 * A principal's role assignments, direct or through groups, at, below and above a subscription.
 * @throws RangeError unless `principalId` is a GUID; AzureError
 */
export async function listRoleAssignmentsOf(
  c: Connection,
  subscriptionId: string,
  principalId: string,
  signal?: AbortSignal,
): Promise<RoleAssignment[]> {
  requirePrincipalId(principalId);
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleAssignments`;
  const query = { $filter: `assignedTo('${principalId}')` };
  return rowsOf(await listResourceManager(c, { path, apiVersion, query, signal }), assignmentOf);
}

/** Role assignments at, above and below a scope (an ARM ID). @throws AzureError */
export async function listRoleAssignmentsAt(
  c: Connection,
  scope: string,
  signal?: AbortSignal,
): Promise<RoleAssignment[]> {
  const path = `${scope}/providers/Microsoft.Authorization/roleAssignments`;
  return rowsOf(await listResourceManager(c, { path, apiVersion, signal }), assignmentOf);
}

/** Role definitions that can be assigned at a scope, e.g. `/subscriptions/S`. @throws AzureError */
export async function listRoleDefinitions(
  c: Connection,
  scope: string,
  signal?: AbortSignal,
): Promise<RoleDefinition[]> {
  const path = `${scope}/providers/Microsoft.Authorization/roleDefinitions`;
  const items = await listResourceManager(c, { path, apiVersion, signal });
  return rowsOf(items, (item) => {
    const id = stringOf(item['id']);
    if (id === undefined) return undefined;
    const properties = objectOf(item['properties']);
    return {
      id,
      name: stringOf(properties['roleName']) ?? '',
      description: stringOf(properties['description']) ?? '',
      custom: stringOf(properties['type'])?.toLowerCase() === 'customrole',
      permissions: listOf(properties['permissions']).filter(isObject).map(permissionsOf),
    };
  });
}

export interface NewRoleAssignment {
  /** ARM ID of a subscription, a resource group, a resource, or a secret in a vault. */
  readonly scope: string;
  /** A full ARM ID, see {@link roleDefinitionIdOf}. */
  readonly roleDefinitionId: string;
  readonly principalId: string;
  /** Defaults to `ServicePrincipal`, which is correct for a managed identity. */
  readonly principalType?: string;
  /** ARM ID of the resource with the system-assigned identity, or of the user-assigned identity; looked up if needed. */
  readonly identityId?: string;
  /** Whether the principal was just created, so that it can't have a role yet. */
  readonly isNew?: boolean;
}

/** A role assignment after a write, and whether that write created it. */
export interface WrittenRoleAssignment {
  readonly assignment: RoleAssignment;
  /** False if the principal already had the role at that scope. */
  readonly created: boolean;
  /** ARM ID of the identity's resource, if the scope's tenant isn't the connection's. */
  readonly delegatedIdentityId?: string;
}

/**
 * Assigns a role to a principal at a scope, or returns an existing assignment, which may have a condition. The name is a
 * GUID derived from scope, principal and role, so that concurrent calls create only one. Waits for a principal that is
 * too new for the directory.
 * @param ready what the write waits for, too
 * @throws RangeError unless `principalId` is a GUID and `roleDefinitionId` a full ID; AzureError
 */
export async function createRoleAssignment(
  c: Connection,
  wanted: NewRoleAssignment,
  signal?: AbortSignal,
  ready: Promise<unknown> = Promise.resolve(),
): Promise<WrittenRoleAssignment> {
  requirePrincipalId(wanted.principalId);
  requireRoleDefinitionId(wanted.roleDefinitionId);
  // A repeated PUT with the same name is answered like the first one, so look for an existing assignment first.
  const find = async () => (wanted.isNew ? undefined : await findRoleAssignment(c, wanted, signal));
  const [before] = await settleAll([find(), ready]);
  if (before) return { assignment: before, created: false };
  try {
    const delegatedIdentityId = await delegatedIdentityOf(c, wanted, signal);
    const delegated = delegatedIdentityId === undefined ? {} : { delegatedIdentityId };
    const assignment = await putRoleAssignment(c, { ...wanted, ...delegated }, signal);
    return { assignment, created: true, ...delegated };
  } catch (error) {
    if (!(error instanceof AzureError) || error.code !== 'RoleAssignmentExists') throw error;
    const made = await findRoleAssignment(c, wanted, signal);
    if (!made) throw error;
    return { assignment: made, created: false };
  }
}

/** A role assignment by its ARM ID; undefined if it doesn't exist. @throws AzureError */
export async function readRoleAssignment(
  c: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<RoleAssignment | undefined> {
  try {
    const { body } = await callResourceManager(c, { method: 'GET', path: id, apiVersion, signal });
    const [assignment] = rowsOf([body], assignmentOf);
    return assignment;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Removes a role assignment by its ARM ID, and succeeds if it is already gone. @throws AzureError */
export async function deleteRoleAssignment(c: Connection, id: string, signal?: AbortSignal): Promise<void> {
  await callResourceManager(c, { method: 'DELETE', path: id, apiVersion, signal });
}

async function findRoleAssignment(
  c: Connection,
  { scope, principalId, roleDefinitionId }: NewRoleAssignment,
  signal: AbortSignal | undefined,
): Promise<RoleAssignment | undefined> {
  const path = `${scope}/providers/Microsoft.Authorization/roleAssignments`;
  const query = { $filter: `principalId eq '${principalId}'` };
  const found = rowsOf(await listResourceManager(c, { path, apiVersion, query, signal }), assignmentOf);
  return found.find(
    (assignment) =>
      sameId(assignment.scope, scope) &&
      sameId(assignment.principalId, principalId) &&
      roleGuid(assignment.roleDefinitionId) === roleGuid(roleDefinitionId),
  );
}

/** Pauses between attempts for a principal that is too new; 75 seconds in total. */
const replicationPauses = [1000, 2000, 4000, 8000, 15_000, 20_000, 25_000];

async function putRoleAssignment(
  c: Connection,
  wanted: NewRoleAssignment & Pick<WrittenRoleAssignment, 'delegatedIdentityId'>,
  signal: AbortSignal | undefined,
): Promise<RoleAssignment> {
  const { scope, roleDefinitionId, principalId, principalType = 'ServicePrincipal' } = wanted;
  const { delegatedIdentityId } = wanted;
  const name = guidFrom(`${scope}|${principalId}|${roleGuid(roleDefinitionId)}`.toLowerCase());
  const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
  const delegated =
    delegatedIdentityId === undefined ? {} : { delegatedManagedIdentityResourceId: delegatedIdentityId };
  const body = { properties: { roleDefinitionId, principalId, principalType, ...delegated } };
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await callResourceManager(c, { method: 'PUT', path, apiVersion, body, signal });
      const assignment = assignmentOf(objectOf(answer.body));
      if (!assignment)
        throw new AzureError(l10n.t("The response isn't a role assignment."), {
          status: answer.status,
          code: 'BadAnswer',
        });
      return assignment;
    } catch (error) {
      const tooNew = error instanceof AzureError && error.code === 'PrincipalNotFound';
      if (!tooNew || attempt === replicationPauses.length) throw error;
    }
    await pause(c, replicationPauses[attempt] ?? 0, signal);
  }
}

/**
 * The ID of a built-in role as a role assignment needs it. Resource Manager answers a bare GUID with 400
 * `BadRequestFormat` (pulumi-azure-native#779, azure-cli#2458, bicep#2031).
 */
export function roleDefinitionIdOf(subscriptionId: string, guid: string): string {
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
}

/** A role's GUID in lowercase. The same role has a different ARM ID at each scope. */
export function roleGuid(roleDefinitionId: string): string {
  return roleDefinitionId.slice(roleDefinitionId.lastIndexOf('/') + 1).toLowerCase();
}

const fullRoleDefinitionId =
  /\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function requireRoleDefinitionId(id: string): void {
  if (!fullRoleDefinitionId.test(id)) throw new RangeError('Not the full ID of a role definition.');
}

/** Reads a role assignment from either service: Resource Graph's rows have the same properties. */
export function assignmentOf(item: JsonObject): RoleAssignment | undefined {
  const id = stringOf(item['id']);
  const properties = objectOf(item['properties']);
  const roleDefinitionId = stringOf(properties['roleDefinitionId']);
  const principalId = stringOf(properties['principalId']);
  if (id === undefined || roleDefinitionId === undefined || principalId === undefined) return undefined;
  const condition = stringOf(properties['condition']);
  const createdOn = dateOf(properties['createdOn']);
  return {
    id,
    roleDefinitionId,
    principalId,
    scope: stringOf(properties['scope']) ?? '/',
    principalType: stringOf(properties['principalType']) ?? '',
    ...(condition === undefined ? {} : { condition }),
    ...(createdOn === undefined ? {} : { createdOn }),
  };
}

export function permissionsOf(json: Readonly<Record<string, unknown>>): RolePermissions {
  return {
    actions: stringsOf(json['actions']),
    notActions: stringsOf(json['notActions']),
    dataActions: stringsOf(json['dataActions']),
    notDataActions: stringsOf(json['notDataActions']),
  };
}
