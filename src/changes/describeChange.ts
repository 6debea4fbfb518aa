import * as l10n from '@vscode/l10n';
import type { AppSettingChange, Change, KeyAccessChange, Permissions, RoleAssignmentChange } from './change';
import { keyLabel } from '../access/keyAccess/rotation';
import { describePermissions, describeScope } from '../access/words/reach';
import { describeSiteFileChange } from './siteFileChange';
import { listed, nameInId } from '../access/words/format';

/** Describes a completed change in a sentence. Names come from the service unescaped. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'enableIdentity':
      return l10n.t('Enabled the system-assigned identity of {0}.', nameInId(change.app.id));
    case 'disableIdentity':
      return l10n.t('Disabled the system-assigned identity of {0}.', nameInId(change.app.id));
    case 'assignIdentity':
      return l10n.t(
        'Assigned the identity {0} to {1}.',
        nameInId(change.identityId),
        nameInId(change.app.id),
      );
    case 'removeIdentity':
      return l10n.t(
        'Removed the identity {0} from {1}.',
        nameInId(change.identityId),
        nameInId(change.app.id),
      );
    case 'createIdentity':
      return l10n.t('Created the identity {0}.', nameInId(change.identityId));
    case 'deleteIdentity':
      return l10n.t('Deleted the identity {0}.', nameInId(change.identityId));
    case 'setKeyVaultReferenceIdentity':
      return change.identity.startsWith('/')
        ? l10n.t(
            'Set {1} to resolve the Key Vault references of {0}.',
            nameInId(change.appId),
            nameInId(change.identity),
          )
        : l10n.t(
            'Set the system-assigned identity of {0} to resolve its Key Vault references.',
            nameInId(change.appId),
          );
    case 'addAccessPolicy':
      return l10n.t(
        'Set the access policy of {0} on {1}: {2}.',
        change.objectId,
        nameInId(change.vaultId),
        inWords(change.permissions),
      );
    case 'removeAccessPolicy':
      return l10n.t(
        'Removed permissions of {0} on {1}: {2}.',
        change.objectId,
        nameInId(change.vaultId),
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
    case 'assignDataRole':
      return l10n.t(
        'Assigned {0} to {1} on {2}.',
        ...[change.roleName, change.principalId, describeScope(change.scope)],
      );
    case 'removeDataRole':
      return l10n.t('Removed a role from {0} on {1}.', change.principalId, describeScope(change.scope));
    case 'setSecret':
      return l10n.t('Created a version of the secret {0} in {1}.', change.name, nameInId(change.vaultId));
    case 'updateSecret':
      return l10n.t('Changed attributes of the secret {0} in {1}.', change.name, nameInId(change.vaultId));
    case 'deleteSecret':
      return l10n.t('Deleted the secret {0} in {1}.', change.name, nameInId(change.vaultId));
    case 'purgeSecret':
      return l10n.t('Permanently deleted the secret {0} in {1}.', change.name, nameInId(change.vaultId));
    case 'enableSecret':
      return l10n.t('Enabled the secret {0} in {1}.', change.name, nameInId(change.vaultId));
    case 'recoverSecret':
      return l10n.t('Recovered the secret {0} in {1}.', change.name, nameInId(change.vaultId));
    case 'recoverVault':
      return l10n.t('Recovered the key vault {0}.', nameInId(change.vaultId));
    case 'purgeVault':
      return l10n.t('Permanently deleted the key vault {0}.', nameInId(change.vaultId));
    case 'openToFirewall':
      return l10n.t(
        'Turned on public network access for the key vault {0}, limited by its firewall.',
        nameInId(change.vaultId),
      );
    case 'addFirewallAddress':
      return l10n.t('Allowed {0} in the firewall of {1}.', change.address, nameInId(change.vaultId));
    case 'setAppSetting':
    case 'deleteAppSetting':
    case 'renameAppSetting':
      return ofSetting(change);
    case 'exchangeAppSettings': {
      const [set, removed, app] = [Object.keys(change.set), change.remove, nameInId(change.appId)];
      return set.length === 0
        ? l10n.t('Deleted app settings of {0}: {1}.', app, listed(removed))
        : removed.length === 0
          ? l10n.t('Set app settings of {0}: {1}.', app, listed(set))
          : l10n.t('Replaced app settings of {0}: {1} by {2}.', app, listed(removed), listed(set));
    }
    case 'setSlotSetting':
      return change.slotSetting
        ? l10n.t('Marked {0} of {1} as a slot setting.', change.name, nameInId(change.appId))
        : l10n.t('Removed the slot setting mark from {0} of {1}.', change.name, nameInId(change.appId));
    case 'setFunctionKey':
      return change.functionName === undefined
        ? l10n.t('Created or renewed the host key {0} of {1}.', change.keyName, nameInId(change.appId))
        : l10n.t(
            'Created or renewed the key {0} of the function {1} in {2}.',
            change.keyName,
            change.functionName,
            nameInId(change.appId),
          );
    case 'deleteFunctionKey':
      return change.functionName === undefined
        ? l10n.t('Deleted the host key {0} of {1}.', change.keyName, nameInId(change.appId))
        : l10n.t(
            'Deleted the key {0} of the function {1} in {2}.',
            change.keyName,
            change.functionName,
            nameInId(change.appId),
          );
    case 'turnOffKeys':
    case 'turnOnKeys':
    case 'setBasicPublishing':
    case 'regenerateKey':
    case 'setPlatformSignIn':
      return ofKeyAccess(change);
    case 'createResourceGroup':
      return l10n.t('Created the resource group {0}.', nameInId(change.groupId));
    case 'deleteResourceGroup':
      return l10n.t('Deleted the resource group {0} and everything in it.', nameInId(change.groupId));
    case 'registerProvider':
      return l10n.t('Registered the subscription for {0}.', change.namespace);
    case 'createVault':
      return l10n.t('Created the key vault {0}.', nameInId(change.vaultId));
    case 'deleteVault':
      return l10n.t('Deleted the key vault {0}.', nameInId(change.vaultId));
    case 'createStorageAccount':
      return l10n.t('Created the storage account {0}.', nameInId(change.storageId));
    case 'createPlan':
      return l10n.t('Created the plan {0}.', nameInId(change.planId));
    case 'createWorkspace':
      return l10n.t('Created the Log Analytics workspace {0}.', nameInId(change.workspaceId));
    case 'createComponent':
      return l10n.t('Created the Application Insights component {0}.', nameInId(change.componentId));
    case 'createApp':
      return l10n.t('Created the function app {0}.', nameInId(change.appId));
    case 'deleteResource':
      return l10n.t('Deleted {0}.', nameInId(change.resourceId));
    case 'deleteApp':
      return l10n.t('Deleted {0}.', nameInId(change.appId));
    case 'startApp':
      return l10n.t('Started {0}.', nameInId(change.appId));
    case 'stopApp':
      return l10n.t('Stopped {0}.', nameInId(change.appId));
    case 'restartApp':
      return l10n.t('Restarted {0}.', nameInId(change.appId));
    case 'syncTriggers':
      return l10n.t('Synced the function triggers of {0}.', nameInId(change.appId));
    case 'writeSiteFile':
    case 'createSiteFolder':
    case 'deleteSiteFile':
    case 'deleteSiteFolder':
    case 'moveSiteFile':
    case 'moveSiteFolder':
      return describeSiteFileChange(change, nameInId(change.appId));
  }
}

function inWords(permissions: Permissions): string {
  return describePermissions({ tenantId: '', objectId: '', permissions });
}

function ofSetting(change: AppSettingChange): string {
  const { name, connectionType } = change;
  const app = nameInId(change.appId);
  const isConnection = connectionType !== undefined;
  switch (change.kind) {
    case 'setAppSetting':
      return isConnection
        ? l10n.t('Set the connection string {0} of {1}.', name, app)
        : l10n.t('Set the app setting {0} of {1}.', name, app);
    case 'deleteAppSetting':
      return isConnection
        ? l10n.t('Deleted the connection string {0} of {1}.', name, app)
        : l10n.t('Deleted the app setting {0} of {1}.', name, app);
    case 'renameAppSetting':
      return isConnection
        ? l10n.t('Renamed the connection string {0} of {1} to {2}.', name, app, change.newName)
        : l10n.t('Renamed the app setting {0} of {1} to {2}.', name, app, change.newName);
  }
}

/** Only a key is in a setting, which the configuration names. */
function usesIdentity({ properties }: Extract<KeyAccessChange, { kind: 'setPlatformSignIn' }>): boolean {
  return !/"type":"storageAccountConnectionString"/i.test(JSON.stringify(properties));
}

