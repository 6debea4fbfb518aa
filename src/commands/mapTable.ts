import type { AppTarget, SecretTarget, SubscriptionTarget, VaultTarget } from '../inventory/targets';
import type { Services } from './services';

type Run = (services: Services, node?: never, nodes?: never) => Promise<unknown>;

/** The commands that look at access as a whole. Each loads with its first use. */
export const mapCommands: Readonly<Record<string, Run>> = {
  'keyless.whoCanRead': async (services, node?: VaultTarget | SecretTarget) =>
    (await import('./access/whoCanRead')).whoCanRead(services, node),
  'keyless.showAccessMap': async (services, node?: SubscriptionTarget | AppTarget | VaultTarget) =>
    (await import('./access/showAccessMap')).showAccessMap(services, node),
};
