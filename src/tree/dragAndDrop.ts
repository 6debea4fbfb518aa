import * as vscode from 'vscode';
import { warn } from '../ui/messages';
import type { AppNode, Node } from './nodes';

/** MIME type of what is dragged within the view `keyless.resources`, as VS Code names it. */
export const treeMimeType = 'application/vnd.code.tree.keyless.resources';

/** An app dropped on a vault or a secret is to be let read it. */
export class TreeDragAndDrop {
  /** @param letRead the command's own steps: nothing is done without a question */
  constructor(private readonly letRead: (target: Node, app: AppNode) => Promise<void>) {}

  handleDrag(nodes: readonly Node[], data: vscode.DataTransfer): void {
    const apps = nodes.filter(isApp);
    if (apps.length > 0) data.set(treeMimeType, new vscode.DataTransferItem(apps));
  }

  async handleDrop(target: Node | undefined, data: vscode.DataTransfer): Promise<void> {
    const dropped: unknown = data.get(treeMimeType)?.value;
    const apps = Array.isArray(dropped) ? dropped.filter(isApp) : [];
    if (apps.length === 0) return;
    if (!target || !isReadable(target)) {
      warn(vscode.l10n.t('Drop an app on a key vault or on a secret to let it read a secret.'));
      return;
    }
    for (const app of apps) await this.letRead(target, app);
  }
}

/** Nodes come back as the objects they were only within this view: whatever else has its MIME type is none. */
function isApp(node: unknown): node is AppNode {
  const { kind } = (typeof node === 'object' && node !== null ? node : {}) as { kind?: unknown };
  return kind === 'app' || kind === 'slot';
}

function isReadable({ kind }: Node): boolean {
  return (
    kind === 'vault' || kind === 'secrets' || kind === 'access' || kind === 'secret' || kind === 'version'
  );
}
