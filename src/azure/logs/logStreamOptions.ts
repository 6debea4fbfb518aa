import type { Clock } from '../core/clock';

export interface LogStreamOptions {
  /**
   * Folder in LogFiles, e.g. `application/functions/function/ReadSecret`. Linux sites ignore it. The service creates a
   * missing folder and then sends nothing (LogStreamManager.cs), so use only existing names.
   */
  readonly path?: string;
  /** Show only lines that contain this text. The service ignores case. */
  readonly filter?: string;
  /** Whether the SCM site is about to restart because of our own change, e.g. to a setting. */
  readonly restartExpected?: () => boolean;
  readonly timing?: Partial<LogStreamTiming>;
  readonly clock?: Clock;
}

/** All in milliseconds. */
export interface LogStreamTiming {
  /** The connection is dead after this long without data. The service sends a heartbeat after 60 s. */
  readonly silence: number;
  /** The maximum wait for the first data. The service sends its welcome line right away, so something is buffering it. */
  readonly firstByte: number;
  /** The maximum wait for the response headers, long enough for a cold SCM site. */
  readonly connect: number;
  /** If it's not connected after this long, the state says why that may be. */
  readonly slow: number;
  /** The first delay before reconnecting, which doubles up to `longestBackoff`. */
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
