import type { AppTarget, SubscriptionTarget, VaultTarget } from '../inventory/targets';
import type { Services } from './services';

type Run = (services: Services, node?: never, nodes?: never) => Promise<unknown>;

/** The commands that make resources and delete them. Each loads with its first use. */
export const createCommands: Readonly<Record<string, Run>> = {
  'keyless.createResourceGroup': async (services, node?: SubscriptionTarget) =>
    (await import('./resources/createResourceGroup')).createResourceGroup(services, node),
  'keyless.deleteResourceGroup': async (services, node?: SubscriptionTarget) =>
    (await import('./resources/deleteResourceGroup')).deleteResourceGroup(services, node),
  'keyless.createFunctionApp': async (services, node?: SubscriptionTarget) =>
    (await import('./apps/createFunctionApp')).createFunctionApp(services, node),
  'keyless.createKeyVault': async (services, node?: SubscriptionTarget) =>
    (await import('./keyVault/createKeyVault')).createKeyVault(services, node),
  'keyless.deleteKeyVault': async (services, node?: VaultTarget) =>
    (await import('./keyVault/deleteKeyVault')).deleteKeyVault(services, node),
  'keyless.recoverKeyVault': async (services, node?: SubscriptionTarget) =>
    (await import('./keyVault/deleteKeyVault')).recoverKeyVault(services, node),
  'keyless.deleteFunctionApp': async (services, node?: AppTarget) =>
    (await import('./apps/deleteFunctionApp')).deleteFunctionApp(services, node),
};
