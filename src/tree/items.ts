import * as vscode from 'vscode';
import { plainLine } from '../ui/text';
import type { Appearance, Icon } from './appearance';
import { contextValueOf } from './contextValue';
import { describe } from './describe';
import type { Node } from './nodes';

/** What log streaming adds to an app or function. */
export interface Streaming {
  /** e.g. `streaming logs`. */
  readonly text: string;
  /** Can be stopped. */
  readonly active: boolean;
}

/** Scheme of the addresses that carry the grey of remembered nodes; nothing can be opened there. */
const rememberedScheme = 'keyless-remembered';

/**
 * A node as VS Code shows it. Every string from outside is made harmless here.
 * @param fileUri of a file or folder of a site
 */
export function treeItemOf(
  node: Node,
  media: vscode.Uri,
  streaming: Streaming | undefined,
  fileUri?: vscode.Uri,
  now = new Date(),
): vscode.TreeItem {
  const shown = describe(node, now);
  const description = [shown.description, streaming?.text].filter(Boolean).join(', ');
  const item = new vscode.TreeItem(plainLine(shown.label), collapsible[shown.children]);
  item.id = node.id;
  item.contextValue = contextValueOf(node, streaming?.active);
  item.iconPath = iconOf(shown.icon, media);
  item.tooltip = tooltipOf(shown);
  item.accessibilityInformation = { label: plainLine(spoken(node, shown, description), 400) };
  if (description) item.description = plainLine(description);
  if (node.kind === 'remembered') {
    item.description = 'refreshing…';
    item.resourceUri = vscode.Uri.from({ scheme: rememberedScheme, path: node.resourceId || '/' });
  }
  if (fileUri) {
    item.resourceUri = fileUri;
    item.iconPath = node.kind === 'file' ? vscode.ThemeIcon.File : vscode.ThemeIcon.Folder;
    if (node.kind === 'file')
      item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [fileUri] };
  }
  if (node.kind === 'loadMore')
    item.command = { command: 'keyless.loadMore', title: vscode.l10n.t('Load More'), arguments: [node] };
  return item;
}

/** Greys the nodes that are only remembered. */
export function registerRememberedDecorations(): vscode.Disposable {
  const color = new vscode.ThemeColor('disabledForeground');
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: ({ scheme }) =>
      scheme === rememberedScheme ? new vscode.FileDecoration(undefined, undefined, color) : undefined,
  });
}

const collapsible = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
};

function iconOf(icon: Icon, media: vscode.Uri): vscode.TreeItem['iconPath'] {
  if ('theme' in icon)
    return new vscode.ThemeIcon(icon.theme, icon.color ? new vscode.ThemeColor(icon.color) : undefined);
  const of = (theme: 'light' | 'dark') => vscode.Uri.joinPath(media, theme, `${icon.file}.svg`);
  return { light: of('light'), dark: of('dark') };
}

/** Trust, HTML and theme icons stay off. */
function tooltipOf({ label, details }: Appearance): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  appendWords(tooltip, label);
  for (const [index, [name, value]] of details.entries()) {
    tooltip.appendMarkdown(index === 0 ? '\n\n' : '  \n');
    appendWords(tooltip, name ? `${name}: ${value}` : value);
  }
  return tooltip;
}

/**
 * `appendText` escapes Markdown, but keeps a text from wrapping at its blanks, and leaves addresses that become links:
 * so words go in one by one, and the characters that make addresses and tags by number.
 */
function appendWords(tooltip: vscode.MarkdownString, text: string): void {
  for (const part of plainLine(text, 1000).split(/([<>&:@. ])/)) {
    if (part === ' ') tooltip.appendMarkdown(' ');
    else if (/^[<>&:@.]$/.test(part)) tooltip.appendMarkdown(`&#${part.charCodeAt(0)};`);
    else tooltip.appendText(part);
  }
}

const spokenKinds: Partial<Record<Node['kind'], string>> = {
  tenantError: 'Tenant that cannot be listed',
  subscription: 'Subscription',
  app: 'Function app',
  slot: 'Slot',
  systemIdentity: 'Identity',
  userIdentity: 'Identity',
  userAssigned: 'User-assigned identity',
  identityUser: 'User of the identity',
  function: 'Function',
  appSetting: 'Application setting',
  file: 'File',
  folder: 'Folder',
  vault: 'Key vault',
  secret: 'Secret',
  version: 'Secret version',
  policy: 'Access policy of',
  roleAssignment: 'Role assignment',
  error: 'Error',
};

function spoken(node: Node, { label }: Appearance, description: string): string {
  const isWarning = node.kind === 'message' && node.icon === 'warning';
  const words = [[isWarning ? 'Warning' : spokenKinds[node.kind], label].filter(Boolean).join(' ')];
  if (node.kind === 'remembered') words.push('refreshing');
  if (description) words.push(description);
  return words.join(', ');
}
