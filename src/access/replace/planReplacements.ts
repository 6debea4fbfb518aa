import type { PlanStep } from '../plan/planStep';
import type { ReplacePlan } from './planReplacement';
import { planReplacement } from './planReplacement';
import type { ReplaceFacts } from './replaceFacts';
import type { NeededRole } from './rolesFor';
import { merged } from './rolesFor';

/** A credential and the plan for it alone. */
export interface PlannedKey {
  readonly facts: ReplaceFacts;
  readonly plan: ReplacePlan;
}

/** How an app's identity takes the place of several credentials in one write. */
export interface JointPlan<T extends PlannedKey = PlannedKey> {
  /** The credentials that are replaced. */
  readonly keys: readonly T[];
  /** Those that can't be, which their own plans explain. */
  readonly left: readonly T[];
  /** The identity and the roles for all of them, in the order to run them; empty if nothing is missing. */
  readonly grant: readonly PlanStep[];
  /** All roles that are needed, including those that the identity has. */
  readonly roles: readonly NeededRole[];
}

/** Plans for all credentials of one app at once. One that can't be replaced doesn't hinder the others. */
export function planReplacements<T extends { readonly facts: ReplaceFacts }>(
  all: readonly T[],
): JointPlan<T & PlannedKey> {
  const planned = all.map((one) => ({ ...one, plan: planReplacement(one.facts) }));
  const keys = planned.filter(({ plan }) => plan.refusals.length === 0);
  const roles = merged(keys.flatMap(({ plan }) => plan.roles));
  const isNeeded = (step: PlanStep) =>
    !('roleName' in step) ||
    roles.some(({ role, scope }) => role.name === step.roleName && scope === step.scope);
  const steps = new Map(
    keys.flatMap(({ plan }) => plan.grant).map((step) => [JSON.stringify(step), step] as const),
  );
  return {
    ...{ keys, roles },
    left: planned.filter(({ plan }) => plan.refusals.length > 0),
    grant: [...steps.values()].filter(isNeeded),
  };
}
