import type { GrantPlace } from './grantPlace';
import * as l10n from '@vscode/l10n';
import { addedPolicy, ofDelegated } from '../changes/change';
import type { PlanStep } from '../access/plan/planStep';
import { isReference } from '../access/reference/reference';
import { changeAppSettings, readSettingValue } from '../azure/appService/settings/appSettings';
import { sameId } from '../azure/core/armId';
import { AzureError } from '../azure/core/errors';
import { assignUserAssignedIdentity, setKeyVaultReferenceIdentity } from '../azure/appService/identities';
import type { FunctionApp } from '../azure/core/model';
import { createRoleAssignment } from '../azure/directory/roles';
import { enableSystemAssignedIdentity, getFunctionApp } from '../azure/appService/sites';
import { settingIdOf } from '../azure/appService/settings/settingsMap';
import { addAccessPolicy, getKeyVault } from '../azure/keyVault/vaults';
import type { UndoStep } from './undoStep';

export interface StepDone {
  readonly step: PlanStep;
  /** The principal that the step concerned or created. */
  readonly principalId?: string;
  /** Absent if nothing had to change. */
  readonly undo?: UndoStep;
}

/** How far a plan got. */
export interface Applied {
  readonly done: readonly StepDone[];
  /** Why it stopped (an AbortError if canceled), and the remaining steps, starting with the one that failed. */
  readonly failure?: { readonly error: unknown; readonly left: readonly PlanStep[] };
}

/**
 * Runs a plan's steps in order. Each is harmless if already done, so a plan that stopped halfway can continue with
 * `left`. Never rejects: the failure is in the result.
 * @param onStep called before each step
 * @param before results of earlier steps, if the plan continues
 * @param onDone called after each step with all results so far, and awaited, so that they outlive the window
 */
export async function apply(
  place: GrantPlace,
  steps: readonly PlanStep[],
  onStep: (index: number, step: PlanStep) => void,
  signal: AbortSignal,
  before: readonly StepDone[] = [],
  onDone: (done: readonly StepDone[]) => Promise<void> = () => Promise.resolve(),
): Promise<Applied> {
  const done = [...before];
  for (const [index, step] of steps.entries()) {
    onStep(index, step);
    const brought = done.findLast(({ principalId }) => principalId !== undefined);
    try {
      signal.throwIfAborted();
      done.push({ step, ...(await carryOut(place, step, brought, signal)) });
      await onDone([...done]);
    } catch (error) {
      return { done, failure: { error, left: steps.slice(index) } };
    }
  }
  return { done };
}

type Result = Omit<StepDone, 'step'>;

/** @param before the step that created or assigned the identity, if one did */
async function carryOut(
  place: GrantPlace,
  step: PlanStep,
  before: StepDone | undefined,
  signal: AbortSignal,
): Promise<Result> {
  const brought = before?.principalId;
  switch (step.kind) {
    case 'enableIdentity':
      return await enableIdentity(place, step.appId, signal);
    case 'assignIdentity':
      return await assignIdentity(place, step.appId, step.identityId, signal);
    case 'addAccessPolicy':
      return await addPolicy(place, step, required(step.principalId ?? brought), signal);
    case 'createRoleAssignment':
      return await assignRole(
        place,
        step,
        { principalId: required(step.principalId ?? brought), ...identityOf(step.principalId, before) },
        signal,
      );
    case 'setReferenceIdentity':
      return await setIdentity(place, step.appId, step.identity, signal);
    case 'writeReference':
      return await writeReference(place, step, signal);
  }
}

async function enableIdentity(place: GrantPlace, appId: string, signal: AbortSignal): Promise<Result> {
  const { connection: c } = place;
  const read: FunctionApp[] = [];
  const after = await enableSystemAssignedIdentity(c, { id: appId }, signal, {
    onRead: (now) => read.push(now),
  });
  const principalId = required(after.identity.systemAssigned?.principalId);
  // If the first attempt's answer was lost, a later one finds the identity that the first one enabled.
  if (read[0]?.identity.systemAssigned) return { principalId };
  place.changed(c, { kind: 'enableIdentity', app: after });
  return { principalId, undo: { kind: 'disableIdentity', appId, principalId } };
}

async function assignIdentity(
  place: GrantPlace,
  appId: string,
  identityId: string,
  signal: AbortSignal,
): Promise<Result> {
  const { connection: c } = place;
  const find = ({ identity }: FunctionApp) =>
    identity.userAssigned.find(({ resourceId }) => sameId(resourceId, identityId))?.principalId;
  const before = await getFunctionApp(c, appId, signal);
  const had = find(before);
  if (had !== undefined) return { principalId: had };
  const after = await assignUserAssignedIdentity(c, before, identityId, signal);
  place.changed(c, { kind: 'assignIdentity', app: after, identityId });
  const principalId = required(find(after));
  return { principalId, undo: { kind: 'unassignIdentity', appId, identityId } };
}

