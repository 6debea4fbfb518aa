import type { KeyVault } from '../../azure/core/model';
import type { PrincipalFacts, ReadFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import type { CheckResult } from './checkResult';
import { passed } from './checkResult';
import { settleByRefusal } from './refusalEvidence';
import { hasCompoundPolicy, permissionByPolicies, sameText } from './policyRules';
import { freshUntil } from './propagation';
import type { ReadPermission } from './readPermission';
import { RoleIndex } from './roleIndex';
import { permissionByRoles } from './roleRules';
import type { Cause, Grant } from '../model/verdict';

export interface PermissionCheck extends CheckResult {
  /** What grants access, if it's granted. */
  readonly grants: readonly Grant[];
}

/** Checks whether the identity has access under the vault's permission model. */
export function judgePermission(facts: ReadFacts): PermissionCheck {
  const { principal, vault } = facts;
  if (isWithheld(vault)) {
    const check = { causes: [], missing: [{ kind: 'vault' as const, reason: vault.withheld }] };
    return { ...settleByRefusal(check, 'permission', facts), grants: [] };
  }
  // Nothing that is granted helps an identity that was deleted.
  if (!principal || principal.exists === false) return { ...passed, grants: [] };
  if (vault.kind !== 'present' || !sameText(principal.tenantId, vault.vault.tenantId))
    return { ...passed, grants: [] };
  const right = permissionIn(vault.vault, principal, facts);
  if (right.holds === true) return { ...judgePropagation(facts, right.grants), grants: right.grants };
  if (right.holds === undefined) {
    const check = { causes: [], missing: right.missing };
    return { ...(right.granted === true ? check : settleByRefusal(check, 'permission', facts)), grants: [] };
  }
  const causes = [
    ...wrongIdentity(facts, vault.vault),
    ...right.denials.map(({ id, name, scope }): Cause => ({
      kind: 'denied',
      denyAssignmentId: id,
      name,
      scope,
    })),
    ...(right.granted === false ? [missingGrant(vault.vault, principal, facts)] : []),
  ];
  return { causes, missing: right.missing, grants: [] };
}

/** Finds identities that the app has and could read with, but doesn't use. */
export function wrongIdentity(facts: ReadFacts, vault: KeyVault): Cause[] {
  const able = facts.otherIdentities.filter(
    (other) =>
      (other.exists ?? true) === true &&
      sameText(other.tenantId, vault.tenantId) &&
      permissionIn(vault, other, facts).holds === true,
  );
  return able.length > 0 ? [{ kind: 'wrongIdentity', appId: facts.app.id, able }] : [];
}

/** ARM ID of the secret, the narrowest scope for a role assignment. */
export function secretIdOf({ target }: ReadFacts): string {
  return `${target.vaultId}/secrets/${target.secretName}`;
}

/** A principal's permission under the vault's permission model. */
export function permissionIn(vault: KeyVault, principal: PrincipalFacts, facts: ReadFacts): ReadPermission {
  return vault.permissionModel === 'rbac'
    ? byRoles(principal, facts)
    : permissionByPolicies(principal, vault.accessPolicies, notGroupsIn(facts));
}

function byRoles(principal: PrincipalFacts, facts: ReadFacts): ReadPermission {
  return permissionByRoles(principal, secretIdOf(facts), facts.roles, notGroupsIn(facts));
}

function missingGrant(vault: KeyVault, principal: PrincipalFacts, facts: ReadFacts): Cause {
  const { principalId, tenantId } = principal;
  const vaultId = vault.id;
  const secretId = secretIdOf(facts);
  const byPolicies = permissionByPolicies(principal, vault.accessPolicies, notGroupsIn(facts));
  if (vault.permissionModel === 'rbac') {
    const kind = byPolicies.holds === true ? 'policyOnRbacVault' : 'missingRole';
    return { kind, vaultId, secretId, principalId };
  }
  const { grants } = byRoles(principal, facts);
  const assignmentIds = grants.flatMap((grant) => (grant.kind === 'role' ? [grant.assignmentId] : []));
  if (assignmentIds.length > 0)
    return { kind: 'roleOnPolicyVault', vaultId, principalId, tenantId, assignmentIds };
  const compoundPolicy = hasCompoundPolicy(principal, vault.accessPolicies);
  return { kind: 'missingPolicy', vaultId, principalId, tenantId, compoundPolicy };
}

/** The rules say yes, so a vault that refused since then doesn't know the assignment yet. */
function judgePropagation(facts: ReadFacts, grants: readonly Grant[]): CheckResult {
  const { observed } = facts;
  const fresh = freshUntil(facts, grants);
  if (observed?.code !== 'ForbiddenByRbac' || !fresh || observed.at < fresh.createdOn) return passed;
  const { assignmentIds, expectedBy } = fresh;
  return { causes: [{ kind: 'notPropagated', assignmentIds, expectedBy }], missing: [] };
}

function notGroupsIn({ notGroups = [], otherIdentities, principal, roles }: ReadFacts): ReadonlySet<string> {
  const identities = [...otherIdentities, ...(principal ? [principal] : [])];
  const known = [
    ...notGroups,
    ...new RoleIndex(roles).notGroups,
    ...identities.map(({ principalId }) => principalId),
  ];
  return new Set(known.map((id) => id.toLowerCase()));
}
