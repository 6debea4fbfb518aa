import * as vscode from 'vscode';
import { warn } from '../ui/messages';
import type { SiteFileTarget } from '../inventory/targets';
import type { DroppedFiles, FileSource } from '../ui/droppedFiles';
import type { FilesNode, SiteFileNode } from './nodes/fileNodes';
import type { AppNode, Node } from './nodes/nodes';

/** MIME type of what is dragged within the view `keyless.resources`, as VS Code names it. */
export const treeMimeType = 'application/vnd.code.tree.keyless.resources';

const uriListMimeType = 'text/uri-list';

export interface DropActs {
  /** An app dropped on a vault or a secret is to be let read it. Nothing is done without a question. */
  letRead(target: Node, app: AppNode): Promise<void>;
  /** Files dropped on a folder of an app's files are copied or moved there. */
  dropFiles(folder: SiteFileTarget, dropped: DroppedFiles): Promise<void>;
  fileUri(node: SiteFileNode): vscode.Uri;
}

/** Drags apps and files of the tree; takes apps on vaults and secrets, and files on files of an app. */
export class TreeDragAndDrop {
  constructor(private readonly acts: DropActs) {}

  handleDrag(nodes: readonly Node[], data: vscode.DataTransfer): void {
    const dragged = nodes.filter((node) => isApp(node) || isFile(node));
    if (dragged.length > 0) data.set(treeMimeType, new vscode.DataTransferItem(dragged));
    // For editors and other views, which know the files by their addresses.
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
    else warn(vscode.l10n.t("Drop files on an app's files or on a folder in them to upload them."));
  }

  private async dropApps(target: Node | undefined, apps: readonly AppNode[]): Promise<void> {
    if (!target || !isReadable(target)) {
      warn(vscode.l10n.t('Drop an app on a key vault or on a secret to let it read a secret.'));
      return;
    }
    for (const app of apps) await this.acts.letRead(target, app);
  }
}

/**
 * From VS Code's Explorer or the desktop come addresses; from a browser, and where the extension runs on another machine
 * than the window, files without one that could be read here.
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

/** As in VS Code's Explorer a file stands for the folder that it is in. */
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

/** Whether its files can be changed is found out when they are to be. */
function ofFiles({ connection, app, path }: FilesNode): SiteFileTarget {
  return { connection, app, path, readOnly: false };
}

/** Nodes come back as the objects they were only within this view: whatever else has its MIME type is none. */
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
