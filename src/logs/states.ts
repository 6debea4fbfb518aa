import * as l10n from '@vscode/l10n';
import type { LogGap, LogStreamState } from '../azure/logs/logState';
import type { LogSource } from './source';

/**
 * A stream's state as a sentence for a person.
 * @param source where the log is read from; a log stream unless told
 */
export function describeState(state: LogStreamState, source: LogSource = 'logStream'): string {
  switch (state.kind) {
    case 'connecting':
      return joined(
        state.attempt > 1
          ? l10n.t('Connecting, attempt {0} of {1}.', state.attempt, state.of)
          : l10n.t('Connecting.'),
        state.slow?.reason,
        state.slow?.nextStep,
      );
    case 'live':
      return source === 'logStream'
        ? l10n.t('Connected: lines appear as they are written.')
        : l10n.t('Application Insights answers: lines appear when it has them.');
    case 'idle':
      return state.minutes === 1
        ? l10n.t('Connected; nothing was logged for a minute.')
        : l10n.t('Connected; nothing was logged for {0} minutes.', state.minutes);
    case 'reconnecting':
      return l10n.t(
        '{0} Connecting again in {1} s, attempt {2} of {3}.',
        state.reason,
        Math.ceil(state.delayMs / 1000),
        state.attempt,
        state.of,
      );
    case 'ended':
      return l10n.t('Ended: {0}', joined(state.reason, state.nextStep));
    case 'stopped':
      return l10n.t('Stopped.');
  }
}

/** Sentences, one after the other. */
function joined(...sentences: readonly (string | undefined)[]): string {
  return sentences.filter(Boolean).join(' ');
}

/** What is missing at this place, as a sentence for a person. */
export function describeGap({ kind, file }: LogGap): string {
  const name = file?.slice(file.lastIndexOf('/') + 1);
  switch (kind) {
    case 'purged':
      return name === undefined
        ? l10n.t('Lines are missing here: their file was deleted or cut short before all of it was read.')
        : l10n.t(
            'Lines are missing here: their file was deleted or cut short before all of it was read ({0}).',
            name,
          );
    case 'threshold':
      return name === undefined
        ? l10n.t('Lines are missing here: the host writes at most 250 lines a second and dropped the rest.')
        : l10n.t(
            'Lines are missing here: the host writes at most 250 lines a second and dropped the rest ({0}).',
            name,
          );
    case 'unread':
      return name === undefined
        ? l10n.t('Lines may be missing here: the log files could not be read after the break.')
        : l10n.t('Lines may be missing here: the log files could not be read after the break ({0}).', name);
  }
}

/** Whether a stream in this state holds a connection or will make one. */
export function isRunning(state: LogStreamState): boolean {
  return state.kind !== 'ended' && state.kind !== 'stopped';
}

/** A stream's state in a word. */
export function stateWord(kind: LogStreamState['kind']): string {
  switch (kind) {
    case 'connecting':
      return l10n.t('connecting');
    case 'live':
      return l10n.t('live');
    case 'idle':
      return l10n.t('idle');
    case 'reconnecting':
      return l10n.t('reconnecting');
    case 'ended':
      return l10n.t('ended');
    case 'stopped':
      return l10n.t('stopped');
  }
}
