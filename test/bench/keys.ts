import { findKeysOf, listAppsIn } from '../../src/inventory/findKeys';
import { keysWorld } from '../support/worlds/keysWorld';
import { startWorld } from '../support/worlds/largeWorlds';
import { openInventory } from '../unit/inventory/openInventory';
import type { Benchmark } from './report';
import { counting, latency, ofBoth } from './scale/sandboxes';
import { timed } from './scale/timing';

/** *Find Keys* in 1,000 apps. */
export const keys: Benchmark = {
  name: 'keys',
  about:
    '1,000 apps at 50 ms per request: the keys found, milliseconds to list the apps, to the first app, and to the last (60,000), requests per app, and the ratio to a tenth of the apps',
  async run() {
    const { tenth, whole } = await ofBoth(
      // Ten times the apps in ten times the subscriptions, because each has its limit.
      (share) => startWorld(keysWorld(10 * share, 1000 * share), latency),
      async (sandbox) => {
        const { c, requests } = await counting(sandbox);
        const { inventory } = await openInventory(c);
        const { signal } = new AbortController();
        const listed = await timed(() => listAppsIn(inventory, '', signal));
        const { apps } = listed.result;
        requests.length = 0;
        let found = 0;
        let first: number | undefined;
        const start = performance.now();
        const search = await timed(() =>
          findKeysOf(
            apps,
            ({ app, found: left, failure }) => {
              if (failure || left?.unread.length !== 0) throw new Error(`${app.name} couldn't be read.`);
              first ??= performance.now() - start;
              found += left.keys.length;
            },
            signal,
          ),
        );
        const perApp = requests.length / apps.length;
        return { found, apps: apps.length, listMs: listed.milliseconds, first, perApp, ...search };
      },
    );
    return {
      apps: whole.apps,
      keysFound: whole.found,
      listMs: whole.listMs,
      firstAppMs: whole.first ?? NaN,
      milliseconds: whole.milliseconds,
      longestBlockMs: whole.longestBlockMs,
      requestsPerApp: whole.perApp,
      ratio: whole.milliseconds / tenth.milliseconds,
    };
  },
};
