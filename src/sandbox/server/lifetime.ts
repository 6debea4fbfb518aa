import fs from 'node:fs';
import type { Answer, Call } from './http';

/**
 * The clients that are attached: each holds a `GET /attach` open. Calls `onAbandoned` once no client has been
 * attached for `lingerMs`, even if none ever was.
 */
export class Attachments {
  readonly #lingerMs: number | undefined;
  readonly #onAbandoned: () => void;
  #clients = 0;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param lingerMs undefined: the sandbox keeps running without clients */
  constructor(lingerMs: number | undefined, onAbandoned: () => void) {
    this.#lingerMs = lingerMs;
    this.#onAbandoned = onAbandoned;
    this.#wait();
  }

  /**
   * Sends an occasional line, so that a client can tell that the sandbox is alive, until the client
   * disconnects.
   */
  attach(call: Call): Answer {
    return {
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      stream: async (response) => {
        this.#clients += 1;
        clearTimeout(this.#timer);
        const beat = setInterval(() => response.write('\n'), 15_000);
        response.write('attached\n');
        await new Promise<void>((resolve) => {
          if (call.signal.aborted) resolve();
          else
            call.signal.addEventListener(
              'abort',
              () => {
                resolve();
              },
              { once: true },
            );
        });
        clearInterval(beat);
        this.#clients -= 1;
        if (this.#clients === 0) this.#wait();
      },
    };
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#lingerMs === undefined || this.#closed) return;
    this.#timer = setTimeout(this.#onAbandoned, this.#lingerMs);
  }
}

/**
 * Calls `onGone` once the process that started this one has ended. There's no event for that, so it checks
 * twice a second. Under `npm run sandbox` that process is npm: the shell in between survives when npm is
 * killed.
 */
export function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  if (parent <= 1) return; // started by init itself
  const starters = process.env.npm_lifecycle_event === 'sandbox' ? ancestorsUpToNpm() : [parent];
  const timer = setInterval(() => {
    // On Windows ppid never changes, so both are checked.
    if (process.ppid === parent && starters.every(isAlive)) return;
    clearInterval(timer);
    onGone();
  }, 500);
  timer.unref();
}

/** Whether a process with this ID exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The parent, its parent, … up to npm; just the parent if the system doesn't say (everywhere but Linux). */
function ancestorsUpToNpm(): number[] {
  const chain = [process.ppid];
  try {
    for (let pid = process.ppid; pid > 1;) {
      if (fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('npm')) return chain;
      // The fields after the process name, which is in parentheses and can contain anything: state, parent, …
      pid = Number(fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
      chain.push(pid);
    }
  } catch {
    // No /proc on this system.
  }
  return [process.ppid];
}
