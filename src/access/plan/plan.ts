import type { PlanStep } from './planStep';
import { explainRead } from '../explainRead';
import { factsAfter, withoutObservation } from './factsAfter';
import type { ReadFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import { permissionIn, secretIdOf } from '../rules/permission';
import { sameText } from '../rules/policyRules';
import type { Verdict } from '../model/verdict';

/** GUID of Key Vault Secrets User, the least privileged role that reads a secret's value. */
const secretsUserRole = '4633458b-17de-408a-b874-0445c86b69e6';

/** What the user wants beyond access to the secret. */
export interface ReadWish {
  /** Scope of the role in vaults with Azure RBAC; an access policy always covers the whole vault. */
  readonly roleScope: 'secret' | 'vault';
  /** App setting that should hold a Key Vault reference (`@Microsoft.KeyVault(…)`) to the secret. */
  readonly setting?: { readonly name: string; readonly reference: string };
}

export interface ReadPlan {
  /** In the order to run them; empty if nothing is missing. */
  readonly steps: readonly PlanStep[];
  /** The verdict once they are done and have propagated: unless it's `can`, the steps aren't enough. */
  readonly expected: Verdict;
}

/** Plans the least that lets an app read a secret, leaving out what is already in place. */
export function planRead(facts: ReadFacts, wish: ReadWish): ReadPlan {
  const steps = [...identitySteps(facts), ...rightSteps(facts, wish), ...settingSteps(facts, wish)];
  return { steps, expected: explainRead(steps.reduce(factsAfter, withoutObservation(facts))) };
}

function identitySteps({ principal, app }: ReadFacts): PlanStep[] {
  if (principal) return [];
  return isSystemAssigned(app.identityInUse)
    ? [{ kind: 'enableIdentity', appId: app.id }]
    : [{ kind: 'assignIdentity', appId: app.id, identityId: app.identityInUse }];
}

/** Grants access even if the app might have it through a group that couldn't be read: the plan must work. */
function rightSteps(facts: ReadFacts, { roleScope }: ReadWish): PlanStep[] {
  const { vault, principal, target } = facts;
  if (isWithheld(vault) || vault.kind !== 'present' || principal?.exists === false) return [];
  const { tenantId, permissionModel, subscriptionId } = vault.vault;
  if (principal && !sameText(principal.tenantId, tenantId)) return [];
  if (principal && permissionIn(vault.vault, principal, facts).granted === true) return [];
  const who = principal ? { principalId: principal.principalId } : {};
  const { vaultId } = target;
  if (permissionModel === 'accessPolicies')
    return [{ kind: 'addAccessPolicy', vaultId, tenantId, ...who, secrets: ['get'] }];
  const scope = roleScope === 'vault' ? vaultId : secretIdOf(facts);
  const roleDefinitionId = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${secretsUserRole}`;
  return [{ kind: 'createRoleAssignment', scope, roleDefinitionId, ...who }];
}

function settingSteps({ app, reference }: ReadFacts, { setting }: ReadWish): PlanStep[] {
  if (!setting) return [];
  const written =
    reference?.settingName === setting.name &&
    reference.connectionType === undefined &&
    reference.syntaxProblem === undefined;
  return [
    ...(sameIdentity(app.referenceIdentity, app.identityInUse)
      ? []
      : [{ kind: 'setReferenceIdentity', appId: app.id, identity: app.identityInUse } satisfies PlanStep]),
    ...(written ? [] : [{ kind: 'writeReference', appId: app.id, ...setting } satisfies PlanStep]),
  ];
}

function sameIdentity(one: string, other: string): boolean {
  return sameText(one, other) || (isSystemAssigned(one) && isSystemAssigned(other));
}

function isSystemAssigned(identity: string): boolean {
  return identity === '' || sameText(identity, 'SystemAssigned');
}
