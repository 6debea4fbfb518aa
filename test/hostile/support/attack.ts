import fc from 'fast-check';

/** The long form attacks a hundred times as often. */
const long = process.env.TEST_LONG === '1';

/** The short form always attacks in the same way, the long one in new ways. KEYLESS_SEED repeats a run. */
export const seed = Number(process.env.KEYLESS_SEED ?? (long ? Date.now() % 1_000_000_000 : 20261129));

/**
 * Attacks again and again, and simplifies an attack that gets through.
 * @param times how often in the short form
 * @throws Error with the seed and the simplest attack found
 */
export async function attack<T>(
  attacks: fc.Arbitrary<T>,
  times: number,
  check: (one: T) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(attacks, check), { seed, numRuns: long ? times * 100 : times });
}
