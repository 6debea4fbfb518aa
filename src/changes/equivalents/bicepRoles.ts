import type { RoleAssignmentChange } from '../change';
import type { BicepValue } from './bicepText';
import { comment, declaration, expression, quote } from './bicepText';
import { lastSegment } from '../../access/words/format';
import { conditionVersion, webApiVersion } from './place';

type Creation = Extract<RoleAssignmentChange, { readonly kind: 'createRoleAssignment' }>;

/** API versions of the types that Keyless knows, all of which the Bicep compiler has types for. */
const versions: Readonly<Record<string, string>> = {
  'microsoft.keyvault/vaults': '2026-02-01',
  'microsoft.keyvault/vaults/keys': '2026-02-01',
  'microsoft.keyvault/vaults/secrets': '2026-02-01',
  'microsoft.web/sites': webApiVersion,
  'microsoft.web/sites/slots': webApiVersion,
  'microsoft.managedidentity/userassignedidentities': '2023-01-31',
  'microsoft.storage/storageaccounts': '2023-05-01',
  'microsoft.storage/storageaccounts/blobservices/containers': '2023-05-01',
  'microsoft.storage/storageaccounts/fileservices/shares': '2023-05-01',
  'microsoft.storage/storageaccounts/queueservices/queues': '2023-05-01',
  'microsoft.storage/storageaccounts/tableservices/tables': '2023-05-01',
  'microsoft.servicebus/namespaces': '2024-01-01',
  'microsoft.servicebus/namespaces/queues': '2024-01-01',
  'microsoft.servicebus/namespaces/topics': '2024-01-01',
  'microsoft.eventhub/namespaces': '2024-01-01',
  'microsoft.eventhub/namespaces/eventhubs': '2024-01-01',
  'microsoft.insights/components': '2020-02-02',
  'microsoft.operationalinsights/workspaces': '2023-09-01',
};

/**
 * Undefined if the scope is a resource of a type whose API version isn't known.
 * @param header a comment that says where to deploy the file
 */
export function roleAssignmentInBicep(change: Creation, header: string): string[] | undefined {
  const { scope, roleDefinitionId, principalId, principalType, roleName, condition, delegatedIdentityId } =
    change;
  const isResource = /\/providers\/(?!Microsoft\.Management\/managementGroups\/[^/]+$)/i.test(scope);
  const resource = isResource ? resourceAt(scope) : [];
  if (resource === undefined) return undefined;
  const name = change.id
    ? quote(lastSegment(change.id))
    : `guid(${[scope, principalId, lastSegment(roleDefinitionId)].map(quote).join(', ')})`;
  const assignment: Record<string, BicepValue> = {
    ...(isResource ? { scope: expression('target') } : {}),
    name: expression(name),
    properties: {
      ...{ roleDefinitionId, principalId, principalType },
      ...(condition === undefined ? {} : { condition, conditionVersion }),
      ...(delegatedIdentityId === undefined
        ? {}
        : { delegatedManagedIdentityResourceId: delegatedIdentityId }),
    },
  };
  return [
    ...[header, ...targetScope(scope)],
    ...resource,
    [
      ...(roleName === undefined ? [] : [comment(roleName)]),
      declaration('assignment', 'Microsoft.Authorization/roleAssignments@2022-04-01', assignment),
    ].join('\n'),
  ];
}

/** Declares the resource at a scope, after the resources it's part of. Undefined unless it's in a resource group. */
function resourceAt(scope: string): string[] | undefined {
  const [, namespace, rest] =
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/([^/]+)\/((?:(?!\/providers\/)[^])+)$/i.exec(
      scope,
    ) ?? [];
  if (namespace === undefined || rest === undefined) return undefined;
  const segments = rest.split('/');
  const types = segments.filter((_, index) => index % 2 === 0);
  const names = segments.filter((_, index) => index % 2 === 1);
  const typeAt = (depth: number) => [namespace, ...types.slice(0, depth + 1)].join('/');
  const version = versions[typeAt(types.length - 1).toLowerCase()];
  if (version === undefined) return undefined;
  const symbolAt = (depth: number) => (depth === types.length - 1 ? 'target' : `parent${depth + 1}`);
  return names.map((name, depth) =>
    declaration(
      symbolAt(depth),
      `${typeAt(depth)}@${version}`,
      { ...(depth === 0 ? {} : { parent: expression(symbolAt(depth - 1)) }), name },
      'existing',
    ),
  );
}

/** A file targets a resource group unless it says otherwise. */
function targetScope(scope: string): string[] {
  if (/\/resourceGroups\//i.test(scope)) return [];
  if (/^\/subscriptions\//i.test(scope)) return ["targetScope = 'subscription'"];
  return [`targetScope = '${/\/managementGroups\//i.test(scope) ? 'managementGroup' : 'tenant'}'`];
}
