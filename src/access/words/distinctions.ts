import { lastSegment } from './format';

/**
 * What tells resources with the same name apart, by ARM ID: the resource group, or the subscription if that is the same
 * too. A resource whose name is unique isn't included.
 */
export function distinctions(ids: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const named = Map.groupBy(new Set(ids), (id) => lastSegment(id).toLowerCase());
  for (const same of named.values()) {
    if (same.length === 1) continue;
    const inGroup = Map.groupBy(same, (id) => groupOf(id).toLowerCase());
    for (const id of same) {
      const [, , subscriptionId = ''] = id.split('/');
      const isGroupUnique = inGroup.get(groupOf(id).toLowerCase())?.length === 1;
      found.set(id, isGroupUnique ? groupOf(id) : subscriptionId);
    }
  }
  return found;
}

function groupOf(id: string): string {
  return id.split('/')[4] ?? '';
}
