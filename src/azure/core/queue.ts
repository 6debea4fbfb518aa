import type { Connection } from './connection';

const queuesOf = new WeakMap<Connection['http'], Map<string, Promise<void>>>();

/**
 * Runs writes to one resource one after the other, because the service would reject or lose concurrent ones.
 * @param resourceId case-insensitive
 */
export async function inTurn<T>(c: Connection, resourceId: string, task: () => Promise<T>): Promise<T> {
  let queues = queuesOf.get(c.http);
  if (!queues) queuesOf.set(c.http, (queues = new Map<string, Promise<void>>()));
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
