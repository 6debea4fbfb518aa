import { opensNoSecret } from '../access/operations/operations';
import { sameId } from '../azure/core/armId';
import { roleGuid } from '../azure/directory/roles';
import type { UndoStep } from './undoStep';

/** A grant: which app may read a secret or use a resource by it, and how to undo it. Contains no secret value. */
export interface Grant {
  readonly id: string;
  /** For example, `keyless-demo-app can read ASampleKey`. */
  readonly title: string;
  readonly appId: string;
  /** ARM ID of the vault, or of what else the app may use. */
  readonly vaultId: string;
  /** '' unless it's about a secret. */
  readonly secretName: string;
  /** GUIDs, in lowercase, of the roles that let the app use a resource; absent if it's about a secret. */
  readonly roles?: readonly string[];
  /** What the app reads with: `SystemAssigned`, or the ARM ID of a user-assigned identity. */
  readonly identity: string;
  /** The principal of that identity; absent if it isn't known. */
  readonly principalId?: string;
  /** The app's Key Vault references when the grant began; absent if they couldn't be read. */
  readonly before?: readonly AppReference[];
  /** The settings that connected the app to the resource by its identity when the grant began; absent if not known. */
  readonly connectedBefore?: readonly string[];
  /** In the order in which they're undone. Empty if everything was in place already. */
  readonly steps: readonly UndoStep[];
}

/** A Key Vault reference of an app: an app setting, a connection string, or a secret of a container app. */
export interface AppReference {
  readonly setting: string;
  /** The type of a connection string. */
  readonly connectionType?: string;
  /** `@Microsoft.KeyVault(…)` */
  readonly reference: string;
  /** What reads it: `SystemAssigned`, or the ARM ID of a user-assigned identity; by default, the app's for all references. */
  readonly identity?: string;
}

/** Whether a grant depends on what undoing a step of another one takes away. */
export function needs(grant: Grant, step: UndoStep): boolean {
  const isItsPrincipal = (id: string) => sameId(grant.principalId ?? '', id);
  switch (step.kind) {
    case 'disableIdentity':
      return isItsPrincipal(step.principalId);
    case 'unassignIdentity':
      return sameId(grant.appId, step.appId) && sameId(grant.identity, step.identityId);
    case 'removePermissions':
      return isItsPrincipal(step.principalId) && sameId(grant.vaultId, step.vaultId);
    case 'deleteRoleAssignment':
      return (
        isItsPrincipal(step.principalId) &&
        covers(step.scope, grant.vaultId, grant.secretName) &&
        mayGive(step.roleDefinitionId, grant)
      );
    case 'setReferenceIdentity':
      return (
        sameId(grant.appId, step.appId) &&
        sameId(grant.identity, step.written) &&
        grant.steps.some(({ kind }) => kind === 'restoreSetting')
      );
    case 'removeDataRole':
      return (
        isItsPrincipal(step.principalId) &&
        covers(step.scope, grant.vaultId, '') &&
        (grant.roles?.includes(step.role) ?? false)
      );
    case 'restoreSetting':
      return false;
  }
}

/** Whether a role may be what a grant is about. */
function mayGive(roleDefinitionId: string, { roles }: Grant): boolean {
  const guid = roleGuid(roleDefinitionId);
  return roles ? roles.includes(guid) : !opensNoSecret(guid);
}

/** Whether both are about the same app, identity and secret, or about the same roles on the same resource. */
export function isSameSubject(one: Grant, other: Grant): boolean {
  return (
    (['appId', 'identity', 'vaultId', 'secretName'] as const).every((key) => sameId(one[key], other[key])) &&
    one.roles?.join() === other.roles?.join()
  );
}

/** Whether a role at a scope (ARM ID) counts for a secret of a vault. */
export function covers(scope: string, vaultId: string, secretName: string): boolean {
  return `${vaultId}/secrets/${secretName}/`.toLowerCase().startsWith(`${scope}/`.toLowerCase());
}
