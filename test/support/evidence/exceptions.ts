import type { SentForm } from './evidence';

/**
 * How sure it is that Azure takes a form: certain if Microsoft's own client sends it, documented if a document or a public
 * report has it, inferred if neither could be found.
 */
export type Mark = 'certain' | 'documented' | 'inferred';

interface Exception extends SentForm {
  source: string;
}

export type Exceptions = Record<Mark, readonly Exception[]>;

/** Forms of one operation that have the same source, by their place in the body. */
function allOf(
  operation: string,
  source: string,
  places: Readonly<Record<string, string | readonly string[]>>,
): Exception[] {
  return Object.entries(places).flatMap(([path, forms]) =>
    [forms].flat().map((form) => ({ operation, path, form, source })),
  );
}

const site = 'PATCH Microsoft.Web/sites/{}';
const containerApp = 'PATCH Microsoft.App/containerApps/{}';
const vault = 'PATCH Microsoft.KeyVault/vaults/{}';
const roleAssignment = 'PUT Microsoft.Authorization/roleAssignments/{}';
const slotSettings = 'PUT Microsoft.Web/sites/{}/config/slotConfigNames';
const connectionStrings = 'PUT Microsoft.Web/sites/{}/config/connectionstrings';
const functionKey = 'PUT Microsoft.Web/sites/{}/functions/{}/keys/{}';
const resourceGroup = 'PUT subscriptions/{}/resourcegroups/{}';
const accessPolicies = 'PUT Microsoft.KeyVault/vaults/{}/accessPolicies/{}';
const workspace = 'PUT Microsoft.OperationalInsights/workspaces/{}';

const sqlRoleAssignment = 'PUT Microsoft.DocumentDB/databaseAccounts/{}/sqlRoleAssignments/{}';

const accessPolicyAssignment = 'PUT Microsoft.Cache/redis/{}/accessPolicyAssignments/{}';

const cosmosAccountId =
  'ID /subscriptions/{}/resourcegroups/{}/providers/microsoft.documentdb/databaseaccounts/{}';
const identityId =
  'ID /subscriptions/{}/resourcegroups/{}/providers/microsoft.managedidentity/userassignedidentities/{}';

const containerAppPatch =
  'ContainerApps.json 2026-01-01 of azure-rest-api-specs: ContainerApps_Update takes a ContainerApp as a JSON merge patch; ManagedServiceIdentity of common-types v3';
const networkAcls =
  'keyvault.json: VaultPatchProperties.networkAcls; terraform-provider-azurerm, key_vault_resource.go, sends all its members';
const ipRule = "keyvault.json: IPRule.value, '124.56.78.91' or '124.56.78.0/24'";
const otherCase =
  'azure-rest-api-specs#42963: `remove` takes permissions only as they are stored, and they are stored in any case';
const delegated =
  'RoleAssignmentProperties.delegatedManagedIdentityResourceId; Azure-Lighthouse-samples#54 (a web app), azure-docs#86704';
const functionKeys = 'azure-functions-host#3994; #4570: generates a value if the request has none';
const slotConfigNames = 'WebApps.json: SlotConfigNames; learn.microsoft.com/rest/api/appservice/web-apps';
const createWorkspace = 'learn.microsoft.com/rest/api/loganalytics/workspaces/create-or-update';
const groupTags =
  'resources.json: ResourceGroup.tags; learn.microsoft.com/cli/azure/group: az group create --tags';
const notBefore =
  'common.json of Key Vault: Attributes.nbf has the same type and format as exp, which is recorded';

const sqlRoles =
  'azure-cli, test_cosmosdb_sql_role.yaml (recorded); CosmosDBSqlRoleAssignmentCreateUpdate.json 2024-11-15 has a container as the scope';

const accessPolicyAssignments =
  'RedisCacheAccessPolicyAssignmentCreateUpdate.json 2024-11-01; redis.json: any text is an alias';
const localAuth = {
  'Microsoft.ServiceBus/namespaces': 'servicebus.json: SBNamespaceUpdateProperties.disableLocalAuth',
  'Microsoft.EventHub/namespaces': 'namespaces.json of Event Hubs: EHNamespace.properties.disableLocalAuth',
  'Microsoft.DocumentDB/databaseAccounts': 'cosmos-db.json: DatabaseAccountUpdateProperties.disableLocalAuth',
  'Microsoft.AppConfiguration/configurationStores': 'ConfigurationStoresUpdateDisableLocalAuth.json',
  'Microsoft.SignalRService/SignalR': 'SignalR_Update.json',
};

