import type { RoleAssignmentChange } from '../change';
import type { BicepValue } from './bicepText';
import { comment, declaration, expression, quote } from './bicepText';
import { lastSegment } from '../../access/words/format';

type Creation = Extract<RoleAssignmentChange, { readonly kind: 'createRoleAssignment' }>;

/** API versions of the types that Keyless knows; for others, the user fills it in. */
const versions: Readonly<Record<string, string>> = {
  'microsoft.keyvault/vaults': '2026-02-01',
  'microsoft.keyvault/vaults/secrets': '2026-02-01',
  'microsoft.web/sites': '2023-12-01',
  'microsoft.web/sites/slots': '2023-12-01',
  'microsoft.managedidentity/userassignedidentities': '2023-01-31',
  'microsoft.storage/storageaccounts': '2023-05-01',
};

/** @param header a comment that says where to deploy the file */
export function roleAssignmentInBicep(change: Creation, header: string): string[] {
  const { scope, roleDefinitionId, principalId, principalType, roleName } = change;
  const resource = resourceOf(scope);
  const name = change.id
    ? quote(lastSegment(change.id))
    : `guid(${[scope, principalId, lastSegment(roleDefinitionId)].map(quote).join(', ')})`;
  const assignment: Record<string, BicepValue> = {
    ...(resource ? { scope: expression('target') } : {}),
    name: expression(name),
    properties: { roleDefinitionId, principalId, principalType },
  };
  return [
    ...[header, ...targetScope(scope)],
    ...(resource ? [declaration('target', resource.type, { name: resource.name }, 'existing')] : []),
    [
      ...(roleName === undefined ? [] : [comment(roleName)]),
      declaration('assignment', 'Microsoft.Authorization/roleAssignments@2022-04-01', assignment),
    ].join('\n'),
  ];
}

/** The resource at a scope: its type with the version, and its names. Undefined for a resource group or above. */
function resourceOf(scope: string): { readonly type: string; readonly name: string } | undefined {
  const [, namespace, rest] =
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/([^/]+)\/([^]+)$/i.exec(scope) ?? [];
  if (namespace === undefined || rest === undefined) return undefined;
  const pairs = rest.split('/');
  const type = [namespace, ...pairs.filter((_, index) => index % 2 === 0)].join('/');
  const name = pairs.filter((_, index) => index % 2 === 1).join('/');
  return { type: `${type}@${versions[type.toLowerCase()] ?? '<api-version>'}`, name };
}

/** A file targets a resource group unless it says otherwise. */
function targetScope(scope: string): string[] {
  if (/\/resourceGroups\//i.test(scope)) return [];
  if (/^\/subscriptions\//i.test(scope)) return ["targetScope = 'subscription'"];
  return [`targetScope = '${/\/managementGroups\//i.test(scope) ? 'managementGroup' : 'tenant'}'`];
}
