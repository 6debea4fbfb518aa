import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import { pause } from '../core/clock';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringOf } from '../core/json';
import { callResourceManager } from '../core/request';

/** Milliseconds between two looks at a registration, and after which Keyless stops waiting for it. */
const defaultTiming = { poll: 3000, limit: 15 * 60 * 1000 };

/**
 * Those of the resource providers that the subscription isn't registered for. A provider whose state the account can't read
 * isn't among them: creating a resource shows whether it's registered. Not every service says so in words: Storage answers
 * that the subscription wasn't found (azure-cli#26426).
 * @throws AzureError
 */
export async function unregisteredProviders(
  c: Connection,
  subscriptionId: string,
  namespaces: readonly string[],
  signal?: AbortSignal,
): Promise<string[]> {
  const states = await Promise.all(
    namespaces.map(async (namespace) => {
      try {
        return await stateOf(c, subscriptionId, namespace, signal);
      } catch (error) {
        if (error instanceof AzureError && (error.status === 403 || error.status === 404)) return undefined;
        throw error;
      }
    }),
  );
  return namespaces.filter((_, index) => states[index] !== undefined && states[index] !== 'registered');
}

/** Registers a resource provider, and waits until it can be used. @throws AzureError */
export async function registerProvider(
  c: Connection,
  subscriptionId: string,
  namespace: string,
  signal?: AbortSignal,
  { poll, limit } = defaultTiming,
): Promise<void> {
  const path = `/subscriptions/${subscriptionId}/providers/${namespace}/register`;
  await callResourceManager(c, { method: 'POST', path, apiVersion: apiVersions.resources, signal });
  for (let waited = 0; waited <= limit; waited += poll) {
    if ((await stateOf(c, subscriptionId, namespace, signal)) === 'registered') return;
    await pause(c, poll, signal);
  }
  throw new AzureError(l10n.t("Azure hasn't finished registering {0} yet.", namespace), {
    code: 'RegistrationPending',
  });
}

/** In lowercase, e.g. `registered` or `registering`. */
async function stateOf(
  c: Connection,
  subscriptionId: string,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const path = `/subscriptions/${subscriptionId}/providers/${namespace}`;
  const call = { method: 'GET', path, apiVersion: apiVersions.resources, signal } as const;
  const { body } = await callResourceManager(c, call);
  return stringOf(objectOf(body)['registrationState'])?.toLowerCase();
}
