import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { isObject, listOf, objectOf, stringOf } from '../core/json';
import type { KeyVault } from '../core/model';
import { inTurn } from '../core/queue';
import { callResourceManager } from '../core/request';
import { vaultOf } from './vaultModel';

/** Which clients a vault's network lets in (Microsoft.KeyVault keyvault.json, `networkAcls`). */
export interface VaultNetwork {
  /** `Enabled` or `Disabled`; disabled overrides the firewall. */
  readonly publicNetworkAccess: string;
  readonly defaultAction: 'Allow' | 'Deny';
  /** IPv4 addresses and CIDR ranges. */
  readonly ipRules: readonly string[];
  /** ARM IDs of subnets. */
  readonly subnetIds: readonly string[];
  /** How many private endpoints are approved. */
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
  const vault = vaultOf(c, json);
  if (!vault)
    throw new AzureError(l10n.t('The answer is no key vault.'), { status: answer.status, code: 'BadAnswer' });
  return { vault, network: networkOf(objectOf(json['properties'])) };
}

/**
 * Lets IPv4 addresses or ranges in through a vault's firewall. The service takes `networkAcls` whole, so it is read right
 * before, with nothing else in it changed. Does nothing where they are all let in by rules of their own.
 * Answers with the rules as they are afterwards. @throws AzureError; `NoFirewall` where the vault lets in everybody
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
      throw new AzureError(l10n.t('The vault has no firewall: it lets in every address.'), {
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
 * Turns public network access on for those alone that the vault's firewall lets in: whatever has no rule stays out, in
 * between too. Answers with the rules as they are afterwards. @throws AzureError
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

/** The service writes a lone address as a range of one. */
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
    // Rules that do nothing are not answered at all.
    defaultAction: stringOf(acls['defaultAction'])?.toLowerCase() === 'deny' ? 'Deny' : 'Allow',
    ipRules: each('ipRules', 'value'),
    subnetIds: each('virtualNetworkRules', 'id'),
    privateEndpoints: approved.length,
  };
}
