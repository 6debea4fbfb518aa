import { methodNotAllowed } from '../arm/errors';
import { idKey, isAtOrBelow, sameId } from '../arm/ids';
import { isRecord } from '../arm/json';
import { pageOf } from '../arm/paging';
import { ArmError, resourceNotFound, type ArmCall } from '../arm/provider';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import { findRoleDefinition } from './rbac';
import type { RoleAssignment } from '../world/rights';
import type { ConditionAttributes } from './condition';
import { readAuthorizationFilter } from './filter';
import { checkDelegation } from './delegation';
import { isGuid } from './guid';
import { extendedResource } from './extendedResource';
import { groupsOf, principalTypeOf } from './principals';
import { roleDefinitionDoesNotExist } from './roleDefinitions';

const write = 'Microsoft.Authorization/roleAssignments/write';
const remove = 'Microsoft.Authorization/roleAssignments/delete';

/** Role assignments at any scope. They take effect, and stop having it, after the run's propagation delay. */
export class RoleAssignments {
  constructor(private readonly context: SandboxContext) {}

  async handle(call: ArmCall, name: string | undefined): Promise<Answer> {
    if (name === undefined) {
      if (call.method !== 'GET') throw methodNotAllowed(call.method);
      return {
        status: 200,
        json: pageOf(call, this.context.endpoints.resourceManager, this.list(call), 2000),
      };
    }
    switch (call.method) {
      case 'GET':
        return { status: 200, json: assignmentJson(this.existing(call, name), call.apiVersion) };
      case 'PUT':
        return { status: 201, json: this.put(call, name, await call.json()) };
      case 'DELETE':
        return this.delete(call, name);
      default:
        throw methodNotAllowed(call.method);
    }
  }

  private list(call: ArmCall): object[] {
    const filter = readAuthorizationFilter(call.query.get('$filter'), ['principalid']);
    const { assignedTo } = filter;
    const principalId = filter.values['principalid'];
    const principals =
      assignedTo === undefined ? undefined : [assignedTo, ...groupsOf(this.context.world, assignedTo)];
    return this.live()
      .filter(
        (assignment) =>
          (isAtOrBelow(call.scope, assignment.scope) ||
            (!filter.atScope && isAtOrBelow(assignment.scope, call.scope))) &&
          (principalId === undefined || sameId(assignment.principalId, principalId)) &&
          (principals === undefined || principals.some((id) => sameId(id, assignment.principalId))),
      )
      .map((assignment) => assignmentJson(assignment, call.apiVersion));
  }

