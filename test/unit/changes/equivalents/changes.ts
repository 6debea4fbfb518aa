import type { Change } from '../../../../src/changes/change';

const subscription = '/subscriptions/00000000-0000-0000-0000-000000000001';

function groupOf(name: string): string {
  return `${subscription}/resourceGroups/${name}`;
}

/** IDs of resources in the resource group `group`. */
export function idsIn(group: string, name: string) {
  const providers = `${subscription}/resourceGroups/${group}/providers`;
  return {
    app: `${providers}/Microsoft.Web/sites/${name}`,
    slot: `${providers}/Microsoft.Web/sites/${name}/slots/${name}`,
    vault: `${providers}/Microsoft.KeyVault/vaults/${name}`,
    identity: `${providers}/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`,
    assignment: `${providers}/Microsoft.KeyVault/vaults/${name}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    role: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
  };
}

const keyed = [
  'Microsoft.Storage/storageAccounts',
  'Microsoft.ServiceBus/namespaces',
  'Microsoft.Search/searchServices',
];

const tenantId = '00000000-0000-0000-0000-00000000aaaa';
const objectId = '00000000-0000-0000-0000-00000000bbbb';

/** An app's properties with a deployment storage that its identity opens. */
function deployment(name: string) {
  const authentication = { type: 'SystemAssignedIdentity', storageAccountConnectionStringName: null };
  const storage = {
    type: 'blobContainer',
    value: `https://kv.blob.core.windows.net/${name}`,
    authentication,
  };
  return { functionAppConfig: { deployment: { storage }, runtime: { name: 'node', version: '22' } } };
}

