import { ArmError } from '../arm/provider';
import type { AccessPolicy, NetworkAcls, Vault } from '../world/world';
import { policiesIn } from './accessPolicies';
import { isOpenToAll, whyInvalidIpRule } from './networkAcls';

/** What a PUT or PATCH of a vault sets; undefined for everything it omits. */
export interface VaultWrite {
  location?: string;
  tags?: Record<string, string>;
  createMode: 'default' | 'recover';
  tenantId?: string;
  sku?: Vault['sku'];
  accessPolicies?: AccessPolicy[];
  /** `null`: rules that have no effect, which a vault doesn't store. */
  networkAcls?: NetworkAcls | null;
  publicNetworkAccess?: string;
  enableSoftDelete?: boolean;
  softDeleteRetentionInDays?: number;
  enablePurgeProtection?: boolean;
  enableRbacAuthorization?: boolean;
  enabledForDeployment?: boolean;
  enabledForDiskEncryption?: boolean;
  enabledForTemplateDeployment?: boolean;
}

/**
 * Reads the body of a PUT or PATCH. Read-only members (`vaultUri`, `provisioningState`), which clients send
 * back, are ignored.
 * @param vaultTenantId the vault's tenant, if the vault exists
 * @throws ArmError 400 BadRequest; texts without a source are inferred
 */
export function vaultWriteIn(body: Record<string, unknown>, vaultTenantId?: string): VaultWrite {
  const properties = objectIn(body, 'properties') ?? {};
  const tenantId = stringIn(properties, 'tenantId');
  if (tenantId !== undefined && !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(tenantId))
    throw invalid('tenantId');
  const write: VaultWrite = {
    createMode: stringIn(properties, 'createMode')?.toLowerCase() === 'recover' ? 'recover' : 'default',
    location: stringIn(body, 'location'),
    tags: tagsIn(body),
    tenantId,
    sku: skuIn(properties),
    publicNetworkAccess: publicAccessIn(properties),
    enableSoftDelete: booleanIn(properties, 'enableSoftDelete'),
    softDeleteRetentionInDays: retentionIn(properties),
    enablePurgeProtection: booleanIn(properties, 'enablePurgeProtection'),
    enableRbacAuthorization: booleanIn(properties, 'enableRbacAuthorization'),
    enabledForDeployment: booleanIn(properties, 'enabledForDeployment'),
    enabledForDiskEncryption: booleanIn(properties, 'enabledForDiskEncryption'),
    enabledForTemplateDeployment: booleanIn(properties, 'enabledForTemplateDeployment'),
    networkAcls: networkAclsIn(properties),
  };
  const policies = properties['accessPolicies'];
  if (policies !== undefined && policies !== null)
    write.accessPolicies = policiesIn(policies, tenantId ?? vaultTenantId ?? '');
  return write;
}

/** Names: 3 to 24 characters. Text: OfficeDev/microsoft-teams-apps-newemployeeonboarding#28. */
export function whyInvalidName(name: string): string | undefined {
  const isValid = /^[a-z][a-z\d-]{1,22}[a-z\d]$/i.test(name) && !name.includes('--');
  return isValid
    ? undefined
    : `The vault name '${name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens. Follow this link for more information: https://go.microsoft.com/fwlink/?linkid=2147742`;
}

/** The provider's 400. */
export function badRequest(message: string): ArmError {
  return new ArmError(400, 'BadRequest', message);
}

/** A required member is missing. The text is inferred. */
export function missing(name: string): ArmError {
  return badRequest(`The parameter ${name} is not specified.`);
}

export function stringIn(object: Record<string, unknown>, name: string): string | undefined {
  const value = object[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(name);
  return value;
}

export function objectIn(object: Record<string, unknown>, name: string): Record<string, unknown> | undefined {
  const value = object[name];
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(name);
  return value;
}

export function tagsIn(body: Record<string, unknown>): Record<string, string> | undefined {
  const tags = objectIn(body, 'tags');
  if (tags === undefined) return undefined;
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, String(value)]));
}

function booleanIn(object: Record<string, unknown>, name: string): boolean | undefined {
  const value = object[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw invalid(name);
  return value;
}

function skuIn(properties: Record<string, unknown>): Vault['sku'] | undefined {
  const sku = objectIn(properties, 'sku');
  if (sku === undefined) return undefined;
  const [family, name] = [stringIn(sku, 'family'), stringIn(sku, 'name')];
  // The name is returned as it was written: `standard` and `Standard` both occur in recordings.
  if (family?.toUpperCase() !== 'A' || name === undefined || !/^(standard|premium)$/i.test(name))
    throw invalid('sku');
  return { family, name };
}

function publicAccessIn(properties: Record<string, unknown>): string | undefined {
  const value = stringIn(properties, 'publicNetworkAccess');
  // SecuredByPerimeter: Azure-Samples/azuresandbox#556.
  if (value !== undefined && !/^(enabled|disabled|securedbyperimeter)$/i.test(value))
    throw invalid('publicNetworkAccess');
  return value;
}

function retentionIn(properties: Record<string, unknown>): number | undefined {
  const value = properties['softDeleteRetentionInDays'];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 7 || value > 90)
    throw invalid('softDeleteRetentionInDays');
  return value;
}

/**
 * Rules that have no effect aren't stored; in all others, missing lists are filled in. Recorded:
 * test_keyvault_network_rule.
 */
function networkAclsIn(properties: Record<string, unknown>): NetworkAcls | null | undefined {
  const sent = objectIn(properties, 'networkAcls');
  if (sent === undefined) return undefined;
  const acls: NetworkAcls = {
    bypass: stringIn(sent, 'bypass') ?? 'AzureServices',
    defaultAction: stringIn(sent, 'defaultAction')?.toLowerCase() === 'deny' ? 'Deny' : 'Allow',
    ipRules: listIn(sent, 'ipRules').map((rule, index) => ipRuleIn(rule, index)),
    virtualNetworkRules: listIn(sent, 'virtualNetworkRules').map((rule) => ({
      id: stringIn(rule, 'id') ?? '',
      ...(rule['ignoreMissingVnetServiceEndpoint'] === true && { ignoreMissingVnetServiceEndpoint: true }),
    })),
  };
  return isOpenToAll(acls) ? null : acls;
}

function ipRuleIn(rule: Record<string, unknown>, index: number): { value: string } {
  const value = stringIn(rule, 'value') ?? '';
  const why = whyInvalidIpRule(value);
  if (why !== undefined)
    throw badRequest(
      `Invalid value found at properties.networkAcls.ipRules[${index}].value: ${value} ${why}`,
    );
  // A single address is returned with its mask (hashicorp/terraform-provider-azurerm#2164).
  return { value: value.includes('/') ? value : `${value}/32` };
}

function listIn(object: Record<string, unknown>, name: string): Record<string, unknown>[] {
  const value = object[name] ?? [];
  if (!Array.isArray(value) || !value.every(isObject)) throw invalid(name);
  return value;
}

/** The text follows the real service's for `accessPolicies`. */
function invalid(name: string): ArmError {
  return badRequest(`An invalid value was provided for '${name}'.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
