import type {
  AccessPolicyChange,
  AppIdentityChange,
  Change,
  FunctionKeyChange,
  ResourceChange,
  RoleAssignmentChange,
  SecretChange,
} from '../change';
import { kindsOf } from '../change';
import { keyAccessCmdlet } from './keyAccess';
import { lastSegment } from '../../access/words/format';
import { dataRoleInPowerShell } from './dataRoles';
import {
  conditionVersion,
  delegatedRequest,
  identityAfter,
  placeOf,
  valuePlaceholder,
  webApiVersion,
  subscriptionOf,
} from './place';
import { named, newAppCommands, patch, vaultPurge } from './powerShellApps';
import { siteFileCommands } from './powerShellFiles';
import { exchangeRequests, settingCommands } from './powerShellSettings';
import { quote } from './powerShellText';

/**
 * Writes the Azure PowerShell commands (module Az) that make the same change, one per line. Every name is quoted, and a
 * secret value becomes `<value>`. The first line selects the subscription, and with it the tenant of the token.
 */
export function toPowerShell(change: Change): string {
  return [contextOf(change), ...commandsOf(change)].join('\n');
}

/** The same for several changes, under a line that says where they run. */
export function allToPowerShell(changes: readonly Change[]): string {
  const onFiles = changes.some((change) => 'scmHost' in change);
  const header = onFiles ? '# For PowerShell 7 with the Az module' : '# For PowerShell with the Az module';
  const blocks = changes.map((change, index) => {
    const context = contextOf(change);
    const before = changes[index - 1];
    const lines = commandsOf(change);
    return (before && contextOf(before) === context ? lines : [context, ...lines]).join('\n');
  });
  return [header, blocks.join('\n\n')].join('\n');
}

function contextOf(change: Change): string {
  const subscription = subscriptionOf(change);
  return subscription === undefined
    ? '# Sign in to the tenant of this scope first.'
    : `Set-AzContext -Subscription ${quote(subscription)}`;
}

