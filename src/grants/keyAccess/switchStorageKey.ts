import * as l10n from '@vscode/l10n';
import { changeAppSettings, readSettingValue } from '../../azure/appService/settings/appSettings';
import { getFunctionApp } from '../../azure/appService/sites';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import type { FunctionApp, SettingId } from '../../azure/core/model';
import { withoutValues } from '../../azure/core/secrets/hiding';
import { listStorageKeys } from '../../azure/resources/storageKeys';
import type { WatchEvents, WatchTiming } from '../replace/watchHost';
import { watchHost, workingFunctions } from '../replace/watchHost';

/** A setting that gets another key of the same storage account. */
export interface StorageKeySwitch {
  readonly appId: string;
  readonly setting: SettingId;
  readonly accountId: string;
  readonly from: string;
  readonly to: string;
}

/** `untouched`: the setting has the old key. `back`: it got the old key back. `stuck`: it couldn't. */
export type SwitchedKey =
  { readonly kind: 'switched' } | { readonly kind: 'untouched' | 'back' | 'stuck'; readonly error: unknown };

/**
 * Replaces one key of a storage account by another in a setting, which restarts the app, and watches the host. If it isn't
 * healthy, the setting gets the old key back, which still works. Never rejects: the outcome is in the result.
 * @param app the connection of the app, which can be another than the account's
 */
export async function switchStorageKey(
  connections: { readonly app: Connection; readonly account: Connection },
  { appId, setting, accountId, from, to }: StorageKeySwitch,
  events: WatchEvents & { readonly writes: () => void },
  signal: AbortSignal,
  timing?: WatchTiming,
): Promise<SwitchedKey> {
  const c = connections.app;
  let app: FunctionApp;
  let functions: readonly string[];
  let [before, after] = ['', ''];
  try {
    app = await getFunctionApp(c, appId, signal);
    functions = await workingFunctions(c, app, signal);
    // Nobody would see that the write broke a host that is broken already.
    await watchHost(c, app, functions, events, signal, timing);
    const keys = await listStorageKeys(connections.account, accountId, signal);
    const [old, other] = [keys.get(from), keys.get(to)];
    before = (await readSettingValue(c, app, setting, signal)) ?? '';
    if (old === undefined || other === undefined || !before.includes(old)) throw noLongerThere(setting.name);
    after = before.replaceAll(old, other);
    signal.throwIfAborted();
  } catch (error) {
    return { kind: 'untouched', error };
  }
  const write = async (was: string, value: string, within?: AbortSignal) => {
    events.writes();
    await changeAppSettings(c, app, { ...setting, kind: 'set', was, value }, within);
    events.changed({ ...setting, kind: 'setAppSetting', appId });
  };
  try {
    await write(before, after, signal);
    await watchHost(c, app, functions, events, signal, timing);
    return { kind: 'switched' };
  } catch (error) {
    const failure = withoutValues(error, [before, after]);
    if (error instanceof AzureError && error.code === 'SettingChanged')
      return { kind: 'untouched', error: failure };
    try {
      await write(after, before);
      return { kind: 'back', error: failure };
    } catch (why) {
      // The write may never have been applied.
      const now = await readSettingValue(c, app, setting).catch(() => undefined);
      if (now === before) return { kind: 'untouched', error: failure };
      return { kind: 'stuck', error: withoutValues(why, [before, after]) };
    }
  }
}

function noLongerThere(name: string): AzureError {
  return new AzureError(l10n.t('The setting {0} no longer has that key.', name), { code: 'SettingChanged' });
}
