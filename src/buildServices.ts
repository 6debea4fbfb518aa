import * as vscode from 'vscode';
import type { Accounts } from './account/accounts';
import { accountKey } from './account/session';
import { SubscriptionFilter } from './account/subscriptionFilter';
import type { Connection } from './azure/core/connection';
import { LongOperations } from './commands/longOperations';
import type { Services } from './commands/services';
import { SiteFileSystem } from './files/siteFileSystem';
import { SiteFinder } from './files/siteFinder';
import { pathInSite, SiteUris } from './files/siteUris';
import type { ReferenceRechecks } from './grants/referenceRechecks';
import { LiveInventory } from './inventory/inventory';
import type { SiteFileTarget } from './inventory/targets';
import type { LogStreamsOptions } from './logs/logStreams';
import type { KeysPages } from './keys/keysPages';
import { LogStreams } from './logs/logStreams';
import { RememberedStreams } from './logs/rememberedStreams';
import { AccessMaps } from './map/accessMaps';
import { Reports } from './reports/reports';
import type { Grouping } from './tree/nodes/groupNodes';
import type { Node } from './tree/nodes/nodes';
import type { RememberedTree } from './tree/remembered';
import type { ResourceTreeOptions } from './tree/resourceTree';
import { ResourceTree } from './tree/resourceTree';
import type { ViewState } from './tree/rootNodes';
import { streamingOf } from './tree/streaming';
import { Changes } from './ui/changes';
import { SecretClipboard } from './ui/clipboard';
import { ReadOnlyDocuments } from './ui/documents';
import { warn } from './ui/messages';
import { Milestones } from './ui/milestones';
import { plainLine } from './ui/text';

/** What differs between a window and the integration tests. */
export interface ServicesOptions
  extends
    Pick<Services, 'log' | 'packageJson' | 'workspaceSecrets'>,
    Pick<LogStreamsOptions, 'mayUseHostKey' | 'silentAfter'> {
  readonly accounts: Accounts;
  readonly remembered: RememberedTree;
  readonly extensionUri: vscode.Uri;
  readonly globalState: vscode.Memento;
  readonly workspaceState: vscode.Memento;
  /** The view that shows the tree. */
  readonly view: ResourceTreeOptions['view'] & Pick<vscode.TreeView<Node>, 'reveal'>;
  readonly onState: (state: ViewState) => void;
}

export interface BuiltServices {
  readonly services: Services;
  readonly inventory: LiveInventory;
  readonly tree: ResourceTree;
  readonly files: SiteFileSystem;
  readonly filter: SubscriptionFilter;
  /** The URI under which VS Code opens an app's file. */
  readonly fileUri: (target: SiteFileTarget) => vscode.Uri;
  readonly dispose: () => void;
}

/**
 * The only place where the services are built and passed to each other. Code that talks to Azure is loaded on first use,
 * so nothing imported here may import @azure packages, not even indirectly.
 */
