import fc from 'fast-check';

/** KEYLESS_SEED selects other worlds. */
export const seed = Number(process.env.KEYLESS_SEED ?? 20261124);

const upTo = (max: number) => fc.noBias(fc.nat(max));

/** Random choices. fast-check records them, so that it can simplify a world that fails: toward the first and the least. */
export class Random {
  constructor(private readonly choose: fc.GeneratorValue) {}

  below(limit: number): number {
    return this.choose(upTo, limit - 1);
  }

  chance(probability: number): boolean {
    return this.below(1000) >= 1000 * (1 - probability);
  }

  one<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new RangeError('nothing to choose from');
    return choice;
  }

  /** A subset, in which each element is equally likely. */
  some<T>(choices: readonly T[], probability: number): T[] {
    return choices.filter(() => this.chance(probability));
  }

  many<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }
}

/**
 * Checks worlds that are made from random choices.
 * @param make gets a number that no other world has
 * @throws Error with the simplest world that fails
 */
export async function checkWorlds<W>(
  count: number,
  make: (random: Random, number: number) => W,
  check: (world: W) => Promise<void>,
): Promise<void> {
  let number = 0;
  const property = fc.asyncProperty(fc.gen(), async (choose) => {
    const world = make(new Random(choose), number++);
    try {
      await check(world);
    } catch (error) {
      throw new Error(`KEYLESS_SEED=${seed}, ${JSON.stringify(world)}`, { cause: error });
    }
  });
  const limit = { interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true };
  await fc.assert(property, { seed, numRuns: count, ...limit });
}
