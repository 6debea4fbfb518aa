import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { ensureCodeServer, type HostAge } from '../host/codeServer';
import { logFiles } from '../host/hostLogs';
import { profileProblems, secretsIn } from '../host/profileProblems';
import { out } from '../paths';
import { addPseudoLanguage, pseudoLanguage } from '../texts/pseudoLanguage';
import { endMarked, markProcesses, temporaryFolder } from '../processes';
import { installExtension } from '../host/server';
import { Ui } from './ui';
import { packageExtension } from '../host/vsix';
import {
  openWorkbench,
  startChromium,
  type RunningChromium,
  type Workbench,
  type WorkbenchOptions,
} from './workbench';

export interface WindowOptions extends WorkbenchOptions {
  host?: HostAge;
  /**
   * For a walk with the keyboard only, beside which nothing is clicked. It keeps the notifications of the previous test;
   * any other test starts without them.
   */
  keysOnly?: boolean;
}

export interface TestWindow {
  readonly ui: Ui;
  readonly workbench: Workbench;
}

/**
 * For a suite of walks: opens a window of the web workbench with the packaged extension on a separate server before the
 * first test, and closes it after the last. A failed test leaves a picture, a Playwright trace and VS Code's logs in
 * out/e2e/.
 */
export function useWindow(options: WindowOptions = {}): TestWindow {
  let workbench: Workbench | undefined;
  let ui: Ui | undefined;

  before('open the window', async function () {
    this.timeout(10 * 60_000); // the first one may install the host
    const chromium = await sharedChromium(); // not marked because it outlives this window
    markProcesses();
    const host = await ensureCodeServer(options.host ?? 'latest');
    const extensions = await installedExtension(options.host ?? 'latest', options.language);
    workbench = await openWorkbench(host, { extensions, chromium, theme: pictureTheme, ...options });
    // Taking pictures and snapshots of the page along the way slows a walk down.
    const detailed = process.env.KEYLESS_TRACE === '1';
    await workbench.context.tracing.start({ screenshots: detailed, snapshots: detailed });
    ui = new Ui(workbench.page, evidence, options);
    await workbench.context.tracing.startChunk();
  });

  beforeEach('clear the notifications of the previous test', async () => {
    if (!options.keysOnly) await ui?.clearNotifications();
  });

  afterEach('keep evidence of a failure', async function () {
    if (!workbench || !this.currentTest) return;
    const { tracing } = workbench.context;
    if (this.currentTest.isFailed())
      await keepEvidence(workbench, path.join(evidence, slug(this.currentTest.fullTitle())));
    else await tracing.stopChunk();
    await tracing.startChunk();
  });

  after('close the window', async function () {
    this.timeout(60_000);
    const problems = workbench
      ? [...profileProblems(workbench.server.data), ...(await storageProblems(workbench))]
      : [];
    await workbench?.close();
    workbench = undefined;
    ui = undefined;
    await endMarked();
    assert.deepEqual(problems, [], 'errors in the log of the extension host, or secrets on disk');
  });

  return {
    get ui() {
      return opened(ui);
    },
    get workbench() {
      return opened(workbench);
    },
  };
}

let shared: RunningChromium | undefined;

/** One browser for all windows of this process. Each window has separate cookies, storage and cache. */
async function sharedChromium() {
  if (!shared?.browser.isConnected()) {
    await shared?.close();
    shared = await startChromium();
  }
  return shared.browser;
}

after('close the browser of all windows', async () => {
  await shared?.close();
});

const evidence = path.join(out, 'e2e');

/** `npm run screenshots` runs the walks in each theme. */
const pictureTheme =
  ({ light: 'light', hc: 'highContrast' } as const)[process.env.KEYLESS_THEME ?? ''] ?? 'dark';

const installed = new Map<string, Promise<string>>();

/** A folder with the packaged extension, shared by all windows of this process. */
async function installedExtension(age: HostAge, language = 'en'): Promise<string> {
  const key = `${age} ${language}`;
  let folder = installed.get(key);
  if (!folder) installed.set(key, (folder = install(age, language)));
  return folder;
}

async function install(age: HostAge, language: string): Promise<string> {
  const vsix = process.env.KEYLESS_VSIX ?? (await packageExtension());
  const folder = temporaryFolder('extensions').path;
  await installExtension(await ensureCodeServer(age), vsix, folder);
  if (language === pseudoLanguage)
    for (const name of fs.globSync('keyless.keyless-*', { cwd: folder }))
      addPseudoLanguage(path.join(folder, name));
  return folder;
}

/** In the web, VS Code keeps an extension's state in the browser. */
async function storageProblems({ context }: Workbench): Promise<string[]> {
  const stored = await context.storageState({ indexedDB: true });
  return secretsIn("the browser's storage", JSON.stringify(stored));
}

async function keepEvidence(workbench: Workbench, folder: string): Promise<void> {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(path.join(folder, 'logs'), { recursive: true });
  await workbench.page.screenshot({ path: path.join(folder, 'window.png') }).catch(() => undefined);
  await workbench.context.tracing.stopChunk({ path: path.join(folder, 'trace.zip') });
  fs.writeFileSync(path.join(folder, 'console.txt'), workbench.console.join('\n'));
  for (const file of logFiles(workbench.server.data))
    fs.copyFileSync(file, path.join(folder, 'logs', path.basename(file)));
}

function slug(title: string): string {
  return title.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 100);
}

function opened<T>(part: T | undefined): T {
  if (!part) throw new Error('The window is only open from before the first test until after the last.');
  return part;
}
