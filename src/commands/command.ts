import * as vscode from 'vscode';
import type { Services } from './services';

/**
 * What VS Code passes to a command: the clicked node, and all selected nodes if there are several. From the palette it
 * passes nothing, and the command asks.
 */
type Run = (services: Services, node?: never, nodes?: never) => Promise<unknown>;

/** Commands by their ID in package.json. */
export type CommandTable = Readonly<Record<string, Run>>;

/** Runs one of `commands` with what VS Code passed, and shows what it throws. @returns what the command does */
export async function runCommand(
  services: Services,
  commands: CommandTable,
  id: string,
  args: readonly unknown[],
): Promise<unknown> {
  return runShown(services, titleOf(services, id), async () => {
    if (isRowGone(services, id, args)) {
      const { UserError } = await import('../ui/errors');
      throw new UserError(
        vscode.l10n.t('The row was being read again.'),
        vscode.l10n.t('Choose the command again.'),
      );
    }
    // The tables and package.json name the same commands (test/unit/manifest.test.ts), and each menu passes nodes of its kind.
    return commands[id]?.(services, ...(args as [never?, never?]));
  });
}

/**
 * Whether a row that a menu is for is gone: while VS Code reads the children of a node again, it passes nothing in place of
 * them (its extHostTreeViews.ts). The command would ask for a resource then, as in the palette, which passes no arguments. The
 * buttons of the view pass the focused row, which may be none.
 */
function isRowGone({ packageJson }: Services, id: string, args: readonly unknown[]): boolean {
  const [row, rows] = args;
  const isNone = (value: unknown) => value === undefined || value === null;
  const isGone = (args.length > 0 && isNone(row)) || (Array.isArray(rows) && rows.some(isNone));
  return isGone && !packageJson.contributes.menus['view/title'].some(({ command }) => command === id);
}

/** Runs something that a person started without a command, and shows what it throws under `title`. Its questions offer *Back*. */
export async function runShown<T>(
  services: Pick<Services, 'log'>,
  title: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    const { withBack } = await import('../ui/flow');
    return await withBack(work);
  } catch (error) {
    const { showError } = await import('../ui/errors');
    showError(services.log, title, error);
    return undefined;
  }
}

/** A command's title from package.json, in the window's language. The palette, menus, and errors show the same one. */
function titleOf(services: Pick<Services, 'packageJson'>, id: string): string {
  const contributed = services.packageJson.contributes.commands.find(({ command }) => command === id);
  if (contributed === undefined) return id;
  const { title } = contributed;
  return (typeof title === 'string' ? title : title.value).replace(/…$/, '');
}
