import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { contextValueOf } from '../../../src/tree/contextValue';
import type { Node } from '../../../src/tree/nodes/nodes';
import { appAndSecret } from '../../../src/tree/shortcuts';
import { root } from '../../support/paths';

interface Item {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly group?: string;
}

/** An entry of a row's menu: a command, or a submenu with its commands. */
export interface Entry {
  /** Without `keyless.`, as are the commands. */
  readonly name: string;
  readonly group: string;
  readonly submenu?: readonly string[];
}

const read = (name: string): unknown => JSON.parse(fs.readFileSync(path.join(root, name), 'utf8'));
const { contributes } = read('package.json') as { contributes: { menus: Record<string, readonly Item[]> } };
const texts = read('package.nls.json') as Record<string, string>;

/**
 * What the context menu of rows shows. For several, VS Code shows what it would show for each of them.
 * @param streaming whether their logs are streaming
 */
export function rowMenu(nodes: Node | readonly Node[], streaming = false): Entry[] {
  return entriesOf(nodes, streaming).filter(({ group }) => !group.startsWith('inline'));
}

/** The commands of the buttons on a row. */
export function rowButtons(node: Node): string[] {
  return entriesOf(node, false).flatMap(({ name, group }) => (group.startsWith('inline') ? [name] : []));
}

/** The commands of a menu and its submenus. */
export function commandsIn(menu: readonly Entry[]): string[] {
  return menu.flatMap(({ name, submenu }) => submenu ?? [name]);
}

/** The titles of all commands, the longer one first where one begins with another. */
export const titles = Object.entries(texts)
  .flatMap(([key, text]) => (/^command\.\w+\.title$/.test(key) ? [text] : []))
  .sort((a, b) => b.length - a.length);

/** @param command without `keyless.` */
export function titleOf(command: string): string {
  return texts[`command.${command}.title`] ?? assert.fail(command);
}

function entriesOf(given: Node | readonly Node[], streaming: boolean): Entry[] {
  const nodes = 'kind' in given ? [given] : given;
  const shown = (menu: string) =>
    (contributes.menus[menu] ?? []).filter(({ when }) =>
      nodes.every((node) => holds(when ?? assert.fail(menu), contextValueOf(node, streaming), nodes)),
    );
  return shown('view/item/context').flatMap(({ command, submenu, group = '' }): Entry[] => {
    if (submenu === undefined) return [{ name: bare(command), group }];
    const commands = shown(submenu).map((item) => bare(item.command));
    return commands.length > 0 ? [{ name: bare(submenu), group, submenu: commands }] : []; // like VS Code
  });
}

function bare(id: string | undefined): string {
  return id?.replace('keyless.', '') ?? assert.fail('neither a command nor a submenu');
}

/** Evaluates a when clause as VS Code does. */
function holds(when: string, viewItem: string, nodes: readonly Node[]): boolean {
  return when.split(' && ').every((part) => {
    if (part === 'view == keyless.resources') return true;
    if (part === 'listMultiSelection') return nodes.length > 1;
    if (part === '!listMultiSelection') return nodes.length === 1;
    if (part === 'keyless.appAndSecretSelected') return appAndSecret(nodes);
    const expression = /^viewItem =~ \/(.*)\/$/.exec(part)?.[1] ?? assert.fail(part);
    return new RegExp(expression).test(viewItem);
  });
}
