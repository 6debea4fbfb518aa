import type { Memento } from 'vscode';
import { sameId } from '../../azure/core/armId';
import type { Replacement } from '../../grants/replace/replacement';
import { settingsOf } from '../../grants/replace/replacement';

/** A replacement that is remembered so that it can be undone. It contains no secret value. */
export interface KeptReplacement extends Replacement {
  readonly accountId: string;
  readonly tenantId: string;
}

const key = 'keyless.replacements';
/** How many replacements are remembered. *Replace All Keys* makes one for each app. */
const most = 200;

/** The replacements of all accounts, last first. */
export function keptReplacements(memento: Memento): readonly KeptReplacement[] {
  return memento.get<readonly KeptReplacement[]>(key) ?? [];
}

/** The last replacement of one of these settings of an app, or of any. */
export function lastReplacementOf(
  memento: Memento,
  appId: string,
  settings: readonly { readonly name: string }[] | undefined,
): KeptReplacement | undefined {
  const isAmong = (one: KeptReplacement) =>
    settings === undefined ||
    settingsOf(one).some((name) => settings.some((setting) => sameId(name, setting.name)));
  return keptReplacements(memento).find((one) => sameId(one.appId, appId) && isAmong(one));
}

/** Remembers a replacement, or how far it has come. */
export async function keepReplacement(memento: Memento, kept: KeptReplacement): Promise<void> {
  const others = keptReplacements(memento).filter(({ id }) => id !== kept.id);
  await memento.update(key, [kept, ...others].slice(0, most));
}

export async function forgetReplacement(memento: Memento, id: string): Promise<void> {
  await memento.update(
    key,
    keptReplacements(memento).filter((one) => one.id !== id),
  );
}
