import * as l10n from '@vscode/l10n';
import type { Change, Permissions, RoleAssignmentChange } from './change';
import { describePermissions, describeScope } from '../access/words/reach';
import { describeSiteFileChange } from './siteFileChange';
import { nameOf } from '../access/words/format';

/** What was done, as a sentence. Names in it are as the service gave them. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'enableIdentity':
      return l10n.t('Enabled the system-assigned identity of {0}.', nameOf(change.app.id));
    case 'disableIdentity':
      return l10n.t('Disabled the system-assigned identity of {0}.', nameOf(change.app.id));
    case 'assignIdentity':
      return l10n.t('Assigned the identity {0} to {1}.', nameOf(change.identityId), nameOf(change.app.id));
    case 'removeIdentity':
      return l10n.t('Removed the identity {0} from {1}.', nameOf(change.identityId), nameOf(change.app.id));
    case 'createIdentity':
      return l10n.t('Created the identity {0}.', nameOf(change.identityId));
    case 'deleteIdentity':
      return l10n.t('Deleted the identity {0}.', nameOf(change.identityId));
    case 'setKeyVaultReferenceIdentity':
      return change.identity.startsWith('/')
        ? l10n.t(
            'Key Vault references of {0} are resolved by {1}.',
            nameOf(change.appId),
            nameOf(change.identity),
          )
        : l10n.t(
            'Key Vault references of {0} are resolved by its system-assigned identity.',
            nameOf(change.appId),
          );
    case 'addAccessPolicy':
      return l10n.t(
        'Access policy of {0} on {1}: {2}.',
        change.objectId,
        nameOf(change.vaultId),
        inWords(change.permissions),
      );
    case 'removeAccessPolicy':
      return l10n.t(
        'Took from {0} on {1}: {2}.',
        change.objectId,
        nameOf(change.vaultId),
        inWords(change.permissions),
      );
    case 'createRoleAssignment':
      return l10n.t(
        'Assigned {0} to {1} on {2}.',
        roleOf(change),
        change.principalId,
        describeScope(change.scope),
      );
    case 'deleteRoleAssignment':
      return l10n.t(
        'Removed {0} from {1} on {2}.',
        roleOf(change),
        change.principalId,
        describeScope(change.scope),
      );
    case 'setSecret':
      return l10n.t('Wrote a version of the secret {0} in {1}.', change.name, nameOf(change.vaultId));
    case 'updateSecret':
      return l10n.t('Changed attributes of the secret {0} in {1}.', change.name, nameOf(change.vaultId));
    case 'deleteSecret':
      return l10n.t('Deleted the secret {0} in {1}.', change.name, nameOf(change.vaultId));
    case 'purgeSecret':
      return l10n.t('Purged the deleted secret {0} of {1}.', change.name, nameOf(change.vaultId));
    case 'enableSecret':
      return l10n.t('Enabled the secret {0} in {1}.', change.name, nameOf(change.vaultId));
    case 'recoverSecret':
      return l10n.t('Recovered the secret {0} in {1}.', change.name, nameOf(change.vaultId));
    case 'recoverVault':
      return l10n.t('Recovered the key vault {0}.', nameOf(change.vaultId));
    case 'openToFirewall':
      return l10n.t(
        'Opened the key vault {0} to the public network, for what its firewall lets in.',
        nameOf(change.vaultId),
      );
    case 'addFirewallAddress':
      return l10n.t('Let {0} through the firewall of {1}.', change.address, nameOf(change.vaultId));
    case 'setAppSetting':
      return l10n.t('Set the application setting {0} of {1}.', change.name, nameOf(change.appId));
    case 'deleteAppSetting':
      return l10n.t('Deleted the application setting {0} of {1}.', change.name, nameOf(change.appId));
    case 'renameAppSetting':
      return l10n.t(
        'Renamed the application setting {0} of {1} to {2}.',
        change.name,
        nameOf(change.appId),
        change.newName,
      );
    case 'setFunctionKey':
      return change.functionName === undefined
        ? l10n.t('Made or renewed the key {0} of the host in {1}.', change.keyName, nameOf(change.appId))
        : l10n.t(
            'Made or renewed the key {0} of {1} in {2}.',
            change.keyName,
            change.functionName,
            nameOf(change.appId),
          );
    case 'deleteFunctionKey':
      return change.functionName === undefined
        ? l10n.t('Revoked the key {0} of the host in {1}.', change.keyName, nameOf(change.appId))
        : l10n.t(
            'Revoked the key {0} of {1} in {2}.',
            change.keyName,
            change.functionName,
            nameOf(change.appId),
          );
    case 'createResourceGroup':
      return l10n.t('Created the resource group {0}.', nameOf(change.groupId));
    case 'deleteResourceGroup':
      return l10n.t('Deleted the resource group {0} with all that was in it.', nameOf(change.groupId));
    case 'createVault':
      return l10n.t('Created the key vault {0}.', nameOf(change.vaultId));
    case 'deleteVault':
      return l10n.t('Deleted the key vault {0}.', nameOf(change.vaultId));
    case 'createStorageAccount':
      return l10n.t('Created the storage account {0}.', nameOf(change.storageId));
    case 'createPlan':
      return l10n.t('Created the plan {0}.', nameOf(change.planId));
    case 'createWorkspace':
      return l10n.t('Created the Log Analytics workspace {0}.', nameOf(change.workspaceId));
    case 'createComponent':
      return l10n.t('Created the Application Insights component {0}.', nameOf(change.componentId));
    case 'createApp':
      return l10n.t('Created the function app {0}.', nameOf(change.appId));
    case 'deleteResource':
      return l10n.t('Deleted {0}.', nameOf(change.resourceId));
    case 'deleteApp':
      return l10n.t('Deleted {0}.', nameOf(change.appId));
    case 'startApp':
      return l10n.t('Started {0}.', nameOf(change.appId));
    case 'stopApp':
      return l10n.t('Stopped {0}.', nameOf(change.appId));
    case 'restartApp':
      return l10n.t('Restarted {0}.', nameOf(change.appId));
    case 'syncTriggers':
      return l10n.t('Told the platform which functions {0} has.', nameOf(change.appId));
    case 'writeSiteFile':
    case 'createSiteFolder':
    case 'deleteSiteFile':
    case 'deleteSiteFolder':
    case 'moveSiteFile':
    case 'moveSiteFolder':
      return describeSiteFileChange(change, nameOf(change.appId));
  }
}

function inWords(permissions: Permissions): string {
  return describePermissions({ tenantId: '', objectId: '', permissions });
}

function roleOf({ roleName, roleDefinitionId }: RoleAssignmentChange): string {
  return roleName ?? l10n.t('the role {0}', nameOf(roleDefinitionId));
}
