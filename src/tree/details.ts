import type { AccessPolicy, FunctionApp, FunctionInfo, KeyVault, SecretInfo } from '../azure/model';
import type { ScmEntry } from '../azure/scm';

/** A line of a tooltip. */
export type Detail = readonly [name: string, value: string];

/** What keeps a secret from being used, and when it ends; empty for one without limits. */
export function secretStates({ enabled, expires, notBefore }: SecretInfo, now: Date): string[] {
  const states: string[] = [];
  if (!enabled) states.push('disabled');
  if (notBefore && notBefore > now) states.push(`not valid before ${day(notBefore)}`);
  if (expires) states.push(expires <= now ? 'expired' : `expires ${inDays(expires, now)}`);
  return states;
}

export function appDetails(app: FunctionApp): Detail[] {
  return [
    ['State', app.state],
    ['Location', app.location],
    ['Resource group', app.resourceGroup],
    ['System', app.linux ? 'Linux' : 'Windows'],
    ...(app.sku ? [['Plan', app.sku] as const] : []),
    ['Host name', app.defaultHostName],
    ['System-assigned identity', app.identity.systemAssigned?.principalId ?? 'off'],
    ...tagDetails(app.tags),
  ];
}

export function identitySummary({ identity }: FunctionApp): string {
  const count = identity.userAssigned.length;
  const system = identity.systemAssigned ? 'system-assigned on' : 'system-assigned off';
  return count > 0 ? `${system}, ${count} user-assigned` : system;
}

export function functionSummary({ http, language, disabled }: FunctionInfo): string {
  return [disabled && 'disabled', http && 'HTTP', language].filter(Boolean).join(', ');
}

export function functionDetails({ http, language, disabled, id }: FunctionInfo): Detail[] {
  return [
    ['State', disabled ? 'disabled' : 'enabled'],
    ...(language ? [['Language', language] as const] : []),
    ...(http ? [['URL', http.invokeUrlTemplate] as const, ['Access level', http.authLevel] as const] : []),
    ['Resource ID', id],
  ];
}

export function vaultSummary(vault: KeyVault): string {
  const model = vault.permissionModel === 'rbac' ? 'RBAC' : 'access policies';
  return vault.firewall || isPrivate(vault)
    ? `${model}, ${isPrivate(vault) ? 'private' : 'firewall'}`
    : model;
}

function isPrivate(vault: KeyVault): boolean {
  return vault.publicNetworkAccess.toLowerCase() === 'disabled';
}

export function vaultDetails(vault: KeyVault): Detail[] {
  return [
    [
      'Permission model',
      vault.permissionModel === 'rbac' ? 'Azure role-based access control' : 'Vault access policies',
    ],
    ['Vault URI', vault.vaultUri],
    ['Location', vault.location],
    ['Resource group', vault.resourceGroup],
    ['Public network access', vault.publicNetworkAccess],
    ['Firewall', vault.firewall ? 'on' : 'off'],
    ...tagDetails(vault.tags),
  ];
}

export function secretDetails(secret: SecretInfo, now: Date): Detail[] {
  const dates = [
    ['Created', secret.created],
    ['Updated', secret.updated],
    ['Not before', secret.notBefore],
    ['Expires', secret.expires],
  ] as const;
  return [
    ['Identifier', secret.id],
    ['State', secretStates(secret, now).join(', ') || 'enabled'],
    ...(secret.contentType ? [['Content type', secret.contentType] as const] : []),
    ...dates.flatMap(([name, date]) => (date ? [[name, date.toISOString()] as const] : [])),
    ...tagDetails(secret.tags),
  ];
}

export function policyDetails(policy: AccessPolicy, name: string | undefined): Detail[] {
  const kinds = (['secrets', 'keys', 'certificates', 'storage'] as const).flatMap((kind) => {
    const permissions = policy.permissions[kind] ?? [];
    return permissions.length > 0
      ? [[`${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`, permissions.join(', ')] as const]
      : [];
  });
  return [
    ...(name ? [] : [['Principal', 'not known to Keyless'] as const]),
    ['Object ID', policy.objectId],
    ...(policy.applicationId ? [['Application ID', policy.applicationId] as const] : []),
    ...kinds,
  ];
}

export function permissionSummary(policy: AccessPolicy): string {
  const kinds = (['secrets', 'keys', 'certificates', 'storage'] as const).flatMap((kind) => {
    const permissions = policy.permissions[kind] ?? [];
    return permissions.length > 0
      ? [`${kind}: ${permissions.map((name) => name.toLowerCase()).join(', ')}`]
      : [];
  });
  return kinds.join('; ') || 'no permissions';
}

function tagDetails(tags: Readonly<Record<string, string>>): Detail[] {
  return Object.entries(tags).map(([name, value]) => [`Tag ${name}`, value]);
}

/** Whole days, counted up: a secret that ends tonight "expires today", not "in 0 days". */
function inDays(date: Date, now: Date): string {
  const days = Math.floor((date.getTime() - now.getTime()) / 86_400_000);
  if (days === 0) return 'today';
  return days === 1 ? 'in 1 day' : `in ${days} days`;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** @param path below the site's home */
export function fileDetails({ path, entry }: { readonly path: string; readonly entry: ScmEntry }): Detail[] {
  return [
    ['Path', path],
    ...(entry.folder ? [] : [['Size', `${entry.size.toLocaleString('en')} bytes`] as const]),
    ...(entry.modified ? [['Changed', entry.modified.toISOString()] as const] : []),
  ];
}
