import * as l10n from '@vscode/l10n';
import { isAtOrAbove } from '../../access/replace/rolesFor';
import { listed, nameInId } from '../../access/words/format';
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
import {
  appsSharing,
  configurationThatHas,
  namesResource,
  settingsThatConnect,
  unlessUnknown,
} from '../dependents';
import type { Grant } from '../grant';
import type { GrantPlace } from '../grantPlace';
import { undo } from '../undo';
import type { UndoStep } from '../undoStep';
import { isFetchedFrom } from './fetchedFrom';
import { readOldValues, restoreSettings } from './replacedSettings';
import type { ReplaceEvents } from './replaceCredential';
import type { Replacement } from './replacement';
import { settingsOf } from './replacement';
import { requireKeysWork } from './requireKeysWork';
import { watchHost } from './watchHost';

/** How far undoing a replacement got. The old values are restored in any case. */
export interface UndoneReplacement {
  /** What was kept because something else uses it, and why. */
  readonly left: readonly { readonly step: UndoStep; readonly why: string }[];
  readonly failure?: { readonly error: unknown; readonly left: readonly UndoStep[] };
}

/**
 * Restores the credentials, waits until the host works with them, and then removes the roles and the identity that were
 * added for the replacement, except for what something else has come to use.
 * @param others the replacements that stay
 * @param grants the grants that stay
 * @throws AzureError if the old values can't be restored; then nothing else is undone
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
  const { id, appId, parts, functions, steps, identity } = replacement;
  const app = await getFunctionApp(c, appId, signal);
  await requireKeysWork(c, parts, signal);
  const values = await readOldValues(c, parts, signal);
  const own = await withoutMarksOfOthers(c, app, parts, signal);
  await restoreSettings(c, app, own, values, events, signal);
  await watchHost(c, app, functions, events, signal);
  const uses = await usesOf(c, replacement, others, signal);
  const [anyUse] = uses.values();
  const kept = steps.flatMap((step) => {
    // An identity is needed as long as one of its roles is.
    const why = 'scope' in step ? useOf(step.scope, uses) : anyUse;
    return why === undefined ? [] : [{ step, why }];
  });
  const grant: Grant = {
    ...{ id, title: listed(settingsOf(replacement)), appId, vaultId: '', secretName: '', identity },
    steps: steps.filter((step) => !kept.some((one) => one.step === step)),
  };
  const undone = await undo(place, grant, grants, () => undefined, signal);
  return { left: [...kept, ...undone.left], ...(undone.failure ? { failure: undone.failure } : {}) };
}

/** Without the marks of slot settings that another slot of the app needs, as far as that's known. A mark counts for all slots. */
async function withoutMarksOfOthers(
  c: Connection,
  app: FunctionApp,
  parts: Replacement['parts'],
  signal: AbortSignal,
): Promise<Replacement['parts']> {
  const marked = (isKept: (name: string) => boolean) =>
    parts.map((part) => ({ ...part, sticky: part.sticky.filter(isKept) }));
  if (parts.every(({ sticky }) => sticky.length === 0)) return parts;
  try {
    const mainId = mainAppId(app);
    const main = sameId(mainId, app.id) ? app : await getFunctionApp(c, mainId, signal);
    const sites = [main, ...(await listSlots(c, main, signal))].filter(({ id }) => !sameId(id, app.id));
    const all = await settleAll(sites.map((site) => readAppSettings(c, site, signal)));
    return marked((name) => all.every((settings) => settingIn(settings, name) === undefined));
  } catch (error) {
    if (error instanceof AzureError) return marked(() => false);
    throw error;
  }
}

/**
 * What else uses the roles on each resource, in words, by the ARM ID of the resource, also in another app with the same
 * user-assigned identity. A member such as `X__accountName` names the resource, or its address does.
 */
async function usesOf(
  c: Connection,
  replacement: Replacement,
  others: readonly Replacement[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(replacement.parts.flatMap(({ resourceId }) => resourceId ?? []));
  const uses = new Map<string, string>();
  for (const id of ids) {
    const used = await unlessUnknown(() => usedBy(c, replacement, id, others, signal));
    if (used !== undefined) uses.set(id, used);
  }
  return uses;
}

function useOf(scope: string, uses: ReadonlyMap<string, string>): string | undefined {
  return [...uses].find(([id]) => isAtOrAbove(id, scope))?.[1];
}

async function usedBy(
  c: Connection,
  { identity, appId }: Replacement,
  resourceId: string,
  others: readonly Replacement[],
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const other of others) {
    const isShared =
      sameId(other.identity, identity) && (identity.startsWith('/') || sameId(other.appId, appId));
    const part = other.parts.find((one) => isShared && sameId(one.resourceId ?? '', resourceId));
    if (part) return dependsOnIt(part.setting, nameInId(other.appId));
  }
  for await (const app of appsSharing(c, { appId, identity }, signal)) {
    const [member] = await settingsThatConnect(c, app, resourceId, signal);
    if (member !== undefined) return dependsOnIt(member, app.name);
    if (await isFetchedFrom(c, app, resourceId, signal))
      return l10n.t('{0} gets its package or image with it', app.name);
    const used = isContainerApp(app)
      ? await configurationThatHas(c, app, namesResource(resourceId), signal)
      : undefined;
    if (used !== undefined) return used;
  }
  return undefined;
}

function dependsOnIt(setting: string, app: string): string {
  return l10n.t('the setting {0} of {1} depends on it', setting, app);
}
