import type {
  AppTarget,
  AssignedIdentityTarget,
  IdentityTarget,
  PolicyTarget,
  RoleAssignmentTarget,
  SecretTarget,
  SubscriptionTarget,
  VaultTarget,
} from '../../inventory/targets';
import type { PrincipalRolesNode } from '../../tree/nodes/identityNodes';
import type { ScopeTarget } from './activateRole';
import type { RefusedTarget } from './refusedTarget';
import type { CommandTable } from '../command';

/** Commands for access policies, role assignments, and firewalls. Each loads on first use. */
export const rightsCommands: CommandTable = {
  'keyless.addRoleAssignment': async (
    services,
    node?:
      | AppTarget
      | AssignedIdentityTarget
      | IdentityTarget
      | PrincipalRolesNode
      | VaultTarget
      | SecretTarget
      | SubscriptionTarget,
  ) => (await import('./addRoleAssignment')).addRoleAssignment(services, node),
  'keyless.removeRoleAssignment': async (services, node?: RoleAssignmentTarget) =>
    (await import('./removeRoleAssignment')).removeRoleAssignment(services, node),
  'keyless.addAccessPolicy': async (services, node?: AppTarget | VaultTarget) =>
    (await import('./addAccessPolicy')).addAccessPolicy(services, node),
  'keyless.removeAccessPolicy': async (services, node?: VaultTarget | PolicyTarget) =>
    (await import('./removeAccessPolicy')).removeAccessPolicy(services, node),
  'keyless.giveMeAccess': async (services, node?: VaultTarget | SecretTarget | RefusedTarget) =>
    (await import('./giveMeAccess')).giveMeAccess(services, node),
  'keyless.addMyIpToFirewall': async (services, node?: VaultTarget | RefusedTarget) =>
    (await import('./addMyIpToFirewall')).addMyIpToFirewall(services, node),
  'keyless.activateRole': async (services, node?: VaultTarget | RefusedTarget | ScopeTarget) =>
    (await import('./activateRole')).activateRole(services, node),
};