  private put(call: ArmCall, name: string, body: unknown): object {
    const { world, clock, settings } = this.context;
    const wanted = readRequest(body);
    call.authorize(write, undefined, attributesOf('request', wanted));
    if (!isGuid(name)) {
      throw new ArmError(
        400,
        'InvalidRoleAssignmentId',
        `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
      );
    }
    this.checkScope(call);
    const definition = findRoleDefinition(world, wanted.roleDefinitionId);
    if (definition === undefined)
      throw roleDefinitionDoesNotExist(wanted.roleDefinitionId.split('/').at(-1) ?? '');
    const principalType = this.principalType(call, wanted);
    checkDelegation(world, call, wanted);
    const now = clock.now();
    const scope = call.scope === '' ? '/' : call.scope;
    const existing = this.live().find((assignment) => sameId(assignment.name, name));
    if (existing !== undefined) {
      const same =
        sameId(existing.principalId, wanted.principalId) &&
        sameId(existing.scope, scope) &&
        sameRole(existing, definition.name);
      if (!same) {
        throw new ArmError(
          400,
          'RoleAssignmentUpdateNotPermitted',
          'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
        );
      }
      Object.assign(existing, wanted.optional, { updatedOn: now, updatedBy: call.caller.objectId });
      return assignmentJson(existing, call.apiVersion, true);
    }
    this.checkUnique(wanted.principalId, definition.name, scope);
    const assignment: RoleAssignment = {
      name: name.toLowerCase(),
      scope,
      roleDefinitionId: wanted.roleDefinitionId,
      principalId: wanted.principalId,
      principalType,
      condition: null,
      conditionVersion: null,
      description: null,
      ...(wanted.delegatedManagedIdentityResourceId === undefined
        ? {}
        : { delegatedManagedIdentityResourceId: wanted.delegatedManagedIdentityResourceId }),
      ...wanted.optional,
      createdOn: now,
      createdBy: call.caller.objectId,
      effectiveFrom: now + settings.rolePropagationMs,
    };
    world.roleAssignments.push(assignment);
    return assignmentJson(assignment, call.apiVersion, true);
  }

  private delete(call: ArmCall, name: string): Answer {
    const { clock, settings } = this.context;
    const found = this.find(call, name);
    call.authorize(remove, undefined, found === undefined ? {} : attributesOf('resource', found));
    if (found === undefined) return { status: 204 };
    found.removedAt = clock.now() + settings.rolePropagationMs;
    return { status: 200, json: assignmentJson(found, call.apiVersion) };
  }

  private existing(call: ArmCall, name: string): RoleAssignment {
    const found = this.find(call, name);
    if (found === undefined)
      throw new ArmError(404, 'RoleAssignmentNotFound', `The role assignment '${name}' is not found.`);
    return found;
  }

  private find(call: ArmCall, name: string): RoleAssignment | undefined {
    return this.live().find(
      (assignment) => sameId(assignment.name, name) && sameId(assignment.scope, call.scope),
    );
  }

  /** A deleted assignment disappears at once, although it stays in effect for a while. */
  private live(): RoleAssignment[] {
    return this.context.world.roleAssignments.filter((assignment) => assignment.removedAt === undefined);
  }

  private checkUnique(principalId: string, role: string, scope: string): void {
    const twin = this.live().find(
      (assignment) =>
        sameId(assignment.principalId, principalId) &&
        sameId(assignment.scope, scope) &&
        sameRole(assignment, role),
    );
    if (twin !== undefined)
      throw new ArmError(409, 'RoleAssignmentExists', 'The role assignment already exists.');
  }

  private checkScope(call: ArmCall): void {
    const resource = extendedResource(this.context.world, call.scope);
    if (resource?.exists === false)
      throw resourceNotFound(resource.type, resource.name, call.resourceGroup ?? '');
  }

  /**
   * If the directory doesn't know the principal (yet), the type in the request is trusted:
   * aka.ms/docs-principaltype.
   */
  private principalType(call: ArmCall, wanted: AssignmentRequest): RoleAssignment['principalType'] {
    const known = principalTypeOf(this.context.world, wanted.principalId, this.context.clock.now());
    if (known === undefined && wanted.principalType === undefined) {
      throw new ArmError(
        400,
        'PrincipalNotFound',
        `Principal ${wanted.principalId.replaceAll('-', '').toLowerCase()} does not exist in the directory ${call.caller.tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
      );
    }
    if (known !== undefined && wanted.principalType !== undefined && known !== wanted.principalType) {
      throw new ArmError(
        400,
        'UnmatchedPrincipalType',
        // The service misspells it this way.
        `The PrincipalId '${wanted.principalId}' has type '${known}' , which is different from specified PrinciaplType '${wanted.principalType}'.`,
      );
    }
    return known ?? wanted.principalType ?? 'ServicePrincipal';
  }
}

interface AssignmentRequest {
  delegatedManagedIdentityResourceId?: string;
  roleDefinitionId: string;
  principalId: string;
  principalType?: RoleAssignment['principalType'];
  optional: Partial<Pick<RoleAssignment, 'condition' | 'conditionVersion' | 'description'>>;
}

const principalTypes: RoleAssignment['principalType'][] = ['User', 'Group', 'ServicePrincipal'];

const fullRoleDefinitionId = /^(\/.+)?\/providers\/Microsoft\.Authorization\/roleDefinitions\/[^/]+$/i;

function readRequest(body: unknown): AssignmentRequest {
  const properties = isRecord(body) ? body['properties'] : undefined;
  // A bare GUID isn't enough (pulumi-azure-native#779, azure-cli#2458, bicep#2031).
  if (
    !isRecord(properties) ||
    typeof properties['roleDefinitionId'] !== 'string' ||
    !fullRoleDefinitionId.test(properties['roleDefinitionId'])
  ) {
    throw new ArmError(400, 'BadRequestFormat', 'The request was incorrectly formatted.');
  }
  const { roleDefinitionId, principalId, principalType } = properties;
  if (typeof principalId !== 'string' || !isGuid(principalId)) {
    throw new ArmError(
      400,
      'InvalidPrincipalId',
      'A valid principal ID must be provided for role assignment.',
    );
  }
  const request: AssignmentRequest = { roleDefinitionId, principalId, optional: {} };
  const type = principalTypes.find(
    (known) => typeof principalType === 'string' && known.toLowerCase() === principalType.toLowerCase(),
  );
  if (type !== undefined) request.principalType = type;
  const delegated = properties['delegatedManagedIdentityResourceId'];
  if (typeof delegated === 'string') request.delegatedManagedIdentityResourceId = delegated;
  for (const key of ['condition', 'conditionVersion', 'description'] as const) {
    if (typeof properties[key] === 'string') request.optional[key] = properties[key];
  }
  return request;
}

function sameRole(assignment: RoleAssignment, role: string): boolean {
  return (
    idKey(assignment.roleDefinitionId).endsWith(`/${role.toLowerCase()}`) ||
    sameId(assignment.roleDefinitionId, role)
  );
}

/**
 * The attributes that conditions on the caller's own roles refer to (e.g. Key Vault Data Access
 * Administrator).
 */
function attributesOf(
  source: 'request' | 'resource',
  assignment: { roleDefinitionId: string; principalId: string; principalType?: string },
): ConditionAttributes {
  const prefix = `${source}[microsoft.authorization/roleassignments:`;
  return {
    [`${prefix}roledefinitionid]`]: assignment.roleDefinitionId.split('/').at(-1) ?? '',
    [`${prefix}principalid]`]: assignment.principalId,
    ...(assignment.principalType === undefined
      ? {}
      : { [`${prefix}principaltype]`]: assignment.principalType }),
  };
}

/** @param written the answer to a PUT has null for createdBy, which later reads fill in: recorded */
function assignmentJson(assignment: RoleAssignment, apiVersion: string, written = false): object {
  // Conditions were introduced in 2020-03-01-preview; recordings of older versions lack these fields.
  const old = apiVersion < '2020-03';
  const created = new Date(assignment.createdOn).toISOString();
  return {
    properties: {
      roleDefinitionId: assignment.roleDefinitionId,
      principalId: assignment.principalId,
      ...(apiVersion < '2018' ? {} : { principalType: assignment.principalType }),
      scope: assignment.scope,
      ...(old ? {} : { condition: assignment.condition, conditionVersion: assignment.conditionVersion }),
      createdOn: created,
      updatedOn: assignment.updatedOn === undefined ? created : new Date(assignment.updatedOn).toISOString(),
      createdBy: written ? null : assignment.createdBy,
      updatedBy: assignment.updatedBy ?? assignment.createdBy,
      ...(old
        ? {}
        : {
            delegatedManagedIdentityResourceId: assignment.delegatedManagedIdentityResourceId ?? null,
            description: assignment.description,
          }),
    },
    id: `${assignment.scope === '/' ? '' : assignment.scope}/providers/Microsoft.Authorization/roleAssignments/${assignment.name}`,
    type: 'Microsoft.Authorization/roleAssignments',
    name: assignment.name,
  };
}
