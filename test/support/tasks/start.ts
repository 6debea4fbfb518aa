// npm start [-- --smoke]: starts a real VS Code with Keyless in separate folders. Ctrl+C ends everything.
// --smoke opens a window, checks that it has the Keyless view, and exits.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { CodeServer } from '../host/codeServer';
import { desktopArguments } from '../host/extensionTests';
import { chooseHost } from '../host/hostChoice';
import { out, root } from '../paths';
import { endMarked, endWithSignalsAndParent, markProcesses, startGroup, temporaryFolder } from '../processes';
import { say, withProgress } from '../say';
import { installExtension, startServer, writeSettings, type Server } from '../host/server';
import { ensureSystemPackages, findProgram } from '../host/systemPackages';
import { Ui } from '../ui/ui';
import { packageExtension } from '../host/vsix';
import { launchChromium } from '../ui/workbench';
import { runTask } from '../runTask';

async function main(): Promise<void> {
  endWithSignalsAndParent();
  markProcesses();
  const { values } = parseArgs({ options: { smoke: { type: 'boolean', default: false } } });
  if (values.smoke) process.env.KEYLESS_HOST = 'code-server'; // a desktop window can't be inspected
  const host = await chooseHost('latest', 'start');
  if (host.kind === 'desktop') await runDesktop(host.executable);
  else await runInBrowser(host.codeServer, values.smoke);
}

/** Runs the extension from the checkout until the window is closed. */
async function runDesktop(executable: string): Promise<void> {
  const work = temporaryFolder('start');
  const data = path.join(work.path, 'data');
  const workspace = path.join(work.path, 'workspace');
  fs.mkdirSync(workspace);
  writeSettings(data);
  const window = startGroup(executable, [
    ...desktopArguments(workspace, data, path.join(work.path, 'extensions')),
    `--extensionDevelopmentPath=${root}`,
  ]);
  say('VS Code is starting. Ctrl-C ends it.');
  await window.exited;
  await endMarked();
  work.remove();
}

async function runInBrowser(host: CodeServer, smoke: boolean): Promise<void> {
  const work = temporaryFolder('start');
  const extensions = path.join(work.path, 'extensions');
  const vsix = await withProgress('Packing Keyless', () => packageExtension({ production: false }));
  await withProgress('Installing it', () => installExtension(host, vsix, extensions));
  const server = await startServer(host, { extensions, builtIns: 'all' });
  try {
    if (smoke) await lookIntoWindow(server, work.path);
    else await untilClosed(server, work.path);
  } finally {
    await server.stop();
    await endMarked();
    work.remove();
  }
}

async function lookIntoWindow(server: Server, work: string): Promise<void> {
  const browser = await launchChromium(path.join(work, 'browser'));
  try {
    const page = await browser.newPage();
    await page.goto(addressOf(server));
    const ui = new Ui(page, path.join(out, 'start'));
    await ui.openView('Keyless');
    await ui.welcome().waitFor();
    console.log('The workbench came up with the Keyless view.');
  } finally {
    await browser.close();
  }
}

async function untilClosed(server: Server, work: string): Promise<void> {
  const address = addressOf(server);
  console.log(`\nVS Code with Keyless: ${address}\n\nCtrl-C ends it.`);
  if (process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY) {
    await ensureSystemPackages(['chromium']);
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const profile = path.join(work, 'browser');
    startGroup(findProgram('chromium') ?? '', [
      `--app=${address}`,
      `--user-data-dir=${profile}`,
      '--no-first-run',
      ...asRoot,
    ]);
  }
  const code = await server.group.exited;
  throw new Error(`The VS Code server ended with ${code}\n${server.group.output()}`);
}

/** The URL of the window, with the server's connection token. */
function addressOf(server: Server): string {
  return server.url({ folder: server.workspace, payload: JSON.stringify([['skipWelcome', 'true']]) });
}

void runTask(main);
