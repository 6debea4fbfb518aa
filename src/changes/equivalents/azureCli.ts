import type {
  AccessPolicyChange,
  AppSettingChange,
  Change,
  FunctionKeyChange,
  Permissions,
  SecretChange,
} from '../change';
import { kindsOf } from '../change';
import type { SiteFileChange } from '../siteFileChange';
import { siteFileLines } from './azureCliFiles';
import type { CommandWords } from './azureCliText';
import { option, quote } from './azureCliText';
import { insightsApiVersion, placeOf, valuePlaceholder, webApiVersion } from './place';
import { lastSegment } from '../../access/words/format';

/**
 * Writes the `az` commands, for bash, that make the same change, one per line. Every name is quoted, and a secret value
 * becomes `<value>`. File content is read from the file with that name in the current folder.
 */
export function toAzureCli(change: Change): string {
  return linesOf(change)
    .map((line) => line.map((words) => words.map(quote).join(' ')).join(' | '))
    .join('\n');
}

/** Each line, as the words of its commands. */
function linesOf(change: Change): (readonly CommandWords[])[] {
  switch (change.kind) {
    case 'writeSiteFile':
    case 'createSiteFolder':
    case 'deleteSiteFile':
    case 'deleteSiteFolder':
    case 'moveSiteFile':
    case 'moveSiteFolder':
      return siteFileLines(change);
    default:
      return commandsOf(change).map((words) => [['az', ...words]]);
  }
}

