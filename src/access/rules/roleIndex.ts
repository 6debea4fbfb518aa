import type { RoleAssignment } from '../../azure/core/model';
import type { RoleDefinition } from '../../azure/directory/roles';
import type { RoleFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import { lastSegment } from '../words/format';
import type { RoleAction } from './dataActions';
import { getSecret, permits } from './dataActions';
import { sameText } from './policyRules';
import type { Tristate } from './tristate';

/**
 * Role facts prepared for questions about many vaults and principals. Each part is built once, on first use, so that a
 * vault costs as much as the assignments that concern it, not as all assignments.
 */
export class RoleIndex {
  private byGuid: ReadonlyMap<string, RoleDefinition> | undefined;
  private readonly allowed = new Map<string, Tristate>();
  private byScope: ReadonlyMap<string, readonly Numbered[]> | undefined;
  private byVault: ReadonlyMap<string, readonly RoleAssignment[]> | undefined;
  private principals: ReadonlySet<string> | undefined;

  constructor(readonly facts: RoleFacts) {}

  /** The definition of an assigned role, which has a different ARM ID at each scope. */
  definition(roleDefinitionId: string): RoleDefinition | undefined {
    const { definitions } = this.facts;
    this.byGuid ??= new Map(
      (isWithheld(definitions) ? [] : definitions)
        .toReversed() // the first one counts
        .map((definition) => [lastSegment(definition.id).toLowerCase(), definition]),
    );
    return this.byGuid.get(lastSegment(roleDefinitionId).toLowerCase());
  }

  /** Whether a role allows an action; undefined if the role isn't known. */
  allows({ roleDefinitionId }: RoleAssignment, action: RoleAction = getSecret): Tristate {
    const key = `${lastSegment(roleDefinitionId).toLowerCase()} ${action.name}`;
    if (this.allowed.has(key)) return this.allowed.get(key);
    const definition = this.definition(roleDefinitionId);
    const allows = definition && permits(definition.permissions, action);
    this.allowed.set(key, allows);
    return allows;
  }

  /** The assignments that apply to a resource: at its scope and above, in the order of the facts. */
  reaching(id: string): readonly RoleAssignment[] {
    const byScope = (this.byScope ??= Map.groupBy(
      this.all.map((assignment, at) => ({ assignment, at })),
      ({ assignment }) => scopeKey(assignment.scope),
    ));
    const parts = id.toLowerCase().split('/');
    return parts
      .flatMap((_, index) => byScope.get(parts.slice(0, index + 1).join('/')) ?? [])
      .sort((a, b) => a.at - b.at)
      .map(({ assignment }) => assignment);
  }

  /** The assignments on single secrets of a vault. */
  below(vaultId: string): readonly RoleAssignment[] {
    this.byVault ??= Map.groupBy(
      this.all,
      ({ scope }) => /^(.*)\/secrets\//i.exec(scope)?.[1]?.toLowerCase() ?? '',
    );
    return this.byVault.get(vaultId.toLowerCase()) ?? [];
  }

  /** Object IDs, in lowercase, that aren't groups according to role assignments. */
  get notGroups(): ReadonlySet<string> {
    return (this.principals ??= new Set(
      this.all
        .filter(({ principalType }) => principalType !== '' && !sameText(principalType, 'Group'))
        .map(({ principalId }) => principalId.toLowerCase()),
    ));
  }

  private get all(): readonly RoleAssignment[] {
    return isWithheld(this.facts.assignments) ? [] : this.facts.assignments;
  }
}

/** An assignment and its place among the facts. */
interface Numbered {
  readonly assignment: RoleAssignment;
  readonly at: number;
}

/** Where `reaches` finds a scope. Assignments of management groups are listed only for resources in that group. */
function scopeKey(scope: string): string {
  const key = scope.replace(/\/+$/, '').toLowerCase();
  return key.startsWith('/providers/microsoft.management/managementgroups/') ? '' : key;
}
