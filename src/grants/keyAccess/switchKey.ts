import * as l10n from '@vscode/l10n';
import { nameInId } from '../../access/words/format';
import { changeAppSettings, readSettingValue } from '../../azure/appService/settings/appSettings';
import { getFunctionApp } from '../../azure/appService/sites';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import type { FunctionApp, SettingId } from '../../azure/core/model';
import { withoutValues } from '../../azure/core/secrets/hiding';
import type { ResourceKey } from '../../azure/resources/keyRotation';
import { listKeysBeside, readRotatable } from '../../azure/resources/keyRotation';
import type { WatchEvents, WatchTiming } from '../replace/watchHost';
import { watchHost, workingFunctions } from '../replace/watchHost';

/** A setting that gets another key of the same resource. */
export interface SettingSwitch {
  readonly appId: string;
  readonly setting: SettingId;
  readonly resourceId: string;
  /** Names of the keys. */
  readonly from: string;
  readonly to: string;
}

/** `untouched`: the setting has the old key. `back`: it got the old key back. `stuck`: it couldn't. */
export type SwitchedKey =
  { readonly kind: 'switched' } | { readonly kind: 'untouched' | 'back' | 'stuck'; readonly error: unknown };

/**
 * Replaces one key of a resource by another in a setting, which restarts the app, and watches the host. If it isn't
 * healthy, the setting gets the old key back, which still works. Never rejects: the outcome is in the result.
 * @param connections of the app, and of the resource, which can be another
 */
export async function switchKey(
  connections: { readonly app: Connection; readonly resource: Connection },
  { appId, setting, resourceId, from, to }: SettingSwitch,
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
    if (!(await readRotatable(connections.resource, resourceId, signal)).isReady)
      throw notReady(nameInId(resourceId));
    const keys = await listKeysBeside(connections.resource, resourceId, from, signal);
    const [old, other] = [from, to].map((name) => keys.find((key) => key.name === name));
    before = (await readSettingValue(c, app, setting, signal)) ?? '';
    after = (old && other && withOtherKey(before, old, other)) ?? before;
    if (after === before) throw noLongerThere(setting.name);
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

/** The ID of a key goes with it, and a URL has the key encoded. Undefined if the value doesn't have the key. */
function withOtherKey(value: string, old: ResourceKey, other: ResourceKey): string | undefined {
  const form = [(key: string) => key, encodeURIComponent].find((as) => value.includes(as(old.value)));
  if (!form) return undefined;
  const exchanged = value.replaceAll(form(old.value), form(other.value));
  const isNamed = old.id !== undefined && other.id !== undefined;
  return isNamed ? exchanged.replaceAll(old.id, other.id) : exchanged;
}

/** A key that is still being made is listed as the old one, which stops working (Cosmos DB, how-to-rotate-keys). */
function notReady(name: string): AzureError {
  return new AzureError(
    l10n.t('{0} is still being changed, and may be making a new key. Try again when that has ended.', name),
    { code: 'NotReady' },
  );
}

function noLongerThere(name: string): AzureError {
  return new AzureError(l10n.t('The setting {0} no longer has that key.', name), { code: 'SettingChanged' });
}
