import type { Benchmark } from './report';
import { drawLargeMap, findReaders, findSecret, layOutLargeMap } from './scale/local';
import { identityRoles, largeTenant, readLargeMap, vaultAccess } from './scale/sandboxes';

/** What grows with the number of items, and how fast. `limits.ts` has the limits. */
export const scale: Benchmark = {
  name: 'scale',
  about:
    'vault of 20,000 secrets, map of 2,000 assignments × 10 vaults and of 300 apps × 200 vaults, identity in 1,000 subscriptions, vault with 4,000 assignments, tenant with 1,000 subscriptions and 20,000 resources (50 ms per request): counts, milliseconds, and the ratio to a tenth of the items',
  async run() {
    return {
      ...(await findSecret()),
      ...(await drawLargeMap()),
      ...(await findReaders()),
      ...(await layOutLargeMap()),
      ...(await readLargeMap()),
      ...(await identityRoles()),
      ...(await vaultAccess()),
      ...(await largeTenant()),
    };
  },
};