/** What the body of a request for a new key has, by what follows the provider, and its source. */
const newKeys = {
  'Microsoft.ServiceBus/namespaces/{}/authorizationRules/{}/regenerateKeys': [
    ...['keyType', 'SBNameSpaceAuthorizationRuleRegenerateKey.json'],
  ],
  'Microsoft.ServiceBus/namespaces/{}/queues/{}/authorizationRules/{}/regenerateKeys': [
    ...['keyType', 'SBQueueAuthorizationRuleRegenerateKey.json'],
  ],
  'Microsoft.EventHub/namespaces/{}/authorizationRules/{}/regenerateKeys': [
    ...['keyType', 'EHNameSpaceAuthorizationRuleRegenerateKey.json'],
  ],
  'Microsoft.DocumentDB/databaseAccounts/{}/regenerateKey': [
    ...['keyKind', 'CosmosDBDatabaseAccountRegenerateKey.json'],
  ],
  'Microsoft.AppConfiguration/configurationStores/{}/regenerateKey': [
    ...['id', 'ConfigurationStoresRegenerateKey.json'],
  ],
  'Microsoft.SignalRService/SignalR/{}/regenerateKey': ['keyType', 'SignalR_RegenerateKey.json'],
  'Microsoft.Cache/redis/{}/regenerateKey': ['keyType', 'RedisCacheRegenerateKey.json'],
};
const functionAppConfig =
  'azure-cli, appservice/custom.py: update_deployment_configs PUTs it as it was read, with null for the members that are unused; users PATCH it (found in public code)';

const acrIdentity =
  'azure-cli, appservice/custom.py: update_site_configs sets acr_user_managed_identity_id to a client ID or an empty text';

const typePairs =
  'azure-cli, appservice/custom.py: update_connection_strings sends names with a ConnStringValueTypePair (WebApps.json) each';

/**
 * The forms that Keyless sends although neither a recording nor an OpenAPI example has them. A new one needs a source: look
 * for it before you add it here.
 */
