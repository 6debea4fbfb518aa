import * as vscode from 'vscode';
import { listed, nameInId } from '../../access/words/format';
import { settingsOf, wholeWrite } from '../../grants/replace/replacement';
import { undoReplacement } from '../../grants/replace/undoReplacement';
import { UserError } from '../../ui/errors';
import { tell, warn } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { confirm, pickOne } from '../../ui/quickPick';
import { grantPlaceOf } from '../access/applyPlan';
import { keptGrants } from '../access/grantHistory';
import { numbered, undoWords } from '../access/grantWords';
import { connectionOf } from '../reports/savedAccount';
import type { Services } from '../services';
import { replaceEvents } from './carryOutReplacement';
import type { KeptReplacement } from './replacementHistory';
import { forgetReplacement, keepReplacement, keptReplacements } from './replacementHistory';

/** Undoes the replacement with this ID, or one that the person selects, after showing the steps. */
export async function undoReplacementOf(
  services: Pick<Services, 'accounts' | 'changes' | 'logStreams' | 'memento' | 'refresh'>,
  id?: unknown,
): Promise<void> {
  const kept = await replacementOf(services, id);
  const { appId, steps, parts } = kept;
  const [setting, app] = [listed(settingsOf(kept)), nameInId(appId)];
  const signIn = parts.some(({ platform }) => platform)
    ? [vscode.l10n.t("the identity in the app's configuration")]
    : [];
  const added = listed([...Object.keys(wholeWrite(parts).set), ...signIn]) || vscode.l10n.t('nothing');
  const isOne = parts.length === 1;
  const connection = await connectionOf(services, kept);
  const place = grantPlaceOf(services, connection, connection);
  await confirm(
    vscode.l10n.t('Restore {0} of {1}?', setting, app),
    numbered([
      isOne
        ? vscode.l10n.t(
            'Set {0} to its old value and remove what replaced it: {1}. The app restarts.',
            ...[setting, added],
          )
        : vscode.l10n.t(
            'Set {0} to their old values and remove what replaced them: {1}. The app restarts once.',
            ...[setting, added],
          ),
      vscode.l10n.t('Wait until the host is healthy'),
      ...steps.map(undoWords),
    ]),
    vscode.l10n.t('Undo Replacement'),
  );
  try {
    const { left, failure } = await withProgress(
      vscode.l10n.t('Restoring {0} of {1}', setting, app),
      (signal, report) =>
        undoReplacement(
          place,
          kept,
          keptReplacements(services.memento).filter((one) => one.id !== kept.id),
          keptGrants(services.memento),
          replaceEvents(place, appId, report),
          signal,
        ),
    );
    if (failure) {
      await keepReplacement(services.memento, { ...kept, steps: failure.left });
      throw failure.error;
    }
    await forgetReplacement(services.memento, kept.id);
    const restored = isOne
      ? vscode.l10n.t('{0} of {1} has its old value again.', setting, app)
      : vscode.l10n.t('{0} of {1} have their old values again.', setting, app);
    if (left.length === 0) tell(restored);
    else {
      const whys = left.map(({ step, why }) => `${undoWords(step)}: ${why}.`);
      warn(`${restored} ${vscode.l10n.t('Kept: {0}', whys.join(' '))}`);
    }
  } finally {
    services.refresh(connection, appId);
  }
}

async function replacementOf({ memento }: Pick<Services, 'memento'>, id: unknown): Promise<KeptReplacement> {
  const all = keptReplacements(memento);
  const none = () =>
    new UserError(
      vscode.l10n.t("There's no replacement to undo"),
      vscode.l10n.t('"Replace with Identity" makes replacements. Each can be undone once.'),
    );
  if (typeof id === 'string') {
    const found = all.find((one) => one.id === id);
    if (found) return found;
    throw none();
  }
  return await pickOne(
    () =>
      Promise.resolve(
        all.map((value) => ({
          icon: 'discard',
          label: listed(settingsOf(value)),
          description: nameInId(value.appId),
          value,
        })),
      ),
    {
      title: vscode.l10n.t('Undo Replacement'),
      placeHolder: vscode.l10n.t('Select the replacement to undo'),
    },
    none,
  );
}
