// npm start: starts a real VS Code with Keyless in separate folders. Ctrl+C ends everything.
import fs from 'node:fs';
import path from 'node:path';
import type { CodeServer } from '../host/codeServer';
import { desktopArguments } from '../host/extensionTests';
import { chooseHost } from '../host/hostChoice';
import { root } from '../paths';
import { endMarked, endWithSignalsAndParent, markProcesses, startGroup, temporaryFolder } from '../processes';
import { say, withProgress } from '../say';
import { installExtension, startServer, writeSettings, type Server } from '../host/server';
import { ensureSystemPackages, findProgram } from '../host/systemPackages';
import { packageExtension } from '../host/vsix';
import { runTask } from '../runTask';

async function main(): Promise<void> {
  endWithSignalsAndParent();
  markProcesses();
  const host = await chooseHost('latest', 'start');
  if (host.kind === 'desktop') await runDesktop(host.executable);
  else await runInBrowser(host.codeServer);
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

async function runInBrowser(host: CodeServer): Promise<void> {
  const work = temporaryFolder('start');
  const extensions = path.join(work.path, 'extensions');
  const vsix = await withProgress('Packing Keyless', () => packageExtension({ production: false }));
  await withProgress('Installing it', () => installExtension(host, vsix, extensions));
  const server = await startServer(host, { extensions, builtIns: 'all' });
  try {
    await untilClosed(server, work.path);
  } finally {
    await server.stop();
    await endMarked();
    work.remove();
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
