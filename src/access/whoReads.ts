import type { AccessPolicy, KeyVault, RoleAssignment } from '../azure/core/model';
import type { DenyAssignment } from '../azure/directory/denyAssignments';
import { conditionHolds } from './rules/condition';
import { getSecretAction, reaches } from './rules/dataActions';
import { judgeDenials } from './rules/denyRules';
import type { RoleFacts } from './model/facts';
import { isWithheld } from './model/facts';
import { eachOnce } from './rules/checkResult';
import { givesGet, sameText } from './rules/policyRules';
import { definitionMissing, principalsOf, roleHolds } from './rules/roleRules';
import type { MissingFact } from './model/verdict';

/** A principal that may read a secret, and why. */
export interface SecretReader {
  /** Object ID of a user, a group (all of its members may read), a managed identity, or an application. */
  readonly principalId: string;
  /** `User`, `Group`, or `ServicePrincipal`, from a role assignment; absent if only access policies name the principal. */
  readonly principalType?: string;
  readonly ways: readonly Way[];
  /** Deny assignments that apply. If there are any, the principal can't read. Those that apply through groups aren't known. */
  readonly denials: readonly DenyAssignment[];
}

export type Way =
  /** If the policy has an application ID, it applies only to a user through that application. */
  | { readonly kind: 'policy'; readonly policy: AccessPolicy }
  | {
      readonly kind: 'role';
      readonly assignment: RoleAssignment;
      /** Assigned above the vault, for example on its resource group. */
      readonly inherited: boolean;
      /** Has a condition that can't be evaluated here. */
      readonly conditional: boolean;
      /** The only secret it applies to, if the question was about a whole vault. */
      readonly secretName?: string;
    };

export interface SecretReaders {
  readonly readers: readonly SecretReader[];
  /** Why there may be more readers. */
  readonly missing: readonly MissingFact[];
}

/**
 * Lists every principal that may read a secret, or any secret of a vault, under the vault's permission model.
 * @param roles used in vaults with Azure RBAC; includes assignments below the vault if the question is about a vault
 */
export function whoReads(vault: KeyVault, secretName: string | undefined, roles: RoleFacts): SecretReaders {
  if (vault.permissionModel === 'rbac') return readersByRoles(vault.id, secretName, roles);
  const ways = vault.accessPolicies
    .filter(givesGet)
    .map((policy) => ({ principalId: policy.objectId, way: { kind: 'policy', policy } satisfies Way }));
  return { readers: byPrincipal(ways).map((reader) => ({ ...reader, denials: [] })), missing: [] };
}

interface Found {
  readonly principalId: string;
  readonly principalType?: string;
  readonly way: Way;
}

function readersByRoles(vaultId: string, secretName: string | undefined, roles: RoleFacts): SecretReaders {
  const { assignments, unreadableScopes, denyAssignments } = roles;
  const missing: MissingFact[] = unreadableScopes.map((scope) => ({ kind: 'scope', scope }));
  if (isWithheld(assignments)) missing.push({ kind: 'roleAssignments', reason: assignments.withheld });
  if (isWithheld(denyAssignments))
    missing.push({ kind: 'denyAssignments', reason: denyAssignments.withheld });
  const target = secretName === undefined ? vaultId : `${vaultId}/secrets/${secretName}`;
  const found: Found[] = [];
  for (const assignment of isWithheld(assignments) ? [] : assignments) {
    const { scope, principalId, principalType, condition } = assignment;
    const below = secretName === undefined ? secretOf(scope, vaultId) : undefined;
    if (!reaches(scope, target) && below === undefined) continue;
    const allowed = roleHolds(assignment, roles);
    const holds = condition === undefined || conditionHolds(condition, getSecretAction);
    if (allowed === undefined) missing.push(definitionMissing(assignment, roles));
    if (allowed !== true || holds === false) continue;
    const inherited = !reaches(vaultId, scope);
    const way = { kind: 'role', assignment, inherited, conditional: holds === undefined } as const;
    found.push({
      principalId,
      principalType,
      way: below === undefined ? way : { ...way, secretName: below },
    });
  }
  const readers = byPrincipal(found).map((reader) => ({
    ...reader,
    denials: denialsOf(reader.principalId, target, roles),
  }));
  return { readers, missing: eachOnce(missing) };
}

/** Name of the secret whose scope this is, in that vault. */
function secretOf(scope: string, vaultId: string): string | undefined {
  const prefix = `${vaultId}/secrets/`;
  return sameText(scope.slice(0, prefix.length), prefix) ? scope.slice(prefix.length) : undefined;
}

function denialsOf(principalId: string, target: string, roles: RoleFacts): readonly DenyAssignment[] {
  const who = { principalId, groups: { withheld: 'not asked for' } };
  const notGroups = new Set(principalsOf(roles).map((id) => id.toLowerCase()));
  return judgeDenials(who, target, roles, notGroups).denials;
}

function byPrincipal(found: readonly Found[]): Omit<SecretReader, 'denials'>[] {
  const readers = new Map<string, Omit<SecretReader, 'denials'>>();
  for (const { principalId, principalType, way } of found) {
    const key = principalId.toLowerCase();
    const known = readers.get(key);
    readers.set(key, {
      principalId,
      ...(principalType ? { principalType } : {}),
      ...known,
      ways: [...(known?.ways ?? []), way],
    });
  }
  return [...readers.values()];
}