function commandsOf(change: Change): string[] {
  switch (change.kind) {
    case 'enableIdentity':
    case 'disableIdentity':
    case 'assignIdentity':
    case 'removeIdentity':
      return [ofIdentity(change)];
    case 'createIdentity':
      return [`New-AzUserAssignedIdentity ${named(change.identityId)} -Location ${quote(change.location)}`];
    case 'deleteIdentity':
      return [`Remove-AzUserAssignedIdentity ${named(change.identityId)}`];
    case 'setKeyVaultReferenceIdentity':
      return [patch(change.appId, { properties: { keyVaultReferenceIdentity: change.identity } })];
    case 'addAccessPolicy':
    case 'removeAccessPolicy':
      return [ofPolicy(change)];
    case 'createRoleAssignment': {
      const request = delegatedRequest(change);
      if (request)
        return [
          `Invoke-AzRestMethod -Method PUT -Path ${quote(request.path)} -Payload ${quote(request.body)}`,
        ];
      return [
        `New-AzRoleAssignment ${ofRole(change)} -ObjectType ${quote(change.principalType)}${ofCondition(change.condition)}`,
      ];
    }
    case 'deleteRoleAssignment':
      return [`Remove-AzRoleAssignment ${ofRole(change)}`];
    case 'assignDataRole':
    case 'removeDataRole':
      return [dataRoleInPowerShell(change)];
    case 'setSecret':
      return [
        `Set-AzKeyVaultSecret ${ofSecret(change)} -SecretValue (ConvertTo-SecureString ${quote(valuePlaceholder)} -AsPlainText -Force)`,
      ];
    case 'updateSecret':
      return [`Update-AzKeyVaultSecret ${ofSecret(change)}${attributesOf(change)}`];
    case 'deleteSecret':
      return [`Remove-AzKeyVaultSecret ${ofSecret(change)} -Force`];
    case 'purgeSecret':
      return [`Remove-AzKeyVaultSecret ${ofSecret(change)} -InRemovedState -Force`];
    case 'enableSecret':
      return [`Update-AzKeyVaultSecret ${ofSecret(change)} -Enable $true`];
    case 'recoverSecret':
      return [`Undo-AzKeyVaultSecretRemoval ${ofSecret(change)}`];
    case 'recoverVault':
      return [`Undo-AzKeyVaultRemoval ${ofVault(change.vaultId)} -Location ${quote(change.location)}`];
    case 'purgeVault':
      return [vaultPurge(change)];
    case 'openToFirewall':
      return [
        `Update-AzKeyVaultNetworkRuleSet ${ofVault(change.vaultId)} -DefaultAction 'Deny'`,
        `Update-AzKeyVault ${ofVault(change.vaultId)} -PublicNetworkAccess 'Enabled'`,
      ];
    case 'addFirewallAddress':
      return [
        `Add-AzKeyVaultNetworkRule ${ofVault(change.vaultId)} -IpAddressRange ${quote(change.address)}`,
      ];
    case 'setAppSetting':
    case 'deleteAppSetting':
    case 'renameAppSetting':
    case 'setSlotSetting':
      return settingCommands(change);
    case 'exchangeAppSettings':
      return exchangeRequests(change);
    case 'setFunctionKey':
    case 'deleteFunctionKey':
      return [ofKey(change)];
    case 'turnOffKeys':
    case 'turnOnKeys':
    case 'setBasicPublishing':
    case 'regenerateKey':
    case 'setPlatformSignIn':
      return [keyAccessCmdlet(change)];
    case 'createResourceGroup':
      return [`New-AzResourceGroup ${ofGroup(change.groupId)} -Location ${quote(change.location)}`];
    case 'deleteResourceGroup':
      return [`Remove-AzResourceGroup ${ofGroup(change.groupId)} -Force`];
    case 'registerProvider':
      return [`Register-AzResourceProvider -ProviderNamespace ${quote(change.namespace)}`];
    case 'createVault':
      return [ofNewVault(change)];
    case 'deleteVault':
      return [`Remove-AzKeyVault ${ofVault(change.vaultId)} -Force`];
    case 'createStorageAccount':
      return [
        `New-AzStorageAccount ${inGroup(change.storageId)} -Location ${quote(change.location)} -SkuName Standard_LRS -MinimumTlsVersion TLS1_2 -AllowBlobPublicAccess $false${change.byIdentity ? ' -AllowSharedKeyAccess $false' : ''}`,
      ];
    case 'createPlan':
      return [
        `New-AzFunctionAppPlan ${named(change.planId)} -Location ${quote(change.location)} -Sku ${change.plan === 'premium' ? 'EP1' : 'B1'} -WorkerType ${change.linux ? 'Linux' : 'Windows'}`,
      ];
    case 'createWorkspace':
      return [
        `New-AzOperationalInsightsWorkspace ${inGroup(change.workspaceId)} -Location ${quote(change.location)} -Sku PerGB2018`,
      ];
    case 'createComponent':
      return [
        `New-AzApplicationInsights ${named(change.componentId)} -Location ${quote(change.location)} -Kind web -WorkspaceResourceId ${quote(change.workspaceId)}`,
      ];
    case 'createApp':
      return newAppCommands(change);
    case 'deleteResource':
      return [`Remove-AzResource -ResourceId ${quote(change.resourceId)} -Force`];
    case 'deleteApp':
      return ofState('Remove', change.appId, ' -Force');
    case 'startApp':
      return ofState('Start', change.appId);
    case 'stopApp':
      return ofState('Stop', change.appId, ' -Force');
    case 'restartApp':
      return ofState('Restart', change.appId, ' -Force');
    case 'syncTriggers':
      return [
        `Invoke-AzRestMethod -Method POST -Path ${quote(`${change.appId}/syncfunctiontriggers?api-version=${webApiVersion}`)}`,
      ];
    case 'writeSiteFile':
    case 'createSiteFolder':
    case 'deleteSiteFile':
    case 'deleteSiteFolder':
    case 'moveSiteFile':
    case 'moveSiteFolder':
      return siteFileCommands(change);
  }
}

/** Update-AzFunctionApp supports neither slots nor adding one identity to others, so this sends the request itself. */
function ofIdentity(change: AppIdentityChange): string {
  const { type, userAssigned } = identityAfter(change.app);
  const kept = userAssigned.map((id) => [id, {}] as const);
  const dropped = change.kind === 'removeIdentity' && kept.length > 0 ? [[change.identityId, null]] : [];
  const map = Object.fromEntries([...kept, ...dropped]) as object;
  return patch(change.app.id, {
    identity: { type, ...(kept.length > 0 ? { userAssignedIdentities: map } : {}) },
  });
}

