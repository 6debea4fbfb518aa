import type { AccessPolicy } from '../world/world';
import { ArmError } from '../arm/provider';

/** Swagger: 0 to 1024 entries. */
const maxPolicies = 1024;

type Area = 'keys' | 'secrets' | 'certificates' | 'storage';

/**
 * The permission names of each area besides `all`; accepted in any case, stored as written. Swagger,
 * keyvault.json.
 */
const permissionNames: Record<Area, string[]> = {
  keys: words(
    'encrypt decrypt wrapkey unwrapkey sign verify get list create update import delete backup restore recover purge release rotate getrotationpolicy setrotationpolicy',
  ),
  secrets: words('get list set delete backup restore recover purge'),
  certificates: words(
    'get list delete create import update managecontacts getissuers listissuers setissuers deleteissuers manageissuers recover purge backup restore',
  ),
  storage: words(
    'get list delete set update regeneratekey recover purge backup restore setsas listsas getsas deletesas',
  ),
};
const areas: Area[] = ['keys', 'secrets', 'certificates', 'storage'];

/** How `accessPolicies/{operation}` changes the list. */
export type PolicyOperation = 'add' | 'replace' | 'remove';

export function isPolicyOperation(text: string): text is PolicyOperation {
  return text === 'add' || text === 'replace' || text === 'remove';
}

/**
 * Reads the access policies in a body.
 * @throws ArmError 400: the text with the object ID comes from alexander-kastil/az-204#142 (2023), the other
 * one from Azure/azure-cli#9763 and many more
 */
export function policiesIn(value: unknown, vaultTenantId: string): AccessPolicy[] {
  if (!Array.isArray(value)) throw invalidPolicies();
  if (value.length > maxPolicies) throw invalidPolicies();
  const policies = value.map((entry: unknown, index) => policyIn(entry, index, vaultTenantId));
  if (new Set(policies.map(keyOf)).size < policies.length) throw invalidPolicies();
  return policies;
}

/**
 * Applies the entries of an `accessPolicies/{operation}` call. `add` merges the permissions of the same
 * object ID and application ID in any case, `replace` sets them, `remove` subtracts those that are spelled as
 * they're stored, ignores the others without an error (Azure/azure-rest-api-specs#42963), and drops an entry
 * that ends up empty. The order is kept; new entries go last. Other details of replace and remove are inferred,
 * also that `remove` takes `all` for one more name; no recording of either exists.
 * @throws ArmError 400 if the list exceeds its limit
 */
export function changePolicies(
  existing: AccessPolicy[],
  operation: PolicyOperation,
  sent: AccessPolicy[],
): AccessPolicy[] {
  const policies = new Map(existing.map((policy) => [keyOf(policy), policy]));
  for (const entry of sent) {
    const changed = policyAfter(policies.get(keyOf(entry)), operation, entry);
    if (changed === undefined) policies.delete(keyOf(entry));
    else policies.set(keyOf(entry), changed);
  }
  if (policies.size > maxPolicies) throw invalidPolicies();
  return [...policies.values()];
}

/**
 * The entries that the answer shows: those that were sent, as they are after the write. The two existing
 * recordings (azure-sdk-for-python test_keyvault, 2020) send one entry, to a vault without others, and get it
 * back with all the permissions it then has; a cassette of cloud-custodian shows a vault with another entry,
 * which the answer leaves out.
 */
export function policiesShown(policies: AccessPolicy[], sent: AccessPolicy[]): AccessPolicy[] {
  const keys = new Set(sent.map(keyOf));
  return policies.filter((policy) => keys.has(keyOf(policy)));
}

/** An access policy with its members in the order of recordings. */
export function policyJson(policy: AccessPolicy): Record<string, unknown> {
  return {
    tenantId: policy.tenantId,
    objectId: policy.objectId,
    ...(policy.applicationId === undefined ? {} : { applicationId: policy.applicationId }),
    permissions: policy.permissions,
  };
}

function policyAfter(
  existing: AccessPolicy | undefined,
  operation: PolicyOperation,
  entry: AccessPolicy,
): AccessPolicy | undefined {
  if (operation === 'replace' || (operation === 'add' && existing === undefined)) return entry;
  if (existing === undefined) return undefined;
  const combine = operation === 'add' ? merged : without;
  const permissions: AccessPolicy['permissions'] = {};
  for (const area of areas) {
    const [before, named] = [existing.permissions[area], entry.permissions[area]];
    const after = named === undefined ? before : combine(before ?? [], named);
    if (after !== undefined) permissions[area] = after;
  }
  const isEmpty = areas.every((area) => (permissions[area] ?? []).length === 0);
  return operation === 'remove' && isEmpty ? undefined : { ...existing, permissions };
}

function merged(before: string[], named: string[]): string[] {
  const names = new Set(before.map((name) => name.toLowerCase()));
  return [...before, ...named.filter((name) => !names.has(name.toLowerCase()))];
}

function without(list: string[], gone: string[]): string[] {
  return list.filter((name) => !gone.includes(name));
}

function policyIn(entry: unknown, index: number, vaultTenantId: string): AccessPolicy {
  if (!isObject(entry)) throw invalidPolicies();
  const { tenantId, objectId, applicationId, permissions } = entry;
  if (typeof objectId !== 'string' || !isGuid(objectId))
    throw badRequest(
      `Invalid value found at accessPolicies[${index}].ObjectId: ${typeof objectId === 'string' ? objectId : ''}`,
    );
  if (typeof tenantId !== 'string' || tenantId.toLowerCase() !== vaultTenantId.toLowerCase())
    throw invalidPolicies();
  if (!isObject(permissions)) throw invalidPolicies();
  const policy: AccessPolicy = { tenantId, objectId, permissions: permissionsIn(permissions) };
  if (typeof applicationId === 'string' && isGuid(applicationId)) policy.applicationId = applicationId;
  else if (applicationId !== undefined && applicationId !== null) throw invalidPolicies();
  return policy;
}

function permissionsIn(permissions: Record<string, unknown>): AccessPolicy['permissions'] {
  const result: AccessPolicy['permissions'] = {};
  for (const [area, names] of Object.entries(permissions)) {
    const known = areas.find((one) => one === area.toLowerCase());
    if (known === undefined || names === null || names === undefined) continue;
    if (!Array.isArray(names)) throw invalidPolicies();
    result[known] = names.map((name: unknown) => {
      if (typeof name !== 'string' || !isPermission(known, name)) throw invalidPolicies();
      return name;
    });
  }
  return result;
}

function isPermission(area: Area, name: string): boolean {
  return name.toLowerCase() === 'all' || permissionNames[area].includes(name.toLowerCase());
}

function keyOf(policy: AccessPolicy): string {
  return `${policy.objectId}|${policy.applicationId ?? ''}`.toLowerCase();
}

function invalidPolicies(): ArmError {
  return badRequest("An invalid value was provided for 'accessPolicies'.");
}

function badRequest(message: string): ArmError {
  return new ArmError(400, 'BadRequest', message);
}

function isGuid(text: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function words(text: string): string[] {
  return text.split(' ');
}
