import * as l10n from '@vscode/l10n';
import { readSettingsOf } from '../azure/appService/settings/appSettings';
import { settingIdOf, settingIn, settingKindOf } from '../azure/appService/settings/settingsMap';
import { getFunctionApp } from '../azure/appService/sites';
import type { Connection } from '../azure/core/connection';
import { AzureError, isAbort } from '../azure/core/errors';
import type { SettingId } from '../azure/core/model';
import { getSecretValue } from '../azure/keyVault/secrets';
import { getKeyVault } from '../azure/keyVault/vaults';
import type { Replaced, ReplaceEvents } from './moveSetting';
import { keepIfResolved, leave, replaceByReference } from './moveSetting';

/** How a setting is being moved to a key vault. Its value isn't here, but in the version of the secret. */
export interface MoveInProgress extends SettingId {
  readonly appId: string;
  readonly vaultId: string;
  readonly secretName: string;
  readonly secretVersion?: string;
  /** `@Microsoft.KeyVault(…)` */
  readonly reference: string;
  /** Name of the temporary setting that shows whether the reference resolves. */
  readonly trial: string;
}

/**
 * Goes on with a move that was interrupted. The app's settings show how far it came, and the secret has the old value. What
 * was interrupted before the temporary setting was written stays as it is, because the grant may not be complete.
 * @throws AzureError if the app, its settings, or the vault can't be read
 */
export async function continueMove(
  c: Connection,
  move: MoveInProgress,
  events: ReplaceEvents,
  signal: AbortSignal,
): Promise<Replaced> {
  const { name, reference, trial, secretName, secretVersion } = move;
  const app = await getFunctionApp(c, move.appId, signal);
  const vault = await getKeyVault(c, move.vaultId, signal);
  const settings = await readSettingsOf(c, app, settingKindOf(move), signal);
  const valueOf = (wanted: string) => settingIn(settings, wanted);
  const readSecret = () => getSecretValue(c, vault, secretName, secretVersion);
  const replacement = { app, ...settingIdOf(move), reference, trial };
  if (valueOf(name) === reference)
    return await keepIfResolved(c, { ...replacement, value: readSecret }, events, signal);
  const value = valueOf(trial) === reference ? await unlessRefused(readSecret) : undefined;
  // Only what is in the secret may be replaced by a reference to it.
  if (value !== undefined && value === valueOf(name))
    return await replaceByReference(c, { ...replacement, value }, events, signal);
  const reason = l10n.t('The window was closed before the reference resolved.');
  const error = new AzureError(reason, { code: 'MoveInterrupted', explanation: { reason } });
  return await leave(c, replacement, events, { error });
}

async function unlessRefused(read: () => Promise<string>): Promise<string | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isAbort(error)) throw error;
    return undefined;
  }
}
