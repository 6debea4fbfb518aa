import fs from 'node:fs';
import path from 'node:path';
import type { HostAge } from './host/codeServer';
import { readResults, runInCodeServer, runInDesktop } from './host/extensionTests';
import { chooseHost } from './host/hostChoice';
import { out, root } from './paths';
import { endMarked, markProcesses, startGroup, temporaryFolder } from './processes';
import type { SuiteOutcome } from './results';
import { sandboxProgram, startSandbox } from './sandbox';

/** Runs programs that succeed or fail, such as lint, and counts them as one test. */
export async function runCheck(title: string, commands: string[][]): Promise<SuiteOutcome> {
  const start = Date.now();
  for (const [program = '', ...args] of commands) {
    const group = startGroup(process.execPath, [path.join(root, 'node_modules', program), ...args], {
      cwd: root,
    });
    const exitCode = await group.exited;
    if (exitCode === 0) continue;
    console.log(group.output());
    const failure = { title, message: `${program} ended with ${exitCode}`, stack: '' };
    return { results: { passed: [], failed: [failure], skipped: [], unhandled: [] }, exitCode, problems: [] };
  }
  console.log(`  ✓ ${title}`);
  const passed = [{ title, milliseconds: Date.now() - start }];
  return { results: { passed, failed: [], skipped: [], unhandled: [] }, exitCode: 0, problems: [] };
}

export interface NodeSuite {
  /** The folder under test/. */
  name: string;
  /** Time limit for each test, in milliseconds. */
  timeout: number;
  /** Time limit for the whole suite, in milliseconds. */
  limit: number;
  env?: Record<string, string | undefined>;
  /** How many processes share its files. One by default. */
  parts?: number;
}

/** Runs a mocha suite in separate Node processes, which must end by themselves and not leave any processes behind. */
export async function runNodeSuite(suite: NodeSuite): Promise<SuiteOutcome> {
  const { name, parts = 1 } = suite;
  const folder = path.join(out, 'test', name);
  if (!fs.existsSync(folder))
    return { results: undefined, exitCode: 1, problems: [`${folder} doesn't exist.`] };
  markProcesses();
  const whole = joined(
    await Promise.all(Array.from({ length: parts }, (_, part) => runPart(suite, folder, part, parts))),
  );
  const left = (await endMarked()).map(({ command }) => `Left behind a process: ${command}`);
  return { ...whole, problems: [...whole.problems, ...left] };
}

async function runPart(
  { timeout, limit, env }: NodeSuite,
  folder: string,
  part: number,
  parts: number,
): Promise<SuiteOutcome> {
  const work = temporaryFolder('suite');
  const file = path.join(work.path, 'results.json');
  const temporary = path.join(work.path, 'tmp');
  fs.mkdirSync(temporary);
  const main = path.join(out, 'test/support/mochaMain.js');
  const args = [main, folder, String(timeout), String(part), String(parts)];
  const group = startGroup(process.execPath, ['--enable-source-maps', ...args], {
    cwd: root,
    env: { ...cleanEnvironment(work.path), TMPDIR: temporary, TEST_RESULTS_FILE: file, ...env },
    onOutput: (text) => process.stdout.write(text),
  });
  const watch = new AbortController();
  try {
    const exitCode = await Promise.race([group.exited, whenOverdue(file, limit, watch.signal)]);
    const problems: string[] = [];
    if (exitCode === 'lingers')
      problems.push('All tests are done, but a timer, socket or process keeps the suite from ending.');
    await group.stop();
    for (const left of fs.readdirSync(temporary)) problems.push(`Left behind a temporary file: ${left}`);
    return { results: readResults(file), exitCode: exitCode === 'lingers' ? 0 : exitCode, problems };
  } finally {
    watch.abort();
    work.remove();
  }
}

/** Joins the parts of a suite. A part without results fails the suite but doesn't hide the others. */
function joined(outcomes: readonly SuiteOutcome[]): SuiteOutcome {
  const bad = outcomes.find(({ exitCode }) => exitCode !== 0);
  const present = outcomes.flatMap(({ results }) => results ?? []);
  const missing = outcomes.length - present.length;
  const problems = outcomes.flatMap((outcome) => outcome.problems);
  if (missing > 0 && present.length > 0)
    problems.push(`${missing} of ${outcomes.length} parts of the suite wrote no results.`);
  return {
    results:
      present.length === 0
        ? undefined
        : {
            passed: present.flatMap(({ passed }) => passed),
            failed: present.flatMap(({ failed }) => failed),
            skipped: present.flatMap(({ skipped }) => skipped),
            unhandled: present.flatMap(({ unhandled }) => unhandled),
          },
    exitCode: bad ? bad.exitCode : 0,
    problems,
  };
}

export interface ExtensionSuite {
  age: HostAge;
  /** Time limit for the whole suite, in milliseconds. */
  limit: number;
  env?: Record<string, string | undefined>;
}

/** Runs the integration suite in the extension host of a real VS Code, together with a sandbox. */
export async function runExtensionSuite({ age, limit, env }: ExtensionSuite): Promise<SuiteOutcome> {
  markProcesses();
  const host = await chooseHost(age, 'tests');
  const sandbox = fs.existsSync(sandboxProgram) ? await startSandbox() : undefined;
  try {
    const tests = {
      module: path.join(out, 'test/integration/index.js'),
      env: { KEYLESS_TEST_SANDBOX: sandbox?.readyFile, ...env },
      limit,
    };
    return host.kind === 'desktop'
      ? await runInDesktop(host, tests)
      : await runInCodeServer(host.codeServer, tests);
  } finally {
    await sandbox?.stop();
    await endMarked(); // a sandbox that the extension started outlives its window
  }
}

/** An environment without the certificates and the `az` login of this machine's user. */
function cleanEnvironment(work: string): Record<string, string | undefined> {
  return {
    AZURE_CONFIG_DIR: path.join(work, 'azure'),
    NODE_EXTRA_CA_CERTS: undefined,
    SSL_CERT_FILE: undefined,
    NODE_OPTIONS: undefined,
  };
}

/** Resolves with 'lingers' when the results are ten seconds old, or with undefined when the time limit is reached. */
async function whenOverdue(file: string, limit: number, signal: AbortSignal): Promise<'lingers' | undefined> {
  const end = Date.now() + limit;
  return new Promise((resolve) => {
    const look = setInterval(() => {
      const written = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
      if (written && Date.now() - written > 10_000) resolve('lingers');
      else if (Date.now() > end) resolve(undefined);
    }, 250);
    signal.addEventListener('abort', () => {
      clearInterval(look);
    });
  });
}
