import type { useGrantWorld } from '../grantWorld';

/** Tells the world of each write and change, and nothing of the waits. */
export function replaceEvents(world: ReturnType<typeof useGrantWorld>) {
  return {
    writes: () => world.told.push('writes'),
    changed: ({ kind }: { readonly kind: string }) => world.told.push(kind),
    settling: () => undefined,
    looked: () => undefined,
  };
}

/** Milliseconds, for a host that the sandbox's clock brings up. */
export const quickWatch = { poll: 1000, failing: 5000, limit: 20_000 };
