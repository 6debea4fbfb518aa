import type { AccessPolicyChange, AppSettingChange, Change, Permissions, SecretChange } from '../change';
import { kindsOf } from '../change';
import type { SiteFileChange } from '../siteFileChange';
import {
  exchangeCommands,
  inApp,
  named,
  newAppLines,
  newComponent,
  newPlan,
  ofIdentity,
  ofKey,
} from './azureCliApps';
import { siteFileLines } from './azureCliFiles';
import { inPowerShell } from './azureCliPowerShell';
import type { AzureCliShell, Line, CommandWords } from './azureCliText';
import { headers, inBash, option, values } from './azureCliText';
import { dataRoleInAzureCli } from './dataRoles';
import { keyAccessCommand } from './keyAccess';
import { lastSegment } from '../../access/words/format';
import {
  conditionVersion,
  delegatedRequest,
  placeOf,
  slotSettingsRequest,
  subscriptionOf,
  valuePlaceholder,
  webApiVersion,
} from './place';

/**
 * Writes the `az` commands, for Bash, that make the same change, one per line. Every name is quoted, and a secret value
 * becomes `<value>`. File content is read from the file with that name in the current folder.
 */
export function toAzureCli(change: Change): string {
  return inBash(linesOf(change)).join('\n');
}

/** The same for several changes, under a line that says which shell they're for. */
export function allToAzureCli(changes: readonly Change[], shell: AzureCliShell = 'bash'): string {
  const blocks = changes.map((change) =>
    (shell === 'bash' ? inBash(linesOf(change)) : inPowerShell(linesOf(change))).join('\n'),
  );
  return [headers[shell], blocks.join('\n\n')].join('\n');
}

/** Each line, as the words of its commands. */
function linesOf(change: Change): Line[] {
  switch (change.kind) {
    case 'writeSiteFile':
    case 'createSiteFolder':
    case 'deleteSiteFile':
    case 'deleteSiteFolder':
    case 'moveSiteFile':
    case 'moveSiteFolder':
      return siteFileLines(change);
    case 'createApp':
      return newAppLines(change);
    default:
      return [
        ...(subscriptionOf(change) === undefined ? ['Sign in to the tenant of this scope first.'] : []),
        ...commandsOf(change).map((words) => [['az', ...words, ...subscription(change, words)]]),
      ];
  }
}

/** The subscription to work in, which also selects the tenant whose token is needed, unless the words or the URL name it. */
function subscription(change: Change, words: CommandWords): CommandWords {
  if (words.includes('--subscription') || words[0] === 'rest') return [];
  const id = subscriptionOf(change);
  return id === undefined ? [] : ['--subscription', id];
}

function commandsOf(change: Exclude<Change, SiteFileChange | { kind: 'createApp' }>): CommandWords[] {
  switch (change.kind) {
    case 'enableIdentity':
    case 'assignIdentity':
    case 'disableIdentity':
    case 'removeIdentity':
      return [ofIdentity(change)];
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
    case 'createRoleAssignment': {
      const request = delegatedRequest(change);
      if (request)
        return [['rest', '--method', 'put', '--url', request.path, ...option('--body', request.body)]];
      return [
        [
          ...['role', 'assignment', 'create', '--role', lastSegment(change.roleDefinitionId)],
          ...['--assignee-object-id', change.principalId],
          ...['--assignee-principal-type', change.principalType, '--scope', change.scope],
          ...(change.condition === undefined
            ? []
            : [...option('--condition', change.condition), '--condition-version', conditionVersion]),
        ],
      ];
    }
    case 'deleteRoleAssignment':
      return [['role', 'assignment', 'delete', '--ids', change.id]];
    case 'assignDataRole':
    case 'removeDataRole':
      return [dataRoleInAzureCli(change)];
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
    case 'purgeVault':
      return [
        [
          'keyvault',
          'purge',
          ...option('--name', placeOf(change.vaultId).name),
          '--location',
          change.location,
        ],
      ];
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
    case 'exchangeAppSettings':
      return exchangeCommands(change);
    case 'setSlotSetting': {
      const { path, body } = slotSettingsRequest(change);
      return [['rest', '--method', 'put', '--url', path, ...option('--body', body)]];
    }
    case 'setFunctionKey':
      return [ofKey(change, 'set')];
    case 'deleteFunctionKey':
      return [ofKey(change, 'delete')];
    case 'turnOffKeys':
    case 'turnOnKeys':
    case 'setBasicPublishing':
    case 'regenerateKey':
    case 'setPlatformSignIn':
      return [keyAccessCommand(change)];
    case 'createResourceGroup':
      return [['group', 'create', ...ofGroup(change.groupId), '--location', change.location]];
    case 'deleteResourceGroup':
      return [['group', 'delete', ...ofGroup(change.groupId), '--yes']];
    case 'registerProvider':
      return [['provider', 'register', ...option('--namespace', change.namespace), '--wait']];
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
          ...(change.byIdentity ? ['--allow-shared-key-access', 'false'] : []),
        ],
      ];
    case 'createPlan':
      return [newPlan(change)];
    case 'createWorkspace':
      return [
        [
          ...['monitor', 'log-analytics', 'workspace', 'create', ...named(change.workspaceId)],
          ...['--location', change.location],
        ],
      ];
    case 'createComponent':
      return [newComponent(change)];
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

/** `az functionapp` has no commands for connection strings, and those of `az webapp` work for function apps (azure-cli#8882). */
function ofSetting(change: AppSettingChange): CommandWords[] {
  const { connectionType } = change;
  const settings =
    connectionType === undefined
      ? ['functionapp', 'config', 'appsettings']
      : ['webapp', 'config', 'connection-string'];
  const where = inApp(change.appId);
  const type = connectionType === undefined ? [] : option('--connection-string-type', connectionType);
  const set = (name: string, value = valuePlaceholder) => [
    ...[...settings, 'set', ...where, ...type, ...values('--settings', [`${name}=${value}`])],
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

function ofGroup(id: string): CommandWords {
  const { resourceGroup, subscriptionId } = placeOf(id);
  return [...option('--name', resourceGroup), ...option('--subscription', subscriptionId)];
}

/** The data plane doesn't know resource groups. */
function ofSecret({ vaultId, name }: { readonly vaultId: string; readonly name: string }): CommandWords {
  const { name: vaultName, subscriptionId } = placeOf(vaultId);
  return ['--vault-name', vaultName, ...option('--name', name), '--subscription', subscriptionId];
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
      : values(
          '--tags',
          Object.entries(tags).map(([key, value]) => `${key}=${value}`),
        )),
  ];
}
