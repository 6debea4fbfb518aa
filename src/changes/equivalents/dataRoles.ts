import { lastSegment } from '../../access/words/format';
import type { DataRoleChange } from '../change';
import type { CommandWords } from './azureCliText';
import { option } from './azureCliText';
import { comment, declaration, expression, quote } from './bicepText';
import { placeOf } from './place';
import { quote as quoted } from './powerShellText';

/** Of a Cosmos DB account, or else of a cache. */
function isCosmos({ resourceId }: DataRoleChange): boolean {
  return /\/databaseAccounts\/[^/]+$/i.test(resourceId);
}

/** Without `az`. */
export function dataRoleInAzureCli(change: DataRoleChange): CommandWords {
  const { principalId, role, scope, id } = change;
  const { name, resourceGroup } = placeOf(change.resourceId);
  const verb = change.kind === 'assignDataRole' ? 'create' : 'delete';
  const group = option('--resource-group', resourceGroup);
  if (isCosmos(change))
    return [
      ...['cosmosdb', 'sql', 'role', 'assignment', verb, ...option('--account-name', name), ...group],
      ...(change.kind === 'assignDataRole'
        ? ['--role-definition-id', role, '--principal-id', principalId, '--scope', scope]
        : ['--role-assignment-id', lastSegment(change.id), '--yes']),
    ];
  return [
    ...['redis', 'access-policy-assignment', verb, ...option('--name', name), ...group],
    ...['--policy-assignment-name', nameOf(id, principalId)],
    ...(change.kind === 'assignDataRole'
      ? ['--access-policy-name', role, '--object-id', principalId, '--object-id-alias', principalId]
      : []),
  ];
}

export function dataRoleInPowerShell(change: DataRoleChange): string {
  const { principalId, role, scope, id } = change;
  const place = placeOf(change.resourceId);
  const [name, group] = [quoted(place.name), quoted(place.resourceGroup)];
  if (isCosmos(change))
    return change.kind === 'assignDataRole'
      ? `New-AzCosmosDBSqlRoleAssignment -ResourceGroupName ${group} -AccountName ${name} -RoleDefinitionId ${quoted(role)} -Scope ${quoted(scope)} -PrincipalId ${quoted(principalId)}`
      : `Remove-AzCosmosDBSqlRoleAssignment -ResourceGroupName ${group} -AccountName ${name} -Id ${quoted(lastSegment(change.id))}`;
  const where = `-ResourceGroupName ${group} -Name ${name} -AccessPolicyAssignmentName ${quoted(nameOf(id, principalId))}`;
  return change.kind === 'assignDataRole'
    ? `New-AzRedisCacheAccessPolicyAssignment ${where} -AccessPolicyName ${quoted(role)} -ObjectId ${quoted(principalId)} -ObjectIdAlias ${quoted(principalId)}`
    : `Remove-AzRedisCacheAccessPolicyAssignment ${where}`;
}

/** @param header a comment that says where to deploy the file */
export function dataRoleInBicep(
  change: DataRoleChange & { readonly kind: 'assignDataRole' },
  header: string,
): string[] {
  const { resourceId, principalId, role, scope, id, roleName } = change;
  const { name } = placeOf(resourceId);
  const guid = `guid(${[scope, principalId, role].map(quote).join(', ')})`;
  const body = (properties: Readonly<Record<string, string>>) => ({
    parent: expression('target'),
    name: expression(id === undefined ? guid : quote(lastSegment(id))),
    properties,
  });
  const [type, child, properties] = isCosmos(change)
    ? ([
        ['Microsoft.DocumentDB/databaseAccounts', '2024-11-15'],
        'sqlRoleAssignments',
        { roleDefinitionId: `${resourceId}/sqlRoleDefinitions/${role}`, principalId, scope },
      ] as const)
    : ([
        ['Microsoft.Cache/redis', '2024-11-01'],
        'accessPolicyAssignments',
        { accessPolicyName: role, objectId: principalId, objectIdAlias: principalId },
      ] as const);
  return [
    header,
    declaration('target', type.join('@'), { name }, 'existing'),
    [comment(roleName), declaration('assignment', `${type[0]}/${child}@${type[1]}`, body(properties))].join(
      '\n',
    ),
  ];
}

/** The name of a cache's assignment; unlike Cosmos DB's commands, those for caches don't make one up. */
function nameOf(id: string | undefined, principalId: string): string {
  return id === undefined ? principalId : lastSegment(id);
}
