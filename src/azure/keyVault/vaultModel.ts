import * as l10n from '@vscode/l10n';
import { partsOfId } from '../core/armId';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { JsonObject } from '../core/json';
import { isObject, listOf, objectOf, stringMapOf, stringOf, stringsOf } from '../core/json';
import type { AccessPolicy, KeyVault, SecretInfo } from '../core/model';
import type { ArmAnswer } from '../core/request';
import { rowsOf } from '../core/request';
import { formatSecretIdentifier, parseSecretIdentifier } from './secretUri';

/**
 * Reads a vault from the response of `GET vaults/n`, or from a Resource Graph row with the same property names.
 * Its `vaultUri` becomes trusted, because Resource Manager returned it for this vault.
 * @returns undefined unless it has an ID and an https URI
 */
export function vaultFromJson(c: Connection, json: JsonObject): KeyVault | undefined {
  const id = stringOf(json['id']);
  const properties = objectOf(json['properties']);
  const vaultUri = originOf(properties['vaultUri']);
  if (id === undefined || vaultUri === undefined) return undefined;
  const place = partsOfId(id);
  if (!place) return undefined;
  c.http.trust.learn(new URL(vaultUri).host, 'vault', id);
  const acls = objectOf(properties['networkAcls']);
  const firewall = stringOf(acls['defaultAction'])?.toLowerCase() === 'deny';
  return {
    id,
    ...place,
    location: stringOf(json['location']) ?? '',
    tenantId: stringOf(properties['tenantId']) ?? c.tenantId,
    vaultUri,
    // It's absent or null on old vaults, which use access policies.
    permissionModel: properties['enableRbacAuthorization'] === true ? 'rbac' : 'accessPolicies',
    publicNetworkAccess: stringOf(properties['publicNetworkAccess']) ?? 'Enabled',
    firewall,
    accessPolicies: listOf(properties['accessPolicies'])
      .filter(isObject)
      .flatMap((entry) => accessPolicyOf(entry) ?? []),
    tags: stringMapOf(json['tags']),
  };
}

/** The vault in the service's own answer, with all of its access policies. @throws AzureError if they can't be read */
export function vaultOfAnswer(c: Connection, { body, status }: ArmAnswer): KeyVault {
  const json = objectOf(body);
  const vault = vaultFromJson(c, json);
  if (!vault) throw new AzureError(l10n.t("The response isn't a key vault."), { status, code: 'BadAnswer' });
  // A policy left out would seem not to exist to those who remove or undo something.
  rowsOf(objectOf(json['properties'])['accessPolicies'] ?? [], accessPolicyOf);
  return vault;
}

function accessPolicyOf(json: JsonObject): AccessPolicy | undefined {
  const objectId = stringOf(json['objectId']);
  if (objectId === undefined) return undefined;
  const applicationId = stringOf(json['applicationId']);
  const permissions: Partial<Record<'keys' | 'secrets' | 'certificates' | 'storage', string[]>> = {};
  for (const kind of ['keys', 'secrets', 'certificates', 'storage'] as const) {
    const names = stringsOf(objectOf(json['permissions'])[kind]);
    if (names.length > 0) permissions[kind] = names;
  }
  return {
    tenantId: stringOf(json['tenantId']) ?? '',
    objectId,
    ...(applicationId === undefined ? {} : { applicationId }),
    permissions,
  };
}

/** Reads an item of the data plane's lists. Undefined if its identifier belongs to another vault, so that it's never trusted. */
export function secretOf(vault: KeyVault, json: JsonObject): SecretInfo | undefined {
  const identifier = parseSecretIdentifier(stringOf(json['id']) ?? '');
  if (identifier?.vaultUri !== vault.vaultUri) return undefined;
  const { name, version } = identifier;
  const attributes = objectOf(json['attributes']);
  const contentType = stringOf(json['contentType']);
  return {
    id: formatSecretIdentifier(identifier),
    name,
    ...(version === undefined ? {} : { version }),
    enabled: attributes['enabled'] !== false,
    ...(json['managed'] === true ? { managed: true } : {}),
    ...(contentType === undefined ? {} : { contentType }),
    ...times(attributes),
    tags: stringMapOf(json['tags']),
  };
}

/** Reads a secret of the control plane (`vaults/V/secrets`), which returns the URI and attributes but never the value. */
export function controlPlaneSecretOf(vault: KeyVault, json: JsonObject): SecretInfo | undefined {
  const properties = objectOf(json['properties']);
  const identifier = parseSecretIdentifier(stringOf(properties['secretUri']) ?? '');
  if (identifier?.vaultUri !== vault.vaultUri) return undefined;
  const attributes = objectOf(properties['attributes']);
  const contentType = stringOf(properties['contentType']);
  return {
    id: formatSecretIdentifier({ vaultUri: vault.vaultUri, name: identifier.name }),
    name: identifier.name,
    enabled: attributes['enabled'] !== false,
    ...(contentType === undefined ? {} : { contentType }),
    ...times(attributes),
    tags: stringMapOf(json['tags']),
  };
}

function times(attributes: JsonObject): Pick<SecretInfo, 'created' | 'updated' | 'notBefore' | 'expires'> {
  const found: { created?: Date; updated?: Date; notBefore?: Date; expires?: Date } = {};
  for (const [name, key] of [
    ['created', 'created'],
    ['updated', 'updated'],
    ['notBefore', 'nbf'],
    ['expires', 'exp'],
  ] as const) {
    const date = dateOfSeconds(attributes[key]);
    if (date) found[name] = date;
  }
  return found;
}

/** The last date that JavaScript knows, in the year 275760. */
const latestTime = 8.64e15;

/** A vault accepts dates that JavaScript doesn't know. Such a date becomes the nearest one, because `Date` would throw. */
export function dateOfSeconds(value: unknown): Date | undefined {
  const time = value instanceof Date ? value.getTime() : typeof value === 'number' ? value * 1000 : NaN;
  return Number.isNaN(time) ? undefined : new Date(Math.max(-latestTime, Math.min(latestTime, time)));
}

/** `https://host[:port]` of a vault's URI, which may or may not have a trailing slash. */
function originOf(value: unknown): string | undefined {
  const text = stringOf(value);
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' && !url.username && url.pathname === '/' ? url.origin : undefined;
}