function ofPolicy(change: AccessPolicyChange): string {
  const where = [
    ofVault(change.vaultId),
    `-ObjectId ${quote(change.objectId)}`,
    ...(change.applicationId === undefined ? [] : [`-ApplicationId ${quote(change.applicationId)}`]),
  ].join(' ');
  const kept = change.kind === 'addAccessPolicy' ? change.permissions : change.left;
  if (kept === undefined) return `Remove-AzKeyVaultAccessPolicy ${where}`;
  const permissions = kindsOf(kept).map(
    (kind) =>
      `-PermissionsTo${kind.charAt(0).toUpperCase()}${kind.slice(1)} @(${(kept[kind] ?? []).map(quote).join(', ')})`,
  );
  return `Set-AzKeyVaultAccessPolicy ${[where, ...permissions].join(' ')} -BypassObjectIdValidation`;
}

function ofRole({ principalId, roleDefinitionId, scope }: RoleAssignmentChange): string {
  return `-ObjectId ${quote(principalId)} -RoleDefinitionId ${quote(lastSegment(roleDefinitionId))} -Scope ${quote(scope)}`;
}

function ofCondition(condition: string | undefined): string {
  if (condition === undefined) return '';
  return ` -Condition ${quote(condition)} -ConditionVersion ${quote(conditionVersion)}`;
}

function ofState(verb: string, id: string, force = ''): string[] {
  const { name, resourceGroup, slot } = placeOf(id);
  if (slot === undefined) return [`${verb}-AzFunctionApp ${named(id)}${force}`];
  return [
    `${verb}-AzWebAppSlot -Name ${quote(name)} -ResourceGroupName ${quote(resourceGroup)} -Slot ${quote(slot)}${verb === 'Remove' ? force : ''}`,
  ];
}

/** The module has no cmdlets for function keys. */
function ofKey({ kind, appId, functionName, keyName }: FunctionKeyChange): string {
  const keys =
    functionName === undefined
      ? 'host/default/functionKeys'
      : `functions/${encodeURIComponent(functionName)}/keys`;
  const path = quote(`${appId}/${keys}/${encodeURIComponent(keyName)}?api-version=${webApiVersion}`);
  return kind === 'deleteFunctionKey'
    ? `Invoke-AzRestMethod -Method DELETE -Path ${path}`
    : `Invoke-AzRestMethod -Method PUT -Path ${path} -Payload ${quote(JSON.stringify({ properties: { name: keyName } }))}`;
}

function ofVault(id: string): string {
  const { name, resourceGroup } = placeOf(id);
  return `-VaultName ${quote(name)} -ResourceGroupName ${quote(resourceGroup)}`;
}

/** Azure RBAC is the default (Az.KeyVault 6.3 and later). */
function ofNewVault(change: Extract<ResourceChange, { kind: 'createVault' }>): string {
  return [
    `New-AzKeyVault ${ofVault(change.vaultId)} -Location ${quote(change.location)}`,
    ...(change.permissionModel === 'rbac' ? [] : ['-DisableRbacAuthorization']),
    `-SoftDeleteRetentionInDays ${change.retentionDays}`,
    ...(change.purgeProtection ? ['-EnablePurgeProtection'] : []),
  ].join(' ');
}

function inGroup(id: string): string {
  const { name, resourceGroup } = placeOf(id);
  return `-Name ${quote(name)} -ResourceGroupName ${quote(resourceGroup)}`;
}

function ofGroup(id: string): string {
  return `-Name ${quote(placeOf(id).resourceGroup)}`;
}

function attributesOf(change: Extract<SecretChange, { kind: 'updateSecret' }>): string {
  const { version, enabled, notBefore, expires, contentType, tags } = change;
  const words = [
    version !== undefined && `-Version ${quote(version)}`,
    enabled !== undefined && `-Enable $${enabled}`,
    notBefore !== undefined && `-NotBefore ${quote(notBefore)}`,
    expires !== undefined && `-Expires ${quote(expires)}`,
    contentType !== undefined && `-ContentType ${quote(contentType)}`,
    tags !== undefined &&
      `-Tag @{ ${Object.entries(tags)
        .map(([key, value]) => `${quote(key)} = ${quote(value)}`)
        .join('; ')} }`,
  ];
  return words.flatMap((word) => (word === false ? [] : [` ${word}`])).join('');
}

function ofSecret({ vaultId, name }: { readonly vaultId: string; readonly name: string }): string {
  return `-VaultName ${quote(placeOf(vaultId).name)} -Name ${quote(name)}`;
}
