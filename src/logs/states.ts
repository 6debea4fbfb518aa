import type { LogGap, LogStreamState } from '../azure/logState';
import type { LogSource } from './source';

/**
 * A stream's state as a sentence for a person.
 * @param source where the log is read from; a log stream unless told
 */
export function describeState(state: LogStreamState, source: LogSource = 'logStream'): string {
  switch (state.kind) {
    case 'connecting':
      return [
        state.attempt > 1 ? `Connecting, attempt ${state.attempt} of ${state.of}.` : 'Connecting.',
        state.slow?.reason,
        state.slow?.nextStep,
      ]
        .filter(Boolean)
        .join(' ');
    case 'live':
      return source === 'logStream'
        ? 'Connected: lines appear as they are written.'
        : 'Application Insights answers: lines appear when it has them.';
    case 'idle':
      return `Connected; nothing was logged for ${state.minutes === 1 ? 'a minute' : `${state.minutes} minutes`}.`;
    case 'reconnecting':
      return `${state.reason} Connecting again in ${Math.ceil(state.delayMs / 1000)} s, attempt ${state.attempt} of ${state.of}.`;
    case 'ended':
      return ['Ended:', state.reason, state.nextStep].filter(Boolean).join(' ');
    case 'stopped':
      return 'Stopped.';
  }
}

/** What is missing at this place, as a sentence for a person. */
export function describeGap({ kind, file }: LogGap): string {
  const where = file === undefined ? '' : ` (${file.slice(file.lastIndexOf('/') + 1)})`;
  switch (kind) {
    case 'purged':
      return `Lines are missing here: their file was deleted or cut short before all of it was read${where}.`;
    case 'threshold':
      return `Lines are missing here: the host writes at most 250 lines a second and dropped the rest${where}.`;
    case 'unread':
      return `Lines may be missing here: the log files could not be read after the break${where}.`;
  }
}

/** Whether a stream in this state holds a connection or will make one. */
export function isRunning(state: LogStreamState): boolean {
  return state.kind !== 'ended' && state.kind !== 'stopped';
}
