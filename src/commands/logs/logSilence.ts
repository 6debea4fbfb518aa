import * as vscode from 'vscode';
import { requireFeature } from '../../azure/appService/hosting/features';
import type { SilenceReason } from '../../azure/logs/silence';
import { whySilent } from '../../azure/logs/silence';
import type { LogSilence } from '../../logs/stream';
import type { Offer } from '../../ui/messages';
import { tell, warn } from '../../ui/messages';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import type { AppTarget, FunctionTarget } from '../../inventory/targets';
import { writeSetting } from '../settings/changeSetting';
import type { Services } from '../services';

/**
 * Finds out why a log stays empty, and offers fixes in a message while the log goes on.
 * @returns the reasons as sentences for the log's channel
 */
export async function explainSilence(
  target: AppTarget | FunctionTarget,
  { source, debugMode }: LogSilence,
  signal: AbortSignal,
): Promise<string[]> {
  const reasons = await whySilent(target.connection, target, source, signal);
  const words = reasons.map((reason) => wordsOf(target, reason));
  const offers = offersOf(target, reasons);
  if (debugMode?.how === 'none') {
    words.unshift(vscode.l10n.t("The app isn't in debug mode: {0}", debugMode.reason));
    offers.push({
      title: vscode.l10n.t('Restart Log Stream'),
      command: 'keyless.restartLogStream',
      arguments: [target],
    });
  }
  if (offers.length > 0)
    warn(vscode.l10n.t("{0} isn't logging anything. {1}", target.app.name, words.join(' ')), ...offers);
  return words;
}

/** Finds out what keeps an app's log empty, and turns on the logging that is off after asking. */
export async function turnOnLogging(
  services: Pick<Services, 'changes' | 'inventory' | 'logStreams' | 'refresh'>,
  node?: AppTarget | FunctionTarget,
): Promise<void> {
  const title = vscode.l10n.t('Turn On Logging');
  const target = node ?? (await pickFunctionApp(services.inventory, title));
  const { connection, app } = target;
  requireFeature(app, 'logs');
  const source = services.logStreams.get(target)?.source ?? 'logStream';
  const reasons = await withProgress(vscode.l10n.t('Checking the logging of {0}', app.name), (signal) =>
    whySilent(connection, target, source, signal),
  );
  const words = reasons.map((reason) => wordsOf(target, reason));
  const changes = reasons.flatMap(changeOf);
  if (changes.length === 0) {
    const offers = offersOf(target, reasons);
    tell(vscode.l10n.t('Logging is already on for {0}. {1}', app.name, words.join(' ')), ...offers);
    return;
  }
  const settings = changes.map(({ name, value }) => `${name} = ${value}`).join('\n');
  await confirm(
    vscode.l10n.t('Turn on logging for {0}?', app.name),
    vscode.l10n.t(
      '{0}\n\nThese app settings override host.json. The app restarts.\n\n{1}',
      words.join(' '),
      settings,
    ),
    vscode.l10n.t('Turn On Logging'),
  );
  for (const { name, value } of changes) await writeSetting(services, target, { kind: 'set', name, value });
  tell(vscode.l10n.t('Turned on logging for {0}. The app restarts.', app.name));
}

function wordsOf({ app }: AppTarget, reason: SilenceReason): string {
  switch (reason.kind) {
    case 'appStopped':
      return vscode.l10n.t('The app is stopped.');
    case 'fileLoggingOff':
      return reason.where === 'host.json'
        ? vscode.l10n.t(
            "Its host.json sets logging.fileLoggingMode to never, so the host doesn't write log files.",
          )
        : vscode.l10n.t(
            "Its app setting {0} is set to never, so the host doesn't write log files.",
            reason.setting,
          );
    case 'logLevel':
      return wordsOfLevel(reason);
    case 'noFunctions':
      return vscode.l10n.t('The app has no functions. Deploy some first.');
    case 'allDisabled':
      return vscode.l10n.t('All functions of the app are disabled.');
    case 'notRun':
      return vscode.l10n.t(
        'No function of {0} seems to have run recently. Lines appear when one runs.',
        app.name,
      );
  }
}

function wordsOfLevel({ level, where, name, setting }: Extract<SilenceReason, { kind: 'logLevel' }>): string {
  if (where === 'appSetting')
    return isNone(level)
      ? vscode.l10n.t('Its app setting {0} is set to None, so nothing is logged.', name)
      : vscode.l10n.t('Its app setting {0} logs only level {1} and above.', name, level);
  const words = isNone(level)
    ? vscode.l10n.t('Its host.json sets {0} to None, so nothing is logged.', name)
    : vscode.l10n.t('Its host.json logs only level {0} and above ({1}).', level, name);
  if (setting !== undefined) return words;
  const advice = vscode.l10n.t(
    "Change it in host.json and deploy the app again, because Linux apps can't override it with an app setting.",
  );
  return `${words} ${advice}`;
}

function isNone(level: string): boolean {
  return /^(none|6)$/i.test(level);
}

function changeOf(reason: SilenceReason): { readonly name: string; readonly value: string }[] {
  // The host's default, which writes log files while someone is watching.
  if (reason.kind === 'fileLoggingOff') return [{ name: reason.setting, value: 'debugOnly' }];
  if (reason.kind !== 'logLevel' || reason.setting === undefined) return [];
  return [{ name: reason.setting, value: 'Information' }];
}

function offersOf(target: AppTarget, reasons: readonly SilenceReason[]): Offer[] {
  const offers: Offer[] = [];
  if (reasons.some(({ kind }) => kind === 'appStopped'))
    offers.push({ title: vscode.l10n.t('Start App'), command: 'keyless.startApp', arguments: [target] });
  if (reasons.some((reason) => changeOf(reason).length > 0))
    offers.push({
      title: vscode.l10n.t('Turn On Logging'),
      command: 'keyless.turnOnLogging',
      arguments: [target],
    });
  return offers;
}
