import type { AppTarget, SecretTarget, SubscriptionTarget, VaultTarget } from '../../inventory/targets';
import type { ReadQuestion } from '../../grants/readFacts';
import type { LoggedFailure } from '../../logs/readFailureLinks';
import type { FailedRead } from './explainReadFailure';
import type { ReadNode } from './readQuestion';
import type { AskedAccess } from './resources/savedAccess';
import type { WhoAccessQuestion } from './resources/whoCanAccess';
import type { CommandTable } from '../command';

/** Commands about who can read what, and why not. Each loads on first use. */
export const accessCommands: CommandTable = {
  'keyless.whoCanRead': async (services, node?: VaultTarget | SecretTarget) =>
    (await import('./whoCanRead/whoCanRead')).whoCanRead(services, node),
  'keyless.showAccessMap': async (services, node?: SubscriptionTarget | AppTarget | VaultTarget) =>
    (await import('./showAccessMap')).showAccessMap(services, node),
  'keyless.letAppReadSecret': async (services, node?: ReadNode, nodes?: readonly ReadNode[]) =>
    (await import('./letAppReadSecret')).letAppReadSecret(services, node, nodes),
  'keyless.letAppAccess': async (services, node?: AppTarget) =>
    (await import('./resources/letAppAccess')).letAppAccess(services, node),
  'keyless.whyCantItAccess': async (services, node?: AppTarget | AskedAccess) =>
    (await import('./resources/whyCantItAccess')).whyCantItAccess(services, node),
  'keyless.whoCanAccess': async (services, asked?: WhoAccessQuestion) =>
    (await import('./resources/whoCanAccess')).whoCanAccess(services, asked),
  'keyless.undoLastGrant': async (services, id?: unknown) =>
    (await import('./undoLastGrant')).undoLastGrant(services, id),
  'keyless.whyCantItRead': async (services, node?: ReadNode | ReadQuestion, nodes?: readonly ReadNode[]) =>
    (await import('./whyCantItRead')).whyCantItRead(services, node, nodes),
  'keyless.explainReadFailure': async (services, failed?: FailedRead | LoggedFailure) =>
    (await import('./explainReadFailure')).explainReadFailure(services, failed),
};
