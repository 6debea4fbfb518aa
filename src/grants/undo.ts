import * as l10n from '@vscode/l10n';
import { changeAppSettings, readAppSettings } from '../azure/appService/appSettings';
import { sameId } from '../azure/core/armId';
import type { Connection } from '../azure/core/connection';
import { removeUserAssignedIdentity, setKeyVaultReferenceIdentity } from '../azure/appService/identities';
import { listKeyVaults } from '../inventory/listResources';
import type { KeyVault } from '../azure/core/model';
import { deleteRoleAssignment, listRoleAssignmentsOf } from '../azure/directory/roles';
import { parseKeyVaultReference } from '../azure/keyVault/secretUri';
import { disableSystemAssignedIdentity, getFunctionApp } from '../azure/appService/sites';
import { findSettingName } from '../azure/appService/settingsMap';
import { getKeyVault, removePermissions } from '../azure/keyVault/vaults';
import type { GrantPlace } from './grantPlace';

/** Undoes one change, as data; harmless if already undone. Contains no secret value. */
export type UndoStep =
  | { readonly kind: 'disableIdentity'; readonly appId: string; readonly principalId: string }
  | { readonly kind: 'unassignIdentity'; readonly appId: string; readonly identityId: string }
  /** `secrets`: the permissions that weren't there before. */
  | {
      readonly kind: 'removePermissions';
      readonly vaultId: string;
      readonly tenantId: string;
      readonly principalId: string;
      readonly secrets: readonly string[];
    }
  | {
      readonly kind: 'deleteRoleAssignment';
      readonly id: string;
      readonly scope: string;
      /** ARM ID. */
      readonly roleDefinitionId: string;
      readonly principalId: string;
    }
  | { readonly kind: 'setReferenceIdentity'; readonly appId: string; readonly identity: string }
  /** `before`: the previous Key Vault reference; absent if the setting didn't exist. */
  | {
      readonly kind: 'restoreSetting';
      readonly appId: string;
      readonly name: string;
      readonly written: string;
      readonly before?: string;
    };

/** How far undoing a grant got. */
export interface Undone {
  readonly done: readonly UndoStep[];
  /** What was kept because someone has changed or used it since. */
  readonly left: readonly { readonly step: UndoStep; readonly why: string }[];
  /** Why it stopped, and the steps that remain. */
  readonly failure?: { readonly error: unknown; readonly left: readonly UndoStep[] };
}

/**
 * Undoes a grant and keeps what others have done since. Never rejects.
 * @param steps in the order to undo them, the last one first
 */
export async function undo(
  place: GrantPlace,
  steps: readonly UndoStep[],
  onStep: (index: number, step: UndoStep) => void,
  signal: AbortSignal,
): Promise<Undone> {
  const done: UndoStep[] = [];
  const left: { step: UndoStep; why: string }[] = [];
  for (const [index, step] of steps.entries()) {
    onStep(index, step);
    try {
      signal.throwIfAborted();
      const why = await takeBack(place, step, signal);
      if (why === undefined) done.push(step);
      else left.push({ step, why });
    } catch (error) {
      return { done, left, failure: { error, left: steps.slice(index) } };
    }
  }
  return { done, left };
}

/** @returns the reason if it was kept */
async function takeBack(place: GrantPlace, step: UndoStep, signal: AbortSignal): Promise<string | undefined> {
  const { connection: c, vaultConnection, restarts, changed } = place;
  switch (step.kind) {
    case 'deleteRoleAssignment':
      await deleteRoleAssignment(vaultConnection, step.id, signal);
      changed(vaultConnection, step);
      return undefined;
    case 'removePermissions':
      return await takePermissions(place, step, signal);
    case 'restoreSetting':
      return await restoreSetting(place, step, signal);
    case 'disableIdentity':
      return await disableIdentity(place, step, signal);
    case 'unassignIdentity': {
      const { appId, identityId } = step;
      const before = await getFunctionApp(c, appId, signal);
      const app = await removeUserAssignedIdentity(c, before, identityId, signal);
      changed(c, { kind: 'removeIdentity', app, identityId });
      return undefined;
    }
    case 'setReferenceIdentity': {
      const { appId, identity } = step;
      const app = await getFunctionApp(c, appId, signal);
      if (sameId(app.keyVaultReferenceIdentity, identity)) return undefined;
      restarts(appId);
      await setKeyVaultReferenceIdentity(c, app, identity, signal);
      changed(c, { kind: 'setKeyVaultReferenceIdentity', appId, identity });
      return undefined;
    }
  }
}

async function takePermissions(
  { vaultConnection: c, changed }: GrantPlace,
  { vaultId, tenantId, principalId, secrets }: UndoStep & { readonly kind: 'removePermissions' },
  signal: AbortSignal,
): Promise<string | undefined> {
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
  { appId, name, written, before }: UndoStep & { readonly kind: 'restoreSetting' },
  signal: AbortSignal,
): Promise<string | undefined> {
  const app = await getFunctionApp(c, appId, signal);
  const settings = await readAppSettings(c, app, signal);
  const key = findSettingName(settings.keys(), name);
  const now = key === undefined ? undefined : settings.get(key);
  if (now === before) return undefined;
  if (now !== written) return l10n.t('the setting {0} has changed since', name);
  restarts(appId);
  if (before === undefined) {
    await changeAppSettings(c, app, { kind: 'delete', name, was: written }, signal);
    changed(c, { kind: 'deleteAppSetting', appId, name });
  } else {
    await changeAppSettings(c, app, { kind: 'set', name, value: before, was: written }, signal);
    changed(c, { kind: 'setAppSetting', appId, name, ...(isReference(before) && { reference: before }) });
  }
  return undefined;
}

/** A principal that has gained other access since is in use: deleting the identity would lose that access for good. */
async function disableIdentity(
  { connection: c, changed }: GrantPlace,
  { appId, principalId }: UndoStep & { readonly kind: 'disableIdentity' },
  signal: AbortSignal,
): Promise<string | undefined> {
  const app = await getFunctionApp(c, appId, signal);
  const now = app.identity.systemAssigned?.principalId;
  if (now === undefined) return undefined;
  if (!sameId(now, principalId)) return l10n.t('the app has a different identity now');
  const others = await otherRights(c, app.subscriptionId, principalId, signal);
  if (others !== undefined) return others;
  const after = await disableSystemAssignedIdentity(c, app, signal);
  changed(c, { kind: 'disableIdentity', app: after });
  return undefined;
}

/** What other access the principal has in its subscription, in words; undefined if none. */
async function otherRights(
  c: Connection,
  subscriptionId: string,
  principalId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [roles, vaults] = await Promise.all([
    listRoleAssignmentsOf(c, subscriptionId, principalId, signal),
    listKeyVaults(c, [subscriptionId], signal),
  ]);
  if (roles.length > 0) return l10n.t('the identity has other role assignments');
  const names = (vault: KeyVault) =>
    vault.accessPolicies.some(({ objectId }) => sameId(objectId, principalId));
  // Resource Graph, which lists them, may still show what was just undone.
  const now = await Promise.all(vaults.items.filter(names).map(({ id }) => getKeyVault(c, id, signal)));
  const other = now.find(names);
  return other && l10n.t('the identity has an access policy on {0}', other.name);
}

/** Whether a step may be stored: only a valid Key Vault reference is certain not to be a secret value. */
export function canBeKept(step: UndoStep): boolean {
  return step.kind !== 'restoreSetting' || step.before === undefined || isReference(step.before);
}

function isReference(value: string): boolean {
  return parseKeyVaultReference(value) !== undefined;
}
