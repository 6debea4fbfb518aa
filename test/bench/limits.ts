import type { Metrics } from './report';

/** The most that a benchmark may measure. */
export type Limits = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * The limits that `npm run bench -- --check` compares with. They are counts, sizes, and ratios to a tenth of the items in
 * the same run, so that a slow machine doesn't exceed them. Work that grows with the number of items has a ratio of 10, and
 * one that grows with its square 100.
 */
export const limits: Limits = {
  activation: { ownBytesLoaded: 6 * 1024, ownFilesLoaded: 3 },
  size: { vsixBytes: 1_500_000, activationBytes: 6 * 1024, activationFiles: 3, picturesBytes: 320_000 },
  tree: { resourceManagerRequests: 5 },
  logs: { linesLost: 0, linesTwice: 0, aboveBaselineMB: 60, slowAboveBaselineMB: 60 },
  soak: { linesLost: 0, linesTwice: 0, socketsAndTimersLeft: 0, heapMBPerMinute: 1 },
  scale: {
    findSecretRowsHanded: 2000,
    findSecretTypingRowsHanded: 203,
    findSecretRatio: 30,
    findSecretHeapMB: 50,
    mapRatio: 30,
    identityRolesRequests: 5,
    identityRolesRatio: 30,
    vaultFirstRows: 201,
    vaultNameRequests: 2,
    vaultRatio: 30,
    tenantFirstRequests: 1,
    tenantRefreshRequests: 3,
    tenantHeapGrowthMB: 20,
    layoutRatio: 60,
  },
};

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
