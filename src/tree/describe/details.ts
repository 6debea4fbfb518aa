import * as l10n from '@vscode/l10n';
import type { AccessPolicy, FunctionApp, FunctionInfo, KeyVault } from '../../azure/core/model';
import { kindOfType, principalKindWords } from '../../inventory/principalNames';
import { healthWords, osWords, planWords } from './appWords';
import type { ScmEntry } from '../../azure/appService/scm';

/** A line in a tooltip. */
export type Detail = readonly [name: string, value: string];

export function appDetails(app: FunctionApp): Detail[] {
  const [health, plan] = [healthWords(app), planWords(app)];
  return [
    [l10n.t('State'), app.state],
    ...(health ? [[l10n.t('Health'), health] as const] : []),
    [l10n.t('Location'), app.location],
    [l10n.t('Resource group'), app.resourceGroup],
    [l10n.t('Operating system'), osWords(app)],
    ...(plan ? [[l10n.t('Plan'), plan] as const] : []),
    [l10n.t('Host name'), app.defaultHostName],
    [l10n.t('System-assigned identity'), app.identity.systemAssigned?.principalId ?? l10n.t('off')],
    ...tagDetails(app.tags),
  ];
}

export function identitySummary({ identity }: FunctionApp): string {
  const count = identity.userAssigned.length;
  const system = identity.systemAssigned ? l10n.t('system-assigned on') : l10n.t('system-assigned off');
  return count > 0 ? `${system}, ${l10n.t('{0} user-assigned', count)}` : system;
}

export function functionSummary({ http, language, disabled }: FunctionInfo): string {
  return [disabled && l10n.t('disabled'), http && 'HTTP', language].filter(Boolean).join(', ');
}

export function functionDetails(fn: FunctionInfo): Detail[] {
  const { http, language, id } = fn;
  return [
    [l10n.t('State'), functionState(fn)],
    ...(language ? [[l10n.t('Language'), language] as const] : []),
    ...(http
      ? [[l10n.t('URL'), http.invokeUrlTemplate] as const, [l10n.t('Access level'), http.authLevel] as const]
      : []),
    [l10n.t('Resource ID'), id],
  ];
}

/** Whether a function is disabled, and where that comes from. */
function functionState({ name, disabled, disabledIn }: FunctionInfo): string {
  switch (disabledIn?.place) {
    case 'host':
      return l10n.t('disabled by the app setting {0} or in the code', `AzureWebJobs.${name}.Disabled`);
    case 'functionJson':
      return l10n.t('disabled in function.json');
    case 'setting':
      return l10n.t('disabled if the app setting {0} is true or 1', disabledIn.setting);
    case 'ignored':
      return l10n.t('enabled, because the runtime ignores that function.json says disabled');
    default:
      return disabled ? l10n.t('disabled') : l10n.t('enabled');
  }
}

export function vaultSummary(vault: KeyVault): string {
  const model = vault.permissionModel === 'rbac' ? 'RBAC' : l10n.t('access policies');
  if (isPrivate(vault)) return `${model}, ${l10n.t('private')}`;
  return vault.firewall ? `${model}, ${l10n.t('firewall')}` : model;
}

function isPrivate(vault: KeyVault): boolean {
  return vault.publicNetworkAccess.toLowerCase() === 'disabled';
}

export function vaultDetails(vault: KeyVault): Detail[] {
  return [
    [
      l10n.t('Permission model'),
      vault.permissionModel === 'rbac'
        ? l10n.t('Azure role-based access control')
        : l10n.t('Vault access policies'),
    ],
    [l10n.t('Vault URI'), vault.vaultUri],
    [l10n.t('Location'), vault.location],
    [l10n.t('Resource group'), vault.resourceGroup],
    [l10n.t('Public network access'), vault.publicNetworkAccess],
    [l10n.t('Firewall'), vault.firewall ? l10n.t('on') : l10n.t('off')],
    ...tagDetails(vault.tags),
  ];
}

/** What a row calls a principal. Without a name, the beginning of its object ID leaves room for what it may do. */
export function principalWords(
  principalId: string,
  name: string | undefined,
  principalType: string | undefined,
): { readonly name: string; readonly kind?: string } {
  if (name !== undefined) return { name };
  const kind = kindOfType(principalType);
  return {
    name: l10n.t('principal {0}', principalId.slice(0, 8)),
    ...(kind === 'other' ? {} : { kind: principalKindWords(kind) }),
  };
}

export function policyDetails(policy: AccessPolicy, name: string | undefined): Detail[] {
  const kinds = (['secrets', 'keys', 'certificates', 'storage'] as const).flatMap((kind) => {
    const permissions = policy.permissions[kind] ?? [];
    return permissions.length > 0 ? [[kindLabel(kind), permissions.join(', ')] as const] : [];
  });
  return [
    ...(name ? [] : [[l10n.t('Principal'), l10n.t('unknown to Keyless')] as const]),
    [l10n.t('Object ID'), policy.objectId],
    ...(policy.applicationId ? [[l10n.t('Application ID'), policy.applicationId] as const] : []),
    ...kinds,
  ];
}

function kindLabel(kind: keyof AccessPolicy['permissions']): string {
  switch (kind) {
    case 'secrets':
      return l10n.t('Secrets');
    case 'keys':
      return l10n.t('Keys');
    case 'certificates':
      return l10n.t('Certificates');
    case 'storage':
      return l10n.t('Storage');
  }
}

export function permissionSummary(policy: AccessPolicy): string {
  const kinds = (['secrets', 'keys', 'certificates', 'storage'] as const).flatMap((kind) => {
    const permissions = policy.permissions[kind] ?? [];
    return permissions.length > 0
      ? [permissionsOn(kind, permissions.map((name) => name.toLowerCase()).join(', '))]
      : [];
  });
  return kinds.join('; ') || l10n.t('no permissions');
}

function permissionsOn(kind: keyof AccessPolicy['permissions'], names: string): string {
  switch (kind) {
    case 'secrets':
      return l10n.t('secrets: {0}', names);
    case 'keys':
      return l10n.t('keys: {0}', names);
    case 'certificates':
      return l10n.t('certificates: {0}', names);
    case 'storage':
      return l10n.t('storage: {0}', names);
  }
}

export function tagDetails(tags: Readonly<Record<string, string>>): Detail[] {
  return Object.entries(tags).map(([name, value]) => [l10n.t('Tag {0}', name), value]);
}

/** @param path relative to the site's home */
export function fileDetails({ path, entry }: { readonly path: string; readonly entry: ScmEntry }): Detail[] {
  return [
    [l10n.t('Path'), path],
    ...(entry.folder
      ? []
      : [[l10n.t('Size'), l10n.t('{0} bytes', entry.size.toLocaleString('en'))] as const]),
    ...(entry.modified ? [[l10n.t('Modified'), entry.modified.toISOString()] as const] : []),
  ];
}
