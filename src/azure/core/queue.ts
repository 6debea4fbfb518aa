import type { Connection } from './connection';
import { Slot } from './connection';

/** The last write to each resource. */
const lastWrites = new Slot(() => new Map<string, Promise<void>>());

/**
 * Runs writes to one resource one after the other, because the service would reject or lose concurrent ones.
 * @param resourceId case-insensitive
 */
export async function inTurn<T>(c: Connection, resourceId: string, task: () => Promise<T>): Promise<T> {
  const queues = c.account.own(lastWrites);
  const key = resourceId.toLowerCase();
  const before = queues.get(key) ?? Promise.resolve();
  const mine = before.then(task, task);
  const settled = mine.then(
    () => undefined,
    () => undefined,
  );
  queues.set(key, settled);
  try {
    return await mine;
  } finally {
    if (queues.get(key) === settled) queues.delete(key);
  }
}
