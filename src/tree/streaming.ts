import * as l10n from '@vscode/l10n';
import type { LogStreamState } from '../azure/logs/logState';
import type { Streaming } from './items';

/** What a log stream adds to the node of its app or function. */
export function streamingOf(
  stream: { state: LogStreamState; running: boolean } | undefined,
): Streaming | undefined {
  if (!stream || stream.state.kind === 'stopped') return undefined;
  return { text: textOf(stream.state.kind), active: stream.running };
}

function textOf(kind: Exclude<LogStreamState['kind'], 'stopped'>): string {
  switch (kind) {
    case 'connecting':
      return l10n.t('connecting to log');
    case 'live':
      return l10n.t('streaming log');
    case 'idle':
      return l10n.t('streaming log, idle');
    case 'reconnecting':
      return l10n.t('reconnecting to log');
    case 'ended':
      return l10n.t('log stream ended');
  }
}
