import * as vscode from 'vscode';
import { resolutionWords } from '../../access/reference/resolution';
import { explain } from '../../azure/explain/explain';
import { recoverSecret } from '../../azure/keyVault/secretState';
import { formatKeyVaultReference } from '../../azure/keyVault/secretUri';
import { setSecret } from '../../azure/keyVault/secrets';
import type { StepDone } from '../../grants/apply';
import { apply } from '../../grants/apply';
import { grantAfter } from '../../grants/beginGrant';
import type { Replaced } from '../../grants/moveSetting';
import { replaceByReference } from '../../grants/moveSetting';
import { isCancellation, UserError } from '../../ui/errors';
import type { Offer } from '../../ui/messages';
import { tell, warn } from '../../ui/messages';
import { pickKeyVault } from '../../ui/pickers/pickers';
import type { ReportProgress } from '../../ui/progress';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import { pickSetting } from '../../ui/pickers/settingPickers';
import type { AppTarget, SettingTarget } from '../../inventory/targets';
import { grantPlaceOf, keptGrantOf } from '../access/applyPlan';
import type { KeptGrant } from '../access/grantHistory';
import { forgetGrant, keepGrant } from '../access/grantHistory';
import { stepWords } from '../access/grantWords';
import type { Move } from './movePlan';
import { describeMove, planMove, whatRemains } from './movePlan';
import { askSecretName } from '../keyVault/secretName';
import type { Services } from '../services';

/**
 * Moves the value of a plain-text setting into a secret, lets the app read it, and replaces the value with a Key Vault
 * reference. If the reference doesn't resolve, it restores the plain text.
 */
export async function moveToKeyVault(
  services: Pick<Services, 'changes' | 'inventory' | 'logStreams' | 'memento' | 'refresh'>,
  node?: AppTarget | SettingTarget,
): Promise<void> {
  const title = vscode.l10n.t('Move to Key Vault');
  const target = await plainSettingOf(services, title, node);
  const { tenantId } = target.connection;
  const place = await pickKeyVault(services.inventory, title, {
    only: ({ vault }) => vault.tenantId.toLowerCase() === tenantId.toLowerCase(),
    none: vscode.l10n.t('No key vaults were found in the tenant of {0}', target.app.name),
  });
  const secret = await askSecretName(title, place, target.setting.name);
  const { move, value } = await planMove(target, place, secret);
  const { message, detail } = describeMove(move);
  await confirm(message, detail, vscode.l10n.t('Move to Key Vault'));
  const outcome = await withProgress(
    vscode.l10n.t('Moving {0} to {1}', target.setting.name, place.vault.name),
    (signal, report) => carryOut(services, move, value, report, signal),
  );
  tellOutcome(move, outcome);
}

async function plainSettingOf(
  { inventory }: Pick<Services, 'inventory'>,
  title: string,
  node?: AppTarget | SettingTarget,
): Promise<SettingTarget> {
  if (node && 'setting' in node) return node;
  return pickSetting(inventory, title, node, {
    only: ({ resolution, keyVaultReference }) => !resolution && keyVaultReference === undefined,
    none: vscode.l10n.t('This app has no plain-text settings'),
  });
}

interface Outcome {
  readonly granted: readonly StepDone[];
  /** What *Undo Last Grant* undoes. */
  readonly grant: KeptGrant;
  /** Absent if access couldn't be granted. The setting wasn't touched then. */
  readonly replaced?: Replaced;
  readonly failure?: unknown;
}

