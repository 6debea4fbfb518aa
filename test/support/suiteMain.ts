// Runs one suite in a separate process:  node suiteMain.js <suite> <file for the outcome>
// So parallel suites don't share an environment, and each finds the processes that it left behind.
import fs from 'node:fs';
import { runAudit } from './audit';
import { whyNoDotnetTools } from './dotnet';
import { runOpenApi } from './openapi';
import { endWithSignalsAndParent } from './processes';
import type { SuiteOutcome } from './results';
import { isSuite, type SuiteName } from './suiteNames';
import { runCheck, runExtensionSuite, runNodeSuite } from './suites';
import { findProgram } from './host/systemPackages';
import { packageExtension } from './host/vsix';
import { runTask } from './runTask';

const MINUTE = 60_000;

async function main(): Promise<void> {
  endWithSignalsAndParent();
  const [name = '', file] = process.argv.slice(2);
  if (!isSuite(name) || !file) throw new Error('usage: suiteMain.js <suite> <file for the outcome>');
  fs.writeFileSync(file, JSON.stringify(await runSuite(name), undefined, 1));
}

/**
 * How long a suite may take. Each test has a limit of its own; this one only ends what hangs outside of tests, so it leaves
 * room for a machine that does much else.
 */
const suiteLimit = 45 * MINUTE;

async function runSuite(name: SuiteName): Promise<SuiteOutcome> {
  switch (name) {
    case 'lint':
      return await runCheck('imports, unused code, spelling, phrases, eslint, and prettier', [
        ['dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.mjs'],
        ['knip/bin/knip.js'],
        ['cspell/bin.mjs', '--no-progress', '--no-summary'],
        ['../out/test/support/tasks/phrases.js'],
        ['eslint/bin/eslint.js', '.', '--max-warnings', '0'],
        ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
      ]);
    case 'types':
      return await runCheck('types', [
        ['typescript/bin/tsc', '-p', '.'],
        ...['keys', 'map', 'reports', 'webview'].map((name) => [
          'typescript/bin/tsc',
          '-p',
          `src/${name}/view`,
        ]),
      ]);
    case 'audit':
      return runAudit();
    case 'unit':
      return await runNodeSuite({ name, timeout: 30_000, limit: suiteLimit, parts: 2 });
    case 'hostile': {
      const limit = (process.env.TEST_LONG ? 120 : 5) * MINUTE;
      return await runNodeSuite({ name, timeout: limit, limit });
    }
    case 'conformance':
      return await runNodeSuite({ name, timeout: 3 * MINUTE, limit: suiteLimit });
    case 'replay':
      return await runNodeSuite({ name, timeout: 30_000, limit: suiteLimit });
    case 'integration':
      return await runExtensionSuite({
        age: process.env.TEST_OLDEST ? 'oldest' : 'latest',
        limit: suiteLimit,
      });
    case 'e2e':
      return await runNodeSuite({
        name,
        timeout: 2 * MINUTE,
        limit: suiteLimit,
        env: { KEYLESS_VSIX: await packageExtension() },
      });
    case 'az':
      return findProgram('azure-cli')
        ? await runNodeSuite({ name, timeout: 3 * MINUTE, limit: suiteLimit })
        : skipped(
            'the tests that use the Azure CLI',
            "az isn't installed; npm run test:az installs it if possible",
          );
    case 'shells': {
      const why = await whyNoDotnetTools();
      return why === undefined
        ? await runNodeSuite({ name, timeout: 5 * MINUTE, limit: suiteLimit })
        : skipped('the tests that use PowerShell, Bicep, and .NET', why);
    }
    case 'openapi':
      return await runOpenApi();
  }
}

/** The outcome of a suite that can't run on this machine. */
function skipped(title: string, reason: string): SuiteOutcome {
  const results = { passed: [], failed: [], skipped: [{ title, reason }], unhandled: [] };
  return { results, exitCode: 0, problems: [] };
}

void runTask(main);
