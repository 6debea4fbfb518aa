import type { Memento } from 'vscode';
import { sameId } from '../../azure/core/armId';
import type { HeldSetting } from '../../grants/replace/readReplaceFacts';
import type { Replacement } from '../../grants/replace/replacement';

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
  settings: readonly HeldSetting[] | undefined,
): KeptReplacement | undefined {
  return keptReplacements(memento).find(
    (one) =>
      sameId(one.appId, appId) &&
      (settings === undefined || one.parts.some((part) => isAmong(part, settings))),
  );
}

/** Earlier replacements with the same identity, each for the same settings or for some of them. */
export function earlierReplacements(
  memento: Memento,
  {
    appId,
    accountId,
    identity,
    settings,
  }: Pick<KeptReplacement, 'appId' | 'accountId' | 'identity'> & {
    readonly settings: readonly HeldSetting[];
  },
): KeptReplacement[] {
  return keptReplacements(memento).filter(
    (one) =>
      sameId(one.appId, appId) &&
      one.accountId === accountId &&
      one.identity === identity &&
      one.parts.every((part) => isAmong(part, settings)),
  );
}

/** An app setting and a connection string can have the same name. */
function isAmong(
  { setting, connectionType }: KeptReplacement['parts'][number],
  settings: readonly HeldSetting[],
): boolean {
  const isString = connectionType !== undefined;
  return settings.some(
    ({ name, source }) => sameId(name, setting) && (source === 'connectionString') === isString,
  );
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
