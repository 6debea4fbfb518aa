import { globSync } from 'node:fs';
import Mocha from 'mocha';
import { collectUnhandled, ResultsReporter } from './reporter';

export interface MochaRun {
  /** Folder of the compiled tests (`*.test.js`, at any depth). */
  folder: string;
  /** Milliseconds a test may take. */
  timeout: number;
  /** Of the files, each `parts`-th from this one on; all of them unless told. */
  part?: number;
  parts?: number;
}

/**
 * Runs every compiled test of a folder in this process; TEST_GREP narrows it, `.only` is refused.
 * @throws Error if a test fails
 */
export async function runMocha({ folder, timeout, part = 0, parts = 1 }: MochaRun): Promise<void> {
  collectUnhandled();
  const mocha = new Mocha({ ui: 'bdd', timeout, reporter: ResultsReporter, forbidOnly: true });
  if (process.env.TEST_GREP) mocha.grep(new RegExp(process.env.TEST_GREP));
  mocha.files = globSync('**/*.test.js', { cwd: folder })
    .sort()
    .filter((_, index) => index % parts === part)
    .map((file) => `${folder}/${file}`);
  await mocha.loadFilesAsync();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
