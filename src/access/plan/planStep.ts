import type { SettingId } from '../../azure/core/model';
import type { DataRole } from '../../azure/resources/dataRoles';

/** One change, as data; harmless if already done. If `principalId` is absent, it's the identity from the previous step. */
export type PlanStep =
  | { readonly kind: 'enableIdentity'; readonly appId: string }
  | { readonly kind: 'assignIdentity'; readonly appId: string; readonly identityId: string }
  | {
      readonly kind: 'addAccessPolicy';
      readonly vaultId: string;
      readonly tenantId: string;
      readonly principalId?: string;
      readonly secrets: readonly ['get'];
    }
  | {
      readonly kind: 'createRoleAssignment';
      readonly scope: string;
      /** Full ARM ID, which the service insists on. */
      readonly roleDefinitionId: string;
      /** Absent for Key Vault Secrets User. */
      readonly roleName?: string;
      readonly principalId?: string;
    }
  | ({
      readonly kind: 'assignDataRole';
      readonly roleName: string;
      readonly principalId?: string;
    } & Omit<DataRole, 'principalId'>)
  /** `identity`: `SystemAssigned`, or the ARM ID of a user-assigned one. */
  | { readonly kind: 'setReferenceIdentity'; readonly appId: string; readonly identity: string }
  | ({ readonly kind: 'writeReference'; readonly appId: string; readonly reference: string } & SettingId);
