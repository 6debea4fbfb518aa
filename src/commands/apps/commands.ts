import type { AppTarget, SubscriptionTarget } from '../../inventory/targets';
import type { CommandTable } from '../command';

/** Commands for function apps as a whole. Each loads on first use. */
export const appsCommands: CommandTable = {
  'keyless.createFunctionApp': async (services, node?: SubscriptionTarget) =>
    (await import('./createFunctionApp')).createFunctionApp(services, node),
  'keyless.deleteFunctionApp': async (services, node?: AppTarget) =>
    (await import('./deleteFunctionApp')).deleteFunctionApp(services, node),
  'keyless.startApp': async (services, node?: AppTarget) =>
    (await import('./appState')).startApp(services, node),
  'keyless.stopApp': async (services, node?: AppTarget) =>
    (await import('./appState')).stopApp(services, node),
  'keyless.restartApp': async (services, node?: AppTarget) =>
    (await import('./appState')).restartApp(services, node),
  'keyless.showInstalledPackages': async (services, node?: AppTarget) =>
    (await import('./installedPackages')).showInstalledPackages(services, node),
};
