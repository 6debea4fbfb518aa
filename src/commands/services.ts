import type * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import type { Connection } from '../azure/core/connection';
import type { SiteFileSystem } from '../files/siteFileSystem';
import type { SiteUris } from '../files/siteUris';
import type { LogStreams } from '../logs/logStreams';
import type { AccessMaps } from '../map/accessMaps';
import type { Changes } from '../ui/changes';
import type { SecretClipboard } from '../ui/clipboard';
import type { ReadOnlyDocuments } from '../ui/documents';
import type { LongOperations } from './longOperations';
import type { Reports } from '../ui/reports';
import type { Milestones } from '../ui/milestones';
import type { Inventory } from '../inventory/targets';

/** What commands work with. Built once in activate() and handed to each. */
export interface Services {
  readonly accounts: Accounts;
  readonly inventory: Inventory;
  /**
   * Tells that a resource was written: its node is read again from the service itself (never from Resource Graph),
   * and so is the inventory's copy. `resourceId` is of a function app, a slot or a vault.
   */
  refresh(connection: Connection, resourceId: string): void;
  /** Selects the node of a resource in the tree. @throws UserError where it is not among what is shown */
  reveal(connection: Connection, resourceId: string): Promise<void>;
  readonly accessMaps: AccessMaps;
  /** Every change of Azure that succeeded is told to it: `changes.record(connection, change)`. */
  readonly changes: Changes;
  /** What takes its time runs in it: `operations.track(connection, operation, work)`. */
  readonly operations: LongOperations;
  /** The channel 'Keyless'. No secret value goes in. */
  readonly log: vscode.LogOutputChannel;
  readonly documents: ReadOnlyDocuments;
  readonly reports: Reports;
  readonly clipboard: SecretClipboard;
  readonly logStreams: LogStreams;
  readonly siteUris: SiteUris;
  /** The files of apps, beyond what VS Code's own `workspace.fs` tells of them. */
  readonly siteFiles: Pick<SiteFileSystem, 'look' | 'put'>;
  readonly milestones: Milestones;
  /** What is remembered between sessions; no secret value. */
  readonly memento: vscode.Memento;
  /** The extension's own package.json. */
  readonly packageJson: {
    readonly contributes: {
      readonly commands: readonly { readonly command: string; readonly title: ManifestText }[];
    };
  };
}

/** A title of package.json as VS Code hands it on (extensionNls.ts there): with the original where it was translated. */
export type ManifestText = string | { readonly value: string; readonly original: string };
