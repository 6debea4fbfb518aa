import type * as vscode from 'vscode';
import type { SiteFileTarget } from '../inventory/targets';

/** A file or folder of any file system of VS Code, or a file of which there is but its content. */
export type FileSource =
  { readonly uri: vscode.Uri } | { readonly name: string; read(): Thenable<Uint8Array> };

/** What was dropped on a folder of a site. */
export interface DroppedFiles {
  /** Files and folders of sites, dragged from the tree. */
  readonly own: readonly SiteFileTarget[];
  readonly others: readonly FileSource[];
}
