import type { LogStreamState } from '../azure/logState';

/** A stream's state as a sentence for a person. */
export function describeState(state: LogStreamState): string {
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
      return 'Connected: lines appear as they are written.';
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

/** Whether a stream in this state holds a connection or will make one. */
export function isRunning(state: LogStreamState): boolean {
  return state.kind !== 'ended' && state.kind !== 'stopped';
}