function commandsOf(change: Exclude<Change, SiteFileChange>): CommandWords[] {
  switch (change.kind) {
    case 'enableIdentity':
      return [['functionapp', 'identity', 'assign', ...inApp(change.app.id)]];
    case 'disableIdentity':
      return [['functionapp', 'identity', 'remove', ...inApp(change.app.id)]];
    case 'assignIdentity':
      return [
        ['functionapp', 'identity', 'assign', ...inApp(change.app.id), '--identities', change.identityId],
      ];
    case 'removeIdentity':
      return [
        ['functionapp', 'identity', 'remove', ...inApp(change.app.id), '--identities', change.identityId],
      ];
    case 'createIdentity':
      return [['identity', 'create', ...named(change.identityId), '--location', change.location]];
    case 'deleteIdentity':
      return [['identity', 'delete', ...named(change.identityId)]];
    case 'setKeyVaultReferenceIdentity':
      return [
        [
          ...['functionapp', 'update', ...inApp(change.appId)],
          ...['--set', `keyVaultReferenceIdentity=${change.identity}`],
        ],
      ];
    case 'addAccessPolicy':
    case 'removeAccessPolicy':
      return [ofPolicy(change)];
    case 'createRoleAssignment':
      return [
        [
          ...['role', 'assignment', 'create', '--role', lastSegment(change.roleDefinitionId)],
          ...['--assignee-object-id', change.principalId],
          ...['--assignee-principal-type', change.principalType, '--scope', change.scope],
        ],
      ];
    case 'deleteRoleAssignment':
      return [['role', 'assignment', 'delete', '--ids', change.id]];
    case 'setSecret':
      return [['keyvault', 'secret', 'set', ...ofSecret(change), '--value', valuePlaceholder]];
    case 'updateSecret':
      return [['keyvault', 'secret', 'set-attributes', ...ofSecret(change), ...attributesOf(change)]];
    case 'deleteSecret':
      return [['keyvault', 'secret', 'delete', ...ofSecret(change)]];
    case 'purgeSecret':
      return [['keyvault', 'secret', 'purge', ...ofSecret(change)]];
    case 'enableSecret':
      return [['keyvault', 'secret', 'set-attributes', ...ofSecret(change), '--enabled', 'true']];
    case 'recoverSecret':
      return [['keyvault', 'secret', 'recover', ...ofSecret(change)]];
    case 'recoverVault':
      return [['keyvault', 'recover', ...named(change.vaultId), '--location', change.location]];
    case 'openToFirewall':
      return [
        [
          ...['keyvault', 'update', ...named(change.vaultId)],
          ...['--public-network-access', 'Enabled', '--default-action', 'Deny'],
        ],
      ];
    case 'addFirewallAddress':
      return [['keyvault', 'network-rule', 'add', ...named(change.vaultId), '--ip-address', change.address]];
    case 'setAppSetting':
    case 'deleteAppSetting':
    case 'renameAppSetting':
      return ofSetting(change);
    case 'setFunctionKey':
      return [ofKey(change, 'set')];
    case 'deleteFunctionKey':
      return [ofKey(change, 'delete')];
    case 'createResourceGroup':
      return [['group', 'create', ...ofGroup(change.groupId), '--location', change.location]];
    case 'deleteResourceGroup':
      return [['group', 'delete', ...ofGroup(change.groupId), '--yes']];
    case 'createVault':
      return [
        [
          ...['keyvault', 'create', ...named(change.vaultId), '--location', change.location],
          ...['--enable-rbac-authorization', String(change.permissionModel === 'rbac')],
          ...['--retention-days', String(change.retentionDays)],
          ...(change.purgeProtection ? ['--enable-purge-protection', 'true'] : []),
        ],
      ];
    case 'deleteVault':
      return [['keyvault', 'delete', ...named(change.vaultId)]];
    case 'createStorageAccount':
      return [
        [
          ...['storage', 'account', 'create', ...named(change.storageId), '--location', change.location],
          ...['--sku', 'Standard_LRS', '--min-tls-version', 'TLS1_2', '--allow-blob-public-access', 'false'],
        ],
      ];
    case 'createPlan':
      return [ofPlan(change)];
    case 'createWorkspace':
      return [
        [
          ...['monitor', 'log-analytics', 'workspace', 'create', ...named(change.workspaceId)],
          ...['--location', change.location],
        ],
      ];
    case 'createComponent':
      return [ofComponent(change)];
    case 'createApp':
      return [ofNewApp(change)];
    case 'deleteResource':
      return [['resource', 'delete', '--ids', change.resourceId]];
    case 'deleteApp':
      return [['functionapp', 'delete', ...inApp(change.appId)]];
    case 'startApp':
      return [['functionapp', 'start', ...inApp(change.appId)]];
    case 'stopApp':
      return [['functionapp', 'stop', ...inApp(change.appId)]];
    case 'restartApp':
      return [['functionapp', 'restart', ...inApp(change.appId)]];
    case 'syncTriggers':
      return [
        [
          ...['rest', '--method', 'post'],
          ...['--url', `${change.appId}/syncfunctiontriggers?api-version=${webApiVersion}`],
        ],
      ];
  }
}

/** `set-policy` replaces the permissions of the kinds it's given and leaves other kinds alone. */
function ofPolicy(change: AccessPolicyChange): CommandWords {
  const { applicationId } = change;
  const where = [
    ...[...named(change.vaultId), '--object-id', change.objectId],
    ...(applicationId === undefined ? [] : ['--application-id', applicationId]),
  ];
  const kept = change.kind === 'addAccessPolicy' ? change.permissions : change.left;
  return kept === undefined
    ? ['keyvault', 'delete-policy', ...where]
    : ['keyvault', 'set-policy', ...where, ...kindsOf(kept).flatMap((kind) => permissionOption(kept, kind))];
}

function permissionOption(permissions: Permissions, kind: keyof Permissions): CommandWords {
  const option = kind === 'storage' ? 'storage' : kind.slice(0, -1);
  return [`--${option}-permissions`, ...(permissions[kind] ?? [])];
}

function ofSetting(change: AppSettingChange): CommandWords[] {
  const settings = ['functionapp', 'config', 'appsettings'];
  const where = inApp(change.appId);
  const set = (name: string, value = valuePlaceholder) => [
    ...[...settings, 'set', ...where, '--settings', `${name}=${value}`],
  ];
  const remove = (name: string) => [...settings, 'delete', ...where, ...option('--setting-names', name)];
  switch (change.kind) {
    case 'setAppSetting':
      return [set(change.name, change.reference)];
    case 'deleteAppSetting':
      return [remove(change.name)];
    case 'renameAppSetting':
      return [set(change.newName, change.reference), remove(change.name)];
  }
}

