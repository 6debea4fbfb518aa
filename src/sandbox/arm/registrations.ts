import type { SandboxContext } from '../context';
import { ArmError } from './provider';

type State = 'Registered' | 'Registering' | 'NotRegistered';

/** Which resource providers each subscription is registered for: all but those of the setting `unregisteredProviders`. */
export class Registrations {
  /** When a registration takes effect, in epoch milliseconds. */
  private readonly since = new Map<string, number>();

  constructor(private readonly context: SandboxContext) {}

  stateOf(subscriptionId: string, namespace: string): State {
    const { settings, clock } = this.context;
    const isListed = settings.unregisteredProviders?.some(
      (name) => name.toLowerCase() === namespace.toLowerCase(),
    );
    if (isListed !== true) return 'Registered';
    const since = this.since.get(keyOf(subscriptionId, namespace));
    if (since === undefined) return 'NotRegistered';
    return since <= clock.now() ? 'Registered' : 'Registering';
  }

  register(subscriptionId: string, namespace: string): void {
    const { settings, clock } = this.context;
    const key = keyOf(subscriptionId, namespace);
    if (!this.since.has(key)) this.since.set(key, clock.now() + (settings.providerRegistrationMs ?? 2000));
  }

  /**
   * Reads are answered, which is inferred.
   * @throws ArmError 409 MissingSubscriptionRegistration (recorded), or 404 SubscriptionNotFound for the names of storage
   * accounts (azure-cli#26426, #27436)
   */
  check(method: string, subscriptionId: string, namespace: string, rest: readonly string[]): void {
    if (method === 'GET' || this.stateOf(subscriptionId, namespace) === 'Registered') return;
    const gateway = { 'x-ms-failure-cause': 'gateway' };
    if (namespace.toLowerCase() === 'microsoft.storage' && rest[0]?.toLowerCase() === 'checknameavailability')
      throw new ArmError(404, 'SubscriptionNotFound', `Subscription ${subscriptionId} was not found.`);
    const code = 'MissingSubscriptionRegistration';
    const message = `The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.`;
    throw new ArmError(409, code, message, gateway, { details: [{ code, target: namespace, message }] });
  }
}

function keyOf(subscriptionId: string, namespace: string): string {
  return `${subscriptionId}|${namespace}`.toLowerCase();
}
