import type { AppTarget } from '../../inventory/targets';
import type { CommandTable } from '../command';
import type { ResourceKeys } from './replaceAll';
import type { KeyLeftTarget } from './replaceWithIdentity';

/** Commands that replace credentials by identities. Each loads on first use. */
export const replaceCommands: CommandTable = {
  'keyless.replaceWithIdentity': async (services, node?: AppTarget | KeyLeftTarget) =>
    (await import('./replaceWithIdentity')).replaceWithIdentity(services, node),
  'keyless.replaceAll': async (services, node?: AppTarget | ResourceKeys) =>
    (await import('./replaceAll')).replaceAll(services, node),
  'keyless.undoReplacement': async (services, id?: unknown) =>
    (await import('./undoReplacement')).undoReplacementOf(services, id),
};
