import type { AccessMap, MapNode } from '../../src/map/model/map';
import { edgeOf } from '../../src/map/model/map';

/** A map of 300 apps and 200 vaults in 30 resource groups, with 600 lines. @param share of that */
export function largeMap(share = 1): AccessMap {
  const [apps, vaults] = [300 * share, 200 * share];
  const node = (kind: 'app' | 'vault', number: number): MapNode => {
    const name = `${kind}-${number}`;
    const resourceId = `/subscriptions/s/resourceGroups/rg-${number % 30}/providers/p/${kind}s/${name}`;
    return { id: `${kind} ${number}`, kind, name, note: '', problems: [], resourceId };
  };
  return {
    nodes: [
      ...Array.from({ length: apps }, (_, number) => node('app', number)),
      ...Array.from({ length: vaults }, (_, number) => node('vault', number)),
    ],
    edges: Array.from({ length: apps * 2 }, (_, number) =>
      edgeOf('access', `app ${number % apps}`, `vault ${(number * 7) % vaults}`, [
        { label: 'access policy', text: 'access policy: secrets get' },
      ]),
    ),
  };
}
