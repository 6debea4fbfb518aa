import { randomUUID } from 'node:crypto';
import type { HostLog } from '../hostLog';
import type { TriggerFailure } from './triggerListener';

/** By the names of functions. */
type TriggerFailures = ReadonlyMap<string, TriggerFailure>;

/**
 * The triggers of an app since its host has started. What failed then stays known until the next start, also if a listener
 * starts later (azure-functions-host ScriptHost.cs, FunctionErrors). The host starts here when someone first looks at it.
 */
export class Triggers {
  #failures: Promise<TriggerFailures> | undefined;
  #files = '';

  /** @param files changes with the app's files, with which the host starts again */
  constructor(
    private readonly log: HostLog,
    private readonly files: () => string,
    private readonly listen: () => Promise<TriggerFailures>,
  ) {}

  stop(): void {
    this.#failures = undefined;
  }

  /** What `GET /admin/functions/{name}/status` says (azure-functions-host FunctionController.cs). */
  async errorsOf(name: string): Promise<string[]> {
    const failure = (await this.#started()).get(name);
    return failure === undefined ? [] : errorsOf(name, failure);
  }

  /** Why the whole host doesn't start. */
  async hostError(): Promise<string | undefined> {
    const failures = [...(await this.#started()).values()];
    const failure = failures.find(({ kind }) => kind === 'host');
    return failure && 'source' in failure ? `${failure.source}: ${failure.message}` : undefined;
  }

  #started(): Promise<TriggerFailures> {
    const files = this.files();
    if (files !== this.#files) this.stop();
    this.#files = files;
    this.#failures ??= this.#start();
    return this.#failures;
  }

  async #start(): Promise<TriggerFailures> {
    const failures = await this.listen();
    for (const [name, failure] of failures) {
      for (const [level, text] of linesOf(name, failure)) this.log.write(level, text);
      for (const error of errorsOf(name, failure))
        this.log.write('Error', `The '${name}' function is in error: ${error}`);
    }
    return failures;
  }
}

/** As exceptions are flattened: the source of each, and its message (azure-functions-host Utility.cs; recorded for indexing). */
function errorsOf(name: string, failure: TriggerFailure): string[] {
  if (failure.kind !== 'indexing' && failure.kind !== 'listener') return [];
  const what = failure.kind === 'indexing' ? `Error indexing method 'Functions.${name}'.` : unable(name);
  return [`Microsoft.Azure.WebJobs.Host: ${what} ${failure.source}: ${failure.message}`];
}

function linesOf(name: string, failure: TriggerFailure): ['Error' | 'Warning' | 'Information', string][] {
  switch (failure.kind) {
    case 'host':
      return [
        [
          'Error',
          `A host error has occurred during startup operation '${randomUUID()}'.\n${failure.source}: ${failure.message}`,
        ],
      ];
    case 'indexing':
      return [
        ['Error', `Error indexing method 'Functions.${name}'\n${failure.source}: ${failure.message}`],
        ['Warning', `Function 'Functions.${name}' failed indexing and will be disabled.`],
      ];
    case 'listener':
      return [['Error', `${unable(name)}\n${failure.source}: ${failure.message}`]];
    case 'logged':
      return [[failure.level, failure.message]];
  }
}

/** FunctionListenerException.cs of azure-webjobs-sdk */
function unable(name: string): string {
  return `The listener for function 'Functions.${name}' was unable to start.`;
}
