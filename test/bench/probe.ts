import fs from 'node:fs';
import path from 'node:path';
import type { CodeServer } from '../support/host/codeServer';
import { out } from '../support/paths';
import { temporaryFolder } from '../support/processes';
import { openWorkbench } from '../support/ui/workbench';

export interface ProbeOptions {
  /** The compiled module in test/bench/probes whose run() VS Code calls in its extension host. */
  module: string;
  /** The folder with installed extensions. */
  extensions: string;
  env?: Record<string, string>;
  /** In milliseconds. */
  limit: number;
  /** Runs while the probe runs. Gets VS Code's user data folder. */
  during?: (data: string) => Promise<void>;
}

/**
 * Runs a probe in the extension host of a real window with installed extensions.
 * @returns the JSON that the probe wrote to the file that PROBE_RESULT names
 */
export async function runProbe(host: CodeServer, options: ProbeOptions): Promise<unknown> {
  const work = temporaryFolder('probe');
  const result = path.join(work.path, 'result.json');
  const ended = Promise.withResolvers<number | undefined>();
  const probe = probeExtension(work.path);
  const timer = setTimeout(() => {
    ended.resolve(undefined);
  }, options.limit);
  const said: string[] = [];
  const workbench = await openWorkbench(host, {
    extensions: options.extensions,
    extensionDevelopmentPath: probe,
    extensionTestsPath: path.join(out, 'test/bench/probes', `${options.module}.js`),
    env: { ...options.env, PROBE_RESULT: result },
    prepare: async (page) => {
      await page.exposeFunction('codeAutomationExit', ended.resolve);
      await page.exposeFunction('codeAutomationLog', (_: string, args: unknown[]) =>
        said.push(args.join(' ')),
      );
    },
  });
  try {
    await options.during?.(workbench.server.data);
    const code = await ended.promise;
    if (code !== 0)
      throw new Error(
        `The probe ${options.module} ended with ${code ?? 'no result in time'}\n${said.join('\n')}`,
      );
    return JSON.parse(fs.readFileSync(result, 'utf8'));
  } finally {
    clearTimeout(timer);
    await workbench.close();
    work.remove();
  }
}

/** A probe calls this when it's done. */
export function report(result: unknown): void {
  const file = process.env.PROBE_RESULT;
  if (!file) throw new Error('PROBE_RESULT must name the file for the result.');
  fs.writeFileSync(file, JSON.stringify(result));
}

/** VS Code runs tests only with an extension under development, so this writes an empty one. */
function probeExtension(work: string): string {
  return writeExtension(path.join(work, 'probe'), 'probe', undefined);
}

/** @param main the source of its main module, if it has one */
export function writeExtension(folder: string, name: string, main: string | undefined): string {
  fs.mkdirSync(folder, { recursive: true });
  const manifest = {
    name,
    publisher: 'keyless-bench',
    version: '0.0.1',
    engines: { vscode: '^1.105.0' },
    activationEvents: [],
    ...(main === undefined ? {} : { main: './main.js' }),
  };
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  if (main !== undefined) fs.writeFileSync(path.join(folder, 'main.js'), main);
  return folder;
}
