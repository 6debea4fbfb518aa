import type { AppTarget } from '../../inventory/targets';
import type { CommandTable } from '../command';
import type { KeyLeftTarget } from '../replace/replaceWithIdentity';
import type { KeyedTarget } from './pickKeyedResource';
import type { RotatableTarget } from './rotateKey';

/** Commands that turn off keys and passwords. Each loads on first use. */
export const keyAccessCommands: CommandTable = {
  'keyless.turnOffKeyAccess': async (services, target?: KeyedTarget | KeyLeftTarget) =>
    (await import('./turnOffKeyAccess')).turnOffKeyAccess(services, target),
  'keyless.turnOnKeyAccess': async (services, target?: KeyedTarget) =>
    (await import('./turnOnKeyAccess')).turnOnKeyAccess(services, target),
  'keyless.turnOffBasicPublishing': async (services, target?: AppTarget) =>
    (await import('./turnOffBasicPublishing')).turnOffBasicPublishing(services, target),
  'keyless.rotateKey': async (services, target?: KeyedTarget | RotatableTarget) =>
    (await import('./rotateKey')).rotateKey(services, target),
};
