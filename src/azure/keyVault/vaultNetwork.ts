import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { isObject, listOf, objectOf, stringOf } from '../core/json';
import type { KeyVault } from '../core/model';
import { inTurn } from '../core/queue';
import { callResourceManager } from '../core/request';
import { vaultFromJson } from './vaultModel';

/** The networks that a vault accepts connections from (Microsoft.KeyVault keyvault.json, `networkAcls`). */
export interface VaultNetwork {
  /** `Enabled` or `Disabled`. `Disabled` overrides the firewall. */
  readonly publicNetworkAccess: string;
  readonly defaultAction: 'Allow' | 'Deny';
  /** IPv4 addresses and CIDR ranges. */
  readonly ipRules: readonly string[];
  /** ARM IDs of subnets. */
  readonly subnetIds: readonly string[];
  /** Those that were allowed without a check for a service endpoint (`ignoreMissingVnetServiceEndpoint`). */
  readonly uncheckedSubnetIds: readonly string[];
  /** The number of approved private endpoints. */
  readonly privateEndpoints: number;
}

/** A vault with its network rules, read from the service itself. @throws AzureError */
export async function getVaultWithNetwork(
  c: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<{ readonly vault: KeyVault; readonly network: VaultNetwork }> {
  const answer = await callResourceManager(c, {
    method: 'GET',
    path: id,
    apiVersion: apiVersions.vaults,
    signal,
  });
  const json = objectOf(answer.body);
  const vault = vaultFromJson(c, json);
  if (!vault)
    throw new AzureError(l10n.t("The response isn't a key vault."), {
      status: answer.status,
      code: 'BadAnswer',
    });
  return { vault, network: networkOf(objectOf(json['properties'])) };
}

/**
 * Adds IPv4 addresses or ranges to a vault's firewall, unless it already has rules for all of them. The service replaces
 * `networkAcls` as a whole, so this reads it right before and changes nothing else.
 * Returns the resulting rules. @throws AzureError; `NoFirewall` if the vault's firewall is off
 */
export async function addFirewallAddresses(
  c: Connection,
  vaultId: string,
  addresses: readonly string[],
  signal?: AbortSignal,
): Promise<VaultNetwork> {
  return await inTurn(c, vaultId, async () => {
    const request = { path: vaultId, apiVersion: apiVersions.vaults, signal };
    const { body } = await callResourceManager(c, { ...request, method: 'GET' });
    const properties = objectOf(objectOf(body)['properties']);
    const { defaultAction, ipRules } = networkOf(properties);
    if (defaultAction === 'Allow')
      throw new AzureError(l10n.t("The vault's firewall is off, so every address is already allowed."), {
        code: 'NoFirewall',
      });
    const had = new Set(ipRules.map(plainRule));
    const added = addresses.filter((address) => !had.has(plainRule(address)));
    if (added.length > 0) {
      const acls = objectOf(properties['networkAcls']);
      const rules = [...listOf(acls['ipRules']), ...added.map((value) => ({ value }))];
      const networkAcls = { ...acls, ipRules: rules };
      await callResourceManager(c, { ...request, method: 'PATCH', body: { properties: { networkAcls } } });
    }
    return (await getVaultWithNetwork(c, vaultId, signal)).network;
  });
}

/**
 * Turns on public network access with the firewall set to deny in the same request, so that only addresses with a rule
 * get through at any time. Returns the resulting rules. @throws AzureError
 */
export async function openToFirewall(
  c: Connection,
  vaultId: string,
  signal?: AbortSignal,
): Promise<VaultNetwork> {
  return await inTurn(c, vaultId, async () => {
    const request = { path: vaultId, apiVersion: apiVersions.vaults, signal };
    const { body } = await callResourceManager(c, { ...request, method: 'GET' });
    const acls = objectOf(objectOf(objectOf(body)['properties'])['networkAcls']);
    const networkAcls = { bypass: 'AzureServices', ...acls, defaultAction: 'Deny' };
    const properties = { publicNetworkAccess: 'Enabled', networkAcls };
    await callResourceManager(c, { ...request, method: 'PATCH', body: { properties } });
    return (await getVaultWithNetwork(c, vaultId, signal)).network;
  });
}

/** The service stores a single address as a /32 range. */
function plainRule(rule: string): string {
  return rule.replace(/\/32$/, '');
}

function networkOf(properties: Readonly<Record<string, unknown>>): VaultNetwork {
  const acls = objectOf(properties['networkAcls']);
  const each = (name: string, key: string) =>
    listOf(acls[name])
      .filter(isObject)
      .flatMap((rule) => stringOf(rule[key]) ?? []);
  const approved = listOf(properties['privateEndpointConnections'])
    .filter(isObject)
    .map((one) => objectOf(objectOf(one['properties'])['privateLinkServiceConnectionState'])['status'])
    .filter((status) => stringOf(status)?.toLowerCase() === 'approved');
  return {
    publicNetworkAccess: stringOf(properties['publicNetworkAccess']) ?? 'Enabled',
    // The service leaves out rules that have no effect.
    defaultAction: stringOf(acls['defaultAction'])?.toLowerCase() === 'deny' ? 'Deny' : 'Allow',
    ipRules: each('ipRules', 'value'),
    subnetIds: each('virtualNetworkRules', 'id'),
    uncheckedSubnetIds: listOf(acls['virtualNetworkRules'])
      .filter(isObject)
      .filter((rule) => rule['ignoreMissingVnetServiceEndpoint'] === true)
      .flatMap((rule) => stringOf(rule['id']) ?? []),
    privateEndpoints: approved.length,
  };
}
