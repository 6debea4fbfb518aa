import { isMovable } from '../access/credentials/movable';
import { isRotatable } from '../access/keyAccess/rotatable';
import { hasPlan } from '../access/replace/isReplaceable';
import { noFilesReason } from '../azure/appService/siteFolders';
import { isContainerApp, isOnContainerApps } from '../azure/appService/siteKind';
import { isResolved } from '../access/reference/resolution';
import type { AppSettingInfo, FunctionApp } from '../azure/core/model';
import type { Node, Refused } from './nodes/nodes';
import { principalIdOf, resourceIdOf } from './nodes/nodes';

/**
 * The `viewItem` of a node: its kind, followed by words that menus test for. `containerApps` means that its app runs on Azure
 * Container Apps, as a resource of either service, `resource` that it has a resource ID,
 * `principal` that it has an object ID, `portal` that its cloud has a portal, and `refreshable` that it can be refreshed.
 */
export function contextValueOf(node: Node, streaming = false): string {
  const words: string[] = [kindWord(node), ...ownWords(node)];
  if ('app' in node && node.app && isOnContainerApps(node.app)) words.push('containerApps');
  if (streaming) words.push('streaming');
  if (principalIdOf(node)) words.push('principal');
  if (node.kind !== 'remembered' && resourceIdOf(node)) {
    words.push('resource');
    if ('connection' in node && node.connection?.cloud.portal) words.push('portal');
  }
  if (refreshable.has(node.kind)) words.push('refreshable');
  return words.join(' ');
}

const refreshable: ReadonlySet<Node['kind']> = new Set([
  ...([
    'subscription',
    'resourceGroup',
    'functionApps',
    'keyVaults',
    'app',
    'slot',
    'slots',
    'functions',
    'workflows',
    'containerSecrets',
    'appSettings',
    'connectionStrings',
    'keysLeft',
    'files',
    'folder',
  ] as const),
  ...(['vault', 'secrets', 'secret', 'access', 'identity', 'secretRoles'] as const),
  ...(['identities', 'userAssigned', 'identityUsers', 'principalRoles'] as const),
]);

/** Menus that only fit apps of App Service don't test for `containerApp`. */
function kindWord(node: Node): string {
  return node.kind === 'app' && isContainerApp(node.app) ? 'containerApp' : node.kind;
}

function ownWords(node: Node): string[] {
  switch (node.kind) {
    case 'app':
    case 'slot':
      return [...stateWords(node.app), identityWord(node.app)];
    case 'identity':
    case 'systemIdentity':
      return [identityWord(node.app)];
    case 'function':
      return node.fn.http ? ['http'] : [];
    case 'appSetting':
      return [
        isReference(node.setting) ? 'reference' : 'plainText',
        ...(node.setting.resolution && !isResolved(node.setting.resolution) ? ['unresolved'] : []),
        ...(node.setting.resolution?.status === 'MSINotEnabled' ? ['identityOff'] : []),
        ...(node.setting.looksSecret ? ['looksSecret'] : []),
      ];
    case 'keyLeft':
      return [
        ...(isMovable(node.finding) ? ['movable'] : []),
        ...(hasPlan(node.finding) ? ['replaceable'] : []),
        ...(isRotatable(node.finding) ? ['rotatable'] : []),
      ];
    case 'files':
      return noFilesReason(node.app) ? ['readOnly'] : [];
    case 'file':
    case 'folder':
      return node.readOnly ? ['readOnly'] : [];
    case 'vault':
    case 'secrets':
    case 'access':
      return [node.vault.permissionModel];
    case 'secret':
    case 'version':
    case 'secretRoles':
      return [node.vault.permissionModel, ...(node.secret.enabled ? ['enabled'] : [])];
    case 'error':
      return [...(node.tenant ? ['signIn'] : []), ...refusalWords(node)];
    case 'message':
      return [...(node.app ? ['resolver'] : []), ...refusalWords(node)];
    case 'containerSecret':
      return node.secret.keyVaultUrl === undefined ? ['plainText'] : [];
    case 'identityUser':
      return isContainerApp({ id: node.userId }) || /\/sites\/[^/]+(\/slots\/[^/]+)?$/i.test(node.userId)
        ? ['site']
        : [];
    default:
      return [];
  }
}

/** What the user can do about a refusal. Roles are activated in the portal. */
function refusalWords({ refusal, connection, vault }: Refused): string[] {
  const portal = connection?.cloud.portal && (vault || refusal?.kind === 'role') ? ['activate'] : [];
  switch (refusal?.kind) {
    case 'access':
      return ['giveAccess', ...portal];
    case 'address':
      return ['addAddress'];
    case 'role':
      return portal;
    case undefined:
      return [];
  }
}

function isReference({ keyVaultReference, resolution }: AppSettingInfo): boolean {
  return keyVaultReference !== undefined || resolution !== undefined;
}

/** In other states (being moved, over quota), an app can't be started or stopped. */
function stateWords({ state }: FunctionApp): string[] {
  return ['running', 'stopped'].filter((known) => known === state.toLowerCase());
}

function identityWord(app: FunctionApp): string {
  return app.identity.systemAssigned ? 'identityOn' : 'identityOff';
}