/** Without a value, `set` generates one, even if the key exists. */
function ofKey({ appId, functionName, keyName }: FunctionKeyChange, verb: string): CommandWords {
  const key = [...inApp(appId), ...option('--key-name', keyName)];
  return functionName === undefined
    ? ['functionapp', 'keys', verb, '--key-type', 'functionKeys', ...key]
    : ['functionapp', 'function', 'keys', verb, ...option('--function-name', functionName), ...key];
}

function inApp(id: string): CommandWords {
  const { slot } = placeOf(id);
  return [...named(id), ...(slot === undefined ? [] : option('--slot', slot))];
}

function named(id: string): CommandWords {
  const { name, resourceGroup, subscriptionId } = placeOf(id);
  return [
    ...option('--name', name),
    ...option('--resource-group', resourceGroup),
    ...option('--subscription', subscriptionId),
  ];
}

function ofPlan({ planId, location, linux, plan }: Extract<Change, { kind: 'createPlan' }>): CommandWords {
  const sku = plan === 'premium' ? 'EP1' : 'B1';
  return [
    ...['functionapp', 'plan', 'create', ...named(planId), '--location', location],
    ...['--sku', sku, '--is-linux', String(linux)],
  ];
}

/** Its own commands are in an Azure CLI extension that not everyone has. */
function ofComponent(change: Extract<Change, { kind: 'createComponent' }>): CommandWords {
  const { componentId, location, workspaceId } = change;
  const properties = { Application_Type: 'web', WorkspaceResourceId: workspaceId };
  return [
    ...['resource', 'create', ...named(componentId), '--resource-type', 'Microsoft.Insights/components'],
    ...['--api-version', insightsApiVersion, '--is-full-object'],
    ...['--properties', JSON.stringify({ location, kind: 'web', properties })],
  ];
}

/** A Flex Consumption plan is created with the app. */
function ofNewApp(change: Extract<Change, { kind: 'createApp' }>): CommandWords {
  const { appId, storageId, planId, componentId, location, linux, runtime, plan } = change;
  const os = ['--functions-version', '4', '--os-type', linux ? 'Linux' : 'Windows'];
  const where =
    plan === 'flex'
      ? ['--flexconsumption-location', location]
      : [...(planId ? ['--plan', planId] : ['--consumption-plan-location', location]), ...os];
  return [
    ...['functionapp', 'create', ...named(appId), '--storage-account', storageId],
    ...[...where, '--runtime', runtime.name, '--runtime-version', runtime.version],
    ...(componentId
      ? option('--app-insights', placeOf(componentId).name)
      : ['--disable-app-insights', 'true']),
    ...['--assign-identity', '[system]'],
  ];
}

function ofGroup(id: string): CommandWords {
  const { resourceGroup, subscriptionId } = placeOf(id);
  return [...option('--name', resourceGroup), ...option('--subscription', subscriptionId)];
}

/** The data plane doesn't know resource groups or subscriptions. */
function ofSecret({ vaultId, name }: { readonly vaultId: string; readonly name: string }): CommandWords {
  return ['--vault-name', placeOf(vaultId).name, ...option('--name', name)];
}

function attributesOf(change: Extract<SecretChange, { kind: 'updateSecret' }>): CommandWords {
  const { version, enabled, notBefore, expires, contentType, tags } = change;
  return [
    ...(version === undefined ? [] : ['--version', version]),
    ...(enabled === undefined ? [] : ['--enabled', String(enabled)]),
    ...(notBefore === undefined ? [] : ['--not-before', notBefore]),
    ...(expires === undefined ? [] : ['--expires', expires]),
    ...(contentType === undefined ? [] : option('--content-type', contentType)),
    ...(tags === undefined
      ? []
      : ['--tags', ...Object.entries(tags).map(([key, value]) => `${key}=${value}`)]),
  ];
}