export const exceptions: Exceptions = {
  certain: [
    ...allOf('PATCH Microsoft.Web/sites/{}/config/web', acrIdentity, {
      'properties.acrUserManagedIdentityID': ['empty text', 'GUID'],
    }),
    ...allOf(sqlRoleAssignment, sqlRoles, {
      'properties.roleDefinitionId': `${cosmosAccountId}/sqlroledefinitions/{}`,
      'properties.scope': ['', '/dbs/{}', '/dbs/{}/colls/{}'].map((below) => cosmosAccountId + below),
      'properties.principalId': 'GUID',
    }),
    ...allOf(connectionStrings, typePairs, {
      'properties{name}': 'text',
      'properties{}.value': 'text',
      'properties{}.type': 'enum',
    }),
    {
      operation: connectionStrings,
      path: 'properties',
      form: 'empty object',
      source: 'azure-cli, appservice/custom.py: delete_connection_strings writes back what is left',
    },
    {
      operation: site,
      path: 'identity.userAssignedIdentities{name}',
      form: identityId,
      source: 'azure-libraries-for-net, WebAppMsiHandler.cs: sends identities in a SitePatchResource',
    },
    {
      operation: site,
      path: 'identity.userAssignedIdentities{}',
      form: 'empty object',
      source: 'azure-libraries-for-net, WebAppMsiHandler.cs: ProcessCreatedExternalIdentities',
    },
  ],
  documented: [
    ...allOf(accessPolicyAssignment, accessPolicyAssignments, {
      'properties.accessPolicyName': 'text',
      'properties.objectId': 'GUID',
      'properties.objectIdAlias': 'GUID',
    }),
    ...allOf(resourceGroup, groupTags, { 'tags{name}': 'text', 'tags{}': 'text' }),
    {
      operation: site,
      path: 'identity.userAssignedIdentities{}',
      form: 'null',
      source:
        'azure-libraries-for-net, WebAppMsiHandler.cs: WithoutExternalManagedServiceIdentity; ansible-collections/azure#1635',
    },
    {
      operation: site,
      path: 'properties.keyVaultReferenceIdentity',
      form: identityId,
      source: 'app-service-key-vault-references.md: `az rest --method PATCH`',
    },
    {
      operation: site,
      path: 'properties.keyVaultReferenceIdentity',
      form: 'text',
      source:
        'WebApps.json: SitePatchResource; PUT with "SystemAssigned" is recorded (test_functionapp_assign_user_identity)',
    },
    ...allOf(containerApp, containerAppPatch, {
      'identity.type': 'text',
      'identity.userAssignedIdentities{name}': identityId,
      'identity.userAssignedIdentities{}': ['empty object', 'null'],
    }),
    ...allOf(vault, networkAcls, {
      'properties.networkAcls.bypass': 'enum',
      'properties.networkAcls.defaultAction': 'enum',
      'properties.networkAcls.ipRules': 'empty list',
      'properties.networkAcls.virtualNetworkRules': 'empty list',
    }),
    ...allOf(vault, ipRule, { 'properties.networkAcls.ipRules[].value': ['IPv4 address', 'IPv4 range'] }),
    ...allOf(accessPolicies, otherCase, {
      'properties.accessPolicies[].permissions.secrets[]': 'text',
      'properties.accessPolicies[].permissions.keys[]': 'text',
    }),
    { operation: 'PUT secrets/{}', path: 'attributes.nbf', form: 'integer', source: notBefore },
    { operation: 'PATCH secrets/{}/{}', path: 'attributes.nbf', form: 'integer', source: notBefore },
    {
      operation: 'PATCH secrets/{}/{}',
      path: 'tags{}',
      form: 'empty text',
      source:
        'azure-cli, core/commands/validators.py: validate_tag makes an empty value of a tag without one',
    },
    {
      operation: 'POST v1.0/servicePrincipals/{}/getMemberGroups',
      path: 'securityEnabledOnly',
      form: 'boolean',
      source: 'learn.microsoft.com/graph/api/directoryobject-getmembergroups',
    },
    {
      operation: 'POST Microsoft.ResourceGraph/resources',
      path: 'options.authorizationScopeFilter',
      form: 'enum',
      source:
        'resourcegraph.json: QueryRequestOptions.authorizationScopeFilter; learn.microsoft.com/azure/governance/resource-graph/concepts/query-language, Query scope',
    },
    ...Object.entries(newKeys).flatMap(([operation, [path = '', source = '']]) =>
      allOf(`POST ${operation}`, source, { [path]: 'text' }),
    ),
    ...Object.entries(localAuth).flatMap(([type, source]) =>
      allOf(`PATCH ${type}/{}`, source, { 'properties.disableLocalAuth': 'boolean' }),
    ),
    ...allOf(workspace, createWorkspace, { location: 'text', 'properties.sku.name': 'text' }),
    {
      operation: 'POST v1/apps/{}/query',
      path: 'query',
      form: 'text of several lines',
      source:
        'learn.microsoft.com/kusto/query/tabular-expression-statements: each operator on a line of its own',
    },
    ...allOf(functionKey, functionKeys, { 'properties.name': 'text', 'properties.value': 'text' }),
    ...allOf(slotSettings, slotConfigNames, {
      'properties.appSettingNames[]': 'text',
      'properties.appSettingNames': 'empty list',
      'properties.connectionStringNames[]': 'text',
      'properties.connectionStringNames': 'empty list',
    }),
    ...allOf(roleAssignment, delegated, {
      'properties.delegatedManagedIdentityResourceId': [
        identityId,
        'ID /subscriptions/{}/resourcegroups/{}/providers/microsoft.web/sites/{}',
      ],
    }),
    {
      operation: 'PUT Microsoft.Web/sites/{}/config/appsettings',
      path: 'properties{}',
      form: 'null',
      source:
        'Azure-Functions#1711: settings that are null, created by templates; azure-cli#24077: the API returns them',
    },
    {
      operation: 'PUT Microsoft.Web/serverfarms/{}',
      path: 'properties.hyperV',
      form: 'boolean',
      source: 'AppServicePlans.json: AppServicePlan.properties.hyperV (sent by tests only)',
    },
  ],
  inferred: [
    ...allOf(site, functionAppConfig, {
      'properties.functionAppConfig.deployment.storage.type': 'text',
      'properties.functionAppConfig.deployment.storage.value': 'HTTPS URL',
      'properties.functionAppConfig.deployment.storage.authentication.type': 'text',
      'properties.functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId': [
        'null',
        identityId,
      ],
      'properties.functionAppConfig.deployment.storage.authentication.storageAccountConnectionStringName': [
        'null',
        'text',
      ],
      'properties.functionAppConfig.runtime.name': 'text',
      'properties.functionAppConfig.runtime.version': 'text',
      'properties.functionAppConfig.scaleAndConcurrency.maximumInstanceCount': 'integer',
      'properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB': 'integer',
    }),
  ],
};
