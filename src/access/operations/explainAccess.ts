import { isWithheld } from '../model/facts';
import type { PrincipalFacts } from '../model/facts';
import type { Grant, MissingFact } from '../model/verdict';
import { sameText } from '../rules/policyRules';
import { freshUntil } from '../rules/propagation';
import type { AccessFacts } from './accessFacts';
import { judgeAccessNetwork } from './accessNetwork';
import type { AccessCause, AccessCheck, AccessMissing, AccessVerdict, AccessWarning } from './accessVerdict';
import { permissionFor } from './accessPermission';
import { databaseRolesOf } from './operation';

const passed: AccessCheck = { causes: [], missing: [] };

/** Explains whether an app can do something with a resource, and if not, everything that prevents it. */
export function explainAccess(facts: AccessFacts): AccessVerdict {
  const permission = judgePermission(facts);
  const checks = [judgeIdentity(facts), judgeTarget(facts), judgeAccessNetwork(facts), permission];
  const causes = checks.flatMap((check) => check.causes);
  const missing = checks.flatMap((check) => check.missing);
  const warnings = freshness(facts, permission.grants);
  if (causes.length > 0) return { kind: 'cannot', causes, missing, warnings };
  if (missing.length > 0) return { kind: 'cannotTell', missing, warnings };
  return { kind: 'can', through: permission.grants, warnings };
}

function judgeIdentity({ principal, app }: AccessFacts): AccessCheck {
  if (!principal) return no({ kind: 'noIdentity', appId: app.id, identity: app.identityInUse });
  const { exists = true, resourceId: identity = '' } = principal;
  if (isWithheld(exists)) return unknown({ kind: 'identity', identity, reason: exists.withheld });
  return exists ? passed : no({ kind: 'identityDeleted', appId: app.id, identity });
}

function judgeTarget({ target, scope, principal }: AccessFacts): AccessCheck {
  if (isWithheld(target)) return unknown({ kind: 'target', scope, reason: target.withheld });
  if (target.kind !== 'present') return no({ kind: target.kind, scope });
  return principal && !sameText(principal.tenantId, target.tenantId)
    ? no({ kind: 'otherTenant', scope })
    : passed;
}

function judgePermission(facts: AccessFacts): AccessCheck & { readonly grants: readonly Grant[] } {
  const { principal, target, scope, wanted, app } = facts;
  const isPresent = isWithheld(target) || target.kind === 'present';
  // Nothing that is assigned helps an identity that is gone, and nothing can be assigned on what isn't there.
  if (!principal || principal.exists === false || !isPresent) return { ...passed, grants: [] };
  if (databaseRolesOf(wanted)) return { ...unknown({ kind: 'database', scope }), grants: [] };
  const { holds, granted, grants, missing, denials } = permissionFor(facts, principal);
  if (holds === true) return { ...passed, grants };
  if (holds === undefined) return { ...unknown(...missing.map(asAccessMissing)), grants: [] };
  const able = facts.otherIdentities.filter((other) => canAlready(facts, other));
  const causes: AccessCause[] = [
    ...(able.length > 0 ? [{ kind: 'wrongIdentity' as const, appId: app.id, able }] : []),
    ...denials.map((one) => ({
      ...{ kind: 'denied' as const, denyAssignmentId: one.id, name: one.name, scope: one.scope },
    })),
    ...(granted === false ? [{ kind: 'noRole' as const, scope, wanted }] : []),
  ];
  return { causes, missing: missing.map(asAccessMissing), grants: [] };
}

function canAlready(facts: AccessFacts, identity: PrincipalFacts): boolean {
  return (identity.exists ?? true) === true && permissionFor(facts, identity).holds === true;
}

function freshness({ roles, now }: AccessFacts, grants: readonly Grant[]): AccessWarning[] {
  const fresh = freshUntil({ roles, now }, grants);
  if (!fresh) return [];
  const { assignmentIds, expectedBy } = fresh;
  return [{ kind: 'freshAssignment', assignmentIds, expectedBy }];
}

/** Rules about roles miss nothing else. */
export function asAccessMissing(fact: MissingFact): AccessMissing {
  switch (fact.kind) {
    case 'identity':
    case 'groups':
    case 'condition':
    case 'scope':
    case 'spelling':
    case 'roleAssignments':
    case 'roleDefinitions':
    case 'roleDefinition':
    case 'denyAssignments':
      return fact;
    default:
      throw new TypeError(`Not about roles: ${fact.kind}`);
  }
}

function no(...causes: readonly AccessCause[]): AccessCheck {
  return { causes, missing: [] };
}

function unknown(...missing: readonly AccessMissing[]): AccessCheck {
  return { causes: [], missing };
}
