/** Why a connection, or the whole stream, came to an end. */
export type LogStreamCause =
  /** The service ends every stream after a time (SCM_LOGSTREAM_TIMEOUT). */
  | 'timeout'
  /** The SCM site restarted, as it does when settings change. */
  | 'restart'
  /** The service said that it could not go on. */
  | 'serviceError'
  /** The service closed the stream without a word. */
  | 'closed'
  /** The connection was cut, or the network is gone. */
  | 'cut'
  /** No byte for too long. */
  | 'silent'
  /** Connected, but no first byte: something on the way keeps it back. */
  | 'heldBack'
  /** No head in time, or 5xx: a cold site, or one that is down. */
  | 'unavailable'
  | 'throttled'
  /** 409: the site is being changed. */
  | 'conflict'
  | 'unauthorized'
  | 'forbidden'
  /** An access restriction of the SCM site. */
  | 'ipForbidden'
  | 'appStopped'
  | 'notFound'
  | 'nameNotFound'
  | 'tls'
  /** The plan has no log stream: Linux Consumption and Flex Consumption. */
  | 'unsupportedPlan'
  /** The stream is there, but the files that hold the log could not be read. */
  | 'filesUnreadable'
  | 'failed';

/** Always one of these; each that is not good says why, and what can be done. */
export type LogStreamState =
  /** `slow` is there when the service takes its time. */
  | { readonly kind: 'connecting'; readonly attempt: number; readonly of: number; readonly slow?: Words }
  /** Bytes arrive. */
  | { readonly kind: 'live' }
  /** Connected, and the service says that nothing was logged for so long. */
  | { readonly kind: 'idle'; readonly minutes: number }
  | ({
      readonly kind: 'reconnecting';
      /** The attempt that comes next. */
      readonly attempt: number;
      readonly of: number;
      readonly delayMs: number;
      readonly cause: LogStreamCause;
      /** Of our own doing, e.g. a setting that was just written: no reason for alarm. */
      readonly expected: boolean;
    } & Words)
  /** It ended by itself and will not come back. */
  | ({ readonly kind: 'ended'; readonly cause: LogStreamCause } & Words)
  /** A person stopped it. */
  | { readonly kind: 'stopped' };

export interface Words {
  readonly reason: string;
  readonly nextStep?: string;
}

/** Lines that are missing, as far as is known. */
export interface LogGap {
  readonly kind:
    /** The file was deleted, or cut short, before all of it was read. */
    | 'purged'
    /** The host writes at most 250 lines a second to a file, and dropped the rest (FileWriter.cs). */
    | 'threshold'
    /** The log files could not be read during a break; the stream goes on without them. */
    | 'unread';
  /** Below the site's home, e.g. `LogFiles/Application/Functions/Host/x.log`. */
  readonly file?: string;
}

export interface LogStreamSink {
  /**
   * Whole lines without their ends, safe to show. Nothing more is read until it resolves.
   * @param file where they stand, below the site's home, as far as that is known
   */
  lines(batch: readonly string[], file?: string): void | Promise<void>;
  state(state: LogStreamState): void;
  /** Lines are missing here, between those before and those after. */
  gap?(gap: LogGap): void;
}
