import type { KeyVault } from '../../azure/core/model';
import type { PrincipalFacts, ReadFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import type { Gate } from './checkResult';
import { open } from './checkResult';
import { settled } from './refusalEvidence';
import { hasCompoundPolicy, rightByPolicies, sameText } from './policyRules';
import { freshUntil } from './propagation';
import type { Right } from './readPermission';
import { principalsOf, rightByRoles } from './roleRules';
import type { Cause, Grant } from '../model/verdict';

export interface PermissionGate extends Gate {
  /** What gives the right, where it holds. */
  readonly grants: readonly Grant[];
}

/** Whether the identity has the right, by the permission model that the vault has. */
export function judgePermission(facts: ReadFacts): PermissionGate {
  const { principal, vault } = facts;
  if (isWithheld(vault)) {
    const gate = { causes: [], missing: [{ kind: 'vault' as const, reason: vault.withheld }] };
    return { ...settled(gate, 'permission', facts), grants: [] };
  }
  if (!principal || vault.kind !== 'present' || !sameText(principal.tenantId, vault.vault.tenantId))
    return { ...open, grants: [] };
  const right = rightIn(vault.vault, principal, facts);
  if (right.holds === true) return { ...judgePropagation(facts, right.grants), grants: right.grants };
  if (right.holds === undefined) {
    const gate = { causes: [], missing: right.missing };
    return { ...(right.granted === true ? gate : settled(gate, 'permission', facts)), grants: [] };
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

/** The identities that the app has, does not use, and that have the right. */
export function wrongIdentity(facts: ReadFacts, vault: KeyVault): Cause[] {
  const able = facts.otherIdentities.filter(
    (other) => sameText(other.tenantId, vault.tenantId) && rightIn(vault, other, facts).holds === true,
  );
  return able.length > 0 ? [{ kind: 'wrongIdentity', appId: facts.app.id, able }] : [];
}

/** ARM ID of the secret, the least scope that a role can be assigned at. */
export function secretIdOf({ target }: ReadFacts): string {
  return `${target.vaultId}/secrets/${target.secretName}`;
}

/** The right of a principal by the permission model that counts in the vault. */
export function rightIn(vault: KeyVault, principal: PrincipalFacts, facts: ReadFacts): Right {
  return vault.permissionModel === 'rbac'
    ? byRoles(principal, facts)
    : rightByPolicies(principal, vault.accessPolicies, notGroupsIn(facts));
}

function byRoles(principal: PrincipalFacts, facts: ReadFacts): Right {
  return rightByRoles(principal, secretIdOf(facts), facts.roles, notGroupsIn(facts));
}

function missingGrant(vault: KeyVault, principal: PrincipalFacts, facts: ReadFacts): Cause {
  const { principalId, tenantId } = principal;
  const vaultId = vault.id;
  const secretId = secretIdOf(facts);
  const byPolicies = rightByPolicies(principal, vault.accessPolicies, notGroupsIn(facts));
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

/** The rules say yes; a vault that said no since does not know the assignment yet. */
function judgePropagation(facts: ReadFacts, grants: readonly Grant[]): Gate {
  const { observed } = facts;
  const fresh = freshUntil(facts, grants);
  if (observed?.code !== 'ForbiddenByRbac' || !fresh || observed.at < fresh.createdOn) return open;
  const { assignmentIds, expectedBy } = fresh;
  return { causes: [{ kind: 'notPropagated', assignmentIds, expectedBy }], missing: [] };
}

function notGroupsIn({ notGroups = [], otherIdentities, principal, roles }: ReadFacts): ReadonlySet<string> {
  const identities = [...otherIdentities, ...(principal ? [principal] : [])];
  const known = [...notGroups, ...principalsOf(roles), ...identities.map(({ principalId }) => principalId)];
  return new Set(known.map((id) => id.toLowerCase()));
}
