import type { AppTarget, SubscriptionTarget } from '../../inventory/targets';
import type { CommandTable } from '../command';
import type { GroupTarget } from './findKeys';

/** Commands about keys that apps still hold. Each loads on first use. */
export const keysCommands: CommandTable = {
  'keyless.findKeys': async (services, node?: AppTarget | GroupTarget | SubscriptionTarget) =>
    (await import('./findKeys')).findKeys(services, node),
};
