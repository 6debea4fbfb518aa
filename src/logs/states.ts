import * as l10n from '@vscode/l10n';
import type { LogGap, LogStreamState } from '../azure/logs/logState';
import { mostWholeMegabytes } from '../azure/logs/logState';
import type { LogSource } from './source';

/**
 * Describes a stream's state in a sentence for the user.
 * @param source where the log is read from
 */
export function describeState(state: LogStreamState, source: LogSource = 'logStream'): string {
  switch (state.kind) {
    case 'connecting':
      return joined(
        state.attempt > 1
          ? l10n.t('Connecting (attempt {0} of {1}).', state.attempt, state.of)
          : l10n.t('Connecting.'),
        state.slow?.reason,
        state.slow?.nextStep,
      );
    case 'live':
      return source === 'logStream'
        ? l10n.t("Connected. Lines appear as they're written.")
        : l10n.t('Connected to Application Insights. Lines appear when they become available.');
    case 'idle':
      return state.minutes === 1
        ? l10n.t('Connected. Nothing has been logged for 1 minute.')
        : l10n.t('Connected. Nothing has been logged for {0} minutes.', state.minutes);
    case 'reconnecting':
      return l10n.t(
        '{0} Reconnecting in {1} s (attempt {2} of {3}).',
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

/** Joins sentences with spaces. */
function joined(...sentences: readonly (string | undefined)[]): string {
  return sentences.filter(Boolean).join(' ');
}

/** Describes a gap in the log in a sentence for the user. */
export function describeGap({ kind, file }: LogGap): string {
  const name = file?.slice(file.lastIndexOf('/') + 1);
  switch (kind) {
    case 'purged':
      return name === undefined
        ? l10n.t('Lines are missing here: the log file was deleted or truncated before it was fully read.')
        : l10n.t(
            'Lines are missing here: the log file {0} was deleted or truncated before it was fully read.',
            name,
          );
    case 'threshold':
      return name === undefined
        ? l10n.t('Lines are missing here: the host writes at most 250 lines per second and dropped the rest.')
        : l10n.t(
            'Lines are missing here: the host writes at most 250 lines per second to {0} and dropped the rest.',
            name,
          );
    case 'tooLarge':
      return name === undefined
        ? l10n.t(
            "Lines are missing from here on: the log file is larger than {0} MB, and this site doesn't send parts of files.",
            mostWholeMegabytes,
          )
        : l10n.t(
            "Lines are missing from here on: the log file {0} is larger than {1} MB, and this site doesn't send parts of files.",
            name,
            mostWholeMegabytes,
          );
    case 'unread':
      return name === undefined
        ? l10n.t("Lines may be missing here: the log files couldn't be read after the interruption.")
        : l10n.t(
            "Lines may be missing here: the log file {0} couldn't be read after the interruption.",
            name,
          );
  }
}

/** Whether a stream in this state has a connection or will open one. */
export function isRunning(state: LogStreamState): boolean {
  return state.kind !== 'ended' && state.kind !== 'stopped';
}

/** A stream's state in one word. */
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
