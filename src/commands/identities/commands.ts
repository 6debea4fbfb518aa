import type {
  AppTarget,
  AssignedIdentityTarget,
  IdentityTarget,
  SubscriptionTarget,
} from '../../inventory/targets';
import type { IdentityUserNode } from '../../tree/nodes/identityNodes';
import type { CommandTable } from '../command';
import type { EnableTarget } from './enableSystemAssignedIdentity';

/** Commands for managed identities. Each loads on first use. */
export const identitiesCommands: CommandTable = {
  'keyless.createUserAssignedIdentity': async (services, node?: SubscriptionTarget) =>
    (await import('./createUserAssignedIdentity')).createUserAssignedIdentity(services, node),
  'keyless.deleteUserAssignedIdentity': async (services, node?: IdentityTarget) =>
    (await import('./deleteUserAssignedIdentity')).deleteUserAssignedIdentity(services, node),
  'keyless.assignUserAssignedIdentity': async (services, node?: AppTarget | IdentityTarget) =>
    (await import('./assignUserAssignedIdentity')).assignUserAssignedIdentity(services, node),
  'keyless.removeUserAssignedIdentity': async (
    services,
    node?: AppTarget | AssignedIdentityTarget | IdentityUserNode,
  ) => (await import('./removeUserAssignedIdentity')).removeUserAssignedIdentity(services, node),
  'keyless.setKeyVaultReferenceIdentity': async (services, node?: AppTarget | AssignedIdentityTarget) =>
    (await import('./setKeyVaultReferenceIdentity')).setKeyVaultReferenceIdentity(services, node),
  'keyless.enableSystemAssignedIdentity': async (services, node?: EnableTarget) =>
    (await import('./enableSystemAssignedIdentity')).enableSystemAssignedIdentity(services, node),
  'keyless.disableSystemAssignedIdentity': async (services, node?: AppTarget) =>
    (await import('./disableSystemAssignedIdentity')).disableSystemAssignedIdentity(services, node),
  'keyless.testIdentity': async (services, node?: AppTarget | AssignedIdentityTarget) =>
    (await import('./testIdentity')).testIdentity(services, node),
};
