import { BlockList } from 'node:net';
import type { Site } from '../../world/world';

interface Rule {
  ipAddress?: string;
  action?: string;
  priority?: number;
}

/**
 * Whether the access restrictions of an app (or of its SCM site, with `scmIpSecurityRestrictions`) block an
 * address: the matching rule with the lowest priority number decides. If there are rules but none matches,
 * the address is blocked.
 */
export function blockedBy(
  site: Site,
  list: 'ipSecurityRestrictions' | 'scmIpSecurityRestrictions',
  address: string,
): boolean {
  const effective =
    list === 'scmIpSecurityRestrictions' && site.webConfig['scmIpSecurityRestrictionsUseMain'] === true
      ? 'ipSecurityRestrictions'
      : list;
  const written = site.webConfig[effective];
  if (!Array.isArray(written) || written.length === 0) return false;
  const rules = (written as Rule[]).toSorted(
    (left, right) => (left.priority ?? 65_000) - (right.priority ?? 65_000),
  );
  const decisive = rules.find((rule) => matches(rule.ipAddress ?? 'Any', address));
  return decisive === undefined || (decisive.action ?? 'Allow').toLowerCase() === 'deny';
}

function matches(range: string, address: string): boolean {
  if (range.toLowerCase() === 'any') return true;
  const plain = address.replace(/^::ffff:/i, '');
  const list = new BlockList();
  try {
    for (const part of range.split(',')) {
      const [network = '', bits] = part.trim().split('/');
      const family = network.includes(':') ? 'ipv6' : 'ipv4';
      list.addSubnet(network, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
    }
  } catch {
    return false;
  }
  return list.check(plain, plain.includes(':') ? 'ipv6' : 'ipv4');
}