export function buildServices(options: ServicesOptions): BuiltServices {
  const { accounts, log, globalState, workspaceState, extensionUri, packageJson } = options;
  const { mayUseHostKey, silentAfter, remembered, view, onState, workspaceSecrets } = options;
  const filter = new SubscriptionFilter(globalState);
  const inventory = new LiveInventory(async () => filter.apply(await accounts.tenants()));
  const logStreams = new LogStreams({
    mayUseHostKey,
    ...(silentAfter === undefined ? {} : { silentAfter }),
    remembered: new RememberedStreams(workspaceState),
    onSilence: async (target, silence, signal) =>
      (await import('./commands/logs/logSilence')).explainSilence(target, silence, signal),
    onReadFailure: (target, failure) => {
      void import('./commands/access/explainReadFailure').then(({ offerExplanation }) =>
        offerExplanation(services, target, failure),
      );
    },
  });
  const siteUris = new SiteUris(globalState);
  const fileUri = ({ connection, app, path, readOnly }: SiteFileTarget) =>
    siteUris.uriOf({ connection, app }, path, readOnly);
  const tree = new ResourceTree({
    ...{ accounts, inventory, remembered, view, fileUri, onState, groupBy },
    media: vscode.Uri.joinPath(extensionUri, 'media'),
    streaming: (node) => streamingOf(logStreams.get(node)),
    log: (line) => {
      log.warn(line);
    },
  });
  const milestones = new Milestones(globalState);
  const noteSignIn = () => {
    if (accounts.remembered) milestones.reach('signedIn');
  };
  noteSignIn();
  let rechecks: Promise<ReferenceRechecks> | undefined;
  const changes = new Changes(log, (connection, change, app) => {
    milestones.changed(change);
    rechecks ??= loadRechecks();
    rechecks
      .then((loaded) => loaded.changed(connection, change, app))
      .catch((error: unknown) => {
        log.warn(plainLine(`Couldn't check references again: ${String(error)}`, 1000));
      });
  });
  const loadRechecks = async () =>
    new (await import('./grants/referenceRechecks')).ReferenceRechecks({
      broken: () => tree.brokenReferences(),
      knownApps: async (connection) => (await inventory.known(connection)).apps ?? [],
      restarts: ({ id }) => {
        logStreams.expectRestart(id);
      },
      checked: ({ connection, app }) => {
        reread(connection, app.id).then(() => {
          services.reports.recheck(app.id);
        }, refreshFailed);
      },
      log: (line) => {
        log.warn(plainLine(line, 1000));
      },
    });
  const siteFinder = new SiteFinder(accounts, siteUris);
  const files = new SiteFileSystem((authority) => siteFinder.find(authority), changes);
  const reveal = async (connection: Connection, resourceId: string, focus: boolean) =>
    (await import('./tree/reveal')).revealOrExplain(tree, view, connection, resourceId, focus);
  const accessMaps = new AccessMaps({
    ...{ extensionUri, inventory, log, reveal },
    fix: async (fix, appId, aboutId) =>
      (await import('./commands/access/fixes/fixOnMap')).fixOnMap(services, fix, appId, aboutId),
    refresh: () => {
      tree.refreshAll();
    },
  });
  let keysPages: Promise<KeysPages> | undefined;
  const loadKeysPages = async () => {
    const { KeysPages } = await import('./keys/keysPages');
    const { keyCountOf } = await import('./tree/keyCountWords');
    return new KeysPages({
      ...{ extensionUri, inventory, log },
      reveal: (connection, id) => reveal(connection, id, true),
      counted: (connection, appId, found) => {
        const count = found && keyCountOf(found.keys.length, found.unread.length === 0);
        tree.keysCounted(connection, appId, count);
      },
    });
  };
  const keysChanged = (resourceId?: string) => {
    void keysPages?.then((pages) => {
      pages.changed(resourceId);
    });
  };
  const reread = async (connection: Connection, resourceId: string) => {
    await tree.refreshResource(connection, resourceId);
    accessMaps.changed(resourceId);
  };
  const refreshFailed = (error: unknown) => {
    log.warn(`Couldn't refresh the tree: ${error instanceof Error ? error.message : String(error)}`);
  };
  const services: Services = {
    ...{ accounts, inventory, changes, milestones, log, logStreams, siteUris, accessMaps, packageJson },
    workspaceSecrets,
    siteFiles: files,
    keysPages: () => (keysPages ??= loadKeysPages()),
    operations: new LongOperations(workspaceState),
    clipboard: new SecretClipboard(),
    documents: new ReadOnlyDocuments(),
    reports: new Reports({
      ...{ extensionUri, log },
      restored: async (saved) =>
        (await import('./commands/reports/restoreReport')).restoreReport(services, saved),
    }),
    memento: globalState,
    refresh: (connection, resourceId, select) => {
      // A vault that was opened by URL has no resource ID, so it can't be refreshed.
      if (!/^\/subscriptions\//i.test(resourceId)) return;
      const update = async () => {
        await reread(connection, resourceId);
        services.reports.changed(resourceId);
        keysChanged(resourceId);
        if (select === undefined) return;
        const { selectWritten } = await import('./tree/reveal');
        await selectWritten(tree, view, connection, select);
      };
      update().catch(refreshFailed);
    },
    reveal: (connection, resourceId) => reveal(connection, resourceId, true),
  };
  const disposables = [
    ...[logStreams, tree, accessMaps, services.documents, services.reports, siteFinder, files],
    accounts.onDidChange(() => {
      noteSignIn();
      tree.reset();
      services.reports.changed();
      keysChanged();
    }),
    vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
      // The page of walkthroughs is one of those that extensions don't learn the kind of.
      if (opened.some(({ input }) => input === undefined)) void milestones.show();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('keyless.view.groupBy')) tree.regroup();
    }),
    accounts.onDidEndSandbox((account) => {
      for (const { target } of logStreams.list)
        if (target.connection.accountId === accountKey(account)) void logStreams.stop(target);
      warn(vscode.l10n.t('The sandbox has ended. Everything in it is lost.'), {
        title: vscode.l10n.t('Start Sandbox'),
        command: 'keyless.startSandbox',
      });
    }),
    tree.onDidClear(() => {
      accessMaps.changed();
    }),
    files.onDidChangeFile((events) => {
      for (const { uri } of events) {
        const site = siteUris.find(uri.authority);
        if (site) tree.folderChanged(site, site.resourceId, pathInSite(vscode.Uri.joinPath(uri, '..')));
      }
    }),
    logStreams.onDidChange(({ target }) => {
      tree.streamChanged(target.connection, 'fn' in target ? target.fn.id : target.app.id);
    }),
  ];
  return {
    ...{ services, inventory, tree, files, filter, fileUri },
    dispose: () => {
      for (const part of [rechecks, keysPages])
        void part?.then((loaded) => {
          loaded.dispose();
        });
      for (const disposable of disposables) disposable.dispose();
    },
  };
}

/** Anything but the other choice means the default, since a person can write anything to the settings. */
function groupBy(): Grouping {
  return vscode.workspace.getConfiguration('keyless').get('view.groupBy') === 'resourceGroup'
    ? 'resourceGroup'
    : 'type';
}
