import type { Clock } from '../core/clock';

export interface LogStreamOptions {
  /**
   * Folder below LogFiles, e.g. `application/functions/function/ReadSecret`; Linux sites ignore it. The service makes a
   * folder that is not there and then stays silent (LogStreamManager.cs): give only names that are known.
   */
  readonly path?: string;
  /** Only lines that hold this text (the service compares without case). */
  readonly filter?: string;
  /** Whether the SCM site is about to restart because of what we did, e.g. wrote a setting. */
  readonly restartExpected?: () => boolean;
  readonly timing?: Partial<LogStreamTiming>;
  readonly clock?: Clock;
}

/** All in milliseconds. */
export interface LogStreamTiming {
  /** No byte for so long: the connection is dead (the service sends a heartbeat after 60 s of silence). */
  readonly silence: number;
  /** No first byte for so long after the head: the service greets at once, so something keeps the bytes back. */
  readonly firstByte: number;
  /** No head for so long; a cold SCM site takes its time. */
  readonly connect: number;
  /** Not connected after so long: it is said why that may be. */
  readonly slow: number;
  /** First wait before a reconnect; doubles up to `longestBackoff`. */
  readonly backoff: number;
  readonly longestBackoff: number;
}

export const defaultTiming: LogStreamTiming = {
  silence: 150_000,
  firstByte: 30_000,
  connect: 60_000,
  slow: 15_000,
  backoff: 1000,
  longestBackoff: 30_000,
};
