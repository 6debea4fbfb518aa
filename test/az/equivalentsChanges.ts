import type { Change } from '../../src/changes/change';
import {
  tenantId,
  group,
  app,
  other,
  slot,
  vault,
  identity,
  somebody,
  anybody,
  readerPrincipal,
  secretsUser,
} from './equivalentsWorld';

export const storage = `${group}/providers/Microsoft.Storage/storageAccounts/keylessstore`;

export const plan = `${group}/providers/Microsoft.Web/serverfarms/made-plan`;

export const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/made-logs`;

export const component = `${group}/providers/Microsoft.Insights/components/made-insights`;

const policy = { vaultId: vault('keyless-policy-kv'), tenantId };

const own = { principalId: '', tenantId };

const reader = { resourceId: identity('reader-id'), principalId: '', clientId: '' };

export const role = {
  scope: `${vault('keyless-rbac-kv')}/secrets/One`,
  roleDefinitionId: secretsUser,
  principalId: readerPrincipal,
};

const onSite = { appId: app, scmHost: 'SCM', audience: 'https://appservice.azure.com' };

export const changes: readonly Change[] = [
  { kind: 'enableIdentity', app: { id: app, identity: { systemAssigned: own, userAssigned: [] } } },
  { kind: 'enableIdentity', app: { id: slot, identity: { systemAssigned: own, userAssigned: [] } } },
  {
    kind: 'assignIdentity',
    app: { id: app, identity: { systemAssigned: own, userAssigned: [reader] } },
    identityId: reader.resourceId,
  },
  { kind: 'setKeyVaultReferenceIdentity', appId: app, identity: reader.resourceId },
  {
    kind: 'removeIdentity',
    app: { id: other, identity: { systemAssigned: own, userAssigned: [] } },
    identityId: identity('old-id'),
  },
  { kind: 'disableIdentity', app: { id: other, identity: { userAssigned: [] } } },
  { kind: 'createIdentity', identityId: identity('new-id'), location: 'westeurope' },
  { kind: 'deleteIdentity', identityId: identity('old-id') },
  // The permissions that the policy has after the change, for the changed kind.
  { kind: 'addAccessPolicy', ...policy, objectId: somebody, permissions: { secrets: ['list', 'get'] } },
  {
    kind: 'removeAccessPolicy',
    ...policy,
    objectId: anybody,
    permissions: { secrets: ['get'] },
    left: { secrets: ['list'] },
  },
  {
    kind: 'removeAccessPolicy',
    ...policy,
    objectId: somebody,
    permissions: { secrets: ['list', 'get'], keys: ['get'] },
  },
  { kind: 'createRoleAssignment', ...role, principalType: 'ServicePrincipal' },
  { kind: 'setSecret', vaultId: policy.vaultId, name: 'New' },
  { kind: 'enableSecret', vaultId: policy.vaultId, name: 'Disabled' },
  { kind: 'recoverSecret', vaultId: policy.vaultId, name: 'Deleted' },
  { kind: 'recoverVault', vaultId: vault('keyless-gone-kv'), location: 'westeurope' },
  { kind: 'purgeVault', vaultId: vault('keyless-lost-kv'), location: 'westeurope' },
  { kind: 'addFirewallAddress', vaultId: vault('keyless-wall-kv'), address: '198.51.100.7' },
  { kind: 'openToFirewall', vaultId: vault('keyless-shut-kv') },
  { kind: 'setAppSetting', appId: app, name: 'NEW' },
  {
    ...{ kind: 'setAppSetting', appId: slot, name: 'DB' },
    reference: '@Microsoft.KeyVault(VaultName=keyless-rbac-kv;SecretName=One)',
  },
  { kind: 'renameAppSetting', appId: app, name: 'OLD', newName: 'RENAMED' },
  { kind: 'exchangeAppSettings', appId: app, set: { NOW__accountName: 'fakeacct01' }, remove: ['RENAMED'] },
  { kind: 'deleteAppSetting', appId: app, name: 'GOES' },
  { kind: 'setAppSetting', appId: app, name: 'Db', connectionType: 'SQLAzure' },
  { kind: 'renameAppSetting', appId: app, name: 'Db', connectionType: 'SQLAzure', newName: 'Shop' },
  {
    ...{ kind: 'setAppSetting', appId: slot, name: 'Db', connectionType: 'Custom' },
    reference: '@Microsoft.KeyVault(VaultName=keyless-rbac-kv;SecretName=One)',
  },
  { kind: 'setAppSetting', appId: other, name: 'Gone', connectionType: 'MySql' },
  { kind: 'deleteAppSetting', appId: other, name: 'Gone', connectionType: 'MySql' },
  {
    ...{ kind: 'setSlotSetting', appId: app, name: 'Shop', connectionType: 'SQLAzure', slotSetting: true },
    lists: { connectionStringNames: ['Shop'] },
  },
  { kind: 'setFunctionKey', appId: app, keyName: 'made' },
  { kind: 'deleteFunctionKey', appId: app, keyName: 'default' },
  { kind: 'stopApp', appId: other },
  { kind: 'startApp', appId: other },
  { kind: 'restartApp', appId: app },
  { kind: 'createSiteFolder', ...onSite, path: 'site/wwwroot/lib' },
  { kind: 'writeSiteFile', ...onSite, path: "site/wwwroot/lib/it's [1].json" },
  // Overwrites an existing file.
  { kind: 'writeSiteFile', ...onSite, path: 'site/wwwroot/host.json' },
  { kind: 'moveSiteFile', ...onSite, path: 'site/wwwroot/host.json', to: 'site/wwwroot/lib/more/host.json' },
  {
    ...{ kind: 'moveSiteFolder', ...onSite, path: 'site/wwwroot/lib', to: 'site/wwwroot/library' },
    entries: ["it's [1].json", 'more/', 'more/host.json'],
  },
  { kind: 'deleteSiteFile', ...onSite, path: "site/wwwroot/library/it's [1].json" },
  { kind: 'deleteSiteFolder', ...onSite, path: 'site/wwwroot/library' },
  { kind: 'syncTriggers', appId: app },
  { kind: 'createStorageAccount', storageId: storage, location: 'westeurope', byIdentity: true },
  { kind: 'turnOnKeys', resourceId: storage },
  { kind: 'turnOffKeys', resourceId: storage },
  { kind: 'createPlan', planId: plan, location: 'westeurope', linux: true, plan: 'basic' },
  { kind: 'createWorkspace', workspaceId: workspace, location: 'westeurope' },
  { kind: 'createComponent', componentId: component, location: 'westeurope', workspaceId: workspace },
  { kind: 'deleteResource', resourceId: component },
];

/** Changes without a visible effect. */
export const unseen: readonly Change['kind'][] = ['restartApp', 'syncTriggers'];