function ofKeyAccess(change: KeyAccessChange): string {
  switch (change.kind) {
    case 'turnOffKeys':
      return l10n.t('Turned off the keys of {0}.', nameInId(change.resourceId));
    case 'turnOnKeys':
      return l10n.t('Turned on the keys of {0}.', nameInId(change.resourceId));
    case 'setBasicPublishing': {
      const method = change.method.toUpperCase();
      return change.allow
        ? l10n.t('Turned on publishing to {0} with a password ({1}).', nameInId(change.appId), method)
        : l10n.t('Turned off publishing to {0} with a password ({1}).', nameInId(change.appId), method);
    }
    case 'regenerateKey':
      return l10n.t('Rotated {0} of {1}.', keyLabel(change.keyName), nameInId(change.resourceId));
    case 'setPlatformSignIn':
      if (change.fetched === 'image')
        return change.properties['acrUseManagedIdentityCreds'] === true
          ? l10n.t('Let {0} pull its image with an identity instead of a password.', nameInId(change.appId))
          : l10n.t('Let {0} pull its image with a password again.', nameInId(change.appId));
      return usesIdentity(change)
        ? l10n.t('Let the deployments of {0} use an identity instead of a key.', nameInId(change.appId))
        : l10n.t('Let the deployments of {0} use a key again.', nameInId(change.appId));
  }
}

function roleOf({ roleName, roleDefinitionId }: RoleAssignmentChange): string {
  return roleName ?? l10n.t('the role {0}', nameInId(roleDefinitionId));
}
