import type { SettingId } from '../azure/core/model';
import type { DataRoleAssignment } from '../azure/resources/dataRoles';
import { parseKeyVaultReference } from '../azure/keyVault/secretUri';

/** Undoes one change, as data; harmless if already undone. Contains no secret value. */
export type UndoStep =
  | { readonly kind: 'disableIdentity'; readonly appId: string; readonly principalId: string }
  | { readonly kind: 'unassignIdentity'; readonly appId: string; readonly identityId: string }
  /** `secrets`: the permissions that weren't there before. */
  | {
      readonly kind: 'removePermissions';
      readonly vaultId: string;
      readonly tenantId: string;
      readonly principalId: string;
      readonly secrets: readonly string[];
    }
  | {
      readonly kind: 'deleteRoleAssignment';
      readonly id: string;
      readonly scope: string;
      /** ARM ID. */
      readonly roleDefinitionId: string;
      readonly principalId: string;
    }
  | ({ readonly kind: 'removeDataRole' } & DataRoleAssignment)
  /** `identity`: the one before; `written`: the one that the grant set. */
  | {
      readonly kind: 'setReferenceIdentity';
      readonly appId: string;
      readonly identity: string;
      readonly written: string;
    }
  /** `before`: the previous Key Vault reference, or null for a setting without a value; absent if it didn't exist. */
  | ({
      readonly kind: 'restoreSetting';
      readonly appId: string;
      readonly written: string;
      readonly before?: string | null;
    } & SettingId);

/** Whether a step may be stored: only a valid Key Vault reference is certain not to be a secret value. */
export function canBeKept(step: UndoStep): boolean {
  return step.kind !== 'restoreSetting' || typeof step.before !== 'string' || isReference(step.before);
}

export function isReference(value: string): boolean {
  return parseKeyVaultReference(value) !== undefined;
}
