import * as vscode from 'vscode';
import { resolutionWords } from '../../access/reference/resolution';
import { nameInId } from '../../access/words/format';
import { explain } from '../../azure/explain/explain';
import type { Replaced } from '../../grants/moveSetting';
import type { ReadQuestion } from '../../grants/readFacts';
import { isCancellation, UserError } from '../../ui/errors';
import type { Offer } from '../../ui/messages';
import { tell, warn } from '../../ui/messages';
import type { KeptGrant } from '../access/grantHistory';

/** A setting, and what a move of it to a key vault is about. */
export interface MovedSetting {
  readonly settingName: string;
  readonly question: ReadQuestion;
  /** What *Undo Last Grant* undoes. */
  readonly grant: KeptGrant | undefined;
}

/** Says how a move ended. @throws UserError if the setting wasn't moved */
export function tellOutcome(moved: MovedSetting, replaced: Replaced): void {
  const { settingName, question } = moved;
  const { vaultName, secretName } = question.target;
  const app = nameInId(question.appId);
  if (replaced.kind === 'resolved') {
    tell(
      vscode.l10n.t(
        'Moved {0} to {1}. {2} now reads it through a Key Vault reference.',
        ...[settingName, vaultName, app],
      ),
    );
    return;
  }
  const remains = whatRemains(moved);
  const offers = offersAfter(moved);
  if (replaced.kind === 'stuck')
    throw new UserError(
      vscode.l10n.t(
        "The reference in {0} of {1} doesn't resolve, and the old value couldn't be restored: {2}",
        ...[settingName, app, explain(replaced.error).reason],
      ),
      vscode.l10n.t('You can find the value in the secret {0} of {1}. {2}', secretName, vaultName, remains),
      offers,
    );
  const { why } = replaced;
  const reason = vscode.l10n.t("{0} of {1} wasn't moved", settingName, app);
  const state =
    replaced.kind === 'back'
      ? vscode.l10n.t('Its old value was restored. {0}', remains)
      : vscode.l10n.t("The setting wasn't changed. {0}", remains);
  const all =
    replaced.kind === 'untouched' && replaced.trialLeft !== undefined
      ? `${state} ${vscode.l10n.t("The temporary setting {0} couldn't be removed. Delete it.", replaced.trialLeft)}`
      : state;
  if ('error' in why && isCancellation(why.error)) {
    warn(vscode.l10n.t('{0}. {1}', reason, all), ...offers);
    return;
  }
  const words = 'resolution' in why ? resolutionWords(why.resolution) : explain(why.error).reason;
  throw new UserError(vscode.l10n.t('{0}: {1}', reason, words), all, offers);
}

/** What a failed move leaves behind. */
function whatRemains({ question: { appId, target }, grant }: MovedSetting): string {
  const left = [
    vscode.l10n.t('the secret {0} in {1}', target.secretName, target.vaultName),
    ...(grant?.steps ?? []).toReversed().flatMap(({ kind }) => {
      switch (kind) {
        case 'disableIdentity':
          return [vscode.l10n.t('the identity of {0}', nameInId(appId))];
        case 'removePermissions':
          return [vscode.l10n.t('its access policy')];
        case 'deleteRoleAssignment':
          return [vscode.l10n.t('its role assignment on the secret')];
        default:
          return [];
      }
    }),
  ];
  return vscode.l10n.t('Left in place: {0}.', left.join(', '));
}

/** What to do after a failed move. The access that was granted can be undone like any other grant. */
function offersAfter({ question, grant }: MovedSetting): Offer[] {
  const why = {
    title: vscode.l10n.t("Why Can't It Read?"),
    command: 'keyless.whyCantItRead',
    arguments: [question],
  };
  const undo = {
    title: vscode.l10n.t('Undo Grant'),
    command: 'keyless.undoLastGrant',
    arguments: [grant?.id],
  };
  return grant && grant.steps.length > 0 ? [why, undo] : [why];
}
