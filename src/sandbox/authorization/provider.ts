import { invalidResourceType, methodNotAllowed } from '../arm/errors';
import type { ArmCall, ResourceProvider } from '../arm/provider';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import { listDenyAssignments } from './denyAssignments';
import { listEligibleRoles } from './eligibleRoles';
import { listPermissions } from './permissions';
import { RoleAssignments } from './roleAssignments';
import { RoleDefinitions } from './roleDefinitions';

const apiVersions = ['2022-04-01', '2020-04-01-preview', '2018-01-01-preview', '2015-07-01'];

/**
 * Microsoft.Authorization, at every scope: role definitions and assignments, deny assignments, eligible roles
 * and the caller's own permissions.
 */
export function createAuthorization(context: SandboxContext): ResourceProvider {
  const definitions = new RoleDefinitions(context);
  const assignments = new RoleAssignments(context);
  return {
    namespace: 'Microsoft.Authorization',
    resourceTypes: [
      ...['roleAssignments', 'roleDefinitions', 'denyAssignments', 'permissions'].map((resourceType) => ({
        resourceType,
        apiVersions,
      })),
      { resourceType: 'roleEligibilityScheduleInstances', apiVersions: ['2020-10-01'] },
    ],
    resources: () => [],
    remove: () => undefined,
    async handle(call: ArmCall): Promise<Answer> {
      const [type, name] = call.rest;
      if (call.rest.length <= 2) {
        switch (type?.toLowerCase()) {
          case 'roledefinitions':
            return definitions.handle(call, name);
          case 'roleassignments':
            return assignments.handle(call, name);
          case 'denyassignments':
            return readOnly(call, () => listDenyAssignments(context, call, name));
          case 'roleeligibilityscheduleinstances':
            return readOnly(call, () => listEligibleRoles(context, call));
          case 'permissions':
            return readOnly(call, () => listPermissions(context, call));
        }
      }
      throw invalidResourceType('Microsoft.Authorization', call, apiVersions);
    },
  };
}

function readOnly(call: ArmCall, answer: () => object): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call.method);
  return { status: 200, json: answer() };
}
