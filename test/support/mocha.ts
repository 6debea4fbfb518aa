import { globSync } from 'node:fs';
import Mocha from 'mocha';
import { random } from './random';
import { collectUnhandled, ResultsReporter } from './reporter';

export interface MochaRun {
  /** The folder with compiled tests (`*.test.js`, at any depth). */
  folder: string;
  /** Time limit for each test, in milliseconds. */
  timeout: number;
  /** Runs every `parts`-th file, starting with this one. By default all files. */
  part?: number;
  parts?: number;
}

/**
 * Runs every compiled test in a folder in this process. TEST_GREP selects tests. TEST_SEED shuffles files, suites and
 * tests. `.only` isn't allowed.
 * @throws Error if a test fails
 */
export async function runMocha({ folder, timeout, part = 0, parts = 1 }: MochaRun): Promise<void> {
  collectUnhandled();
  const dryRun = process.env.TEST_LIST === '1';
  const mocha = new Mocha({ ui: 'bdd', timeout, reporter: ResultsReporter, forbidOnly: true, dryRun });
  if (process.env.TEST_GREP) mocha.grep(new RegExp(process.env.TEST_GREP));
  const shuffle = process.env.TEST_SEED ? shuffler(Number(process.env.TEST_SEED)) : () => undefined;
  const { TEST_FILE } = process.env;
  const files = TEST_FILE ? [TEST_FILE] : globSync('**/*.test.js', { cwd: folder }).sort();
  shuffle(files);
  mocha.files = files.filter((_, index) => index % parts === part).map((file) => `${folder}/${file}`);
  await mocha.loadFilesAsync();
  shuffleSuite(mocha.suite, shuffle);
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}

/** Shuffles lists in place, in an order that depends only on the seed. */
function shuffler(seed: number): (list: unknown[]) => void {
  const below = random(seed);
  return (list) => {
    for (let end = list.length - 1; end > 0; end--) {
      const other = below(end + 1);
      [list[end], list[other]] = [list[other], list[end]];
    }
  };
}

function shuffleSuite(suite: Mocha.Suite, shuffle: (list: unknown[]) => void): void {
  shuffle(suite.tests);
  shuffle(suite.suites);
  for (const inner of suite.suites) shuffleSuite(inner, shuffle);
}
