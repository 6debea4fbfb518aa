import * as vscode from 'vscode';
import type { SilenceReason } from '../../azure/logs/silence';
import { hostSettings, whySilent } from '../../azure/logs/silence';
import type { LogSilence } from '../../logs/stream';
import type { Offer } from '../../ui/messages';
import { tell, warn } from '../../ui/messages';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import type { AppTarget } from '../../inventory/targets';
import { writeSetting } from '../settings/changeSetting';
import type { Services } from '../services';

/**
 * Says why a log that is being read stays empty. What can be mended is offered in a message, beside the log that goes on.
 * @returns the reasons as sentences, for the log's channel
 */
export async function explainSilence(
  target: AppTarget,
  { source, debugMode }: LogSilence,
  signal: AbortSignal,
): Promise<string[]> {
  const reasons = await whySilent(target.connection, target.app, source, signal);
  const words = reasons.map((reason) => wordsOf(target, reason));
  const offers = offersOf(target, reasons);
  if (debugMode?.how === 'none') {
    words.unshift(vscode.l10n.t('The app is not in debug mode: {0}', debugMode.reason));
    offers.push({
      title: vscode.l10n.t('Start Again'),
      command: 'keyless.restartLogStream',
      arguments: [target],
    });
  }
  if (offers.length > 0)
    warn(vscode.l10n.t('{0} logs nothing. {1}', target.app.name, words.join(' ')), ...offers);
  return words;
}

/** Looks what keeps an app's log empty, and turns on what is off after asking. */
export async function turnOnLogging(services: Services, node?: AppTarget): Promise<void> {
  const title = vscode.l10n.t('Turn On Logging');
  const target = node ?? (await pickFunctionApp(services.inventory, title));
  const { connection, app } = target;
  const reasons = await withProgress(vscode.l10n.t('Looking at the logging of {0}', app.name), (signal) =>
    whySilent(connection, app, 'logStream', signal),
  );
  const words = reasons.map((reason) => wordsOf(target, reason));
  const changes = reasons.flatMap(changeOf);
  if (changes.length === 0) {
    const offers = offersOf(target, reasons);
    tell(vscode.l10n.t('Logging of {0} is on. {1}', app.name, words.join(' ')), ...offers);
    return;
  }
  const settings = changes.map(({ name, value }) => `${name} = ${value}`).join('\n');
  await confirm(
    vscode.l10n.t('Turn on the logging of {0}?', app.name),
    vscode.l10n.t(
      '{0}\n\nThese app settings win over host.json. The app restarts.\n\n{1}',
      words.join(' '),
      settings,
    ),
    vscode.l10n.t('Turn On'),
  );
  for (const { name, value } of changes) await writeSetting(services, target, { kind: 'set', name, value });
  tell(vscode.l10n.t('Logging of {0} is on. The app restarts.', app.name));
}

function wordsOf({ app }: AppTarget, reason: SilenceReason): string {
  switch (reason.kind) {
    case 'appStopped':
      return vscode.l10n.t('The app is stopped.');
    case 'fileLoggingOff':
      return reason.where === 'host.json'
        ? vscode.l10n.t(
            'Its host.json sets logging.fileLoggingMode to never, so that its host writes no files.',
          )
        : vscode.l10n.t(
            'Its setting {0} is never, so that its host writes no files.',
            hostSettings.fileLoggingMode,
          );
    case 'logLevel':
      return reason.where === 'host.json'
        ? vscode.l10n.t('Its host.json logs only from level {0} on (logging.logLevel.default).', reason.level)
        : vscode.l10n.t(
            'Its setting {0} lets only level {1} and above be logged.',
            hostSettings.logLevel,
            reason.level,
          );
    case 'noFunctions':
      return vscode.l10n.t('The app has no functions: deploy some first.');
    case 'allDisabled':
      return vscode.l10n.t('All functions of the app are disabled.');
    case 'notRun':
      return vscode.l10n.t(
        'No function of {0} has run since, as far as can be told. Lines come when one runs.',
        app.name,
      );
  }
}

function changeOf({ kind }: SilenceReason): { readonly name: string; readonly value: string }[] {
  // The host's default: files while somebody looks.
  if (kind === 'fileLoggingOff') return [{ name: hostSettings.fileLoggingMode, value: 'debugOnly' }];
  return kind === 'logLevel' ? [{ name: hostSettings.logLevel, value: 'Information' }] : [];
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
