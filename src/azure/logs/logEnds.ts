import type { PipelineResponse } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { AzureError } from '../core/errors';
import { errorOfAnswer, isAbort, toAzureError } from '../core/errors';
import { explain, isTlsFailure, tryAgain } from '../explain/explain';
import type { ServiceEnd } from './logLines';
import type { LogStreamCause, LogStreamState, Words } from './logState';
import type { FunctionApp } from '../core/model';
import { retryAfter } from '../core/pipeline';

export type Ended = Extract<LogStreamState, { kind: 'ended' }>;

/** How one connection of a log stream came to its end. */
export type Outcome = Ended | Again;

/** It is worth another try. */
export interface Again extends Words {
  readonly kind: 'again';
  readonly cause: LogStreamCause;
  /** How long to wait, where the service says so or is known to be back at once. */
  readonly delayMs?: number;
  /** How many attempts in a row are enough, if fewer than usual. */
  readonly most?: number;
  /** Of our own doing. */
  readonly expected?: boolean;
}

const longestAskedPause = 120_000;

/** What an answer other than 200 means. 5xx, 408, 409 and 429 pass: a cold site, one that is just being changed. */
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
 * What an error means: of the connection, of its body, or of what comes before it.
 * @param wasLive the stream has been connected before, so that what is wrong now may well pass
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
      // A network that is gone comes back; a name that never was there does not.
      ...(error.code === 'ENOTFOUND' && !wasLive ? { most: 2 } : {}),
    };
  // A cut inside a body comes without a code of the network.
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

/** The connection came to its end after the service said something, or nothing. */
export function outcomeOfEnd(said: ServiceEnd | undefined, backoff: number): Outcome {
  if (said === undefined)
    return { kind: 'again', cause: 'closed', reason: l10n.t('The service closed the stream.') };
  return { ...said, kind: 'again', delayMs: backoff };
}

/** Known before anything is tried: there is no stream, or nobody who writes to it. */
export function whyNot({ linux, sku, state }: FunctionApp): Ended | undefined {
  if (linux && (sku === 'Dynamic' || sku === 'FlexConsumption')) {
    const plan = sku === 'Dynamic' ? 'Linux Consumption' : 'Flex Consumption';
    return {
      kind: 'ended',
      cause: 'unsupportedPlan',
      reason: l10n.t('Azure has no log stream for apps on the {0} plan.', plan),
      nextStep: l10n.t(
        'Open the app in the portal and use Application Insights (Live Metrics, or Logs) instead.',
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
        ? l10n.t('{0} Gave up after one attempt.', reason)
        : l10n.t('{0} Gave up after {1} attempts.', reason, attempts),
    nextStep:
      nextStep === undefined || nextStep === tryAgain()
        ? l10n.t('Check the connection and that the app is running, then start streaming again.')
        : l10n.t(
            '{0} Check the connection and that the app is running, then start streaming again.',
            nextStep,
          ),
  };
}

export function silent(): Again {
  return { kind: 'again', cause: 'silent', reason: l10n.t('The connection fell silent.') };
}

export function heldBack(): Again {
  return {
    kind: 'again',
    cause: 'heldBack',
    reason: l10n.t('Connected, but nothing arrives. A proxy may be holding the stream back.'),
    nextStep: l10n.t('Ask whoever runs the proxy not to buffer answers of the SCM site.'),
    most: 3,
  };
}

export function whySlow(app: FunctionApp): Words {
  return {
    reason:
      app.scmHostName === undefined
        ? l10n.t('The SCM site takes long to answer; a cold site can take a minute.')
        : l10n.t('{0} takes long to answer; a cold site can take a minute.', app.scmHostName),
    nextStep: l10n.t('Wait, or see in the portal whether the app and its plan run.'),
  };
}
