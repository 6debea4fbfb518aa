import type { Explanation } from '../core/errors';
/** Why a connection or the entire stream ended. */
export type LogStreamCause =
  /** The service ends every stream after some time (SCM_LOGSTREAM_TIMEOUT). */
  | 'timeout'
  /** The SCM site restarted, as it does whenever settings change. */
  | 'restart'
  /** The service reported that it couldn't continue. */
  | 'serviceError'
  /** The service closed the stream without giving a reason. */
  | 'closed'
  /** The connection or the network was lost. */
  | 'cut'
  /** No data arrived for too long. */
  | 'silent'
  /** Connected, but no data ever arrived: something in between is buffering it. */
  | 'heldBack'
  /** No response in time, or a 5xx: the site is cold or down. */
  | 'unavailable'
  | 'throttled'
  /** 409: the site is being changed. */
  | 'conflict'
  | 'unauthorized'
  | 'forbidden'
  /** The SCM site's access restrictions. */
  | 'ipForbidden'
  | 'appStopped'
  | 'notFound'
  | 'nameNotFound'
  | 'tls'
  /** The plan has no log stream: Linux Consumption and Flex Consumption. */
  | 'unsupportedPlan'
  /** The stream is connected, but the log files couldn't be read. */
  | 'filesUnreadable'
  | 'failed';

/** The stream's current state. Those that are problems include a reason and a next step. */
export type LogStreamState =
  /** `slow` is set if the service is slow to respond. */
  | {
      readonly kind: 'connecting';
      readonly attempt: number;
      readonly of: number;
      readonly slow?: Explanation;
    }
  /** Data is arriving. */
  | { readonly kind: 'live' }
  /** Connected, but the service reports that nothing was logged for this long. */
  | { readonly kind: 'idle'; readonly minutes: number }
  | ({
      readonly kind: 'reconnecting';
      /** The number of the next attempt. */
      readonly attempt: number;
      readonly of: number;
      readonly delayMs: number;
      readonly cause: LogStreamCause;
      /** Whether our own change caused it, e.g. a setting that was just written, so it's not a problem. */
      readonly expected: boolean;
    } & Explanation)
  /** It ended by itself and won't reconnect. */
  | ({ readonly kind: 'ended'; readonly cause: LogStreamCause } & Explanation)
  /** The user stopped it. */
  | { readonly kind: 'stopped' };

/** Where the service sends entire files, nothing is read that begins after so much of one. */
export const mostWholeMegabytes = 64;

/** A place where lines are known or likely to be missing. */
export interface LogGap {
  readonly kind:
    /** The file was deleted or truncated before all of it was read. */
    | 'purged'
    /** The host writes at most 250 lines per second to a file and dropped the rest (FileWriter.cs). */
    | 'threshold'
    /** The service sends only entire files, and this one is too large. */
    | 'tooLarge'
    /** The log files couldn't be read during an interruption, so the stream continues without them. */
    | 'unread';
  /** Path in the site's home folder, e.g. `LogFiles/Application/Functions/Host/x.log`. */
  readonly file?: string;
}

export interface LogStreamSink {
  /**
   * Receives complete lines without line ends, which are safe to show. Nothing more is read until it resolves.
   * @param file path of their file in the site's home folder, if known
   */
  lines(batch: readonly string[], file?: string): void | Promise<void>;
  state(state: LogStreamState): void;
  /** Called between two batches if lines are missing there. */
  gap?(gap: LogGap): void;
}
