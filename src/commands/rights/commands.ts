import type { SecretTarget, VaultTarget } from '../../inventory/targets';
import type { ScopeTarget } from './activateRole';
import type { RefusedTarget } from './refusedTarget';
import type { Services } from '../services';

type Run = (services: Services, node?: never, nodes?: never) => Promise<unknown>;

/** The commands on the rights of the person who is signed in. Each loads with its first use. */
export const ownRightsCommands: Readonly<Record<string, Run>> = {
  'keyless.giveMeAccess': async (services, node?: VaultTarget | SecretTarget | RefusedTarget) =>
    (await import('./giveMeAccess')).giveMeAccess(services, node),
  'keyless.addMyIpToFirewall': async (services, node?: VaultTarget | RefusedTarget) =>
    (await import('./addMyIpToFirewall')).addMyIpToFirewall(services, node),
  'keyless.activateRole': async (services, node?: VaultTarget | RefusedTarget | ScopeTarget) =>
    (await import('./activateRole')).activateRole(services, node),
};
