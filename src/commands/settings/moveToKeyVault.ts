import * as vscode from 'vscode';
import { requireFeature } from '../../azure/appService/hosting/features';
import { resolutionWords } from '../../access/reference/resolution';
import { hidingInErrors, withoutValues } from '../../azure/core/secrets/hiding';
import { recoverSecret } from '../../azure/keyVault/secretState';
import { formatKeyVaultReference } from '../../azure/keyVault/secretUri';
import { settingIdOf } from '../../azure/appService/settings/settingsMap';
import { setSecret } from '../../azure/keyVault/secrets';
import type { Applied } from '../../grants/apply';
import { apply } from '../../grants/apply';
import { grantAfter } from '../../grants/beginGrant';
import type { GrantPlace } from '../../grants/grantPlace';
import type { Replaced, ReplaceEvents } from '../../grants/moveSetting';
import { replaceByReference } from '../../grants/moveSetting';
import { trialName } from '../../grants/trial';
import { pickKeyVault } from '../../ui/pickers/pickers';
import type { ReportProgress } from '../../ui/progress';
import { withProgress } from '../../ui/progress';
import { confirmSummary } from '../../ui/summary';
import { pickSetting } from '../../ui/pickers/settingPickers';
import type { AppTarget, NamedSettingTarget, VaultTarget } from '../../inventory/targets';
import { grantPlaceOf, keptGrantOf } from '../access/applyPlan';
import type { KeptGrant } from '../access/grantHistory';
import { forgetGrant, keepGrant } from '../access/grantHistory';
import { stepWords } from '../access/grantWords';
import type { KeptMove } from '../longOperations';
import type { Move } from './movePlan';
import { describeMove, planMove } from './movePlan';
import { tellOutcome } from './moveOutcome';
import { rowOfSetting } from './settingValue';
import { tenantOf } from '../../azure/directory/subscriptions';
import { askSecretName } from '../keyVault/secretName';
import type { Services } from '../services';

type UsedServices = Pick<Services, 'changes' | 'logStreams' | 'memento' | 'operations' | 'refresh'>;

/**
 * Moves the value of a plain-text setting into a secret, lets the app read it, and replaces the value with a Key Vault
 * reference once that resolves. If it doesn't, the plain text stays or is restored.
 */
export async function moveToKeyVault(
  services: UsedServices & Pick<Services, 'inventory'>,
  node?: AppTarget | NamedSettingTarget,
): Promise<void> {
  const title = vscode.l10n.t('Move to Key Vault');
  const target = await plainSettingOf(services, title, node);
  requireFeature(target.app, 'references');
  const tenantId = await tenantOf(target.connection, target.app.subscriptionId);
  const inTenant = {
    only: ({ vault }: VaultTarget) => vault.tenantId.toLowerCase() === tenantId.toLowerCase(),
    none: vscode.l10n.t('No key vaults were found in the tenant of {0}', target.app.name),
  };
  const place = await pickKeyVault(services.inventory, title, inTenant, target);
  const secret = await askSecretName(title, place, target.setting.name);
  const { move, value } = await planMove(target, place, secret);
  const { question, lines } = describeMove(move);
  await confirmSummary({ title, placeHolder: question }, vscode.l10n.t('Move to Key Vault'), lines);
  const { grant, replaced } = await withProgress(
    vscode.l10n.t('Moving {0} to {1}', target.setting.name, place.vault.name),
    (signal, report) => carryOut(services, move, value, report, signal),
  );
  tellOutcome({ settingName: target.setting.name, question: move.question, grant }, replaced);
}

async function plainSettingOf(
  { inventory }: Pick<Services, 'inventory'>,
  title: string,
  node?: AppTarget | NamedSettingTarget,
): Promise<NamedSettingTarget> {
  if (node && 'setting' in node) return node;
  return pickSetting(inventory, title, node, {
    only: ({ resolution, keyVaultReference, noValue }) =>
      !resolution && keyVaultReference === undefined && !noValue,
    none: vscode.l10n.t('This app has no plain-text settings'),
  });
}

