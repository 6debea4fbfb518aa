import * as vscode from 'vscode';
import { listAppSettings } from '../../../azure/appService/settings/appSettings';
import { sameId } from '../../../azure/core/armId';
import { findKeysLeft } from '../../../inventory/keysLeft';
import type { AppTarget, VaultTarget } from '../../../inventory/targets';
import type { MapFix } from '../../../map/model/map';
import { UserError } from '../../../ui/errors';
import { withProgress } from '../../../ui/progress';
import { removeUserAssignedIdentity } from '../../identities/removeUserAssignedIdentity';
import { setKeyVaultReferenceIdentity } from '../../identities/setKeyVaultReferenceIdentity';
import type { KeyLeftTarget } from '../../replace/replaceWithIdentity';
import { replaceWithIdentity } from '../../replace/replaceWithIdentity';
import { letAppReadSecret } from '../letAppReadSecret';
import type { ReadNode } from '../readQuestion';
import { whyCantItRead } from '../whyCantItRead';
import type { Services } from '../../services';

type UsedServices = Parameters<typeof whyCantItRead>[0] & Pick<Services, 'log' | 'operations'>;

/**
 * Opens what fixes a problem that the access map shows: the report whose buttons fix each cause, a plan, or a change of the app's
 * identities.
 * @param aboutId ARM ID of the vault or identity that the problem is about
 */
export async function fixOnMap(
  services: UsedServices,
  { kind, about }: MapFix,
  appId: string,
  aboutId: string,
): Promise<void> {
  const apps = await services.inventory.functionApps();
  const target = apps.find(({ app }) => sameId(app.id, appId));
  if (!target) throw new UserError(vscode.l10n.t("This resource isn't in one of the selected subscriptions"));
  switch (kind) {
    case 'reference':
      return fixReference(services, target, about);
    case 'access':
      return whyCantItRead(services, target, await appAndVault(services, target, aboutId));
    case 'identityAccess':
      return letAppReadSecret(services, target, await appAndVault(services, target, aboutId));
    case 'deletedIdentity': {
      const assigned = target.app.identity.userAssigned.find(({ resourceId }) => sameId(resourceId, aboutId));
      return removeUserAssignedIdentity(services, assigned ? { ...target, assigned } : target);
    }
    case 'referenceIdentity':
      return setKeyVaultReferenceIdentity(services, target);
    case 'key':
      return replaceWithIdentity(services, await keyOf(target, about));
  }
}

/** @throws UserError if the setting no longer has a key */
async function keyOf(target: AppTarget, setting: string): Promise<KeyLeftTarget> {
  const { connection, app } = target;
  const { keys } = await withProgress(vscode.l10n.t('Reading the settings of {0}', app.name), (signal) =>
    findKeysLeft(connection, app, signal),
  );
  const finding = keys.map((key) => key.finding).find(({ name }) => name === setting);
  if (finding) return { ...target, finding };
  throw new UserError(vscode.l10n.t('{0} no longer has the setting {1}', app.name, setting));
}

async function fixReference(services: UsedServices, target: AppTarget, name: string): Promise<void> {
  const { connection, app } = target;
  const settings = await withProgress(vscode.l10n.t('Reading the settings of {0}', app.name), (signal) =>
    listAppSettings(connection, app, signal),
  );
  const setting = settings.find((one) => one.name === name);
  if (setting) return whyCantItRead(services, { ...target, setting });
  services.refresh(connection, app.id);
  throw new UserError(vscode.l10n.t('{0} no longer has the setting {1}', app.name, name));
}

/** Nothing says which secret of the vault the app should read, so the command asks for it. */
async function appAndVault(
  { inventory }: UsedServices,
  target: AppTarget,
  aboutId: string,
): Promise<readonly ReadNode[]> {
  const vaults = await inventory.keyVaults();
  const isAbout = ({ vault }: VaultTarget) =>
    `${aboutId}/`.toLowerCase().startsWith(`${vault.id}/`.toLowerCase());
  return [target, ...vaults.filter(isAbout)];
}
