import { distinctions } from '../../access/words/distinctions';
import type { Placed } from '../nodes/base';

/** For each ARM ID, what tells its node from others with the same name. */
export function placesOf(resourceIds: readonly string[]): (id: string) => Placed {
  const places = distinctions(resourceIds);
  return (id) => {
    const place = places.get(id);
    return place === undefined ? {} : { place };
  };
}

/** Tells principals with the same name apart by the beginning of their object IDs. */
export function withPlaces<T extends { readonly principalName?: string }>(
  nodes: readonly T[],
  objectIdOf: (node: T) => string,
): (T & Placed)[] {
  const ids = Map.groupBy(nodes, ({ principalName }) => principalName ?? '');
  const isShared = (name: string) =>
    new Set(ids.get(name)?.map((node) => objectIdOf(node).toLowerCase())).size > 1;
  return nodes.map((node) =>
    node.principalName !== undefined && isShared(node.principalName)
      ? { ...node, place: objectIdOf(node).slice(0, 8) }
      : node,
  );
}
