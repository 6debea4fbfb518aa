import * as l10n from '@vscode/l10n';
import type { LogStreamState } from '../azure/logs/logState';
import type { Streaming } from './items';

/** What a log stream adds to its app's or function's node. */
export function streamingOf(
  stream: { state: LogStreamState; running: boolean } | undefined,
): Streaming | undefined {
  if (!stream || stream.state.kind === 'stopped') return undefined;
  return { text: textOf(stream.state.kind), active: stream.running };
}

function textOf(kind: Exclude<LogStreamState['kind'], 'stopped'>): string {
  switch (kind) {
    case 'connecting':
      return l10n.t('connecting to log stream');
    case 'live':
      return l10n.t('streaming logs');
    case 'idle':
      return l10n.t('streaming logs, idle');
    case 'reconnecting':
      return l10n.t('reconnecting to log stream');
    case 'ended':
      return l10n.t('log stream ended');
  }
}
