import type { PipelineResponse } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { AzureError, Explanation } from '../core/errors';
import { errorOfAnswer, isAbort, toAzureError } from '../core/errors';
import { explain, isTlsFailure, tryAgain } from '../explain/explain';
import type { ServiceEnd } from './logLines';
import type { LogStreamCause, LogStreamState } from './logState';
import type { FunctionApp } from '../core/model';
import { retryAfter } from '../core/pipeline';

export type Ended = Extract<LogStreamState, { kind: 'ended' }>;

/** How one connection of a log stream ended. */
export type Outcome = Ended | Again;

/** Another attempt is worthwhile. */
export interface Again extends Explanation {
  readonly kind: 'again';
  readonly cause: LogStreamCause;
  /** How long to wait, if the service asked for it or should be back soon. */
  readonly delayMs?: number;
  /** The maximum number of attempts in a row, if it is lower than usual. */
  readonly most?: number;
  /** Whether our own change caused it. */
  readonly expected?: boolean;
}

const longestAskedPause = 120_000;

/** The outcome of a response other than 200. Retries 5xx, 408, 409 and 429, e.g. from a site that is cold or being changed. */
export function outcomeOfRefusal(response: PipelineResponse): Outcome {
  const error = errorOfAnswer(response);
  const cause = causeOfRefusal(error);
  const words = explain(error);
  if (cause !== 'unavailable' && cause !== 'conflict' && cause !== 'throttled')
    return { kind: 'ended', cause, ...words };
  const asked = retryAfter(response);
  return {
    kind: 'again',
    cause,
    ...words,
    ...(asked === undefined ? {} : { delayMs: Math.min(asked, longestAskedPause) }),
  };
}

function causeOfRefusal({ status = 0, code }: AzureError): LogStreamCause {
  if (code === 'IpForbidden') return 'ipForbidden';
  if (code === 'SiteStopped') return 'appStopped';
  if (status >= 500 || status === 408) return 'unavailable';
  return causesOfStatus[status] ?? 'failed';
}

const causesOfStatus: Readonly<Record<number, LogStreamCause>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  429: 'throttled',
};

/**
 * The outcome of an error while connecting, reading the stream, or getting ready to connect.
 * @param wasLive whether the stream was connected before, in which case the error is more likely to be temporary
 */
export function outcomeOfFailure(failure: unknown, wasLive: boolean): Outcome {
  const error = toAzureError(failure);
  const words = explain(error);
  if (isTlsFailure(error)) return { kind: wasLive ? 'again' : 'ended', cause: 'tls', ...words };
  const cause = causesOfCode[error.code ?? ''];
  if (cause !== undefined && error.status === undefined)
    return {
      kind: 'again',
      cause,
      ...words,
      // A lost network comes back, but a name that never resolved doesn't.
      ...(error.code === 'ENOTFOUND' && !wasLive ? { most: 2 } : {}),
    };
  // A connection lost while reading the body has no network error code.
  if (isAbort(failure) && wasLive) return { kind: 'again', cause: 'cut', ...words };
  return { kind: 'ended', cause: error.status === undefined ? 'failed' : causeOfRefusal(error), ...words };
}

const causesOfCode: Readonly<Record<string, LogStreamCause>> = {
  ECONNRESET: 'cut',
  ECONNREFUSED: 'cut',
  ECONNABORTED: 'cut',
  EPIPE: 'cut',
  ERR_STREAM_PREMATURE_CLOSE: 'cut',
  REQUEST_SEND_ERROR: 'cut',
  EHOSTUNREACH: 'cut',
  ENETUNREACH: 'cut',
  ENETDOWN: 'cut',
  ENOTFOUND: 'nameNotFound',
  EAI_AGAIN: 'nameNotFound',
  ETIMEDOUT: 'unavailable',
};

/** The outcome if the service ended the connection, with or without a reason. */
export function outcomeOfEnd(said: ServiceEnd | undefined, backoff: number): Outcome {
  if (said === undefined)
    return { kind: 'again', cause: 'closed', reason: l10n.t('The service closed the stream.') };
  return { ...said, kind: 'again', delayMs: backoff };
}

/** Why it's not worth connecting: the plan has no log stream, or the app is stopped. */
export function whyNot({ linux, sku, state }: FunctionApp): Ended | undefined {
  if (linux && (sku === 'Dynamic' || sku === 'FlexConsumption')) {
    const plan = sku === 'Dynamic' ? 'Linux Consumption' : 'Flex Consumption';
    return {
      kind: 'ended',
      cause: 'unsupportedPlan',
      reason: l10n.t("Azure doesn't provide a log stream for apps on the {0} plan.", plan),
      nextStep: l10n.t(
        'Open the app in the Azure portal and use Application Insights (Live Metrics or Logs) instead.',
      ),
    };
  }
  if (state === 'Stopped')
    return {
      kind: 'ended',
      cause: 'appStopped',
      reason: l10n.t('The app is stopped, so nothing is logged.'),
      nextStep: l10n.t('Start the app, then start streaming again.'),
    };
  return undefined;
}

export function gaveUp({ cause, reason, nextStep }: Again, attempts: number): Ended {
  return {
    kind: 'ended',
    cause,
    reason:
      attempts === 1
        ? l10n.t('{0} Keyless stopped trying after one attempt.', reason)
        : l10n.t('{0} Keyless stopped trying after {1} attempts.', reason, attempts),
    nextStep:
      nextStep === undefined || nextStep === tryAgain()
        ? l10n.t('Check your connection and make sure that the app is running. Then start streaming again.')
        : l10n.t(
            '{0} Check your connection and make sure that the app is running. Then start streaming again.',
            nextStep,
          ),
  };
}

export function silent(): Again {
  return { kind: 'again', cause: 'silent', reason: l10n.t('The connection stopped sending data.') };
}

export function heldBack(): Again {
  return {
    kind: 'again',
    cause: 'heldBack',
    reason: l10n.t('The stream is connected, but no data arrives. A proxy may be buffering it.'),
    nextStep: l10n.t("Ask your proxy's administrator to turn off buffering for the SCM site."),
    most: 3,
  };
}

export function whySlow(app: FunctionApp): Explanation {
  return {
    reason:
      app.scmHostName === undefined
        ? l10n.t('The SCM site is slow to respond. A cold site can take a minute to start.')
        : l10n.t('{0} is slow to respond. A cold site can take a minute to start.', app.scmHostName),
    nextStep: l10n.t('Wait, or check in the Azure portal whether the app and its plan are running.'),
  };
}
