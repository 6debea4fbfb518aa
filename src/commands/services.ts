import type * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import type { Connection } from '../azure/core/connection';
import type { SiteFileSystem } from '../files/siteFileSystem';
import type { SiteUris } from '../files/siteUris';
import type { LogStreams } from '../logs/logStreams';
import type { KeysPages } from '../keys/keysPages';
import type { AccessMaps } from '../map/accessMaps';
import type { Changes } from '../ui/changes';
import type { SecretClipboard } from '../ui/clipboard';
import type { ReadOnlyDocuments } from '../ui/documents';
import type { LongOperations } from './longOperations';
import type { Reports } from '../reports/reports';
import type { Milestones } from '../ui/milestones';
import type { Inventory } from '../inventory/targets';
import type { WorkspaceSecrets } from '../workspace/workspaceSecrets';

/** The services that commands work with. They are built once, and each command names those it uses. */
export interface Services {
  readonly accounts: Accounts;
  readonly inventory: Inventory;
  /**
   * Call it after a resource was written. Reads its node and the inventory's copy again from the service itself, since
   * Resource Graph lags behind. `resourceId` is the ID of a function app, a slot, a vault, a user-assigned identity, a
   * role assignment, or a resource group.
   * @param select what to select in the tree because it was created, recovered, moved, or renamed (tree/nodes/paths.ts)
   */
  refresh(connection: Connection, resourceId: string, select?: string): void;
  /** Selects the node of a resource in the tree. @throws UserError if the tree doesn't show it */
  reveal(connection: Connection, resourceId: string): Promise<void>;
  readonly accessMaps: AccessMaps;
  /** The pages with keys that apps still hold. Loads what shows them. */
  keysPages(): Promise<KeysPages>;
  /** Records every successful change to Azure: `changes.record(connection, change)`. */
  readonly changes: Changes;
  /** Runs and tracks long operations: `operations.track(connection, operation, work)`. */
  readonly operations: LongOperations;
  /** The output channel 'Keyless'. Never write a secret value to it. */
  readonly log: vscode.LogOutputChannel;
  readonly documents: ReadOnlyDocuments;
  readonly reports: Reports;
  readonly clipboard: SecretClipboard;
  readonly logStreams: LogStreams;
  readonly siteUris: SiteUris;
  /** Access to the files of apps that goes beyond VS Code's own `workspace.fs`. */
  readonly siteFiles: Pick<SiteFileSystem, 'look' | 'put'>;
  readonly milestones: Milestones;
  /** Secrets in the files of this window. Loads what finds them. */
  readonly workspaceSecrets: () => Promise<WorkspaceSecrets>;
  /** What is remembered between sessions. Never put a secret value in it. */
  readonly memento: vscode.Memento;
  /** The extension's own package.json. */
  readonly packageJson: {
    readonly contributes: {
      readonly commands: readonly { readonly command: string; readonly title: ManifestText }[];
      readonly menus: { readonly 'view/title': readonly { readonly command: string }[] };
    };
  };
}

/** A title from package.json as VS Code passes it on (its extensionNls.ts): with the original text if it was translated. */
type ManifestText = string | { readonly value: string; readonly original: string };
