import * as l10n from '@vscode/l10n';
import type { AccessPolicy, KeyVault, RoleAssignment } from '../../azure/core/model';

/** Access that a principal has and would lose with its identity. */
export type Reach =
  | { readonly kind: 'accessPolicy'; readonly vault: KeyVault; readonly policy: AccessPolicy }
  | { readonly kind: 'roleAssignment'; readonly assignment: RoleAssignment; readonly roleName: string };

/**
 * Lists what an identity can access: the access policies that name it, in vaults that use access policies, and its role
 * assignments. Assignments through groups aren't included.
 * @param roleNames display names by role definition GUID in lower case
 */
export function reachOf(
  principalId: string,
  vaults: readonly KeyVault[],
  assignments: readonly RoleAssignment[],
  roleNames: ReadonlyMap<string, string>,
): Reach[] {
  const same = (id: string) => id.toLowerCase() === principalId.toLowerCase();
  const policies = vaults
    .filter((vault) => vault.permissionModel === 'accessPolicies')
    .flatMap((vault) =>
      vault.accessPolicies
        .filter(({ objectId }) => same(objectId))
        .map((policy): Reach => ({ kind: 'accessPolicy', vault, policy })),
    );
  const roles = assignments
    .filter((assignment) => same(assignment.principalId))
    .map((assignment): Reach => ({
      kind: 'roleAssignment',
      assignment,
      roleName: roleName(assignment, roleNames),
    }));
  return [...policies, ...roles];
}

/** Describes it in one line, such as `Key vault kv1: secrets get, list`. */
export function describeReach(reach: Reach): string {
  if (reach.kind === 'accessPolicy')
    return l10n.t('Key vault {0}: {1}', reach.vault.name, describePermissions(reach.policy));
  return l10n.t('{0} on {1}', reach.roleName, describeScope(reach.assignment.scope));
}

/** For example, `secrets get, list; keys get`; `no permissions` for an empty policy. */
export function describePermissions(policy: AccessPolicy): string {
  const kinds = (['secrets', 'keys', 'certificates', 'storage'] as const).flatMap((kind) => {
    const permissions = policy.permissions[kind] ?? [];
    return permissions.length > 0
      ? [permissionsOn(kind, permissions.map((permission) => permission.toLowerCase()).join(', '))]
      : [];
  });
  return kinds.length > 0 ? kinds.join('; ') : l10n.t('no permissions');
}

function permissionsOn(kind: keyof AccessPolicy['permissions'], names: string): string {
  switch (kind) {
    case 'secrets':
      return l10n.t('secrets {0}', names);
    case 'keys':
      return l10n.t('keys {0}', names);
    case 'certificates':
      return l10n.t('certificates {0}', names);
    case 'storage':
      return l10n.t('storage {0}', names);
  }
}

/** Describes a scope by its kind and last name. */
export function describeScope(scope: string): string {
  const parts = scope.split('/').filter(Boolean);
  const last = parts.at(-1) ?? '';
  if (parts.length === 0) return l10n.t('everything');
  if (/\/managementGroups\//i.test(scope)) return l10n.t('management group {0}', last);
  const at = parts.findLastIndex((part) => part.toLowerCase() === 'providers');
  if (at >= 0) {
    const [namespace = '', ...pairs] = parts.slice(at + 1);
    const types = pairs.filter((_, index) => index % 2 === 0);
    const owner = pairs[1] ?? '';
    return describeResource([namespace, ...types].join('/'), last, owner);
  }
  if (parts.length === 4) return l10n.t('resource group {0}', last);
  return l10n.t('subscription {0}', last);
}

/** @param owner the name of the outermost resource */
function describeResource(type: string, name: string, owner: string): string {
  switch (type.toLowerCase()) {
    case 'microsoft.keyvault/vaults':
      return l10n.t('key vault {0}', name);
    case 'microsoft.keyvault/vaults/secrets':
      return l10n.t('secret {0} of key vault {1}', name, owner);
    case 'microsoft.keyvault/vaults/keys':
      return l10n.t('key {0} of key vault {1}', name, owner);
    case 'microsoft.keyvault/vaults/certificates':
      return l10n.t('certificate {0} of key vault {1}', name, owner);
    case 'microsoft.storage/storageaccounts/blobservices/containers':
      return l10n.t('container {0} of storage account {1}', name, owner);
    case 'microsoft.storage/storageaccounts/queueservices/queues':
      return l10n.t('queue {0} of storage account {1}', name, owner);
    case 'microsoft.storage/storageaccounts/tableservices/tables':
      return l10n.t('table {0} of storage account {1}', name, owner);
    case 'microsoft.storage/storageaccounts/fileservices/shares':
    case 'microsoft.storage/storageaccounts/fileservices/fileshares':
      return l10n.t('file share {0} of storage account {1}', name, owner);
    case 'microsoft.web/sites/slots':
      return l10n.t('slot {0}', `${owner}/${name}`);
    case 'microsoft.web/sites':
      return l10n.t('app {0}', name);
    case 'microsoft.app/containerapps':
      return l10n.t('container app {0}', name);
    case 'microsoft.storage/storageaccounts':
      return l10n.t('storage account {0}', name);
    case 'microsoft.servicebus/namespaces':
      return l10n.t('Service Bus namespace {0}', name);
    case 'microsoft.servicebus/namespaces/queues':
      return l10n.t('queue {0} of Service Bus namespace {1}', name, owner);
    case 'microsoft.servicebus/namespaces/topics':
      return l10n.t('topic {0} of Service Bus namespace {1}', name, owner);
    case 'microsoft.eventhub/namespaces':
      return l10n.t('Event Hubs namespace {0}', name);
    case 'microsoft.eventhub/namespaces/eventhubs':
      return l10n.t('event hub {0} of Event Hubs namespace {1}', name, owner);
    case 'microsoft.eventgrid/topics':
      return l10n.t('Event Grid topic {0}', name);
    case 'microsoft.appconfiguration/configurationstores':
      return l10n.t('App Configuration store {0}', name);
    case 'microsoft.cognitiveservices/accounts':
      return l10n.t('AI services account {0}', name);
    case 'microsoft.search/searchservices':
      return l10n.t('search service {0}', name);
    case 'microsoft.signalrservice/signalr':
      return l10n.t('SignalR service {0}', name);
    case 'microsoft.signalrservice/webpubsub':
      return l10n.t('Web PubSub service {0}', name);
    case 'microsoft.cache/redis':
      return l10n.t('cache {0}', name);
    case 'microsoft.containerregistry/registries':
      return l10n.t('container registry {0}', name);
    case 'microsoft.insights/components':
      return l10n.t('Application Insights resource {0}', name);
    case 'microsoft.documentdb/databaseaccounts':
      return l10n.t('Cosmos DB account {0}', name);
    case 'microsoft.documentdb/databaseaccounts/dbs':
      return l10n.t('database {0} of Cosmos DB account {1}', name, owner);
    case 'microsoft.documentdb/databaseaccounts/dbs/colls':
      return l10n.t('container {0} of Cosmos DB account {1}', name, owner);
    case 'microsoft.sql/servers':
      return l10n.t('SQL server {0}', name);
    case 'microsoft.sql/servers/databases':
      return l10n.t('database {0} of SQL server {1}', name, owner);
    default:
      return `${type} ${name}`;
  }
}

function roleName({ roleDefinitionId }: RoleAssignment, names: ReadonlyMap<string, string>): string {
  const guid = roleDefinitionId.split('/').at(-1) ?? roleDefinitionId;
  return names.get(guid.toLowerCase()) ?? l10n.t('Role {0}', guid);
}
