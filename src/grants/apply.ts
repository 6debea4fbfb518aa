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
import type { IdentityWatch } from '../azure/appService/identityChanges';
import type { Later } from '../azure/core/queue';
import { settleAll } from '../azure/core/wait';
import { enableSystemAssignedIdentity, getFunctionApp } from '../azure/appService/sites';
import { settingIdOf } from '../azure/appService/settings/settingsMap';
import { addAccessPolicy, getKeyVault } from '../azure/keyVault/vaults';
import { assignDataRole } from '../azure/resources/dataRoles';
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

export interface ApplyOptions {
  /** Results of earlier steps, if the plan continues. */
  readonly before?: readonly StepDone[];
  /** Called after each step with all results so far, and awaited, so that they outlive the window. */
  readonly onDone?: (done: readonly StepDone[]) => Promise<void>;
  /** The first write waits for this, and what is read before it doesn't. */
  readonly ready?: Promise<unknown>;
  /** The app that the plan was made for. Its identities are then looked up while it's read again. */
  readonly app?: FunctionApp;
  /** Gets the checks that an identity wasn't lost, as in {@link IdentityWatch}. */
  readonly later?: Later;
}

/**
 * Runs a plan's steps in order. Each is harmless if already done, so a plan that stopped halfway can continue with
 * `left`. Never rejects: the failure is in the result.
 * @param onStep called before each step
 */
export async function apply(
  place: GrantPlace,
  steps: readonly PlanStep[],
  onStep: (index: number, step: PlanStep) => void,
  signal: AbortSignal,
  options: ApplyOptions = {},
): Promise<Applied> {
  const { before = [], onDone, ready } = options;
  ready?.catch(() => undefined); // each write waits for it
  const done = [...before];
  for (const [index, step] of steps.entries()) {
    onStep(index, step);
    const brought = done.findLast(({ principalId }) => principalId !== undefined);
    const isNew = brought?.undo?.kind === 'disableIdentity' && !before.includes(brought);
    try {
      signal.throwIfAborted();
      const run: Run = { ...place, ...options, signal, ...(brought ? { brought, isNew } : {}) };
      done.push({ step, ...(await carryOut(run, step)) });
      await onDone?.([...done]);
    } catch (error) {
      return { done, failure: { error, left: steps.slice(index) } };
    }
  }
  return { done };
}

type Result = Omit<StepDone, 'step'>;

/** What a step runs with. */
interface Run extends GrantPlace, ApplyOptions {
  readonly signal: AbortSignal;
  /** The step that created or assigned the identity, if one did. */
  readonly brought?: StepDone;
  /** Whether that step has just created its principal, which therefore can't have access to anything yet. */
  readonly isNew?: boolean;
}

async function carryOut(run: Run, step: PlanStep): Promise<Result> {
  switch (step.kind) {
    case 'enableIdentity':
      return await enableIdentity(run, step.appId);
    case 'assignIdentity':
      return await assignIdentity(run, step.appId, step.identityId);
    case 'addAccessPolicy':
      return await addPolicy(run, step);
    case 'createRoleAssignment':
      return await assignRole(run, step);
    case 'assignDataRole':
      return await giveDataRole(run, step);
    case 'setReferenceIdentity':
      return await setIdentity(run, step.appId, step.identity);
    case 'writeReference':
      return await writeReference(run, step);
  }
}

async function enableIdentity(run: Run, appId: string): Promise<Result> {
  const { connection: c, changed, signal } = run;
  const { watch, first } = watchOf(run);
  const after = await enableSystemAssignedIdentity(c, run.app ?? { id: appId }, signal, watch);
  const principalId = required(after.identity.systemAssigned?.principalId);
  if (first()?.identity.systemAssigned) return { principalId };
  changed(c, { kind: 'enableIdentity', app: after });
  return { principalId, undo: { kind: 'disableIdentity', appId, principalId } };
}

/**
 * Follows a change to identities. The app that was read first says whether it was needed: if the first attempt's answer
 * was lost, a later one finds what the first one changed.
 */
function watchOf({ ready, later }: Run) {
  const read: FunctionApp[] = [];
  const watch: IdentityWatch = {
    onRead: async (now) => {
      read.push(now);
      await ready;
    },
    ...(later ? { later } : {}),
  };
  return { watch, first: () => read[0] };
}

async function assignIdentity(run: Run, appId: string, identityId: string): Promise<Result> {
  const { connection: c, changed, signal } = run;
  const find = (app: FunctionApp | undefined) =>
    app?.identity.userAssigned.find(({ resourceId }) => sameId(resourceId, identityId))?.principalId;
  const { watch, first } = watchOf(run);
  const after = await assignUserAssignedIdentity(c, run.app ?? { id: appId }, identityId, signal, watch);
  const had = find(first());
  if (had !== undefined) return { principalId: had };
  changed(c, { kind: 'assignIdentity', app: after, identityId });
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
  { vaultConnection: c, changed, signal, ready, brought, isNew }: Run,
  { vaultId, tenantId, secrets, ...step }: PlanStep & { readonly kind: 'addAccessPolicy' },
): Promise<Result> {
  const principalId = required(step.principalId ?? brought?.principalId);
  const read = async () => (isNew ? [] : (await getKeyVault(c, vaultId, signal)).accessPolicies);
  const [accessPolicies] = await settleAll([read(), ready ?? Promise.resolve()]);
  const vault = { id: vaultId, tenantId, accessPolicies };
  const entry = accessPolicies.find(
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
  { vaultConnection: c, changed, signal, ready, brought, isNew = false }: Run,
  { scope, roleDefinitionId, roleName, ...step }: PlanStep & { readonly kind: 'createRoleAssignment' },
): Promise<Result> {
  const principalId = required(step.principalId ?? brought?.principalId);
  const wanted = { scope, roleDefinitionId, principalId };
  const identity = identityOf(step.principalId, brought);
  const { assignment, created, ...delegated } = await createRoleAssignment(
    c,
    { ...wanted, ...identity, isNew },
    signal,
    ready,
  );
  if (!created) return { principalId };
  const change = { kind: 'createRoleAssignment', ...wanted, principalType: 'ServicePrincipal' } as const;
  const named = roleName === undefined ? {} : { roleName };
  changed(c, { ...change, ...named, ...ofDelegated(assignment.id, delegated) });
  return { principalId, undo: { kind: 'deleteRoleAssignment', id: assignment.id, ...wanted } };
}

async function giveDataRole(
  { vaultConnection: c, changed, signal, ready, brought }: Run,
  { kind, roleName, principalId: given, ...role }: PlanStep & { readonly kind: 'assignDataRole' },
): Promise<Result> {
  const principalId = required(given ?? brought?.principalId);
  await ready;
  const { assignment, created } = await assignDataRole(c, { ...role, principalId }, signal);
  if (!created) return { principalId };
  changed(c, { kind, roleName, ...assignment });
  return { principalId, undo: { kind: 'removeDataRole', ...assignment } };
}

async function setIdentity(
  { connection: c, restarts, changed, signal, ready }: Run,
  appId: string,
  identity: string,
): Promise<Result> {
  const [before] = await settleAll([getFunctionApp(c, appId, signal), ready ?? Promise.resolve()]);
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
  run: Run,
  step: PlanStep & { readonly kind: 'writeReference' },
): Promise<Result> {
  const { connection: c, restarts, changed, signal, ready } = run;
  const { appId, name, reference } = step;
  const id = settingIdOf(step);
  const app = run.app ?? (await getFunctionApp(c, appId, signal));
  const [before] = await settleAll([readSettingValue(c, app, id, signal), ready ?? Promise.resolve()]);
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
