import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { Accounts } from './account/accounts';
import { accountKey } from './account/session';
import { SubscriptionFilter } from './account/subscriptionFilter';
import type { Connection } from './azure/core/connection';
import type { Services } from './commands/services';
import { runCommand, runShown } from './commands/command';
import { commandTable } from './commands/table';
import { SiteFileSystem } from './files/siteFileSystem';
import { SiteFinder } from './files/siteFinder';
import { SiteUris } from './files/siteUris';
import { LogStreams } from './logs/logStreams';
import { rememberedStreams, RememberedStreams } from './logs/rememberedStreams';
import { AccessMaps } from './map/accessMaps';
import { LiveInventory } from './inventory/inventory';
import { TreeDragAndDrop } from './tree/dragAndDrop';
import { registerRememberedDecorations } from './tree/items';
import type { Node } from './tree/nodes/nodes';
import { RememberedTree } from './tree/remembered';
import type { ViewState } from './tree/resourceTree';
import { ResourceTree } from './tree/resourceTree';
import { streamingOf } from './tree/streaming';
import { Changes } from './ui/changes';
import { SecretClipboard } from './ui/clipboard';
import { ReadOnlyDocuments } from './ui/documents';
import { LongOperations } from './commands/longOperations';
import { Reports } from './ui/reports';
import { Milestones } from './ui/milestones';
import type { SiteFileTarget } from './inventory/targets';
import { plainLine } from './ui/text';

/** All parts of Keyless, wired together. */
export interface Product {
  readonly services: Services;
  readonly tree: ResourceTree;
  readonly dragAndDrop: TreeDragAndDrop;
  readonly files: SiteFileSystem;
  /** Runs a contributed command and shows any error. */
  run(command: string, args: readonly unknown[]): Promise<void>;
  /** Restarts the log streams that were running when this window was closed. */
  resumeLogStreams(): Promise<void>;
  /** Follows up on the long operations that were running when this window was closed. */
  resumeOperations(): Promise<void>;
  dispose(): void;
  /** Clears secret values from the clipboard and remembers running operations. */
  close(): Promise<void>;
}

/**
 * The only place where the parts are built and passed to each other. Code that talks to Azure is loaded on first use, so
 * nothing imported here may import @azure packages, not even indirectly.
 * @param view the view that shows the tree
 */
