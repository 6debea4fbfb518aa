import { invalidRequestContent, methodNotAllowed } from '../arm/errors';
import { idKey, isAtOrBelow, sameId } from '../arm/ids';
import { isRecord } from '../arm/json';
import { ArmError, type ArmCall } from '../arm/provider';
import { isGuid } from '../authorization/guid';
import { principalTypeOf } from '../authorization/principals';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import type { OtherResource } from '../world/world';
import { cosmosDataOf, cosmosType } from './data';

/** How long an assignment takes. In the recording of azure-cli's test_cosmosdb_sql_role, it was done at the first look. */
const assignmentMs = 1000;

const data = 'Microsoft.DocumentDB/databaseAccounts';
const containers = `${data}/sqlDatabases/containers`;
/** how-to-setup-rbac.md, "Built-in role definitions". */
const builtIn: Readonly<Record<string, { roleName: string; dataActions: string[] }>> = {
  '00000000-0000-0000-0000-000000000001': {
    roleName: 'Cosmos DB Built-in Data Reader',
    dataActions: [
      `${data}/readMetadata`,
      ...['items/read', 'executeQuery', 'readChangeFeed'].map((action) => `${containers}/${action}`),
    ],
  },
  '00000000-0000-0000-0000-000000000002': {
    roleName: 'Cosmos DB Built-in Data Contributor',
    dataActions: [`${data}/readMetadata`, `${containers}/*`, `${containers}/items/*`],
  },
};

/** The roles of accounts, which Microsoft.Authorization doesn't know (rbac.json 2024-11-15, and azure-cli's recording). */
export class SqlRoles {
  constructor(private readonly context: SandboxContext) {}

  /** Returns undefined for what isn't about roles. */
  answer(call: ArmCall, account: OtherResource): Promise<Answer> | Answer | undefined {
    const [, , collection = '', id, ...more] = call.rest;
    if (more.length > 0) return undefined;
    switch (collection.toLowerCase()) {
      case 'sqlroledefinitions':
        return this.definitions(call, account, id);
      case 'sqlroleassignments':
        return this.assignments(call, account, id);
      default:
        return undefined;
    }
  }

  private definitions(call: ArmCall, account: OtherResource, guid: string | undefined): Answer {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    const all = Object.entries(builtIn).map(([name, { roleName, dataActions }]) => ({
      ...{ id: `${account.id}/sqlRoleDefinitions/${name}`, name, type: `${cosmosType}/sqlRoleDefinitions` },
      properties: {
        ...{ roleName, type: 'BuiltInRole', assignableScopes: [account.id] },
        permissions: [{ dataActions, notDataActions: [] }],
      },
    }));
    if (guid === undefined) return { status: 200, json: { value: all } };
    const found = all.find(({ name }) => sameId(name, guid));
    if (found === undefined) throw notFound('Definition', guid);
    return { status: 200, json: found };
  }

  private assignments(
    call: ArmCall,
    account: OtherResource,
    guid: string | undefined,
  ): Promise<Answer> | Answer {
    const { roleAssignments } = cosmosDataOf(this.context.world, account.id);
    const json = (name: string) => ({
      ...{ id: `${account.id}/sqlRoleAssignments/${name}`, name, type: `${cosmosType}/sqlRoleAssignments` },
      properties: roleAssignments.get(name),
    });
    if (guid === undefined) {
      if (call.method !== 'GET') throw methodNotAllowed(call.method);
      return { status: 200, json: { value: [...roleAssignments.keys()].map(json) } };
    }
    const name = guid.toLowerCase();
    const isThere = roleAssignments.has(name);
    switch (call.method) {
      case 'GET':
        if (!isThere) throw notFound('Assignment', guid);
        return { status: 200, json: json(name) };
      case 'PUT':
        return this.put(call, account, name);
      case 'DELETE':
        return isThere ? this.later(call, account, () => roleAssignments.delete(name)) : { status: 204 };
      default:
        throw methodNotAllowed(call.method);
    }
  }

  /** The texts are inferred, except for that about the principal, whose operation fails (pulumi-azure-native#2816). */
  private async put(call: ArmCall, account: OtherResource, name: string): Promise<Answer> {
    const body = await call.json();
    const { roleDefinitionId, principalId, scope } =
      isRecord(body) && isRecord(body['properties']) ? body['properties'] : {};
    if (typeof roleDefinitionId !== 'string' || typeof principalId !== 'string' || typeof scope !== 'string')
      throw invalidRequestContent('The properties of the role assignment are incomplete.');
    if (!isGuid(name)) throw badRequest(`The provided role assignment ID [${name}] is not a valid GUID.`);
    const role = Object.keys(builtIn).find((guid) =>
      sameId(roleDefinitionId, `${account.id}/sqlRoleDefinitions/${guid}`),
    );
    if (role === undefined)
      throw badRequest(`The provided role definition ID [${roleDefinitionId}] does not exist.`);
    const rest = scope.slice(account.id.length);
    if (!isAtOrBelow(scope, account.id) || !/^(?:\/dbs\/[^/]+(?:\/colls\/[^/]+)?)?$/.test(rest))
      throw badRequest(`The provided scope [${scope}] is not within the account.`);
    const { roleAssignments } = cosmosDataOf(this.context.world, account.id);
    return this.later(call, account, () => {
      const { world, clock } = this.context;
      if (principalTypeOf(world, principalId, clock.now()) === undefined)
        throw badRequest(
          `The provided principal ID ["${principalId}"] was not found in the AAD tenant(s) [${call.caller.tenantId}] which are associated with the customer's subscription.`,
        );
      roleAssignments.set(name, { roleDefinitionId, principalId, scope });
    });
  }

  /** Recorded: 202 with the status, which an Azure-AsyncOperation tells afterward. */
  private later(call: ArmCall, account: OtherResource, act: () => unknown): Answer {
    const headers = call.operations.start({
      kind: 'azureAsyncOperation',
      parent: `/subscriptions/${call.subscriptionId ?? ''}/providers/Microsoft.DocumentDB/locations/${account.location}`,
      apiVersion: call.apiVersion,
      durationMs: assignmentMs,
      work: Promise.resolve().then(act),
    });
    return { status: 202, headers, json: { status: 'Enqueued' } };
  }
}

function badRequest(message: string): ArmError {
  return new ArmError(400, 'BadRequest', message);
}

function notFound(what: string, guid: string): ArmError {
  return new ArmError(404, 'NotFound', `Unable to find a SQL Role ${what} with ID [${idKey(guid)}].`);
}
