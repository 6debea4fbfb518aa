import { isWithheld } from '../model/facts';
import type { Cause, MissingFact } from '../model/verdict';
import { judgeNetwork } from '../rules/network';
import type { AccessFacts } from './accessFacts';
import type { AccessCause, AccessCheck, AccessMissing, NetworkDoubt } from './accessVerdict';
import { resourceOf } from './resourceKinds';

/**
 * Whether the network of a resource lets the app in. Its rules mean the same as those of a key vault, but a storage
 * account's rules for addresses don't apply to requests from its own region (azure-docs, storage-network-security.md).
 */
export function judgeAccessNetwork({ app, target, scope }: AccessFacts): AccessCheck {
  if (isWithheld(target) || target.kind !== 'present' || target.network === undefined)
    return { causes: [], missing: [] };
  const resourceId = resourceOf(scope);
  const { network, isInRegionOfApp = false } = target;
  const doubt = (reason: NetworkDoubt): AccessMissing => ({ kind: 'network', resourceId, reason });
  if (isWithheld(network))
    return { causes: [], missing: [doubt({ kind: 'unread', reason: network.withheld })] };
  const rules = isInRegionOfApp ? { ...network, ipRules: [] } : network;
  const { causes, missing } = judgeNetwork(app, resourceId, rules, false);
  return {
    causes: causes.flatMap((cause) => causeOf(resourceId, cause, isInRegionOfApp)),
    missing: missing.flatMap(doubtOf).map(doubt),
  };
}

function causeOf(resourceId: string, cause: Cause, isInRegionOfApp: boolean): AccessCause[] {
  if (cause.kind === 'publicAccessOff')
    return [{ kind: 'closed', resourceId, hasPrivateEndpoint: cause.hasPrivateEndpoint }];
  if (cause.kind !== 'firewall') return [];
  const { addresses, subnetId } = cause;
  return [
    {
      ...{ kind: 'blocked', resourceId, addresses: isInRegionOfApp ? [] : addresses },
      ...(subnetId === undefined ? {} : { subnetId }),
    },
  ];
}

function doubtOf(fact: MissingFact): NetworkDoubt[] {
  switch (fact.kind) {
    case 'outboundAddresses':
      return [{ kind: 'addresses', reason: fact.reason }];
    case 'environmentNetwork':
      return [{ kind: 'environment' }];
    case 'privateRoute':
    case 'perimeter':
    case 'serviceEndpoint':
      return [{ kind: fact.kind }];
    default:
      return [];
  }
}
