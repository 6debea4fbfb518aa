import * as vscode from 'vscode';
import { plainLine } from '../ui/text';
import type { Appearance, Icon } from './appearance';
import { contextValueOf } from './contextValue';
import { describe } from './describe/describe';
import type { KeyCount } from './keyCounts';
import { withKeyCount } from './keyCounts';
import { uriOfMark } from './marks';
import type { Node } from './nodes/nodes';

/** What log streaming adds to an app or function. */
export interface Streaming {
  /** For example, `streaming logs`. */
  readonly text: string;
  /** Whether it can be stopped. */
  readonly active: boolean;
}

/**
 * A node as VS Code shows it. This is where strings from outside are made safe.
 * @param fileUri the URI of a site's file or folder
 * @param keys what is known of an app's keys
 */
export function treeItemOf(
  node: Node,
  media: vscode.Uri,
  streaming: Streaming | undefined,
  fileUri?: vscode.Uri,
  now = new Date(),
  keys?: KeyCount,
): vscode.TreeItem {
  const shown = withKeyCount(describe(node, now), node, keys);
  const description = [shown.description, streaming?.text].filter(Boolean).join(', ');
  const item = new vscode.TreeItem(plainLine(shown.label), collapsible[shown.children]);
  item.id = node.id;
  item.contextValue = contextValueOf(node, streaming?.active);
  item.iconPath = iconOf(shown.icon, media);
  item.tooltip = tooltipOf(shown);
  item.accessibilityInformation = { label: plainLine(spoken(node, shown, description), 400) };
  if (description) item.description = plainLine(description, 400);
  if (shown.mark) item.resourceUri = uriOfMark(shown.mark);
  if (fileUri) {
    item.resourceUri = fileUri;
    item.iconPath = node.kind === 'file' ? vscode.ThemeIcon.File : vscode.ThemeIcon.Folder;
    if (node.kind === 'file')
      item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [fileUri] };
  }
  return item;
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

/** A resource has at most 50 tags. */
const mostDetails = 80;

/** Doesn't enable trusted content, HTML or theme icons. */
function tooltipOf({ label, details }: Appearance): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  appendWords(tooltip, label);
  for (const [index, [name, value]] of details.slice(0, mostDetails).entries()) {
    tooltip.appendMarkdown(index === 0 ? '\n\n' : '  \n');
    appendWords(tooltip, name ? `${name}: ${value}` : value);
  }
  if (details.length > mostDetails) tooltip.appendMarkdown('  \n…');
  return tooltip;
}

/**
 * `appendText` escapes Markdown but makes spaces non-breaking and leaves URLs, which become links. So words are appended
 * one by one, and characters that form URLs and tags are written as numeric entities.
 */
function appendWords(tooltip: vscode.MarkdownString, text: string): void {
  for (const part of plainLine(text, 1000).split(/([<>&:@. ])/)) {
    if (part === ' ') tooltip.appendMarkdown(' ');
    else if (/^[<>&:@.]$/.test(part)) tooltip.appendMarkdown(`&#${part.charCodeAt(0)};`);
    else tooltip.appendText(part);
  }
}

/** What a screen reader announces for a node: its kind, label and description. */
function spoken(node: Node, { label }: Appearance, description: string): string {
  const words = [spokenName(node, label)];
  if (description) words.push(description);
  return words.join(', ');
}

function spokenName(node: Node, label: string): string {
  switch (node.kind) {
    case 'tenantError':
      return vscode.l10n.t("Tenant that can't be listed {0}", label);
    case 'subscription':
      return vscode.l10n.t('Subscription {0}', label);
    case 'resourceGroup':
      return vscode.l10n.t('Resource group {0}', label);
    case 'app':
      return vscode.l10n.t('Function app {0}', label);
    case 'slot':
      return vscode.l10n.t('Slot {0}', label);
    case 'systemIdentity':
    case 'userIdentity':
      return vscode.l10n.t('Identity {0}', label);
    case 'userAssigned':
      return vscode.l10n.t('User-assigned identity {0}', label);
    case 'identityUser':
      return vscode.l10n.t('Resource that uses the identity {0}', label);
    case 'function':
      return vscode.l10n.t('Function {0}', label);
    case 'workflow':
      return vscode.l10n.t('Workflow {0}', label);
    case 'containerSecret':
      return vscode.l10n.t('Secret {0}', label);
    case 'appSetting':
      return node.setting.connectionType === undefined
        ? vscode.l10n.t('Application setting {0}', label)
        : vscode.l10n.t('Connection string {0}', label);
    case 'file':
      return vscode.l10n.t('File {0}', label);
    case 'folder':
      return vscode.l10n.t('Folder {0}', label);
    case 'vault':
      return vscode.l10n.t('Key vault {0}', label);
    case 'secret':
      return vscode.l10n.t('Secret {0}', label);
    case 'version':
      return vscode.l10n.t('Secret version {0}', label);
    case 'policy':
      return vscode.l10n.t('Access policy of {0}', label);
    case 'roleAssignment':
      return vscode.l10n.t('Role assignment {0}', label);
    case 'sessionExpired':
      return vscode.l10n.t('Warning {0}', label);
    case 'error':
      return vscode.l10n.t('Error {0}', label);
    case 'message':
      return node.icon === 'warning' ? vscode.l10n.t('Warning {0}', label) : label;
    default:
      return label;
  }
}
