import type { Metrics } from './report';

/** The most that a benchmark may measure. */
export type Limits = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * The limits that `npm run bench -- --check` compares with. They are counts, sizes, and ratios to a tenth of the items in
 * the same run, so that a slow machine doesn't exceed them. Work that grows with the number of items has a ratio of 10, and
 * one that grows with its square 100. A block is a turn of the event loop that takes 50 ms of processor time (100 ms for
 * the map). `npm test` checks many of the counts, too.
 */
export const limits = {
  activation: { ownBytesLoaded: 6 * 1024, ownFilesLoaded: 3 },
  size: { vsixBytes: 1_500_000, activationBytes: 6 * 1024, activationFiles: 3, picturesBytes: 450_000 },
  tree: { resourceManagerRequests: 5 },
  // Requests that wait for one another until a person sees the result; test/unit/roundTrips.test.ts counts them.
  trips: {
    enableIdentity: 2,
    enableIdentityAndCheck: 4,
    addPolicy: 1,
    listSecretsOfNewVault: 2,
    listSecrets: 1,
    assignRole: 2,
    planGrant: 2,
    planGrantWithReference: 3,
    grantRole: 2,
    grantPolicy: 2,
    grantIdentityAndPolicy: 3,
    grantIdentityAndRole: 3,
    grantAssignedIdentityAndPolicy: 4,
    streamLog: 2,
    openFile: 2,
    // A map of 72 apps in 8 subscriptions: lists, roles, and then the references of 24 apps at a time.
    mapFirst: 2,
    mapComplete: 5,
  },
  // At least eight times as fast as az.
  az: {
    listAppsShareOfAz: 1 / 8,
    enableIdentityShareOfAz: 1 / 8,
    addPolicyShareOfAz: 1 / 8,
    showSecretUriShareOfAz: 1 / 8,
  },
  logs: { linesLost: 0, linesTwice: 0, aboveBaselineMB: 60, slowAboveBaselineMB: 60 },
  soak: { linesLost: 0, linesTwice: 0, socketsAndTimersLeft: 0, heapMBPerMinute: 1 },
  scale: {
    // A vault of 20,000 secrets.
    findSecretFirstPages: 1,
    findSecretRowsHanded: 2000,
    findSecretTypingRowsHanded: 203,
    findSecretBlocks: 0,
    findSecretRatio: 30,
    findSecretHeapMB: 50,
    // A map of 2,000 role assignments × 10 vaults.
    mapBlocks: 0,
    mapRatio: 30,
    // An identity's role assignments in 1,000 subscriptions.
    identityRolesRequests: 5,
    identityRolesRatio: 30,
    // A vault with 4,000 role assignments.
    vaultFirstRows: 201,
    vaultNameRequests: 2,
    vaultRatio: 30,
    vaultHeapMB: 50,
    readersBlocks: 0,
    readersRatio: 30,
    // 1,000 subscriptions with 20,000 apps and vaults.
    tenantFirstRequests: 1,
    tenantRefreshRequests: 3,
    tenantHeapGrowthMB: 20,
    tenantWholeRequests: 20,
    tenantWholeBlocks: 0,
    tenantWholeHeapMB: 80,
    // A map of 300 apps × 200 vaults in 10 subscriptions.
    layoutRatio: 30,
    mapReadFirstRequests: 26,
    mapReadRequests: 650,
  },
  // For 60 steps. Each that laid out the names of 300 apps and 200 vaults would cost a frame.
  map: { groupsDragLayouts: 10, groupsZoomLayouts: 10, allDragLayouts: 10, allZoomLayouts: 10 },
  keys: { requestsPerApp: 3.2, ratio: 30 },
} as const satisfies Limits;

/** What exceeds its limit or wasn't measured, a line each. Benchmarks that were skipped aren't checked. */
export function exceeded(measured: Readonly<Record<string, Metrics>>, allowed: Limits): string[] {
  return Object.entries(measured).flatMap(([benchmark, metrics]) =>
    Object.entries(allowed[benchmark] ?? {}).flatMap(([name, limit]) => {
      const value = metrics[name];
      if (value === undefined) return [`${benchmark}.${name} wasn't measured`];
      return value <= limit ? [] : [`${benchmark}.${name} is ${value}, and the limit is ${limit}`];
    }),
  );
}
