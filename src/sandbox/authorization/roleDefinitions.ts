import { invalidRequestContent, methodNotAllowed } from '../arm/errors';
import { isAtOrBelow, parseArmId } from '../arm/ids';
import { isRecord } from '../arm/json';
import { ArmError, type ArmCall } from '../arm/provider';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import type { Permission, RoleDefinition } from '../world/rights';
import { builtInRoles } from './builtInRoles';
import { readAuthorizationFilter } from './filter';
import { isGuid } from './guid';

/** Role definitions: the built-in ones, and custom ones, which can be written and deleted. */
export class RoleDefinitions {
  constructor(private readonly context: SandboxContext) {}

  async handle(call: ArmCall, name: string | undefined): Promise<Answer> {
    if (name === undefined) {
      if (call.method !== 'GET') throw methodNotAllowed(call.method);
      return { status: 200, json: { value: this.list(call) } };
    }
    switch (call.method) {
      case 'GET':
        return { status: 200, json: definitionJson(this.existing(name), call) };
      case 'PUT':
        return { status: 201, json: this.put(call, name, await call.json()) };
      case 'DELETE':
        return this.delete(call, name);
      default:
        throw methodNotAllowed(call.method);
    }
  }

  private list(call: ArmCall): object[] {
    const { values, atScopeAndBelow } = readAuthorizationFilter(call.query.get('$filter'), [
      'rolename',
      'type',
    ]);
    return this.all()
      .filter(
        (definition) =>
          (values['rolename'] === undefined ||
            definition.roleName.toLowerCase() === values['rolename'].toLowerCase()) &&
          (values['type'] === undefined || definition.type.toLowerCase() === values['type'].toLowerCase()) &&
          definition.assignableScopes.some(
            (scope) =>
              isAtOrBelow(call.scope, rooted(scope)) ||
              (atScopeAndBelow && isAtOrBelow(rooted(scope), call.scope)),
          ),
      )
      .map((definition) => definitionJson(definition, call));
  }

  private put(call: ArmCall, name: string, body: unknown): object {
    const { world, clock } = this.context;
    if (!isGuid(name))
      throw new ArmError(
        400,
        'InvalidRoleDefinitionId',
        `The role definition ID '${name}' is not valid. The role definition ID must be a GUID.`,
      );
    if (!isRecord(body) || !isRecord(body['properties']))
      throw invalidRequestContent('properties is missing');
    const existing = this.find(name);
    if (existing?.type === 'BuiltInRole') {
      throw new ArmError(
        403,
        'RoleDefinitionUpdateNotAllowed',
        'Built-in role definitions cannot be updated.',
      );
    }
    const { roleName, description, permissions, assignableScopes } = body['properties'];
    // Recorded: RoleDefinitionUpdateTests.
    if (typeof roleName !== 'string' || roleName === '') {
      throw new ArmError(
        400,
        'RoleDefinitionNameNullOrEmpty',
        'A role definition must have a non-empty, unique name.',
      );
    }
    if (
      this.all().some(
        (other) => other.name !== existing?.name && other.roleName.toLowerCase() === roleName.toLowerCase(),
      )
    ) {
      throw new ArmError(
        409,
        'RoleDefinitionWithSameNameExists',
        `A custom role with the same name already exists in this directory. Use a different name.`,
      );
    }
    const now = new Date(clock.now()).toISOString();
    const definition: RoleDefinition = {
      name: name.toLowerCase(),
      roleName,
      type: 'CustomRole',
      description: typeof description === 'string' ? description : '',
      assignableScopes: stringsOf(assignableScopes).length === 0 ? [call.scope] : stringsOf(assignableScopes),
      permissions: Array.isArray(permissions) ? permissions.map(permissionOf) : [],
      createdOn: existing?.createdOn ?? now,
      updatedOn: now,
      createdBy: existing?.createdBy ?? call.caller.objectId,
      updatedBy: call.caller.objectId,
    };
    world.roleDefinitions = [...world.roleDefinitions.filter((other) => other !== existing), definition];
    // createdBy is null in the answer to a write, as with role assignments.
    return definitionJson({ ...definition, createdBy: null }, call);
  }

  private delete(call: ArmCall, name: string): Answer {
    const { world } = this.context;
    const definition = this.find(name);
    if (definition === undefined) return { status: 204 };
    if (definition.type === 'BuiltInRole') {
      throw new ArmError(
        403,
        'RoleDefinitionDeleteNotAllowed',
        'Built-in role definitions cannot be deleted.',
      );
    }
    if (
      world.roleAssignments.some(
        (assignment) =>
          assignment.removedAt === undefined &&
          assignment.roleDefinitionId.toLowerCase().endsWith(definition.name),
      )
    ) {
      throw new ArmError(
        400,
        'RoleDefinitionHasAssignments',
        'There are existing role assignments referencing role.',
      );
    }
    world.roleDefinitions = world.roleDefinitions.filter((other) => other !== definition);
    return { status: 200, json: definitionJson(definition, call) };
  }

  private existing(name: string): RoleDefinition {
    const definition = this.find(name);
    if (definition === undefined) throw roleDefinitionDoesNotExist(name);
    return definition;
  }

  private find(name: string): RoleDefinition | undefined {
    return this.all().find((definition) => definition.name.toLowerCase() === name.toLowerCase());
  }

  private all(): RoleDefinition[] {
    const own = this.context.world.roleDefinitions;
    const names = new Set(own.map((definition) => definition.name.toLowerCase()));
    return [...own, ...builtInRoles().filter((definition) => !names.has(definition.name))];
  }
}

/** 404 as recorded for a GET; also used for role assignments. */
export function roleDefinitionDoesNotExist(name: string): ArmError {
  return new ArmError(
    404,
    'RoleDefinitionDoesNotExist',
    `The specified role definition with ID '${name}' does not exist.`,
  );
}

/** IDs contain the subscription, no matter what scope below it the list was requested for: recorded. */
function definitionJson(definition: RoleDefinition, call: ArmCall): object {
  const subscriptionId = call.subscriptionId ?? parseArmId(call.scope)?.subscriptionId;
  const scope = subscriptionId === undefined ? '' : `/subscriptions/${subscriptionId}`;
  return {
    properties: {
      roleName: definition.roleName,
      type: definition.type,
      description: definition.description,
      assignableScopes: definition.assignableScopes,
      permissions: definition.permissions,
      createdOn: definition.createdOn ?? '2015-02-02T21:55:09.8806423Z',
      updatedOn: definition.updatedOn ?? '2021-11-11T20:13:47.8628684Z',
      createdBy: definition.createdBy ?? null,
      updatedBy: definition.updatedBy ?? null,
    },
    id: `${scope}/providers/Microsoft.Authorization/roleDefinitions/${definition.name}`,
    type: 'Microsoft.Authorization/roleDefinitions',
    name: definition.name,
  };
}

function permissionOf(value: unknown): Permission {
  const permission = isRecord(value) ? value : {};
  return {
    actions: stringsOf(permission['actions']),
    notActions: stringsOf(permission['notActions']),
    dataActions: stringsOf(permission['dataActions']),
    notDataActions: stringsOf(permission['notDataActions']),
  };
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Recorded: an assignable scope may lack its leading slash. */
function rooted(scope: string): string {
  return scope.startsWith('/') ? scope : `/${scope}`;
}
