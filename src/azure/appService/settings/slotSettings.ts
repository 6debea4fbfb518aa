import * as l10n from '@vscode/l10n';
import { apiVersions } from '../../core/apiVersions';
import { sameId } from '../../core/armId';
import type { Connection } from '../../core/connection';
import { AzureError } from '../../core/errors';
import { isObject, objectOf, stringsOf } from '../../core/json';
import type { FunctionApp, SettingId, SettingKind } from '../../core/model';
import { inTurn, startingOver } from '../../core/queue';
import { callResourceManager } from '../../core/request';
import { requireFeature } from '../hosting/features';
import { settingKindOf } from './settingsMap';

const lists = { appsettings: 'appSettingNames', connectionstrings: 'connectionStringNames' } as const;

/** The names of all settings that stay with their slot, by kind, such as `appSettingNames` (WebApps.json: SlotConfigNames). */
export type SlotSettingLists = Readonly<Record<string, readonly string[]>>;

/** In lowercase, because the marks ignore case. If they can't be read, the list of settings is still useful without them. */
export async function slotSettingNames(
  c: Connection,
  app: FunctionApp,
  signal: AbortSignal | undefined,
): Promise<Record<SettingKind, ReadonlySet<string>>> {
  try {
    const all = await readLists(c, mainAppId(app), signal);
    const named = (kind: SettingKind) => new Set((all[lists[kind]] ?? []).map((name) => name.toLowerCase()));
    return { appsettings: named('appsettings'), connectionstrings: named('connectionstrings') };
  } catch (error) {
    if (error instanceof AzureError && (error.status === 403 || error.status === 404))
      return { appsettings: new Set(), connectionstrings: new Set() };
    throw error;
  }
}

/**
 * Makes a setting stay with its slot at a swap, or move with it. The service replaces all marks of an app at once and has
 * no ETag, as with settings.
 * @returns all marks afterward, or undefined if there was nothing to change
 * @throws AzureError `SettingsLost` if someone else's write overwrote ours
 */
export async function changeSlotSetting(
  c: Connection,
  app: FunctionApp,
  setting: SettingId,
  slotSetting: boolean,
  signal?: AbortSignal,
): Promise<SlotSettingLists | undefined> {
  requireFeature(app, 'settings');
  const site = mainAppId(app);
  const list = lists[settingKindOf(setting)];
  const isMarked = (all: SlotSettingLists) => all[list]?.some((name) => sameId(name, setting.name)) ?? false;
  let wanted: SlotSettingLists | undefined;
  return await inTurn(c, site, () =>
    startingOver(
      c,
      signal,
      () => readLists(c, site, signal),
      async (all) => {
        // The previous write may have succeeded even though its response was lost.
        if (isMarked(all) === slotSetting) return wanted;
        const others = (all[list] ?? []).filter((name) => !sameId(name, setting.name));
        wanted = { ...all, [list]: slotSetting ? [...others, setting.name] : others };
        signal?.throwIfAborted();
        await callResourceManager(c, {
          ...{ method: 'PUT', path: `${site}/config/slotConfigNames`, apiVersion: apiVersions.web },
          ...{ body: { properties: wanted }, once: true },
        });
        if (isMarked(await readLists(c, site, undefined)) === slotSetting) return wanted;
        throw new AzureError(
          l10n.t(
            'Your change to {0} was lost because someone else changed the settings at the same time.',
            setting.name,
          ),
          { code: 'SettingsLost' },
        );
      },
    ),
  );
}

/** The ARM ID of the app that a slot belongs to, which has the marks of all its slots. */
export function mainAppId({ id }: Pick<FunctionApp, 'id'>): string {
  return id.replace(/\/slots\/[^/]+$/i, '');
}

/** A list that no one has written is null. All are written back. */
async function readLists(
  c: Connection,
  site: string,
  signal: AbortSignal | undefined,
): Promise<SlotSettingLists> {
  const { body, status } = await callResourceManager(c, {
    ...{ method: 'GET', path: `${site}/config/slotConfigNames`, apiVersion: apiVersions.web, signal },
  });
  const { properties } = objectOf(body);
  const all = Object.entries(objectOf(properties)).filter(([, names]) => names !== null);
  // If anything else counted as no marks, the next write would delete them.
  if (!isObject(properties) || !all.every(([, names]) => Array.isArray(names)))
    throw new AzureError(l10n.t("The response doesn't contain any settings."), { status, code: 'BadAnswer' });
  return Object.fromEntries(all.map(([name, names]) => [name, stringsOf(names)]));
}