interface Outcome {
  readonly grant: KeptGrant;
  readonly replaced: Replaced;
}

/** Writes the secret first: if the person isn't allowed to, nothing else is changed, and the value can be restored from it. */
async function carryOut(
  services: UsedServices,
  move: Move,
  value: string,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<Outcome> {
  const { target, place, secret, question } = move;
  const { connection, app, setting } = target;
  const { connection: vaultConnection, vault } = place;
  const { name } = secret;
  const grantPlace = grantPlaceOf(services, connection, vaultConnection);
  try {
    const version = await hidingInErrors([value], () => writeSecret(grantPlace, move, value, report, signal));
    const begun = await keptGrantOf(question, app, move.steps, signal);
    const moving: KeptMove = {
      ...{ appId: app.id, ...settingIdOf(setting), vaultId: vault.id, secretName: name },
      ...(version === undefined ? {} : { secretVersion: version }),
      reference: formatKeyVaultReference({ vaultUri: vault.vaultUri, name }),
      ...{ trial: trialName(), grantId: begun.id },
    };
    return await services.operations.track(connection, { move: moving }, async () => {
      const { grant, failure } = await letRead(services, grantPlace, move, begun, report, signal);
      if (failure) {
        const error = withoutValues(failure.error, [value]);
        return { grant, replaced: { kind: 'untouched', why: { error } } };
      }
      const { reference, trial } = moving;
      const replacement = { app, ...settingIdOf(setting), value, reference, trial };
      const events = eventsOf(grantPlace, app.id, report);
      const replaced = await replaceByReference(connection, replacement, events, signal);
      if (replaced.kind === 'resolved') await forgetGrant(services.memento, grant.id);
      return { grant, replaced };
    });
  } finally {
    services.refresh(connection, app.id, rowOfSetting(app.id, setting));
    services.refresh(vaultConnection, vault.id);
  }
}

/** @returns the version that holds the value @throws AzureError */
export async function writeSecret(
  { vaultConnection: c, changed }: Pick<GrantPlace, 'vaultConnection' | 'changed'>,
  { place: { vault }, secret: { name, recover } }: Pick<Move, 'place' | 'secret'>,
  value: string,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<string | undefined> {
  report(vscode.l10n.t('writing the secret {0}', name));
  if (recover) {
    await recoverSecret(c, vault, name, signal);
    changed(c, { kind: 'recoverSecret', vaultId: vault.id, name });
  }
  const { version } = await setSecret(c, vault, { name, value }, signal);
  changed(c, { kind: 'setSecret', vaultId: vault.id, name });
  return version;
}

/** Carries out the grant, and remembers it step by step, so that it can be undone even if the window closes. */
async function letRead(
  { memento }: Pick<Services, 'memento'>,
  place: GrantPlace,
  { steps }: Move,
  begun: KeptGrant,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<{ readonly grant: KeptGrant; readonly failure: Applied['failure'] }> {
  const { done, failure } = await apply(
    place,
    steps,
    (_, step) => {
      report(stepWords(step));
    },
    signal,
    {
      onDone: async (soFar) => {
        const grant = grantAfter(begun, soFar);
        if (grant.steps.length > 0) await keepGrant(memento, grant);
      },
    },
  );
  return { grant: grantAfter(begun, done), failure };
}

/** Says in the progress what a replacement waits for, and records its changes. */
export function eventsOf(
  { connection, restarts, changed }: GrantPlace,
  appId: string,
  report: ReportProgress,
): ReplaceEvents {
  report(vscode.l10n.t('checking whether a reference resolves'));
  return {
    writes: () => {
      restarts(appId);
    },
    changed: (change) => {
      changed(connection, change);
    },
    looked: ({ resolution, wait }) => {
      const state = resolution ? resolutionWords(resolution) : vscode.l10n.t('not resolved yet');
      report(vscode.l10n.t('{0}; checking again in {1} s', state, Math.ceil(wait / 1000)));
    },
  };
}
