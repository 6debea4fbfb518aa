import type { LogStreamState } from '../azure/logState';
import type { Streaming } from './items';

const texts: Readonly<Record<LogStreamState['kind'], string>> = {
  connecting: 'connecting to log',
  live: 'streaming log',
  idle: 'streaming log, idle',
  reconnecting: 'reconnecting to log',
  ended: 'log stream ended',
  stopped: '',
};

/** What a log stream adds to the node of its app or function. */
export function streamingOf(
  stream: { state: LogStreamState; running: boolean } | undefined,
): Streaming | undefined {
  if (!stream || stream.state.kind === 'stopped') return undefined;
  return { text: texts[stream.state.kind], active: stream.running };
}
