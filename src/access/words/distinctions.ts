import { lastSegment } from './format';

/**
 * What tells resources with the same name apart, by ARM ID: the resource group, or the subscription if that is the same
 * too. A resource whose name is unique isn't included.
 */
export function distinctions(ids: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const id of ids) {
    const others = ids.filter((other) => other !== id && same(lastSegment(other), lastSegment(id)));
    if (others.length === 0) continue;
    const [, , subscriptionId = '', , group = ''] = id.split('/');
    const isGroupUnique = others.every((other) => !same(other.split('/')[4] ?? '', group));
    found.set(id, isGroupUnique ? group : subscriptionId);
  }
  return found;
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
