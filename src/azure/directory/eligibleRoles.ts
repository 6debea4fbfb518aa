import type { Connection } from '../core/connection';
import { objectOf, stringOf } from '../core/json';
import { listResourceManager, objectsOf } from '../core/request';

/** learn.microsoft.com/rest/api/authorization/role-eligibility-schedule-instances/list-for-scope */
const apiVersion = '2020-10-01';

/** A role that the signed-in account can activate for a limited time (Privileged Identity Management). */
export interface EligibleRole {
  readonly name: string;
  readonly scope: string;
}

/** The roles that the signed-in account is eligible for at a scope (an ARM ID) or above it. @throws AzureError */
export async function listEligibleRoles(
  c: Connection,
  scope: string,
  signal?: AbortSignal,
): Promise<EligibleRole[]> {
  const path = `${scope}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances`;
  const query = { $filter: 'asTarget()' };
  const items = await listResourceManager(c, { path, apiVersion, query, signal });
  return objectsOf(items).flatMap((item) => {
    const properties = objectOf(item['properties']);
    const at = stringOf(properties['scope']);
    const role = objectOf(objectOf(properties['expandedProperties'])['roleDefinition']);
    const name = stringOf(role['displayName']) ?? stringOf(properties['roleDefinitionId']);
    // For a subscription, the response also contains everything below it.
    return at === undefined || name === undefined || !isAtOrAbove(at, scope) ? [] : [{ name, scope: at }];
  });
}

function isAtOrAbove(one: string, scope: string): boolean {
  const outside = !/^\/subscriptions\//i.test(one);
  return outside || `${scope}/`.toLowerCase().startsWith(`${one.replace(/\/$/, '')}/`.toLowerCase());
}
