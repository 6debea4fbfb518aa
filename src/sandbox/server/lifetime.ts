import fs from 'node:fs';
import type { Answer, Call } from './http';

/**
 * The clients that are there: each holds a `GET /attach` open. Once none has been there for `lingerMs`, `onAbandoned`
 * is called; also when none ever came.
 */
export class Attachments {
  readonly #lingerMs: number | undefined;
  readonly #onAbandoned: () => void;
  #clients = 0;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param lingerMs undefined: the sandbox does not end for lack of clients */
  constructor(lingerMs: number | undefined, onAbandoned: () => void) {
    this.#lingerMs = lingerMs;
    this.#onAbandoned = onAbandoned;
    this.#wait();
  }

  /** Streams a line now and then, so that a client sees that the sandbox is there, until the client goes. */
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
 * Calls `onGone` once the process that started this one has ended. Nothing tells of it, so it is looked at twice a
 * second. Under `npm run sandbox` that process is npm: the shell between does not end when npm is killed.
 */
export function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  if (parent <= 1) return; // started by init itself
  const starters = process.env.npm_lifecycle_event === 'sandbox' ? ancestorsUpToNpm() : [parent];
  const timer = setInterval(() => {
    if (process.ppid === parent && starters.every(isAlive)) return; // Windows keeps the number, so both are asked
    clearInterval(timer);
    onGone();
  }, 500);
  timer.unref();
}

/** Whether there is a process of this number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Parent, its parent, … up to npm; only the parent where the system does not tell (all but Linux). */
function ancestorsUpToNpm(): number[] {
  const chain = [process.ppid];
  try {
    for (let pid = process.ppid; pid > 1;) {
      if (fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('npm')) return chain;
      // Fields after the name in parentheses, which may hold anything: state, parent, …
      pid = Number(fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
      chain.push(pid);
    }
  } catch {
    // No /proc here.
  }
  return [process.ppid];
}