/** One change of every kind and form, on resources called `name`. */
export function changesOn(name: string): Change[] {
  const { app: appId, slot, vault: vaultId, identity: identityId, assignment, role } = idsIn(name, name);
  const own = { principalId: objectId, tenantId };
  const assigned = { resourceId: identityId, principalId: objectId, clientId: objectId };
  const app = { id: appId, identity: { systemAssigned: own, userAssigned: [] } };
  const without = { id: appId, identity: { userAssigned: [] } };
  const both = { id: slot, identity: { systemAssigned: own, userAssigned: [assigned] } };
  const policy = { vaultId, tenantId, objectId };
  const ofRole = { scope: vaultId, roleDefinitionId: role, principalId: objectId };
  const data = `${groupOf(name)}/providers/Microsoft.DocumentDB/databaseAccounts/${name}`;
  const ofData = { resourceId: data, scope: `${data}/dbs/${name}`, role: objectId, principalId: objectId };
  const cache = `${groupOf(name)}/providers/Microsoft.Cache/redis/${name}`;
  const ofCache = { resourceId: cache, scope: cache, role: 'Data Contributor', principalId: objectId };
  const reference = `@Microsoft.KeyVault(VaultName=kv;SecretName=${name})`;
  const ofNewApp = { location: 'westeurope', linux: true };
  const runtime = { name: 'node', version: '22' } as const;
  const serviceUris = {
    blob: 'https://kv.blob.core.usgovcloudapi.net/',
    queue: 'https://kv.queue.core.usgovcloudapi.net/',
    table: 'https://kv.table.core.usgovcloudapi.net/',
  };
  const groupId = groupOf(name);
  const ofType = (type: string) => `${groupId}/providers/${type}/${name}`;
  const onSite = { appId, scmHost: 'kv.scm.azurewebsites.net', audience: 'https://appservice.azure.com' };
  const path = `site/wwwroot/${name}`;
  const ofNewVault = { vaultId, location: 'westeurope', tenantId, retentionDays: 90 };
  return [
    { kind: 'enableIdentity', app },
    { kind: 'enableIdentity', app: both },
    { kind: 'disableIdentity', app: without },
    { kind: 'assignIdentity', app: both, identityId },
    { kind: 'removeIdentity', app, identityId },
    { kind: 'createIdentity', identityId, location: 'westeurope' },
    { kind: 'deleteIdentity', identityId },
    { kind: 'setKeyVaultReferenceIdentity', appId, identity: identityId },
    { kind: 'setKeyVaultReferenceIdentity', appId: slot, identity: 'SystemAssigned' },
    { kind: 'addAccessPolicy', ...policy, permissions: { secrets: ['get', 'list'], keys: ['get'] } },
    { kind: 'removeAccessPolicy', ...policy, permissions: { secrets: ['get'] } },
    { kind: 'removeAccessPolicy', ...policy, applicationId: objectId, permissions: { secrets: ['get'] } },
    {
      ...{ kind: 'removeAccessPolicy', ...policy },
      ...{ permissions: { secrets: ['get'] }, left: { secrets: ['list'] } },
    },
    { kind: 'createRoleAssignment', ...ofRole, principalType: 'ServicePrincipal', roleName: name },
    {
      ...{ kind: 'createRoleAssignment', ...ofRole, principalType: 'User' },
      condition: `@Resource[name] StringEquals '${name}'`,
    },
    {
      ...{ kind: 'createRoleAssignment', ...ofRole, principalType: 'ServicePrincipal', id: assignment },
      delegatedIdentityId: identityId,
    },
    { kind: 'deleteRoleAssignment', ...ofRole, id: assignment },
    { kind: 'assignDataRole', ...ofData, roleName: name },
    {
      kind: 'assignDataRole',
      ...ofData,
      id: `${ofData.resourceId}/sqlRoleAssignments/${name}`,
      roleName: name,
    },
    { kind: 'removeDataRole', ...ofData, id: `${ofData.resourceId}/sqlRoleAssignments/${name}` },
    { kind: 'assignDataRole', ...ofCache, roleName: name },
    { kind: 'removeDataRole', ...ofCache, id: `${ofCache.resourceId}/accessPolicyAssignments/${name}` },
    { kind: 'setSecret', vaultId, name },
    {
      ...{ kind: 'updateSecret', vaultId, name, enabled: false, contentType: name },
      ...{ notBefore: '2026-11-24T00:00:00Z', expires: '2027-11-24T00:00:00Z', tags: { [name]: name } },
    },
    { kind: 'deleteSecret', vaultId, name },
    { kind: 'purgeSecret', vaultId, name },
    { kind: 'enableSecret', vaultId, name },
    { kind: 'recoverSecret', vaultId, name },
    { kind: 'recoverVault', vaultId, location: 'westeurope' },
    { kind: 'purgeVault', vaultId, location: 'westeurope' },
    { kind: 'openToFirewall', vaultId },
    { kind: 'addFirewallAddress', vaultId, address: '203.0.113.7' },
    { kind: 'setAppSetting', appId, name },
    { kind: 'setAppSetting', appId: slot, name, reference },
    { kind: 'deleteAppSetting', appId, name },
    { kind: 'deleteAppSetting', appId: slot, name },
    { kind: 'renameAppSetting', appId, name, newName: 'New', reference },
    { kind: 'renameAppSetting', appId: slot, name, newName: 'New' },
    { kind: 'setAppSetting', appId, name, connectionType: 'SQLAzure' },
    { kind: 'setAppSetting', appId: slot, name, connectionType: 'Custom', reference },
    { kind: 'deleteAppSetting', appId, name, connectionType: 'Custom' },
    { kind: 'renameAppSetting', appId, name, connectionType: 'MySql', newName: 'New', reference },
    { kind: 'exchangeAppSettings', appId, set: { Own__accountName: name }, remove: [name] },
    {
      kind: 'exchangeAppSettings',
      appId: slot,
      set: { [name]: null },
      remove: ['Own__accountName', 'Other'],
    },
    { kind: 'exchangeAppSettings', appId, set: { [name]: name }, remove: [] },
    { kind: 'exchangeAppSettings', appId, set: {}, remove: [name] },
    {
      ...{ kind: 'setSlotSetting', appId, name, connectionType: 'Custom', slotSetting: true },
      lists: { appSettingNames: [], connectionStringNames: ['Other', name] },
    },
    { kind: 'setSlotSetting', appId, name, slotSetting: false, lists: { appSettingNames: ['OTHER'] } },
    { kind: 'setFunctionKey', appId, functionName: name, keyName: name },
    { kind: 'deleteFunctionKey', appId, keyName: name },
    ...keyed.flatMap((type): Change[] => [
      { kind: 'turnOffKeys', resourceId: ofType(type) },
      { kind: 'turnOnKeys', resourceId: ofType(type) },
    ]),
    { kind: 'setBasicPublishing', appId, method: 'scm', allow: false },
    { kind: 'setBasicPublishing', appId: slot, method: 'ftp', allow: true },
    { kind: 'setPlatformSignIn', appId, fetched: 'package', properties: deployment(name) },
    {
      ...{ kind: 'setPlatformSignIn', appId: slot, fetched: 'image' },
      properties: { acrUseManagedIdentityCreds: true, acrUserManagedIdentityID: objectId },
    },
    { kind: 'regenerateKey', resourceId: ofType('Microsoft.Storage/storageAccounts'), keyName: 'key1' },
    {
      ...{ kind: 'regenerateKey', resourceId: ofType('Microsoft.AppConfiguration/configurationStores') },
      ...{ keyName: 'Primary', keyId: name },
    },
    {
      ...{ kind: 'regenerateKey', resourceId: ofType('Microsoft.ServiceBus/namespaces') },
      keyName: 'queues/orders/authorizationRules/send/primaryKey',
    },
    {
      ...{ kind: 'regenerateKey', resourceId: ofType('Microsoft.Search/searchServices') },
      keyName: 'secondaryKey',
    },
    { kind: 'createResourceGroup', groupId, location: 'westeurope' },
    { kind: 'deleteResourceGroup', groupId },
    { kind: 'registerProvider', subscriptionId: subscription.slice(15), namespace: name },
    { kind: 'createVault', ...ofNewVault, permissionModel: 'rbac', purgeProtection: true },
    { kind: 'createVault', ...ofNewVault, permissionModel: 'accessPolicies', purgeProtection: false },
    { kind: 'deleteVault', vaultId },
    { kind: 'createStorageAccount', storageId: vaultId, location: 'westeurope', byIdentity: true },
    { kind: 'createStorageAccount', storageId: vaultId, location: 'westeurope', byIdentity: false },
    { kind: 'createPlan', planId: vaultId, ...ofNewApp, plan: 'basic' },
    { kind: 'createWorkspace', workspaceId: vaultId, location: 'westeurope' },
    { kind: 'createComponent', componentId: vaultId, workspaceId: identityId, location: 'westeurope' },
    { kind: 'createApp', appId, ...ofNewApp, runtime, plan: 'flex', storageId: vaultId },
    { kind: 'createApp', appId, ...ofNewApp, runtime, plan: 'consumption', storageId: vaultId },
    {
      ...{ kind: 'createApp', appId, ...ofNewApp, runtime, plan: 'basic', storageId: vaultId },
      ...{ planId: identityId, componentId: vaultId },
    },
    {
      ...{ kind: 'createApp', appId, ...ofNewApp, runtime, plan: 'basic', storageId: vaultId },
      ...{ planId: identityId, componentId: vaultId, serviceUris },
    },
    { kind: 'deleteResource', resourceId: vaultId },
    { kind: 'deleteApp', appId },
    { kind: 'deleteApp', appId: slot },
    { kind: 'startApp', appId },
    { kind: 'stopApp', appId: slot },
    { kind: 'restartApp', appId },
    { kind: 'syncTriggers', appId },
    { kind: 'writeSiteFile', ...onSite, path },
    { kind: 'createSiteFolder', ...onSite, path },
    { kind: 'deleteSiteFile', ...onSite, path },
    { kind: 'deleteSiteFolder', ...onSite, path },
    { kind: 'moveSiteFile', ...onSite, path, to: 'site/wwwroot/to.js' },
    { kind: 'moveSiteFolder', ...onSite, path, to: 'site/to', entries: [`${name}/`, `${name}/a.js`] },
  ];
}

/** Names that end a word, line, or string, run something, or are invisible in bash, PowerShell, or Bicep. */
export const hostileNames = [
  "it's",
  'a b',
  '"; reboot; "',
  '$(reboot)',
  '`reboot`',
  '${HOME}',
  "'; reboot #",
  'a\\',
  "\\'",
  'a\nreboot',
  'a\r\nreboot',
  '\u001b[2Jgone',
  'a\u202eb',
  '“curly”‘quotes’‚low‛',
  '!!',
  '*',
  '~',
  '-rf',
  'é𝄞',
  "'${json(deployment())}",
  "'''",
  '%PATH%',
  '&|<>',
];
