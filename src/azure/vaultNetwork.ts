import { apiVersions } from './apiVersions';
import type { Connection } from './connection';
import { AzureError } from './errors';
import { isObject, listOf, objectOf, stringOf } from './json';
import type { KeyVault } from './model';
import { callResourceManager } from './request';
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
    throw new AzureError('The answer is no key vault.', { status: answer.status, code: 'BadAnswer' });
  return { vault, network: networkOf(objectOf(json['properties'])) };
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
