import type { AccessPolicy, KeyVault, RoleAssignment } from '../azure/core/model';
import type { DenyAssignment } from '../azure/directory/denyAssignments';
import { conditionHolds } from './rules/condition';
import { getSecretAction, reaches } from './rules/dataActions';
import { denialsAt, judgeDenials } from './rules/denyRules';
import { isWithheld } from './model/facts';
import { eachOnce } from './rules/checkResult';
import { givesGet } from './rules/policyRules';
import type { RoleIndex } from './rules/roleIndex';
import { definitionMissing } from './rules/roleRules';
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
export function whoReads(vault: KeyVault, secretName: string | undefined, roles: RoleIndex): SecretReaders {
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

function readersByRoles(vaultId: string, secretName: string | undefined, roles: RoleIndex): SecretReaders {
  const { assignments, unreadableScopes, denyAssignments } = roles.facts;
  const missing: MissingFact[] = unreadableScopes.map((scope) => ({ kind: 'scope', scope }));
  if (isWithheld(assignments)) missing.push({ kind: 'roleAssignments', reason: assignments.withheld });
  if (isWithheld(denyAssignments))
    missing.push({ kind: 'denyAssignments', reason: denyAssignments.withheld });
  const target = secretName === undefined ? vaultId : `${vaultId}/secrets/${secretName}`;
  const found: Found[] = [];
  const look = (assignment: RoleAssignment, onSecret?: string) => {
    const { scope, principalId, principalType, condition } = assignment;
    const allowed = roles.allows(assignment);
    const holds = condition === undefined || conditionHolds(condition, getSecretAction);
    if (allowed === undefined) missing.push(definitionMissing(assignment, roles.facts));
    if (allowed !== true || holds === false) return;
    const inherited = !reaches(vaultId, scope);
    const way = { kind: 'role', assignment, inherited, conditional: holds === undefined } as const;
    found.push({
      principalId,
      principalType,
      way: onSecret === undefined ? way : { ...way, secretName: onSecret },
    });
  };
  for (const assignment of roles.reaching(target)) look(assignment);
  if (secretName === undefined)
    for (const assignment of roles.below(vaultId))
      look(assignment, assignment.scope.slice(`${vaultId}/secrets/`.length));
  const denials = denialsAt(target, roles.facts);
  const readers = byPrincipal(found).map((reader) => ({
    ...reader,
    denials: denialsOf(reader.principalId, target, denials, roles.notGroups),
  }));
  return { readers, missing: eachOnce(missing) };
}

function denialsOf(
  principalId: string,
  target: string,
  denyAssignments: readonly DenyAssignment[],
  notGroups: ReadonlySet<string>,
): readonly DenyAssignment[] {
  if (denyAssignments.length === 0) return [];
  const who = { principalId, groups: { withheld: 'not asked for' } };
  return judgeDenials(who, target, { denyAssignments }, notGroups).denials;
}

function byPrincipal(found: readonly Found[]): Omit<SecretReader, 'denials'>[] {
  const byId = Map.groupBy(found, ({ principalId }) => principalId.toLowerCase());
  return [...byId.values()].flatMap((all) => {
    const [first] = all;
    const principalType = all.find((one) => one.principalType)?.principalType;
    return first
      ? [
          {
            principalId: first.principalId,
            ...(principalType ? { principalType } : {}),
            ways: all.map(({ way }) => way),
          },
        ]
      : [];
  });
}
