import { contextValueOf } from './contextValue';
import type { Node } from './nodes/nodes';

/** What the keybindings of package.json pass: what the `viewItem` of every selected row must match. */
interface Shortcut {
  readonly selected: string;
}

/**
 * The context key `keyless.selection`: the `viewItem` of the first selected row. It only decides whether a key is Keyless's,
 * and may lag behind the selection.
 */
export function selectionWords([first]: readonly Node[]): string {
  return first ? contextValueOf(first) : '';
}

/**
 * The context key `keyless.appAndSecretSelected`: whether the selected rows are one app and what it may read, which two
 * commands take together.
 */
export function appAndSecret(nodes: readonly Node[]): boolean {
  const [app, ...moreApps] = nodes.filter(({ kind }) => kind === 'app' || kind === 'slot');
  return (
    nodes.length === 2 && app !== undefined && moreApps.length === 0 && nodes.some((node) => 'vault' in node)
  );
}

/**
 * What to pass to a command. A keybinding passes no row (microsoft/vscode#72442), so it gets the selected ones, in the form
 * that menus pass.
 * @returns undefined if the command doesn't fit every selected row
 */
export function passedRows(
  args: readonly unknown[],
  selection: readonly Node[],
): readonly unknown[] | undefined {
  const [first] = args;
  if (!isShortcut(first)) return args;
  const fits = new RegExp(first.selected);
  if (selection.length === 0 || !selection.every((node) => fits.test(contextValueOf(node)))) return undefined;
  return [selection[0], ...(selection.length > 1 ? [selection] : [])];
}

function isShortcut(value: unknown): value is Shortcut {
  return (
    typeof value === 'object' && value !== null && 'selected' in value && typeof value.selected === 'string'
  );
}
