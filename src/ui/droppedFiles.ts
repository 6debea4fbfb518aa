import type * as vscode from 'vscode';
import type { SiteFileTarget } from '../inventory/targets';

/** A file or folder in any VS Code file system, or an in-memory file. */
export type FileSource =
  { readonly uri: vscode.Uri } | { readonly name: string; read(): Thenable<Uint8Array> };

/** Files and folders that were dropped on a folder of a site. */
export interface DroppedFiles {
  /** Site files and folders that were dragged from the tree. */
  readonly own: readonly SiteFileTarget[];
  readonly others: readonly FileSource[];
}