/** Writes the secret first, so that nothing else is changed if the person isn't allowed to. @throws AzureError then */
async function carryOut(
  services: Pick<Services, 'changes' | 'logStreams' | 'memento' | 'refresh'>,
  move: Move,
  value: string,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<Outcome> {
  const { target, place, secret } = move;
  const { connection, app, setting } = target;
  const { connection: vaultConnection, vault } = place;
  const grantPlace = grantPlaceOf(services, connection, vaultConnection);
  const { changed } = grantPlace;
  try {
    const { name } = secret;
    report(vscode.l10n.t('writing the secret {0}', name));
    if (secret.recover) {
      await recoverSecret(vaultConnection, vault, name, signal);
      changed(vaultConnection, { kind: 'recoverSecret', vaultId: vault.id, name });
    }
    await setSecret(vaultConnection, vault, { name, value }, signal);
    changed(vaultConnection, { kind: 'setSecret', vaultId: vault.id, name });
    const begun = await keptGrantOf(move.question, move.steps, signal);
    const applied = await apply(
      grantPlace,
      move.steps,
      (_, step) => {
        report(stepWords(step));
      },
      signal,
      [],
      async (done) => {
        const soFar = grantAfter(begun, done);
        if (soFar.steps.length > 0) await keepGrant(services.memento, soFar);
      },
    );
    const granted = applied.done;
    const grant = grantAfter(begun, granted);
    if (applied.failure) return { granted, grant, failure: applied.failure.error };
    report(vscode.l10n.t('replacing the value with a reference'));
    const reference = formatKeyVaultReference({ vaultUri: vault.vaultUri, name: secret.name });
    const replaced = await replaceByReference(
      connection,
      { app, name: setting.name, value, reference },
      {
        writes: () => {
          grantPlace.restarts(app.id);
        },
        changed: (change) => {
          changed(connection, change);
        },
        looked: ({ resolution, wait }) => {
          const state = resolution ? resolutionWords(resolution) : vscode.l10n.t('not resolved yet');
          report(vscode.l10n.t('{0}; checking again in {1} s', state, Math.ceil(wait / 1000)));
        },
      },
      signal,
    );
    if (replaced.kind === 'resolved') await forgetGrant(services.memento, grant.id);
    return { granted, grant, replaced };
  } finally {
    services.refresh(connection, app.id);
    services.refresh(vaultConnection, vault.id);
  }
}

/** @throws UserError if the setting wasn't moved */
function tellOutcome(move: Move, { granted, grant, replaced, failure }: Outcome): void {
  const { target, place, secret } = move;
  const { app, setting } = target;
  if (replaced?.kind === 'resolved') {
    tell(
      vscode.l10n.t(
        'Moved {0} to {1}. {2} now reads it through a Key Vault reference.',
        setting.name,
        place.vault.name,
        app.name,
      ),
    );
    return;
  }
  const remains = whatRemains(move, granted);
  const offers = offersAfter(move, grant);
  if (replaced?.kind === 'stuck')
    throw new UserError(
      vscode.l10n.t(
        "The reference in {0} of {1} doesn't resolve, and the old value couldn't be restored: {2}",
        setting.name,
        app.name,
        explain(replaced.error).reason,
      ),
      vscode.l10n.t(
        'You can find the value in the secret {0} of {1}. {2}',
        secret.name,
        place.vault.name,
        remains,
      ),
      offers,
    );
  const why = replaced ? replaced.why : { error: failure };
  const reason = vscode.l10n.t("{0} of {1} wasn't moved", setting.name, app.name);
  const state = replaced
    ? vscode.l10n.t('Its old value was restored. {0}', remains)
    : vscode.l10n.t("The setting wasn't changed. {0}", remains);
  if ('error' in why && isCancellation(why.error)) {
    warn(vscode.l10n.t('{0}. {1}', reason, state), ...offers);
    return;
  }
  const words = 'resolution' in why ? resolutionWords(why.resolution) : explain(why.error).reason;
  throw new UserError(vscode.l10n.t('{0}: {1}', reason, words), state, offers);
}

/** What to do after a failed move. The access that was granted can be undone like any other grant. */
function offersAfter({ question }: Move, { id, steps }: KeptGrant): Offer[] {
  const why = {
    title: vscode.l10n.t("Why Can't It Read?"),
    command: 'keyless.whyCantItRead',
    arguments: [question],
  };
  const undo = { title: vscode.l10n.t('Undo Grant'), command: 'keyless.undoLastGrant', arguments: [id] };
  return steps.length > 0 ? [why, undo] : [why];
}
