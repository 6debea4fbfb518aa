import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { JsonObject } from '../core/json';
import { isObject, listOf, objectOf, stringOf } from '../core/json';
import type { KeyVault } from '../core/model';
import { checkTwice, inTurn, startingOver } from '../core/queue';
import { callResourceManager, rowsOf } from '../core/request';
import { vaultOfAnswer } from './vaultModel';

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
  const { vault, network } = await read(c, id, signal);
  return { vault, network };
}

/**
 * Adds IPv4 addresses or ranges to a vault's firewall, unless it already has rules for all of them.
 * Returns the resulting rules. @throws AzureError; `NoFirewall` if the vault's firewall is off, `FirewallLost` if someone
 * else's write overwrote ours
 */
export async function addFirewallAddresses(
  c: Connection,
  vaultId: string,
  addresses: readonly string[],
  signal?: AbortSignal,
): Promise<VaultNetwork> {
  return await changeNetwork(
    c,
    vaultId,
    ({ network, acls }) => {
      if (network.defaultAction === 'Allow')
        throw new AzureError(l10n.t("The vault's firewall is off, so every address is already allowed."), {
          code: 'NoFirewall',
        });
      const added = missing(network, addresses);
      if (added.length === 0) return undefined;
      const ipRules = [...listOf(acls['ipRules']), ...added.map((value) => ({ value }))];
      return { networkAcls: { ...acls, ipRules } };
    },
    (network) => missing(network, addresses).length === 0,
    signal,
  );
}

/**
 * Turns on public network access with the firewall set to deny in the same request, so that only addresses with a rule
 * get through at any time. Returns the resulting rules. @throws AzureError; `FirewallLost` if someone else's write overwrote
 * ours
 */
export async function openToFirewall(
  c: Connection,
  vaultId: string,
  signal?: AbortSignal,
): Promise<VaultNetwork> {
  return await changeNetwork(
    c,
    vaultId,
    ({ acls }) => ({
      publicNetworkAccess: 'Enabled',
      networkAcls: { bypass: 'AzureServices', ...acls, defaultAction: 'Deny' },
    }),
    ({ publicNetworkAccess, defaultAction }) =>
      publicNetworkAccess.toLowerCase() === 'enabled' && defaultAction === 'Deny',
    signal,
  );
}

interface Read {
  readonly vault: KeyVault;
  readonly network: VaultNetwork;
  /** The service's own `networkAcls`, because all of it is written back. */
  readonly acls: JsonObject;
}

/**
 * Changes a vault's network rules. The service replaces `networkAcls` as a whole and has no ETag (no recorded answer of
 * Microsoft.KeyVault has one, and its OpenAPI document knows no `If-Match`). So this reads right before the write, changes
 * nothing else, starts over with the read after a transient failure, and reads twice again to check.
 * @param change the properties to write; undefined if there is nothing to change
 */
async function changeNetwork(
  c: Connection,
  vaultId: string,
  change: (now: Read) => JsonObject | undefined,
  isDone: (now: VaultNetwork) => boolean,
  signal: AbortSignal | undefined,
): Promise<VaultNetwork> {
  const readNow = () => read(c, vaultId, signal);
  const write = async (before: Read): Promise<VaultNetwork> => {
    const properties = change(before);
    if (!properties) return before.network;
    const request = { method: 'PATCH', path: vaultId, apiVersion: apiVersions.vaults, once: true } as const;
    await callResourceManager(c, { ...request, body: { properties }, signal });
    return await checkTwice(c, async () => {
      const { vault, network } = await readNow();
      if (isDone(network)) return network;
      throw lost(vault.name);
    });
  };
  return await inTurn(c, vaultId, () => startingOver(c, signal, readNow, write));
}

function lost(vaultName: string): AzureError {
  const reason = l10n.t(
    'Your change to the firewall of {0} was lost because someone else changed it at the same time.',
    vaultName,
  );
  const nextStep = l10n.t(
    "Azure replaces all of a vault's firewall rules at once. Check the current rules, then try again.",
  );
  return new AzureError(reason, { code: 'FirewallLost', explanation: { reason, nextStep } });
}

async function read(c: Connection, id: string, signal: AbortSignal | undefined): Promise<Read> {
  const request = { method: 'GET', path: id, apiVersion: apiVersions.vaults, signal } as const;
  const answer = await callResourceManager(c, request);
  const vault = vaultOfAnswer(c, answer);
  const properties = objectOf(objectOf(answer.body)['properties']);
  const acls = properties['networkAcls'] ?? {};
  // If anything else counted as no rules, the next write would delete all of them.
  if (!isObject(acls)) throw unreadable();
  return { vault, network: networkOf(properties, acls), acls };
}

function missing({ ipRules }: VaultNetwork, addresses: readonly string[]): string[] {
  const had = new Set(ipRules.map(plainRule));
  return addresses.filter((address) => !had.has(plainRule(address)));
}

/** The service stores a single address as a /32 range. */
function plainRule(rule: string): string {
  return rule.replace(/\/32$/, '');
}

function networkOf(properties: JsonObject, acls: JsonObject): VaultNetwork {
  const each = (name: string, key: string) => rowsOf(acls[name] ?? [], (rule) => stringOf(rule[key]));
  const approved = listOf(properties['privateEndpointConnections'])
    .filter(isObject)
    .map((one) => objectOf(objectOf(one['properties'])['privateLinkServiceConnectionState'])['status'])
    .filter((status) => stringOf(status)?.toLowerCase() === 'approved');
  return {
    publicNetworkAccess: stringOf(properties['publicNetworkAccess']) ?? 'Enabled',
    defaultAction: defaultActionOf(acls['defaultAction'] ?? 'Allow'),
    ipRules: each('ipRules', 'value'),
    subnetIds: each('virtualNetworkRules', 'id'),
    uncheckedSubnetIds: listOf(acls['virtualNetworkRules'])
      .filter(isObject)
      .filter((rule) => rule['ignoreMissingVnetServiceEndpoint'] === true)
      .flatMap((rule) => stringOf(rule['id']) ?? []),
    privateEndpoints: approved.length,
  };
}

/** The service leaves out rules that have no effect. */
function defaultActionOf(value: unknown): 'Allow' | 'Deny' {
  const action = stringOf(value)?.toLowerCase();
  if (action === 'deny') return 'Deny';
  if (action === 'allow') return 'Allow';
  throw unreadable();
}

function unreadable(): AzureError {
  return new AzureError(l10n.t("The vault's firewall rules can't be read."), { code: 'BadAnswer' });
}
