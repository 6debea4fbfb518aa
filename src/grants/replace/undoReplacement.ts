import * as l10n from '@vscode/l10n';
import { nameInId } from '../../access/words/format';
import { readAppSettings } from '../../azure/appService/settings/appSettings';
import { getFunctionApp } from '../../azure/appService/sites';
import { sameId } from '../../azure/core/armId';
import type { Connection } from '../../azure/core/connection';
import type { FunctionApp } from '../../azure/core/model';
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
  await restoreSettings(c, app, replacement, value, events, signal);
  await watchHost(c, app, functions, events, signal);
  const used = await usedBy(c, app, replacement, others, signal);
  const kept = used === undefined ? [] : steps.map((step) => ({ step, why: used }));
  const grant: Grant = {
    ...{ id: replacement.id, title: setting, appId, vaultId: resourceId, secretName: '', identity },
    steps: used === undefined ? steps : [],
  };
  const undone = await undo(place, grant, grants, () => undefined, signal);
  return { left: [...kept, ...undone.left], ...(undone.failure ? { failure: undone.failure } : {}) };
}

/** What else uses the roles on the resource, in words. A member such as `X__accountName` names it, or its address does. */
async function usedBy(
  c: Connection,
  app: FunctionApp,
  { resourceId = '', identity, appId }: Replacement,
  others: readonly Replacement[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const other = others.find(
    (one) =>
      sameId(one.appId, appId) && sameId(one.identity, identity) && sameId(one.resourceId ?? '', resourceId),
  );
  const name = nameInId(resourceId).toLowerCase();
  if (name === '') return undefined;
  const isIt = (value: string) => value.toLowerCase() === name || isAddressOf(value.toLowerCase(), name);
  const settings = [...(await readAppSettings(c, app, signal))];
  const member = settings.find(
    ([key, value]) => /__\w*(?:name|uri|namespace)$/i.test(key) && isIt(value),
  )?.[0];
  const used = other?.setting ?? member;
  return used && l10n.t('the setting {0} of {1} depends on it', used, app.name);
}

function isAddressOf(value: string, name: string): boolean {
  return value.replace(/^https:\/\//, '').startsWith(`${name}.`);
}
