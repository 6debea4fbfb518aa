import type { Ended } from './logEnds';
import { outcomeOfFailure } from './logEnds';
import type { LogStreamSink, LogStreamState } from './logState';
import type { Clock } from '../core/clock';
import { waitBy } from '../core/clock';

/** The result of one check of a log: something new, nothing, or the end. */
export type PollResult = 'news' | 'nothing' | Ended;

const mostFailures = 30;
const longestBackoff = 60_000;
const passing = new Set(['unavailable', 'throttled', 'conflict']);

/**
 * Polls a log until `signal` is aborted or it ends for good, and passes each state to the sink. Never rejects; returns
 * the last state, which is also passed to the sink. Clears its timer.
 * @param every milliseconds between two checks
 */
export async function pollLog(
  look: () => Promise<PollResult>,
  every: number,
  sink: Pick<LogStreamSink, 'state'>,
  signal: AbortSignal,
  clock: Clock,
): Promise<LogStreamState> {
  const last = await keepLooking(look, every, sink, signal, clock);
  sink.state(last);
  return last;
}

async function keepLooking(
  look: () => Promise<PollResult>,
  every: number,
  sink: Pick<LogStreamSink, 'state'>,
  signal: AbortSignal,
  clock: Clock,
): Promise<LogStreamState> {
  sink.state({ kind: 'connecting', attempt: 1, of: mostFailures });
  let lastNews = clock.now();
  let failures = 0;
  let wasLive = false;
  try {
    for (;;) {
      let delayMs = every;
      try {
        const found = await look();
        if (found === 'news') lastNews = clock.now();
        else if (found !== 'nothing') return found;
        const minutes = Math.floor((clock.now() - lastNews) / 60_000);
        sink.state(minutes > 0 ? { kind: 'idle', minutes } : { kind: 'live' });
        wasLive = true;
        failures = 0;
      } catch (error) {
        signal.throwIfAborted();
        failures++;
        const { kind, cause, ...words } = outcomeOfFailure(error, wasLive);
        if ((kind === 'ended' && !passing.has(cause)) || failures >= mostFailures)
          return { kind: 'ended', cause, ...words };
        delayMs = Math.min(every * 2 ** (failures - 1), longestBackoff);
        const attempt = { attempt: failures + 1, of: mostFailures };
        sink.state({ kind: 'reconnecting', ...attempt, delayMs, cause, expected: false, ...words });
      }
      await waitBy(clock, delayMs, signal);
    }
  } catch {
    return { kind: 'stopped' };
  }
}
