import * as vscode from 'vscode';
import { lazyFileSystem, registerSiteFileSystem } from './files/lazyFileSystem';
import type { Product } from './product';
import type { Node } from './tree/nodes/nodes';
import type { WorkspaceSecrets } from './workspace/workspaceSecrets';

/** What the integration suite inspects. No one else gets it. */
export type Internals = Pick<Product, 'services' | 'tree' | 'dragAndDrop'>;

// eslint-disable-next-line no-restricted-syntax -- VS Code calls two functions of this module, and both need it.
let built: Promise<Product> | undefined;

/**
 * Every window waits for this, so it only registers what the extension contributes. The parts are built (product.ts)
 * when the view asks for its first nodes or a command runs, whichever comes first.
 */
export function activate(context: vscode.ExtensionContext): Promise<Internals> | undefined {
  const changed = new vscode.EventEmitter<Node | undefined>();
  const changedFiles = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const view = vscode.window.createTreeView<Node>('keyless.resources', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (node) => (await product()).tree.getChildren(node),
      getTreeItem: async (node) => (await product()).tree.getTreeItem(node),
      getParent: async (node) => (await product()).tree.getParent(node),
    },
    dragAndDropController: {
      dragMimeTypes: ['text/uri-list'],
      // Items dragged within this view, from VS Code's Explorer, and from the desktop.
      dropMimeTypes: ['application/vnd.code.tree.keyless.resources', 'text/uri-list', 'files'],
      handleDrag: async (nodes, data) => {
        (await product()).dragAndDrop.handleDrag(nodes, data);
      },
      handleDrop: async (target, data) => (await product()).dragAndDrop.handleDrop(target, data),
    },
    canSelectMany: true,
    showCollapseAll: true,
  });
  const product = () => (built ??= build());
  let secrets: Promise<WorkspaceSecrets> | undefined;
  const loadSecrets = async () =>
    (await import('./workspace/openWorkspaceSecrets')).openWorkspaceSecrets(context.subscriptions);
  const workspaceSecrets = () => (secrets ??= loadSecrets());
  const build = async () => {
    const { buildProduct } = await import('./product');
    const parts = buildProduct(context, view, workspaceSecrets);
    context.subscriptions.push(
      parts,
      parts.tree.onDidChangeTreeData((node) => {
        changed.fire(node);
      }),
      parts.files.onDidChangeFile((events) => {
        changedFiles.fire(events);
      }),
    );
    return parts;
  };
  const { commands } = (context.extension.packageJSON as Product['services']['packageJson']).contributes;
  for (const { command } of commands) {
    const run = async (...args: unknown[]) => (await product()).run(command, args);
    context.subscriptions.push(vscode.commands.registerCommand(command, run));
  }
  const files = lazyFileSystem(async () => (await product()).files, changedFiles.event);
  context.subscriptions.push(changed, changedFiles, view, registerSiteFileSystem(files));
  const restored = { 'keyless.accessMap': 'accessMaps', 'keyless.report': 'reports' } as const;
  for (const [viewType, service] of Object.entries(restored)) {
    const serializer: vscode.WebviewPanelSerializer = {
      deserializeWebviewPanel: async (panel, state) =>
        (await product()).services[service].restore(panel, state),
    };
    context.subscriptions.push(vscode.window.registerWebviewPanelSerializer(viewType, serializer));
  }
  // Check the files of a Functions project for secrets. What does that isn't loaded for other folders.
  const project = '**/{host,local.settings}.json';
  const check = async () => (await workspaceSecrets()).checkAll();
  const checkProject = (document: vscode.TextDocument) => {
    if (!secrets && vscode.languages.match({ pattern: project }, document)) void check();
  };
  context.subscriptions.push(vscode.workspace.onDidOpenTextDocument(checkProject));
  void vscode.workspace.findFiles(project, '**/node_modules/**', 1).then(
    ([found]) => {
      if (found) void check();
    },
    () => undefined, // if the search fails, the files are still checked when they're opened
  );
  // Resume log streams. The key is repeated here so that logs/rememberedStreams.ts isn't loaded just for its name.
  if (context.workspaceState.get('keyless.logStreams') !== undefined)
    void product().then((parts) => parts.resumeLogStreams());
  // Resume long operations (commands/longOperations.ts), with a repeated key for the same reason.
  if (context.workspaceState.get('keyless.operations') !== undefined)
    void product().then((parts) => parts.resumeOperations());
  return context.extensionMode === vscode.ExtensionMode.Test ? product() : undefined;
}

/** Clears a secret value that Keyless left on the clipboard. */
export async function deactivate(): Promise<void> {
  await (await built)?.close();
}
