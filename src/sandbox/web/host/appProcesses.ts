import type { WorkerProcess } from './worker/workerProcess';

export interface StartedProcess {
  worker: WorkerProcess;
  /** Called once it has ended, or is about to. */
  onEnd(): void;
}

interface AppProcess {
  started: Promise<StartedProcess>;
  /** How many functions run in it. */
  running: number;
  /** Of a process that only ends what it runs. */
  limit?: NodeJS.Timeout;
}

/** The processes of one app (or slot): the current one, and older ones in which functions still run. */
export class AppProcesses {
  #current: AppProcess | undefined;
  readonly #draining = new Set<AppProcess>();

  /** @param start starts a process, and calls `crashed` if that ends on its own */
  constructor(private readonly start: (crashed: () => void) => Promise<StartedProcess>) {}

  /** Undefined until a function is run. */
  get current(): Promise<StartedProcess> | undefined {
    return this.#current?.started;
  }

  /**
   * Runs something in the current process, which starts if there is none.
   * @param run gets the process, and what kills it
   */
  async use<T>(run: (worker: WorkerProcess, kill: () => void) => Promise<T>): Promise<T> {
    const own = (this.#current ??= this.#begin());
    own.running += 1;
    try {
      return await run((await own.started).worker, () => void this.#end(own));
    } finally {
      own.running -= 1;
      if (own.running === 0 && this.#draining.has(own)) void this.#end(own);
    }
  }

  /**
   * Ends the current process; the next use starts another one. What runs in it may end first, for at most `drainMs`.
   * Doesn't wait for that.
   */
  async restart(drainMs: number): Promise<void> {
    const own = this.#current;
    if (own === undefined) return;
    if (own.running === 0) {
      await this.#end(own);
      return;
    }
    this.#current = undefined;
    this.#draining.add(own);
    own.limit = setTimeout(() => void this.#end(own), drainMs).unref();
  }

  /** Kills all processes; functions that run in them fail. */
  async stop(): Promise<void> {
    const all = [...this.#draining, ...(this.#current === undefined ? [] : [this.#current])];
    await Promise.all(all.map((own) => this.#end(own)));
  }

  #begin(): AppProcess {
    const started = this.start(() => void this.#end(own));
    const own: AppProcess = { started, running: 0 };
    started.catch(() => void this.#end(own));
    return own;
  }

  async #end(own: AppProcess): Promise<void> {
    if (this.#current === own) this.#current = undefined;
    this.#draining.delete(own);
    clearTimeout(own.limit);
    const started = await own.started.catch(() => undefined);
    started?.onEnd();
    await started?.worker.stop();
  }
}
