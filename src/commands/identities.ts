import type { Connection } from '../azure/connection';
import type { FunctionApp } from '../azure/model';
import { enableSystemAssignedIdentity, getFunctionApp } from '../azure/sites';
import { UserError } from '../ui/errors';

/**
 * Turns the identity on and waits until the service shows its principal, at most a minute.
 * @returns the app as it is then, and the principal's ID
 */
export async function enableAndWait(
  connection: Connection,
  app: FunctionApp,
  signal: AbortSignal,
): Promise<{ app: FunctionApp; principalId: string }> {
  const deadline = Date.now() + 60_000;
  let current = await enableSystemAssignedIdentity(connection, app, signal);
  for (;;) {
    const principalId = current.identity.systemAssigned?.principalId;
    if (principalId) return { app: current, principalId };
    if (Date.now() > deadline) {
      throw new UserError(
        `The identity of ${app.name} was enabled, but Azure has not shown its principal after a minute`,
        'Refresh the app in a while: nothing has to be done again.',
      );
    }
    await pause(1000, signal);
    current = await getFunctionApp(connection, app.id, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    }
  });
}
