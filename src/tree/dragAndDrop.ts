import * as vscode from 'vscode';
import { warn } from '../ui/messages';
import type { SiteFileTarget } from '../inventory/targets';
import type { DroppedFiles, FileSource } from '../ui/droppedFiles';
import type { FilesNode, SiteFileNode } from './nodes/fileNodes';
import type { AppNode, Node } from './nodes/nodes';

/** VS Code's MIME type for items that are dragged within the view `keyless.resources`. */
export const treeMimeType = 'application/vnd.code.tree.keyless.resources';

const uriListMimeType = 'text/uri-list';

export interface DropActs {
  /** Lets an app read the vault or secret that it was dropped on, after asking the user. */
  letRead(target: Node, app: AppNode): Promise<void>;
  /** Copies or moves files to the folder of an app that they were dropped on. */
  dropFiles(folder: SiteFileTarget, dropped: DroppedFiles): Promise<void>;
  fileUri(node: SiteFileNode): vscode.Uri;
}

/** Lets users drag apps and files from the tree, and drop apps on vaults and secrets and files on an app's files. */
export class TreeDragAndDrop {
  constructor(private readonly acts: DropActs) {}

  handleDrag(nodes: readonly Node[], data: vscode.DataTransfer): void {
    const dragged = nodes.filter((node) => isApp(node) || isFile(node));
    if (dragged.length > 0) data.set(treeMimeType, new vscode.DataTransferItem(dragged));
    // Editors and other views identify files by URI.
    const uris = nodes.filter(isFile).map((node) => this.acts.fileUri(node).toString());
    if (uris.length > 0) data.set(uriListMimeType, new vscode.DataTransferItem(uris.join('\r\n')));
  }

  async handleDrop(target: Node | undefined, data: vscode.DataTransfer): Promise<void> {
    const value: unknown = data.get(treeMimeType)?.value;
    const dragged: unknown[] = Array.isArray(value) ? value : [];
    const apps = dragged.filter(isApp);
    const own = dragged.filter(isFile);
    if (apps.length > 0) await this.dropApps(target, apps);
    const others = dragged.length > 0 ? [] : await filesOf(data);
    if (own.length + others.length === 0) return;
    const folder = target && folderOf(target);
    if (folder) await this.acts.dropFiles(folder, { own, others });
    else warn(vscode.l10n.t("To upload files, drop them on an app's files or on a folder."));
  }

  private async dropApps(target: Node | undefined, apps: readonly AppNode[]): Promise<void> {
    if (!target || !isReadable(target)) {
      warn(vscode.l10n.t('To let an app read a secret, drop the app on a key vault or a secret.'));
      return;
    }
    for (const app of apps) await this.acts.letRead(target, app);
  }
}

/**
 * VS Code's Explorer and the desktop provide URIs. A browser, or a window on a different machine than the extension,
 * provides file contents instead, because its URIs can't be read here.
 */
async function filesOf(data: vscode.DataTransfer): Promise<readonly FileSource[]> {
  const list = (await data.get(uriListMimeType)?.asString()) ?? '';
  const uris = list.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const readable = (await Promise.all(uris.map(readableUri))).filter((uri) => uri !== undefined);
  if (readable.length > 0) return readable.map((uri) => ({ uri }));
  return [...data].flatMap(([, item]) => {
    const file = item.asFile();
    return file ? [{ name: file.name, read: () => file.data() }] : [];
  });
}

async function readableUri(text: string): Promise<vscode.Uri | undefined> {
  try {
    const uri = vscode.Uri.parse(text, true);
    await vscode.workspace.fs.stat(uri);
    return uri;
  } catch {
    return undefined;
  }
}

/** The folder to drop on. As in VS Code's Explorer, dropping on a file means dropping on its folder. */
function folderOf(node: Node): SiteFileTarget | undefined {
  switch (node.kind) {
    case 'files':
      return ofFiles(node);
    case 'folder':
      return node;
    case 'file':
      return { ...node, path: node.path.slice(0, node.path.lastIndexOf('/')) };
    default:
      return undefined;
  }
}

/** Whether the files can be changed is checked when they are. */
function ofFiles({ connection, app, path }: FilesNode): SiteFileTarget {
  return { connection, app, path, readOnly: false };
}

/** VS Code passes the original node objects only within this view. Other data with this MIME type isn't a node. */
function isApp(node: unknown): node is AppNode {
  return kindOf(node) === 'app' || kindOf(node) === 'slot';
}

function isFile(node: unknown): node is SiteFileNode {
  return kindOf(node) === 'file' || kindOf(node) === 'folder';
}

function kindOf(node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'kind' in node ? node.kind : undefined;
}

function isReadable({ kind }: Node): boolean {
  return (
    kind === 'vault' || kind === 'secrets' || kind === 'access' || kind === 'secret' || kind === 'version'
  );
}