export function buildProduct(context: vscode.ExtensionContext, view: vscode.TreeView<Node>): Product {
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
  const filter = new SubscriptionFilter(context.globalState);
  const inventory = new LiveInventory(async () => filter.apply(await accounts.tenants()));
  const logStreams = new LogStreams({
    mayUseHostKey: async (target) => (await import('./ui/questions')).askHostKey(target),
    remembered: new RememberedStreams(context.workspaceState),
    onSilence: async (target, silence, signal) =>
      (await import('./commands/logs/logSilence')).explainSilence(target, silence, signal),
    onRefusal: (target, refusal) => {
      void import('./commands/rights/explainRefusal').then(({ explainRefusal }) =>
        explainRefusal(services, target, refusal),
      );
    },
  });
  const siteUris = new SiteUris(context.globalState);
  const fileUri = ({ connection, app, path, readOnly }: SiteFileTarget) =>
    siteUris.uriOf({ connection, app }, path, readOnly);
  const tree = new ResourceTree({
    accounts,
    inventory,
    remembered,
    view,
    media: vscode.Uri.joinPath(context.extensionUri, 'media'),
    fileUri,
    streaming: (node) => streamingOf(logStreams.get(node)),
    onState: (state) => {
      void showState(view, accounts, state);
    },
    log: (line) => {
      log.warn(line);
    },
  });
  const clipboard = new SecretClipboard();
  const milestones = new Milestones();
  const changes = new Changes(log, (change) => {
    milestones.changed(change);
  });
  const siteFinder = new SiteFinder(accounts, siteUris);
  const files = new SiteFileSystem((authority) => siteFinder.find(authority), changes);
  const reveal = async (connection: Connection, resourceId: string, focus: boolean) => {
    const { revealResource } = await import('./tree/reveal');
    if (await revealResource(tree, view, connection, resourceId, focus)) return;
    const { UserError } = await import('./ui/errors');
    throw new UserError(
      vscode.l10n.t("This resource isn't in the tree"),
      vscode.l10n.t(
        'It was deleted, or its subscription is filtered out. Refresh the view or select more subscriptions.',
      ),
      [{ title: vscode.l10n.t('Filter Subscriptions'), command: 'keyless.filterSubscriptions' }],
    );
  };
  const accessMaps = new AccessMaps({
    ...{ extensionUri: context.extensionUri, inventory, log, reveal },
    refresh: () => {
      tree.refreshAll();
    },
  });
  const operations = new LongOperations(context.workspaceState);
  const services: Services = {
    accounts,
    inventory,
    changes,
    milestones,
    operations,
    log,
    logStreams,
    clipboard,
    siteUris,
    siteFiles: files,
    refresh: (connection: Connection, resourceId: string) => {
      // A vault that was opened by URL has no resource ID, so it can't be refreshed.
      if (!/^\/subscriptions\//i.test(resourceId)) return;
      tree
        .refreshResource(connection, resourceId)
        .then(() => {
          accessMaps.changed(resourceId);
        })
        .catch((error: unknown) => {
          log.warn(`Couldn't refresh the tree: ${error instanceof Error ? error.message : String(error)}`);
        });
    },
    reveal: (connection, resourceId) => reveal(connection, resourceId, true),
    accessMaps,
    documents: new ReadOnlyDocuments(),
    reports: new Reports(),
    memento: context.globalState,
    packageJson,
  };
  const commands = commandTable(tree, filter);
  const disposables = [
    ...[log, accounts, logStreams, tree, accessMaps, services.documents, services.reports, siteFinder, files],
    registerRememberedDecorations(),
    accounts.onDidChange(() => {
      tree.reset();
    }),
    tree.onDidClear(() => {
      accessMaps.changed();
    }),
    files.onDidChangeFile((events) => {
      for (const { uri } of events) {
        const site = siteUris.find(uri.authority);
        if (site) tree.folderChanged(site, site.resourceId, uri.path.replace(/^\/|\/[^/]*$/g, ''));
      }
    }),
    logStreams.onDidChange(({ target }) => {
      tree.streamChanged(target.connection, 'fn' in target ? target.fn.id : target.app.id);
    }),
  ];
  if (context.extensionMode === vscode.ExtensionMode.Test) disposables.push(...registerTestSignIn(accounts));
  return {
    services,
    tree,
    dragAndDrop: new TreeDragAndDrop({
      letRead: (target, app) =>
        runCommand(services, commands, 'keyless.letAppReadSecret', [target, [app, target]]),
      dropFiles: (folder, dropped) =>
        runShown(services, vscode.l10n.t('Drop Files'), async () =>
          (await import('./commands/files/dropFiles')).dropFiles(services, folder, dropped),
        ),
      fileUri,
    }),
    files,
    run: (command, args) => runCommand(services, commands, command, args),
    resumeLogStreams: async () => {
      const streams = rememberedStreams(context.workspaceState);
      await (await import('./commands/logs/resumeLogStreams')).resumeLogStreams(services, streams);
    },
    resumeOperations: async () => (await import('./commands/resumeOperations')).resumeOperations(services),
    close: () => {
      operations.close();
      return clipboard.clear();
    },
    dispose() {
      for (const disposable of disposables) disposable.dispose();
    },
  };
}

/** Updates the view's description and the context keys that decide which welcome text and buttons are shown. */
async function showState(
  view: vscode.TreeView<unknown>,
  accounts: Accounts,
  state: ViewState,
): Promise<void> {
  const session = await accounts.session().catch(() => undefined);
  view.description = session ? plainLine(session.account.label) : '';
  const contexts = {
    'keyless.state': state,
    'keyless.signedIn': session !== undefined,
    'keyless.sandboxRunning': session?.account.kind === 'sandbox',
  };
  for (const [key, value] of Object.entries(contexts)) {
    await vscode.commands.executeCommand('setContext', key, value);
  }
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
