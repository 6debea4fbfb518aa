import { BlockList, isIPv4 } from 'node:net';
import type { NetworkAcls, Vault } from '../world/world';

/**
 * The value of `networkAcls` if it was never set; a vault then omits it from answers. Recorded:
 * test_keyvault_public_network_access.
 */
const openToAll: NetworkAcls = {
  bypass: 'AzureServices',
  defaultAction: 'Allow',
  ipRules: [],
  virtualNetworkRules: [],
};

/**
 * What blocks a client at `address`: the firewall, disabled public network access, or a network security
 * perimeter. undefined: nothing does.
 */
export function networkBlockFor(
  vault: Pick<Vault, 'networkAcls' | 'publicNetworkAccess'>,
  address: string,
): 'firewall' | 'connection' | 'perimeter' | undefined {
  // publicNetworkAccess overrides the firewall's rules (swagger, keyvault.json).
  if (vault.publicNetworkAccess.toLowerCase() === 'disabled') return 'connection';
  // The sandbox has no perimeters with rules that admit anyone.
  if (vault.publicNetworkAccess.toLowerCase() === 'securedbyperimeter') return 'perimeter';
  const acls = vault.networkAcls ?? openToAll;
  if (acls.defaultAction.toLowerCase() === 'allow') return undefined;
  // `bypass: AzureServices` makes no difference here: App Service isn't a trusted service.
  return admits(acls, ipv4Of(address)) ? undefined : 'firewall';
}

/** Whether the rules have no effect, so that they aren't stored. */
export function isOpenToAll(acls: NetworkAcls): boolean {
  return (
    acls.bypass === openToAll.bypass &&
    acls.defaultAction === openToAll.defaultAction &&
    acls.ipRules.length === 0 &&
    acls.virtualNetworkRules.length === 0
  );
}

/**
 * Checks an IP rule, `1.2.3.4` or `1.2.3.0/24`. @returns why it's invalid, in the service's words, or
 * undefined
 */
export function whyInvalidIpRule(value: string): string | undefined {
  const range = rangeOf(value);
  if (range === undefined) return 'is not a valid IPv4 address or CIDR range';
  const forbidden = privateRanges.find(({ list }) => list.check(range.address));
  // Text as pasted in Azure/azure-powershell#11471. Loopback addresses are accepted, because that's where the
  // sandbox's clients are.
  return forbidden === undefined ? undefined : `belongs to forbidden range ${forbidden.words}`;
}

/**
 * The address as the firewall sees it. A client on ::1 is the same machine as one on 127.0.0.1, and rules are
 * IPv4.
 */
export function ipv4Of(address: string): string {
  const bare = address.replace(/^::ffff:/i, '');
  return bare === '::1' ? '127.0.0.1' : bare;
}

const privateRanges = [
  { list: subnet('10.0.0.0', 8), words: '10.0.0.0–10.255.255.255 (private IP addresses)' },
  { list: subnet('172.16.0.0', 12), words: '172.16.0.0–172.31.255.255 (private IP addresses)' },
  { list: subnet('192.168.0.0', 16), words: '192.168.0.0–192.168.255.255 (private IP addresses)' },
];

function admits(acls: NetworkAcls, address: string): boolean {
  if (!isIPv4(address)) return false;
  return acls.ipRules.some(({ value }) => {
    const range = rangeOf(value);
    return range !== undefined && subnet(range.address, range.prefix).check(address);
  });
}

function rangeOf(value: string): { address: string; prefix: number } | undefined {
  const [, address, prefix] = /^([\d.]+)(?:\/(\d{1,2}))?$/.exec(value) ?? [];
  if (address === undefined || !isIPv4(address)) return undefined;
  const bits = Number(prefix ?? 32);
  return bits > 32 ? undefined : { address, prefix: bits };
}

function subnet(address: string, prefix: number): BlockList {
  const list = new BlockList();
  list.addSubnet(address, prefix);
  return list;
}
