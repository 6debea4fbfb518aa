import type { Services } from './services';

/**
 * What VS Code passes to a command: the node that was clicked, and all selected nodes if several are; from the
 * palette nothing, and the command asks.
 */
export type Run = (services: Services, node?: never, nodes?: never) => Promise<unknown>;

/** Commands by their ID in package.json. */
export type CommandTable = Readonly<Record<string, Run>>;

/** Runs one of `commands` with what VS Code passed. What it throws is shown, once, here. */
export async function runCommand(
  services: Services,
  commands: CommandTable,
  id: string,
  args: readonly unknown[],
): Promise<void> {
  await runShown(services, titleOf(services, id), async () => {
    // The tables and package.json name the same commands (test/unit/manifest.test.ts); menus pass the nodes they are for.
    await commands[id]?.(services, ...(args as [never?, never?]));
  });
}

/** Runs what a person asked for by no command. What it throws is shown under a title. */
export async function runShown(services: Services, title: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { showError } = await import('../ui/errors');
    showError(services.log, title, error);
  }
}

/** A command's title as package.json has it, in the window's language: one source for palette, menus and errors. */
function titleOf(services: Services, id: string): string {
  const contributed = services.packageJson.contributes.commands.find(({ command }) => command === id);
  if (contributed === undefined) return id;
  const { title } = contributed;
  return (typeof title === 'string' ? title : title.value).replace(/…$/, '');
}
