import * as l10n from '@vscode/l10n';
import { changeAppSettings, readSettingValue } from '../azure/appService/settings/appSettings';
import { sameId } from '../azure/core/armId';
import { removeUserAssignedIdentity, setKeyVaultReferenceIdentity } from '../azure/appService/identities';
import { deleteRoleAssignment } from '../azure/directory/roles';
import { disableSystemAssignedIdentity, getFunctionApp } from '../azure/appService/sites';
import { settingIdOf } from '../azure/appService/settings/settingsMap';
import { removePermissions } from '../azure/keyVault/vaults';
import { deleteDataRole } from '../azure/resources/dataRoles';
import {
  connectionSince,
  otherRights,
  principalOf,
  referenceSince,
  referenceThatNeeds,
  settingThatNames,
  unlessUnknown,
} from './dependents';
import type { Grant } from './grant';
import { needs } from './grant';
import type { GrantPlace } from './grantPlace';
import { settingWithOwnRights } from './ownRights';
import type { UndoStep } from './undoStep';
import { isReference } from './undoStep';

/** How far undoing a grant got. */
export interface Undone {
  readonly done: readonly UndoStep[];
  /** What was kept because someone has changed it since, or something else uses it. */
  readonly left: readonly KeptStep[];
  /** Why it stopped, and the steps that remain. */
  readonly failure?: { readonly error: unknown; readonly left: readonly UndoStep[] };
}

interface KeptStep {
  readonly step: UndoStep;
  readonly why: string;
  /** The grant that needs it, and that takes it back when it's undone. */
  readonly neededBy?: Grant;
}

/**
 * Undoes a grant and keeps what others have done or come to depend on since. Never rejects.
 * @param later the grants after it that haven't been undone
 */
export async function undo(
  place: GrantPlace,
  grant: Grant,
  later: readonly Grant[],
  onStep: (index: number, step: UndoStep) => void,
  signal: AbortSignal,
): Promise<Undone> {
  const done: UndoStep[] = [];
  const left: KeptStep[] = [];
  const { steps } = grant;
  for (const [index, step] of steps.entries()) {
    onStep(index, step);
    const neededBy = later.find((other) => needs(other, step));
    if (neededBy) {
      left.push({ step, neededBy, why: l10n.t('the grant "{0}" needs it', neededBy.title) });
      continue;
    }
    try {
      signal.throwIfAborted();
      const why = await takeBack(place, grant, step, signal);
      if (why === undefined) done.push(step);
      else left.push({ step, why });
    } catch (error) {
      return { done, left, failure: { error, left: steps.slice(index) } };
    }
  }
  return { done, left };
}

/** Reads what the step is about, and what has come to depend on it, right before. @returns the reason if it was kept */
async function takeBack(
  place: GrantPlace,
  grant: Grant,
  step: UndoStep,
  signal: AbortSignal,
): Promise<string | undefined> {
  switch (step.kind) {
    case 'deleteRoleAssignment':
      return await deleteAssignment(place, grant, step, signal);
    case 'removeDataRole':
      return await removeDataRole(place, grant, step, signal);
    case 'removePermissions':
      return await takePermissions(place, grant, step, signal);
    case 'restoreSetting':
      return await restoreSetting(place, step, signal);
    case 'disableIdentity':
      return await disableIdentity(place, grant, step, signal);
    case 'unassignIdentity':
      return await unassignIdentity(place, step, signal);
    case 'setReferenceIdentity':
      return await restoreReferenceIdentity(place, grant, step, signal);
  }
}

async function deleteAssignment(
  { connection, vaultConnection: c, changed }: GrantPlace,
  grant: Grant,
  step: UndoStep & { readonly kind: 'deleteRoleAssignment' },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { id, scope, principalId } = step;
  const used = await unlessUnknown(() =>
    grant.roles
      ? connectionSince(connection, grant, signal)
      : referenceThatNeeds(connection, grant, scope, principalId, signal),
  );
  if (used !== undefined) return used;
  await deleteRoleAssignment(c, id, signal);
  changed(c, step);
  return undefined;
}

/** Who else depends on it is for the caller to look at: no Key Vault reference does. */
async function removeDataRole(
  { connection, vaultConnection: c, changed }: GrantPlace,
  grant: Grant,
  step: UndoStep & { readonly kind: 'removeDataRole' },
  signal: AbortSignal,
): Promise<string | undefined> {
  const used = grant.roles && (await unlessUnknown(() => connectionSince(connection, grant, signal)));
  if (used !== undefined) return used;
  await deleteDataRole(c, step.id, signal);
  changed(c, step);
  return undefined;
}

