// npm test [-- <suite>…] [--grep <regular expression>] [--oldest]
// Every suite one after the other; ends with the line "N passed, N failed, N skipped".
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runOpenApi, trafficFolder } from '../openapi';
import { out } from '../paths';
import { endWithSignalsAndParent } from '../processes';
import { judge, type SuiteOutcome, type Verdict } from '../results';
import { runCheck, runExtensionSuite, runNodeSuite } from '../suites';
import { findProgram } from '../host/systemPackages';
import { packageExtension } from '../host/vsix';

const MINUTE = 60_000;
const SUITES = ['lint', 'types', 'unit', 'replay', 'integration', 'e2e', 'az', 'openapi'] as const;
type SuiteName = (typeof SUITES)[number];

async function main(): Promise<number> {
  endWithSignalsAndParent();
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { grep: { type: 'string' }, oldest: { type: 'boolean', default: false } },
  });
  if (values.grep) process.env.TEST_GREP = values.grep;
  const unknown = positionals.filter((name) => !isSuite(name));
  if (unknown.length > 0)
    throw new Error(`No such suite: ${unknown.join(', ')}. There are ${SUITES.join(', ')}.`);
  const asked = positionals.filter(isSuite);
  const results = path.join(out, 'results');
  fs.rmSync(results, { recursive: true, force: true });
  fs.mkdirSync(results, { recursive: true });
  if (asked.some((name) => name !== 'openapi') || asked.length === 0)
    fs.rmSync(trafficFolder, { recursive: true, force: true });
  fs.mkdirSync(trafficFolder, { recursive: true });
  process.env.KEYLESS_TRAFFIC = trafficFolder;
  const verdicts: { name: SuiteName; verdict: Verdict; outcome: SuiteOutcome }[] = [];
  for (const name of asked.length > 0 ? asked : standardSuites()) {
    console.log(`\n${name}`);
    const start = Date.now();
    const outcome = await runSuite(name, values.oldest);
    console.log(`  (${Math.round((Date.now() - start) / 1000)} s)`);
    const verdict = judge(outcome);
    fs.writeFileSync(
      path.join(results, `${name}.json`),
      JSON.stringify({ ...verdict, ...outcome.results }, undefined, 1),
    );
    verdicts.push({ name, verdict, outcome });
  }
  return conclude(verdicts);
}

function isSuite(name: string): name is SuiteName {
  return SUITES.some((suite) => suite === name);
}

/** The `az` walks need a program that npm cannot bring. */
function standardSuites(): SuiteName[] {
  return SUITES.filter((name) => name !== 'az' || findProgram('azure-cli'));
}

async function runSuite(name: SuiteName, oldest: boolean): Promise<SuiteOutcome> {
  try {
    switch (name) {
      case 'lint':
        return await runCheck('imports, eslint and prettier', [
          ['dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.mjs'],
          ['eslint/bin/eslint.js', '.', '--max-warnings', '0'],
          ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
        ]);
      case 'types':
        return await runCheck('types', [
          ['typescript/bin/tsc', '-p', '.'],
          ['typescript/bin/tsc', '-p', 'src/map/view'],
        ]);
      case 'unit':
        return await runNodeSuite({ name, timeout: 30_000, limit: 8 * MINUTE, parts: 2 });
      case 'replay':
        return await runNodeSuite({ name, timeout: 30_000, limit: 3 * MINUTE });
      case 'integration':
        return await runExtensionSuite({ age: oldest ? 'oldest' : 'latest', limit: 5 * MINUTE });
      case 'e2e':
        return await runNodeSuite({
          name,
          timeout: 2 * MINUTE,
          limit: 12 * MINUTE,
          env: { KEYLESS_VSIX: await packageExtension() },
        });
      case 'az':
        return await runNodeSuite({ name, timeout: 3 * MINUTE, limit: 6 * MINUTE });
      case 'openapi':
        return await runOpenApi();
    }
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { results: undefined, exitCode: 1, problems: [problem] };
  }
}

/** Prints what failed and what was skipped, and last the count. @returns the exit code */
function conclude(verdicts: { name: SuiteName; verdict: Verdict; outcome: SuiteOutcome }[]): number {
  console.log('');
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, verdict, outcome } of verdicts) {
    for (const test of outcome.results?.failed ?? [])
      console.log(`FAILED ${name}: ${test.title}\n${test.stack || test.message}\n`);
    for (const problem of verdict.problems) console.log(`FAILED ${name}: ${problem}\n`);
    for (const test of outcome.results?.skipped ?? [])
      if (test.reason) console.log(`skipped ${name}: ${test.title} (${test.reason})`);
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += verdict[key];
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
