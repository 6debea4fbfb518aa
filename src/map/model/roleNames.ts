import { isWithheld } from '../../access/model/facts';
import type { RoleFacts } from '../../access/model/facts';
import { operationsOn } from '../../access/operations/operations';
import { isAtOrAbove } from '../../access/replace/rolesFor';
import { RoleIndex } from '../../access/rules/roleIndex';
import { subscriptionIdIn } from '../../azure/core/armId';
import type { RoleAssignment } from '../../azure/core/model';
import type { VaultOnMap } from './mapFacts';

interface Roles {
  readonly index: RoleIndex;
  readonly byPrincipal: ReadonlyMap<string, readonly RoleAssignment[]>;
}

/** The roles on resources other than vaults, from what was read for the vaults of their subscriptions. */
export class RoleNames {
  private readonly bySubscription = new Map<string, Roles>();

  constructor(vaults: readonly VaultOnMap[]) {
    const known = new Map<RoleFacts, Roles>();
    for (const { vault, roles } of vaults) {
      const all = known.get(roles) ?? prepared(roles);
      known.set(roles, all);
      this.bySubscription.set(vault.subscriptionId.toLowerCase(), all);
    }
  }

  /** The names of the roles for a resource's data that a principal is known to have at the resource, above it, or in it. */
  of(principalId: string | undefined, resourceId: string | undefined): string[] {
    if (principalId === undefined || resourceId === undefined) return [];
    const roles = this.bySubscription.get(subscriptionIdIn(resourceId)?.toLowerCase() ?? '');
    const actions = operationsOn(resourceId).flatMap(({ needs, isData }) =>
      isData ? needs.flat().map((name) => ({ name, isData })) : [],
    );
    const found = (roles?.byPrincipal.get(principalId.toLowerCase()) ?? []).filter(
      (assignment) =>
        (isAtOrAbove(assignment.scope, resourceId) || isAtOrAbove(resourceId, assignment.scope)) &&
        actions.some((action) => roles?.index.allows(assignment, action)),
    );
    return [
      ...new Set(
        found.flatMap(({ roleDefinitionId }) => roles?.index.definition(roleDefinitionId)?.name ?? []),
      ),
    ];
  }
}

function prepared(facts: RoleFacts): Roles {
  const all = isWithheld(facts.assignments) ? [] : facts.assignments;
  return {
    index: new RoleIndex(facts),
    byPrincipal: Map.groupBy(all, ({ principalId }) => principalId.toLowerCase()),
  };
}
