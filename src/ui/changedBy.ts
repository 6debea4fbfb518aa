import { AsyncLocalStorage } from 'node:async_hooks';

/** A command that runs. */
export interface RunningCommand {
  hasChanged: boolean;
}

/** The command that the current code runs for. Apart from the rest of flow.ts, because the view loads it. */
export const runningCommand = new AsyncLocalStorage<RunningCommand>();

/** Called when a command has changed something. It can't be repeated then, so its next questions offer no *Back*. */
export function noteChange(): void {
  const command = runningCommand.getStore();
  if (command) command.hasChanged = true;
}
