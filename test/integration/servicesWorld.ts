import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Accounts } from '../../src/account/accounts';
import type { SecretStore } from '../../src/account/session';
import { signInForTests } from '../../src/account/testSession';
import type { BuiltServices, ServicesOptions } from '../../src/buildServices';
import { buildServices } from '../../src/buildServices';
import type { Services } from '../../src/commands/services';
import type { Internals } from '../../src/extension';
import type { Node } from '../../src/tree/nodes/nodes';
import { RememberedTree } from '../../src/tree/remembered';
import { temporaryFolder } from '../support/processes';
import type { RunningSandbox } from '../support/sandbox';

/** The services of a window that is signed in to a sandbox, wired as in the extension itself. */
export interface ServicesWorld extends BuiltServices {
  /** Builds the services of another window with the same account. */
  openWindow(): BuiltServices;
}

/** Opens a world that is signed in as the sandbox's client-credentials app. Its state lasts as long as the world. */
export async function openServicesWorld(
  sandbox: RunningSandbox,
  log: vscode.LogOutputChannel,
  view: ServicesOptions['view'] = hiddenView,
): Promise<ServicesWorld> {
  const extension = vscode.extensions.getExtension('keyless.keyless') ?? assert.fail();
  // VS Code asks the last registered provider first, so the extension's own must come before this world's.
  const { services } = (await extension.activate()) as Internals;
  const memento = memoryMemento();
  const storage = temporaryFolder('services-world');
  const remembered = new RememberedTree(storage.path);
  const accounts = new Accounts({
    memento,
    secrets: noSecrets,
    extensionFolder: extension.extensionPath,
    storageFolder: storage.path,
    userAgent: 'keyless/test',
    askForeignHost: () => Promise.resolve(false),
    forget: (account) => remembered.erase(account),
    log: () => undefined,
  });
  await accounts.signIn(() => signInForTests(sandbox.readyFile));
  const openWindow = () =>
    buildServices({
      ...{ accounts, remembered, log, workspaceSecrets: services.workspaceSecrets },
      extensionUri: extension.extensionUri,
      packageJson: extension.packageJSON as Services['packageJson'],
      globalState: memento,
      workspaceState: memento,
      view,
      onState: () => undefined,
      mayUseHostKey: () => Promise.resolve(false),
      silentAfter: 3000,
    });
  const built = openWindow();
  return {
    ...built,
    openWindow,
    dispose() {
      built.dispose();
      accounts.dispose();
      storage.remove();
    },
  };
}

/** Nobody expands or collapses a row. */
const noRows = new vscode.EventEmitter<vscode.TreeViewExpansionEvent<Node>>();

export const hiddenView: ServicesOptions['view'] = {
  visible: false,
  onDidExpandElement: noRows.event,
  onDidCollapseElement: noRows.event,
  reveal: () => Promise.reject(new Error('The tree of this world is not shown')),
};

/** A test session stores nothing. */
const noSecrets: SecretStore = {
  get: () => Promise.reject(new Error('No secret was stored')),
  store: () => Promise.reject(new Error('A test session stores no secrets')),
  delete: () => Promise.reject(new Error('No secret was stored')),
};

/** State that lasts as long as the world. */
function memoryMemento(): vscode.Memento {
  const kept = new Map<string, unknown>();
  return {
    keys: () => [...kept.keys()],
    get: (key: string, otherwise?: unknown) => kept.get(key) ?? otherwise,
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  } as vscode.Memento;
}

/** A log that adds its lines to `lines`. */
export function recordingLog(lines: string[]): vscode.LogOutputChannel {
  const record = (...args: unknown[]) => void lines.push(args.join(' '));
  return {
    error: record,
    warn: record,
    info: record,
    debug: record,
    trace: record,
    show: () => undefined,
  } as unknown as vscode.LogOutputChannel;
}
