import { withSignIn } from '../azure/appService/settings/platformSignIn';
import type { FunctionApp, ManagedIdentity } from '../azure/core/model';
import type { Change } from './change';
import { addedPolicy } from './change';
import type { ReadFacts } from '../access/model/facts';
import { isWithheld } from '../access/model/facts';
import type { Write, WrittenSetting } from '../access/replace/writes';
import { writesOf } from '../access/replace/writes';
import type { PlanStep } from '../access/plan/planStep';

/** Stands in for the principal ID of an identity that an earlier step creates or assigns. */
export const principalPlaceholder = '<principal-id>';

/** The changes a plan will make, to show before it's applied. */
export function changesOfPlan(facts: ReadFacts, steps: readonly PlanStep[]): Change[] {
  return steps.map((step) => changeOf(facts, step));
}

function changeOf(facts: ReadFacts, step: PlanStep): Change {
  switch (step.kind) {
    case 'enableIdentity':
      return {
        kind: 'enableIdentity',
        app: { id: step.appId, identity: identityWith(facts, 'SystemAssigned') },
      };
    case 'assignIdentity': {
      const identity = identityWith(facts, step.identityId);
      return { kind: 'assignIdentity', app: { id: step.appId, identity }, identityId: step.identityId };
    }
    case 'addAccessPolicy': {
      const vault = isWithheld(facts.vault) || facts.vault.kind !== 'present' ? undefined : facts.vault.vault;
      const { vaultId: id, tenantId, principalId: objectId = principalPlaceholder, secrets } = step;
      const accessPolicies = vault?.accessPolicies ?? [];
      return addedPolicy({ id, tenantId, accessPolicies }, { objectId, permissions: { secrets } });
    }
    case 'createRoleAssignment': {
      const { principalId = principalPlaceholder, ...rest } = step;
      return { ...rest, principalId, principalType: 'ServicePrincipal' };
    }
    case 'assignDataRole':
      return dataRoleOf(step);
    case 'setReferenceIdentity':
      return { ...step, kind: 'setKeyVaultReferenceIdentity' };
    case 'writeReference':
      return { ...step, kind: 'setAppSetting' };
  }
}

/** The changes that a replacement will make, to show before it's carried out. */
export function changesOfReplacement(
  app: Pick<FunctionApp, 'id' | 'identity'>,
  grant: readonly PlanStep[],
  parts: readonly WrittenSetting[],
): Change[] {
  const writes = writesOf(parts).map((one) => changeOfWrite(app.id, one));
  return [...changesOfGrant(app, grant), ...writes];
}

/** What a write of settings or of a part of the configuration changes. */
export function changeOfWrite(appId: string, one: Write): Change {
  if (one.kind === 'platform')
    return {
      ...{ kind: 'setPlatformSignIn', appId, fetched: one.fetched },
      properties: withSignIn(one, one.now),
    };
  if (one.kind === 'appSettings')
    return { kind: 'exchangeAppSettings', appId, set: one.set, remove: one.remove };
  const { name, connectionType, value } = one;
  return { kind: value === undefined ? 'deleteAppSetting' : 'setAppSetting', appId, name, connectionType };
}

/** The changes that give an app roles, to show before they're made. */
export function changesOfGrant(
  { id, identity }: Pick<FunctionApp, 'id' | 'identity'>,
  steps: readonly PlanStep[],
): Change[] {
  const systemAssigned = identity.systemAssigned ?? { principalId: principalPlaceholder, tenantId: '' };
  return steps.flatMap((step): Change[] => {
    switch (step.kind) {
      case 'enableIdentity':
        return [{ kind: step.kind, app: { id, identity: { ...identity, systemAssigned } } }];
      case 'assignIdentity': {
        const { identityId } = step;
        const added = { resourceId: identityId, principalId: '', clientId: '' };
        const userAssigned = [...identity.userAssigned, added];
        return [{ kind: step.kind, app: { id, identity: { ...identity, userAssigned } }, identityId }];
      }
      case 'createRoleAssignment': {
        const { principalId = principalPlaceholder } = step;
        return [{ ...step, principalId, principalType: 'ServicePrincipal' }];
      }
      case 'assignDataRole':
        return [dataRoleOf(step)];
      default:
        return [];
    }
  });
}

function dataRoleOf(step: PlanStep & { readonly kind: 'assignDataRole' }): Change {
  const { principalId = principalPlaceholder } = step;
  return { ...step, principalId };
}

/** The app's identities plus one: `SystemAssigned`, or the ARM ID of a user-assigned one. */
function identityWith({ principal, otherIdentities }: ReadFacts, added: string): ManagedIdentity {
  const had = [...(principal ? [principal] : []), ...otherIdentities];
  const system = had.find(({ kind }) => kind === 'system-assigned');
  const ids = had.flatMap(({ resourceId }) => resourceId ?? []);
  const systemAssigned =
    system ?? (added === 'SystemAssigned' ? { principalId: principalPlaceholder, tenantId: '' } : undefined);
  return {
    ...(systemAssigned ? { systemAssigned } : {}),
    userAssigned: [...ids, ...(added === 'SystemAssigned' ? [] : [added])].map((resourceId) => ({
      ...{ resourceId, principalId: '', clientId: '' },
    })),
  };
}