async function takePermissions(
  { connection, vaultConnection: c, changed }: GrantPlace,
  grant: Grant,
  { vaultId, tenantId, principalId, secrets }: UndoStep & { readonly kind: 'removePermissions' },
  signal: AbortSignal,
): Promise<string | undefined> {
  const used = await unlessUnknown(() => referenceThatNeeds(connection, grant, vaultId, principalId, signal));
  if (used !== undefined) return used;
  const policy = { objectId: principalId, permissions: { secrets } };
  const after = await removePermissions(c, { id: vaultId, tenantId }, policy, signal);
  const left = after.accessPolicies.find(
    ({ objectId, applicationId }) => sameId(objectId, principalId) && applicationId === undefined,
  );
  const kept = left && { left: { secrets: left.permissions.secrets ?? [] } };
  changed(c, { kind: 'removeAccessPolicy', vaultId, tenantId, ...policy, ...kept });
  // Someone granted every permission since, which includes the ones that were just removed by name.
  const hasAll = left?.permissions.secrets?.some((name) => name.toLowerCase() === 'all');
  return hasAll ? l10n.t('the access policy now allows all secret operations') : undefined;
}

async function restoreSetting(
  { connection: c, restarts, changed }: GrantPlace,
  step: UndoStep & { readonly kind: 'restoreSetting' },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { appId, name, written, before } = step;
  const id = settingIdOf(step);
  const app = await getFunctionApp(c, appId, signal);
  const now = await readSettingValue(c, app, id, signal);
  if (now === before) return undefined;
  if (now !== written) return l10n.t('the setting {0} has changed since', name);
  restarts(appId);
  if (before === undefined) {
    await changeAppSettings(c, app, { kind: 'delete', ...id, was: written }, signal);
    changed(c, { kind: 'deleteAppSetting', appId, ...id });
  } else {
    await changeAppSettings(c, app, { kind: 'set', ...id, value: before, was: written }, signal);
    const reference = before !== null && isReference(before) && { reference: before };
    changed(c, { kind: 'setAppSetting', appId, ...id, ...reference });
  }
  return undefined;
}

async function disableIdentity(
  { connection: c, changed }: GrantPlace,
  grant: Grant,
  { appId, principalId }: UndoStep & { readonly kind: 'disableIdentity' },
  signal: AbortSignal,
): Promise<string | undefined> {
  const app = await getFunctionApp(c, appId, signal);
  const now = app.identity.systemAssigned?.principalId;
  if (now === undefined) return undefined;
  if (!sameId(now, principalId)) return l10n.t('the app has a different identity now');
  // Deleting a principal that has gained other access since would lose that access for good.
  const used = await unlessUnknown(
    async () =>
      (await settingWithOwnRights(c, app, grant, signal)) ?? (await otherRights(c, principalId, signal)),
  );
  if (used !== undefined) return used;
  const after = await disableSystemAssignedIdentity(c, app, signal);
  changed(c, { kind: 'disableIdentity', app: after });
  return undefined;
}

async function unassignIdentity(
  { connection: c, changed }: GrantPlace,
  { appId, identityId }: UndoStep & { readonly kind: 'unassignIdentity' },
  signal: AbortSignal,
): Promise<string | undefined> {
  const app = await getFunctionApp(c, appId, signal);
  if (!app.identity.userAssigned.some(({ resourceId }) => sameId(resourceId, identityId))) return undefined;
  if (sameId(app.keyVaultReferenceIdentity, identityId))
    return l10n.t("it resolves the app's Key Vault references now");
  const used = await unlessUnknown(() => settingThatNames(c, app, identityId, signal));
  if (used !== undefined) return used;
  const after = await removeUserAssignedIdentity(c, app, identityId, signal);
  changed(c, { kind: 'removeIdentity', app: after, identityId });
  return undefined;
}

async function restoreReferenceIdentity(
  { connection: c, restarts, changed }: GrantPlace,
  grant: Grant,
  { appId, identity, written }: UndoStep & { readonly kind: 'setReferenceIdentity' },
  signal: AbortSignal,
): Promise<string | undefined> {
  const app = await getFunctionApp(c, appId, signal);
  const now = app.keyVaultReferenceIdentity;
  if (sameId(now, identity)) return undefined;
  if (!sameId(now, written)) return l10n.t('someone else has set another identity since');
  if (identity.startsWith('/') && principalOf(app, identity) === undefined)
    return l10n.t('the app no longer has the identity {0}', identity.split('/').at(-1) ?? identity);
  const used = await unlessUnknown(() => referenceSince(c, grant, app, signal));
  if (used !== undefined) return used;
  restarts(appId);
  await setKeyVaultReferenceIdentity(c, app, identity, signal);
  changed(c, { kind: 'setKeyVaultReferenceIdentity', appId, identity });
  return undefined;
}
