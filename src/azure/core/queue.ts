import type { Connection } from './connection';

const queuesOf = new WeakMap<Connection['http'], Map<string, Promise<void>>>();

/**
 * Writes to one resource wait for each other, where the service would refuse or lose all but one of them.
 * @param resourceId without regard to case
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
