import * as vscode from 'vscode';
import { nameInId } from '../../access/words/format';
import type { Replaced } from '../../grants/replace/replaceCredential';
import { isCancellation, reasonOf, UserError } from '../../ui/errors';
import type { Offer } from '../../ui/messages';
import { tell } from '../../ui/messages';
import type { Services } from '../services';
import type { KeptReplacement } from './replacementHistory';
import { forgetReplacement } from './replacementHistory';

export function undoOffer({ id }: KeptReplacement): Offer {
  const title = vscode.l10n.t('Undo Replacement…');
  return { title, command: 'keyless.undoReplacement', arguments: [id] };
}

/** Says how a replacement ended, and forgets it if it left nothing to undo. @throws UserError unless the credential was replaced */
export async function endReplacement(
  services: Pick<Services, 'memento'>,
  kept: KeptReplacement,
  replaced: Replaced,
): Promise<void> {
  const isLeft = await forgetUnlessLeft(services, kept, replaced.kind);
  const { setting } = kept;
  const app = nameInId(kept.appId);
  const undo = undoOffer(kept);
  if (replaced.kind === 'replaced') {
    tell(
      vscode.l10n.t(
        '{0} of {1} is replaced. The app uses its identity, and its host is healthy.',
        ...[setting, app],
      ),
      undo,
    );
    return;
  }
  throw new UserError(sentenceOf(setting, app, replaced), nextStepOf(kept, replaced), isLeft ? [undo] : []);
}

/** @returns whether something is left to undo. The mark of a slot setting is set before the settings are written. */
export async function forgetUnlessLeft(
  { memento }: Pick<Services, 'memento'>,
  { id, steps, sticky }: KeptReplacement,
  kind: Replaced['kind'],
): Promise<boolean> {
  const isLeft =
    kind === 'replaced' || kind === 'stuck' || steps.length > 0 || (kind !== 'back' && sticky.length > 0);
  if (!isLeft) await forgetReplacement(memento, id);
  return isLeft;
}

function sentenceOf(
  setting: string,
  app: string,
  { error }: Exclude<Replaced, { kind: 'replaced' }>,
): string {
  return isCancellation(error)
    ? vscode.l10n.t("{0} of {1} wasn't replaced: you canceled the operation.", setting, app)
    : vscode.l10n.t("{0} of {1} wasn't replaced: {2}", setting, app, reasonOf(error));
}

function nextStepOf(
  { setting, steps }: KeptReplacement,
  replaced: Exclude<Replaced, { kind: 'replaced' }>,
): string {
  if (replaced.kind === 'stuck')
    return vscode.l10n.t("The old value of {0} couldn't be restored. Try Undo Replacement.", setting);
  const what =
    replaced.kind === 'untouched' || replaced.kind === 'unread'
      ? vscode.l10n.t('The setting is unchanged.')
      : replaced.stillFailing === undefined
        ? vscode.l10n.t('The old value is back, and the host is healthy again.')
        : vscode.l10n.t(
            "The old value is back, but the host isn't healthy yet: {0}",
            reasonOf(replaced.stillFailing),
          );
  return steps.length === 0
    ? what
    : `${what} ${vscode.l10n.t('The identity keeps its new roles until you undo them.')}`;
}
