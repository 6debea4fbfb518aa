import fs from 'node:fs';
import path from 'node:path';
import type { CodeServer } from './codeServer';
import type { DesktopHost } from './hostChoice';
import { root } from '../paths';
import { endMarked, markProcesses, temporaryFolder } from '../processes';
import type { SuiteOutcome, SuiteResults } from '../results';
import { profileProblems } from './profileProblems';
import { writeSettings, type ServerOptions } from './server';
import { openWorkbench } from '../ui/workbench';

export interface ExtensionTests {
  /** The module in the checkout whose run() VS Code calls in its extension host. */
  module: string;
  /** Changes to this process's environment for the host. */
  env?: Record<string, string | undefined>;
  settings?: ServerOptions['settings'];
  /** Time limit for the whole suite, in milliseconds. */
  limit: number;
}

/** Runs the suite in the Node extension host of code-server. */
export async function runInCodeServer(host: CodeServer, tests: ExtensionTests): Promise<SuiteOutcome> {
  markProcesses();
  const results = temporaryFolder('results');
  const file = path.join(results.path, 'results.json');
  const ended = Promise.withResolvers<{ exitCode: number | undefined; problem?: string }>();
  const said: string[] = [];
  const workbench = await openWorkbench(host, {
    env: { ...tests.env, TEST_RESULTS_FILE: file },
    settings: tests.settings,
    // The debugger starts programs with secrets in their environment; a desktop VS Code has it, too.
    builtIns: ['theme-defaults', 'ms-vscode.js-debug'],
    extensionDevelopmentPath: root,
    extensionTestsPath: tests.module,
    prepare: async (page) => {
      // VS Code calls these two functions if the page has them.
      await page.exposeFunction('codeAutomationExit', (exitCode: number) => {
        ended.resolve({ exitCode });
      });
      await page.exposeFunction('codeAutomationLog', (_: string, args: unknown[]) => {
        const line = args.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ');
        said.push(line);
        if (/^ {2}[✓✗-] /.test(line) || process.env.KEYLESS_VERBOSE) console.log(line); // the workbench prints here too
      });
      page.on('crash', () => {
        ended.resolve({ exitCode: 1, problem: 'The page crashed.' });
      });
    },
  });
  const timer = setTimeout(() => {
    ended.resolve({ exitCode: undefined });
  }, tests.limit);
  void workbench.server.group.exited.then(() => {
    ended.resolve({ exitCode: 1, problem: `The VS Code server ended.\n${workbench.server.group.output()}` });
  });
  try {
    const { exitCode, problem } = await ended.promise;
    const problems = profileProblems(workbench.server.data);
    const suiteResults = readResults(file);
    if (!suiteResults) console.log(['The window and its extension host said:', ...said].join('\n'));
    return { results: suiteResults, exitCode, problems: problem ? [problem, ...problems] : problems };
  } finally {
    clearTimeout(timer);
    await workbench.close();
    results.remove();
  }
}

/** Runs the suite in a desktop VS Code with separate folders. */
export async function runInDesktop(
  { executable, virtualDisplay }: DesktopHost,
  tests: ExtensionTests,
): Promise<SuiteOutcome> {
  markProcesses();
  const work = temporaryFolder('desktop');
  const file = path.join(work.path, 'results.json');
  const data = path.join(work.path, 'data');
  const workspace = path.join(work.path, 'workspace');
  fs.mkdirSync(workspace);
  writeSettings(data, tests.settings);
  const { runTests, TestRunFailedError } = await import('@vscode/test-electron');
  const limit = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    limit.resolve(undefined);
  }, tests.limit);
  const run = runTests({
    vscodeExecutablePath: virtualDisplay ? 'xvfb-run' : executable,
    extensionDevelopmentPath: root,
    extensionTestsPath: tests.module,
    extensionTestsEnv: {
      AZURE_CONFIG_DIR: path.join(work.path, 'azure'),
      ...tests.env,
      TEST_RESULTS_FILE: file,
    },
    launchArgs: [
      ...(virtualDisplay ? ['--auto-servernum', executable] : []),
      ...desktopArguments(workspace, data, path.join(work.path, 'extensions')),
    ],
  }).catch((error: unknown) => {
    if (error instanceof TestRunFailedError) return error.code ?? 1;
    throw error;
  });
  try {
    const exitCode = await Promise.race([run, limit.promise]);
    if (exitCode === undefined) await endMarked();
    return { results: readResults(file), exitCode, problems: profileProblems(data) };
  } finally {
    clearTimeout(timer);
    work.remove();
  }
}

/** Opens a separate window that never uses the user's profile. */
export function desktopArguments(workspace: string, data: string, extensions: string): string[] {
  const isRoot = process.getuid?.() === 0;
  return [
    workspace,
    ...['--user-data-dir', data, '--extensions-dir', extensions, '--new-window'],
    ...[
      '--disable-workspace-trust',
      '--disable-telemetry',
      '--skip-welcome',
      '--skip-release-notes',
      '--disable-gpu',
    ],
    ...(isRoot ? ['--no-sandbox'] : []),
  ];
}

export function readResults(file: string): SuiteResults | undefined {
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as SuiteResults) : undefined;
}