/** The resource of the identity that a step brought, which Resource Graph may not know yet. */
function identityOf(given: string | undefined, before: StepDone | undefined): { identityId?: string } {
  if (given !== undefined || before === undefined) return {};
  const { step } = before;
  if (step.kind === 'enableIdentity') return { identityId: step.appId };
  return step.kind === 'assignIdentity' ? { identityId: step.identityId } : {};
}

async function addPolicy(
  { vaultConnection: c, changed }: GrantPlace,
  { vaultId, tenantId, secrets }: PlanStep & { readonly kind: 'addAccessPolicy' },
  principalId: string,
  signal: AbortSignal,
): Promise<Result> {
  const vault = await getKeyVault(c, vaultId, signal);
  const entry = vault.accessPolicies.find(
    ({ objectId, applicationId }) => sameId(objectId, principalId) && applicationId === undefined,
  );
  const had = new Set(entry?.permissions.secrets?.map((name) => name.toLowerCase()));
  const added = had.has('all') ? [] : secrets.filter((name) => !had.has(name));
  if (added.length === 0) return { principalId };
  const policy = { objectId: principalId, permissions: { secrets: added } };
  await addAccessPolicy(c, vault, policy, signal);
  changed(c, addedPolicy(vault, policy));
  return { principalId, undo: { kind: 'removePermissions', vaultId, tenantId, principalId, secrets: added } };
}

async function assignRole(
  { vaultConnection: c, changed }: GrantPlace,
  { scope, roleDefinitionId, roleName }: PlanStep & { readonly kind: 'createRoleAssignment' },
  { principalId, identityId }: { readonly principalId: string; readonly identityId?: string },
  signal: AbortSignal,
): Promise<Result> {
  const wanted = { scope, roleDefinitionId, principalId };
  const identity = identityId === undefined ? {} : { identityId };
  const { assignment, created, ...delegated } = await createRoleAssignment(
    c,
    { ...wanted, ...identity },
    signal,
  );
  if (!created) return { principalId };
  const change = { kind: 'createRoleAssignment', ...wanted, principalType: 'ServicePrincipal' } as const;
  const named = roleName === undefined ? {} : { roleName };
  changed(c, { ...change, ...named, ...ofDelegated(assignment.id, delegated) });
  return { principalId, undo: { kind: 'deleteRoleAssignment', id: assignment.id, ...wanted } };
}

async function setIdentity(
  { connection: c, restarts, changed }: GrantPlace,
  appId: string,
  identity: string,
  signal: AbortSignal,
): Promise<Result> {
  const before = await getFunctionApp(c, appId, signal);
  if (sameId(before.keyVaultReferenceIdentity, identity)) return {};
  restarts(appId);
  await setKeyVaultReferenceIdentity(c, before, identity, signal);
  changed(c, { kind: 'setKeyVaultReferenceIdentity', appId, identity });
  const { keyVaultReferenceIdentity } = before;
  return {
    undo: { kind: 'setReferenceIdentity', appId, identity: keyVaultReferenceIdentity, written: identity },
  };
}

/** Replaces only another reference or no value, because a plain-text value would be lost. */
async function writeReference(
  { connection: c, restarts, changed }: GrantPlace,
  step: PlanStep & { readonly kind: 'writeReference' },
  signal: AbortSignal,
): Promise<Result> {
  const { appId, name, reference } = step;
  const id = settingIdOf(step);
  const app = await getFunctionApp(c, appId, signal);
  const before = await readSettingValue(c, app, id, signal);
  if (before === reference) return {};
  if (typeof before === 'string' && !isReference(before))
    throw new AzureError(l10n.t('The setting {0} has a plain-text value.', name), {
      code: 'SettingHasValue',
      explanation: {
        reason: l10n.t(
          'The setting {0} of {1} has a plain-text value that a reference would replace',
          name,
          app.name,
        ),
        nextStep: l10n.t('Use another name, or run Move to Key Vault on the setting.'),
      },
    });
  const was = before === undefined ? null : (before ?? '');
  const change = { kind: 'set', ...id, value: reference, was } as const;
  restarts(appId);
  await changeAppSettings(c, app, change, signal);
  changed(c, { kind: 'setAppSetting', appId, ...id, reference });
  return {
    undo: {
      kind: 'restoreSetting',
      appId,
      ...id,
      written: reference,
      ...(before === undefined ? {} : { before }),
    },
  };
}

function required(principalId: string | undefined): string {
  if (principalId) return principalId;
  throw new AzureError(l10n.t("Azure doesn't report a principal for the app's identity yet."), {
    code: 'IdentityNotReady',
  });
}
