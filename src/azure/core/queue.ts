import { pause } from './clock';
import type { Connection } from './connection';
import { Slot } from './connection';
import { AzureError } from './errors';

/** The last write to each resource. */
const lastWrites = new Slot(() => new Map<string, Promise<void>>());

/** Gets work that goes on after a result was returned. It may fail. */
export type Later = (work: Promise<unknown>) => void;

/**
 * Runs writes to one resource one after the other, because the service would reject or lose concurrent ones.
 * @param resourceId case-insensitive
 * @param task the next one also waits for what this one passes to `hold`
 */
export async function inTurn<T>(
  c: Connection,
  resourceId: string,
  task: (hold: Later) => Promise<T>,
): Promise<T> {
  const queues = c.account.own(lastWrites);
  const key = resourceId.toLowerCase();
  const before = queues.get(key) ?? Promise.resolve();
  const held: Promise<unknown>[] = [];
  const run = () => task((work) => held.push(work));
  const mine = before.then(run, run);
  const settled = mine
    .catch(() => undefined)
    .then(() => Promise.allSettled(held))
    .then(() => undefined);
  queues.set(key, settled);
  void settled.then(() => {
    if (queues.get(key) === settled) queues.delete(key);
  });
  return await mine;
}

/** The milliseconds that another client may take between its read and its write. */
const overlap = 2000;

/**
 * Checks whether a write survived: now, and again when a write of another client must have arrived if that client read
 * before ours. Can't be canceled between them, because the write was made and has to be recorded.
 */
export async function checkTwice<T>(c: Connection, check: () => Promise<T>): Promise<T> {
  await check();
  await pause(c, overlap, undefined);
  return await check();
}

const attempts = 4;
const longestPause = 60;

/**
 * Reads, then writes what was read with a change. If the write fails transiently, starts over with the read, because what
 * was read is out of date by the time that the service lets the write be repeated. So the write must be sent with `once`.
 * @param write gets the number of the attempt, starting at 1: the one before may have succeeded though its answer was lost
 */
export async function startingOver<R, T>(
  c: Connection,
  signal: AbortSignal | undefined,
  read: () => Promise<R>,
  write: (now: R, attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const now = await read();
    try {
      return await write(now, attempt);
    } catch (error) {
      const wait = pauseAfter(error, attempt);
      if (wait === undefined) throw error;
      await pause(c, wait, signal);
    }
  }
}

/** The pause in milliseconds before starting over with the read; undefined if the failure isn't transient. */
function pauseAfter(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof AzureError) || attempt === attempts) return undefined;
  const { status, code, retryAfterSeconds = 2 ** (attempt - 1) } = error;
  const passing =
    status === 429 ||
    status === 408 ||
    code === 'BadAnswer' ||
    (status === undefined ? isNetwork(code) : status >= 500);
  return passing && retryAfterSeconds <= longestPause ? retryAfterSeconds * 1000 : undefined;
}

function isNetwork(code: string | undefined): boolean {
  return /^(E[A-Z_]+|PARSE_ERROR|REQUEST_SEND_ERROR)$/.test(code ?? '') && !/^E(TLS|PROTO)/.test(code ?? '');
}
