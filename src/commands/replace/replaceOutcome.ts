import * as vscode from 'vscode';
import { listed, nameInId } from '../../access/words/format';
import { settingsOf, wholeWrite } from '../../grants/replace/replacement';
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

/** How far an app got: its replacement ended, or couldn't begin. */
export type ReplaceOutcome =
  | { readonly kept: KeptReplacement; readonly replaced: Replaced }
  | { readonly app: string; readonly error: unknown };

/** Says how the replacements in one or more apps ended. @throws an error unless all credentials were replaced */
export async function endReplacements(
  services: Pick<Services, 'memento'>,
  outcomes: readonly ReplaceOutcome[],
): Promise<void> {
  const [first, ...more] = outcomes;
  if (!first) return;
  if (more.length === 0) {
    if ('error' in first) throw first.error;
    await endReplacement(services, first.kept, first.replaced);
    return;
  }
  const failures: string[] = [];
  let isAnyLeft = false;
  for (const outcome of outcomes) {
    if ('error' in outcome) failures.push(vscode.l10n.t('{0}: {1}', outcome.app, reasonOf(outcome.error)));
    else {
      const { kept, replaced } = outcome;
      if (await forgetUnlessLeft(services, kept, replaced.kind)) isAnyLeft = true;
      if (replaced.kind !== 'replaced')
        failures.push(`${sentenceOf(kept, replaced)} ${nextStepOf(kept, replaced)}`);
    }
  }
  const undo = { title: vscode.l10n.t('Undo Replacement…'), command: 'keyless.undoReplacement' };
  const done = outcomes.length - failures.length;
  if (failures.length === 0)
    tell(
      vscode.l10n.t(
        'The keys of {0} apps are replaced. They use their identities, and their hosts are healthy.',
        done,
      ),
      undo,
    );
  else
    throw new UserError(
      vscode.l10n.t('The keys of {0} of {1} apps were replaced.', done, outcomes.length),
      failures.join(' '),
      isAnyLeft ? [undo] : [],
    );
}

/** Says how a replacement ended, and forgets it if it left nothing to undo. @throws UserError unless the credential was replaced */
export async function endReplacement(
  services: Pick<Services, 'memento'>,
  kept: KeptReplacement,
  replaced: Replaced,
): Promise<void> {
  const isLeft = await forgetUnlessLeft(services, kept, replaced.kind);
  const undo = undoOffer(kept);
  if (replaced.kind === 'replaced') {
    tell(replacedSentence(kept), undo);
    return;
  }
  throw new UserError(sentenceOf(kept, replaced), nextStepOf(kept, replaced), isLeft ? [undo] : []);
}

function replacedSentence(kept: KeptReplacement): string {
  const [settings, app] = [settingsOf(kept), nameInId(kept.appId)];
  // Only the connection to Application Insights stays as it is.
  const { set, remove } = wholeWrite(kept.parts);
  if (!settings.some((name) => remove.includes(name) || name in set))
    return vscode.l10n.t('{0} sends its telemetry with its identity, and its host is healthy.', app);
  if (settings.length === 1 && kept.parts[0]?.platform?.fetched === 'package')
    return vscode.l10n.t(
      '{0} of {1} is replaced, and its host is healthy. Deploy it once to see that the identity can store a package.',
      ...[listed(settings), app],
    );
  return settings.length === 1
    ? vscode.l10n.t(
        '{0} of {1} is replaced. The app uses its identity, and its host is healthy.',
        ...[listed(settings), app],
      )
    : vscode.l10n.t(
        '{0} keys of {1} are replaced. The app uses its identity, and its host is healthy.',
        ...[settings.length, app],
      );
}

/** @returns whether something is left to undo. The mark of a slot setting is set before the settings are written. */
export async function forgetUnlessLeft(
  { memento }: Pick<Services, 'memento'>,
  { id, steps, parts }: KeptReplacement,
  kind: Replaced['kind'],
): Promise<boolean> {
  const isLeft =
    kind === 'replaced' ||
    kind === 'stuck' ||
    steps.length > 0 ||
    (kind !== 'back' && parts.some(({ sticky }) => sticky.length > 0));
  if (!isLeft) await forgetReplacement(memento, id);
  return isLeft;
}

function sentenceOf(kept: KeptReplacement, { error }: Exclude<Replaced, { kind: 'replaced' }>): string {
  const [settings, app] = [settingsOf(kept), nameInId(kept.appId)];
  if (settings.length === 1)
    return isCancellation(error)
      ? vscode.l10n.t("{0} of {1} wasn't replaced: you canceled the operation.", listed(settings), app)
      : vscode.l10n.t("{0} of {1} wasn't replaced: {2}", listed(settings), app, reasonOf(error));
  return isCancellation(error)
    ? vscode.l10n.t("The keys of {0} weren't replaced: you canceled the operation.", app)
    : vscode.l10n.t("The keys of {0} weren't replaced: {1}", app, reasonOf(error));
}

function nextStepOf(kept: KeptReplacement, replaced: Exclude<Replaced, { kind: 'replaced' }>): string {
  const settings = settingsOf(kept);
  const what = stateWords(settings, replaced);
  return kept.steps.length === 0 || replaced.kind === 'stuck'
    ? what
    : `${what} ${vscode.l10n.t('The identity keeps its new roles until you undo them.')}`;
}

function stateWords(settings: readonly string[], replaced: Exclude<Replaced, { kind: 'replaced' }>): string {
  const isOne = settings.length === 1;
  switch (replaced.kind) {
    case 'stuck':
      return isOne
        ? vscode.l10n.t("The old value of {0} couldn't be restored. Try Undo Replacement.", listed(settings))
        : vscode.l10n.t(
            "The old values of {0} couldn't be restored. Try Undo Replacement.",
            listed(settings),
          );
    case 'untouched':
    case 'unread':
      return isOne
        ? vscode.l10n.t('The setting is unchanged.')
        : vscode.l10n.t('The settings are unchanged.');
    case 'back':
      if (replaced.stillFailing === undefined)
        return isOne
          ? vscode.l10n.t('The old value is back, and the host is healthy again.')
          : vscode.l10n.t('All old values are back, and the host is healthy again.');
      return isOne
        ? vscode.l10n.t(
            "The old value is back, but the host isn't healthy yet: {0}",
            reasonOf(replaced.stillFailing),
          )
        : vscode.l10n.t(
            "All old values are back, but the host isn't healthy yet: {0}",
            reasonOf(replaced.stillFailing),
          );
  }
}
