import * as l10n from '@vscode/l10n';
import { nameInId } from '../../access/words/format';
import { readAppSettings } from '../../azure/appService/settings/appSettings';
import { isContainerApp } from '../../azure/appService/siteKind';
import { settingIn } from '../../azure/appService/settings/settingsMap';
import { mainAppId } from '../../azure/appService/settings/slotSettings';
import { getFunctionApp, listSlots } from '../../azure/appService/sites';
import { sameId } from '../../azure/core/armId';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import type { FunctionApp } from '../../azure/core/model';
import { settleAll } from '../../azure/core/wait';
import { appsSharing, configurationThatHas, unlessUnknown } from '../dependents';
import type { Grant } from '../grant';
import type { GrantPlace } from '../grantPlace';
import { undo } from '../undo';
import type { UndoStep } from '../undoStep';
import { readOldValue } from './oldValue';
import { restoreSettings } from './replaceCredential';
import type { ReplaceEvents } from './replaceCredential';
import type { Replacement } from './replacement';
import { watchHost } from './watchHost';

/** How far undoing a replacement got. The old value is restored in any case. */
export interface UndoneReplacement {
  /** What was kept because something else uses it, and why. */
  readonly left: readonly { readonly step: UndoStep; readonly why: string }[];
  readonly failure?: { readonly error: unknown; readonly left: readonly UndoStep[] };
}

/**
 * Restores the credential, waits until the host works with it, and then removes the roles and the identity that were
 * added for the replacement, except for what something else has come to use.
 * @param others the replacements that stay
 * @param grants the grants that stay
 * @throws AzureError if the old value can't be restored; then nothing else is undone
 */
export async function undoReplacement(
  place: GrantPlace,
  replacement: Replacement,
  others: readonly Replacement[],
  grants: readonly Grant[],
  events: Pick<ReplaceEvents, 'writes' | 'changed' | 'looked'>,
  signal: AbortSignal,
): Promise<UndoneReplacement> {
  const { connection: c } = place;
  const { appId, oldValue, functions, steps, identity, resourceId = '', setting } = replacement;
  const app = await getFunctionApp(c, appId, signal);
  const value = await readOldValue(c, oldValue, signal);
  const sticky = await marksOfItsOwn(c, app, replacement, signal);
  await restoreSettings(c, app, { ...replacement, sticky }, value, events, signal);
  await watchHost(c, app, functions, events, signal);
  const used = await unlessUnknown(() => usedBy(c, replacement, others, signal));
  const kept = used === undefined ? [] : steps.map((step) => ({ step, why: used }));
  const grant: Grant = {
    ...{ id: replacement.id, title: setting, appId, vaultId: resourceId, secretName: '', identity },
    steps: used === undefined ? steps : [],
  };
  const undone = await undo(place, grant, grants, () => undefined, signal);
  return { left: [...kept, ...undone.left], ...(undone.failure ? { failure: undone.failure } : {}) };
}

/** The marks of slot settings that no other slot of the app needs, as far as that's known. A mark counts for all slots. */
async function marksOfItsOwn(
  c: Connection,
  app: FunctionApp,
  { sticky }: Replacement,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (sticky.length === 0) return [];
  try {
    const mainId = mainAppId(app);
    const main = sameId(mainId, app.id) ? app : await getFunctionApp(c, mainId, signal);
    const sites = [main, ...(await listSlots(c, main, signal))].filter(({ id }) => !sameId(id, app.id));
    const all = await settleAll(sites.map((site) => readAppSettings(c, site, signal)));
    return sticky.filter((name) => all.every((settings) => settingIn(settings, name) === undefined));
  } catch (error) {
    if (error instanceof AzureError) return [];
    throw error;
  }
}

/**
 * What else uses the roles on the resource, in words, also in another app with the same user-assigned identity. A member such
 * as `X__accountName` names the resource, or its address does.
 */
async function usedBy(
  c: Connection,
  replacement: Replacement,
  others: readonly Replacement[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { resourceId = '', identity, appId } = replacement;
  const name = nameInId(resourceId).toLowerCase();
  if (name === '') return undefined;
  const isShared = (one: Replacement) => identity.startsWith('/') || sameId(one.appId, appId);
  const other = others.find(
    (one) => isShared(one) && sameId(one.identity, identity) && sameId(one.resourceId ?? '', resourceId),
  );
  if (other) return dependsOnIt(other.setting, nameInId(other.appId));
  const isIt = (value: string) => value.toLowerCase() === name || isAddressOf(value.toLowerCase(), name);
  for await (const app of appsSharing(c, replacement, signal)) {
    const used = isContainerApp(app)
      ? await configurationThatHas(c, app, isIt, signal)
      : await memberThatNames(c, app, isIt, signal);
    if (used !== undefined) return used;
  }
  return undefined;
}

async function memberThatNames(
  c: Connection,
  app: FunctionApp,
  isIt: (value: string) => boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  const settings = [...(await readAppSettings(c, app, signal))];
  const member = settings.find(
    ([key, value]) => /__\w*(?:name|uri|namespace)$/i.test(key) && isIt(value),
  )?.[0];
  return member && dependsOnIt(member, app.name);
}

function dependsOnIt(setting: string, app: string): string {
  return l10n.t('the setting {0} of {1} depends on it', setting, app);
}

function isAddressOf(value: string, name: string): boolean {
  return value.replace(/^https:\/\//, '').startsWith(`${name}.`);
}
