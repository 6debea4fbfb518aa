import { idKey } from '../arm/ids';
import { madeUpKey } from '../world/madeUpKeys';
import type { World } from '../world/world';

/** The keys of a resource, or of a rule below it, by name. They come into being when they're first needed. */
export function keysOf(
  world: World,
  id: string,
  names: readonly string[],
  kind: string,
): Map<string, string> {
  const all = (world.serviceKeys ??= new Map<string, Map<string, string>>());
  const known = all.get(idKey(id));
  if (known !== undefined) return known;
  const keys = new Map(names.map((name) => [name, madeUpKey(kind)]));
  all.set(idKey(id), keys);
  return keys;
}

/** Deletes keys for good. The next time they're needed, there are new ones. */
export function forgetKeys(world: World, id: string): void {
  world.serviceKeys?.delete(idKey(id));
}
