import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { Accounts } from './account/accounts';
import type { Session } from './account/session';
import { accountKey } from './account/session';
import { buildServices } from './buildServices';
import type { Services } from './commands/services';
import { runCommand, runShown } from './commands/command';
import { commandTable } from './commands/table';
import type { SiteFileSystem } from './files/siteFileSystem';
import { rememberedStreams } from './logs/rememberedStreams';
import { TreeDragAndDrop } from './tree/dragAndDrop';
import { registerMarks } from './tree/marks';
import type { Node } from './tree/nodes/nodes';
import { RememberedTree } from './tree/remembered';
import type { ResourceTree } from './tree/resourceTree';
import type { ViewState } from './tree/rootNodes';
import { appAndSecret, passedRows, selectionWords } from './tree/shortcuts';
import { plainLine } from './ui/text';
import type { WorkspaceSecrets } from './workspace/workspaceSecrets';

/** All parts of Keyless, wired together. */
export interface Product {
  readonly services: Services;
  readonly tree: ResourceTree;
  readonly dragAndDrop: TreeDragAndDrop;
  readonly files: SiteFileSystem;
  /**
   * Runs a contributed command, from a keybinding on the selected rows of the view, and shows any error.
   * @returns what the command gives its caller, which only `keyless.secretValue` does, or is canceled
   */
  run(command: string, args: readonly unknown[]): Promise<unknown>;
  /** Restarts the log streams that were running when this window was closed. */
  resumeLogStreams(): Promise<void>;
  /** Follows up on the long operations that were running when this window was closed. */
  resumeOperations(): Promise<void>;
  dispose(): void;
  /** Clears secret values from the clipboard and remembers running operations. */
  close(): Promise<void>;
}

/**
 * Wires the services ({@link buildServices}) to the window of VS Code that the extension runs in.
 * @param view the view that shows the tree
 */
export function buildProduct(
  context: vscode.ExtensionContext,
  view: vscode.TreeView<Node>,
  workspaceSecrets: () => Promise<WorkspaceSecrets>,
): Product {
  // Modules that don't use vscode get the same texts in the same language.
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const log = vscode.window.createOutputChannel('Keyless', { log: true });
  const packageJson = context.extension.packageJSON as Services['packageJson'] & { readonly version: string };
  const remembered = new RememberedTree(vscode.Uri.joinPath(context.globalStorageUri, 'trees').fsPath);
  const accounts = new Accounts({
    memento: context.globalState,
    secrets: context.secrets,
    extensionFolder: context.extensionUri.fsPath,
    storageFolder: context.globalStorageUri.fsPath,
    userAgent: `keyless/${packageJson.version}`,
    askForeignHost: async (host) => (await import('./ui/questions')).askForeignHost(host),
    forget: (account) => remembered.erase(account),
    // One line per request, shown if the channel's log level is debug.
    log: (line) => {
      log.debug(line);
    },
  });
  const built = buildServices({
    ...{ accounts, remembered, log, packageJson, view, workspaceSecrets },
    extensionUri: context.extensionUri,
    globalState: context.globalState,
    workspaceState: context.workspaceState,
    mayUseHostKey: async (target) => (await import('./ui/questions')).askHostKey(target),
    onState: (state) => {
      void showState(view, accounts, state);
    },
  });
  const { services, tree, files, fileUri } = built;
  const commands = commandTable(tree, built.filter);
  const selected = view.onDidChangeSelection(({ selection }) => {
    void setContext('keyless.selection', selectionWords(selection));
    void setContext('keyless.appAndSecretSelected', appAndSecret(selection));
  });
  const disposables = [log, accounts, built, registerMarks(), selected];
  if (context.extensionMode === vscode.ExtensionMode.Test) disposables.push(...registerTestSignIn(accounts));
  return {
    services,
    tree,
    dragAndDrop: new TreeDragAndDrop({
      letRead: async (target, app) => {
        await runCommand(services, commands, 'keyless.letAppReadSecret', [target, [app, target]]);
      },
      dropFiles: (folder, dropped) =>
        runShown(services, vscode.l10n.t('Drop Files'), async () =>
          (await import('./commands/files/dropFiles')).dropFiles(services, folder, dropped),
        ),
      fileUri,
    }),
    files,
    run: async (command, args) => {
      const passed = passedRows(args, view.selection);
      const result = passed && (await runCommand(services, commands, command, passed));
      if (command !== 'keyless.secretValue') return undefined;
      // Without a value, VS Code would start the process with an empty one.
      if (result === undefined) throw new vscode.CancellationError();
      return result;
    },
    resumeLogStreams: async () => {
      const streams = rememberedStreams(context.workspaceState);
      await (await import('./commands/logs/resumeLogStreams')).resumeLogStreams(services, streams);
    },
    resumeOperations: async () => (await import('./commands/resumeOperations')).resumeOperations(services),
    close: () => {
      services.operations.close();
      return services.clipboard.clear();
    },
    dispose() {
      for (const disposable of disposables) disposable.dispose();
    },
  };
}

/**
 * Updates the account above the tree and the context keys that decide which welcome text and buttons are shown. The account is
 * the view's message, because VS Code doesn't show the description of a view that is alone in its container. It hides the
 * welcome text of a view with a message.
 */
async function showState(
  view: vscode.TreeView<unknown>,
  accounts: Accounts,
  state: ViewState,
): Promise<void> {
  const session = await accounts.session().catch(() => undefined);
  const isTree = session !== undefined && (state === 'loading' || state === 'ready');
  view.message = isTree ? plainLine(await accountAndTenant(session, accounts, state)) : undefined;
  const contexts = {
    'keyless.state': state,
    'keyless.signedIn': session !== undefined,
    'keyless.sandboxRunning': session?.account.kind === 'sandbox',
  };
  for (const [key, value] of Object.entries(contexts)) {
    await setContext(key, value);
  }
}

async function setContext(key: string, value: unknown): Promise<void> {
  await vscode.commands.executeCommand('setContext', key, value);
}

/** The tenants are known once the tree has been read. Where there are several, each subscription names its own. */
async function accountAndTenant({ account }: Session, accounts: Accounts, state: ViewState): Promise<string> {
  if (state === 'loading') return account.label;
  const [only, ...others] = await accounts.tenants().catch(() => []);
  return only?.tenant.displayName && others.length === 0
    ? `${account.label}, ${only.tenant.displayName}`
    : account.label;
}

/**
 * Tests can't fill in a page in a browser, so they sign in with the client-credentials app of the sandbox that
 * KEYLESS_TEST_SANDBOX names (a ready file). Only registered in the extension host of a test run.
 */
function registerTestSignIn(accounts: Accounts): vscode.Disposable[] {
  const readyFile = process.env['KEYLESS_TEST_SANDBOX'];
  if (!readyFile) return [];
  const signIn = async () => {
    const { signInForTests } = await import('./account/testSession');
    return accountKey((await accounts.signIn(() => signInForTests(readyFile))).account);
  };
  return [vscode.commands.registerCommand('keyless.test.signIn', signIn)];
}
