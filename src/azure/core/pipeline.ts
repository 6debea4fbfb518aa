import type { GetTokenOptions, TokenCredential } from '@azure/core-auth';
import type {
  Pipeline,
  PipelinePolicy,
  PipelineRequest,
  PipelineResponse,
  RetryStrategy,
} from '@azure/core-rest-pipeline';
import {
  bearerTokenAuthenticationPolicy,
  createEmptyPipeline,
  RestError,
  retryPolicy,
  setClientRequestIdPolicy,
} from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import { supportedVersions } from './apiVersions';
import { pause } from './clock';
import type { Connection } from './connection';
import { Slot } from './connection';
import { errorOfAnswer } from './errors';
import { parseJson } from './json';
import { pauseOfHeader } from './limits/retryAfter';
import { scopeOf } from './tokens/scopes';
import type { OriginKind, SentToken } from './tokens/trust';
import { markSecret } from './tokens/trust';
import { unlessAborted } from './wait';

/** Milliseconds for one attempt, unless the request sets its own timeout. */
const defaultTimeout = 60_000;
/** If a service asks for a longer pause, its error is reported right away. */
const longestPause = 60_000;
const maxRetries = 3;

export interface PipelineChoices {
  /** Scope of the token. If absent, no token is added (the Key Vault client brings its own policy). */
  readonly scope?: string;
  /** The kind of service the token is for. */
  readonly kind: OriginKind;
  /** The token's tenant; the connection's by default. */
  readonly tenantId?: string;
  /** Don't retry: the request must be sent only once, or the caller retries by itself. */
  readonly once?: boolean;
}

/** A pipeline for one audience: one token, refreshed as needed, and the retries and timeouts that all services share. */
export function createPipeline(c: Connection, choices: PipelineChoices): Pipeline {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(timeouts);
  pipeline.addPolicy(setClientRequestIdPolicy());
  if (choices.kind === 'resourceManager') pipeline.addPolicy(supportedVersions(c));
  if (!choices.once) addRetries(pipeline, c);
  if (choices.scope !== undefined) {
    pipeline.addPolicy(bearer(credentialOf(c), choices.scope), { phase: 'Sign' });
  }
  pipeline.addPolicy(mark(c, choices), { afterPhase: 'Sign' });
  if (choices.kind !== 'scm' && choices.kind !== 'site')
    pipeline.addPolicy(wholeAnswers, { afterPhase: 'Sign' });
  return pipeline;
}

/** The Resource Manager pipeline of a connection. @param once without retries */
export function resourceManagerPipeline(c: Connection, once = false): Pipeline {
  return keptPipeline(c, { kind: 'resourceManager', scope: scopeOf(c.cloud.resourceManagerAudience), once });
}

const pipelines = new Slot(() => new Map<string, Pipeline>());

/** Like {@link createPipeline}, but cached, because the pipeline holds the token. */
export function keptPipeline(c: Connection, choices: PipelineChoices): Pipeline {
  const kept = c.own(pipelines);
  const key = `${choices.kind} ${choices.scope} ${choices.once === true}`;
  let pipeline = kept.get(key);
  if (!pipeline) kept.set(key, (pipeline = createPipeline(c, choices)));
  return pipeline;
}

/** Drops the cached pipelines of a kind, so that the next request gets a new token from the account. */
export function forgetPipelines(c: Connection, kind: OriginKind): void {
  const kept = c.own(pipelines);
  for (const key of kept.keys()) if (key.startsWith(`${kind} `)) kept.delete(key);
}

/** The connection's credential. It defaults to the connection's tenant and stops waiting when the request is canceled. */
export function credentialOf(c: Connection): TokenCredential {
  return {
    getToken: (scopes, options?: GetTokenOptions) =>
      unlessAborted(
        c.credential.getToken(scopes, { ...options, tenantId: options?.tenantId ?? c.tenantId }),
        options?.abortSignal,
      ),
  };
}

/**
 * For pipelines passed to an SDK: the SDK's own errors lose the service's message, so this policy throws ours instead.
 * It is the outermost policy, so that retries and challenges come first.
 */
export function addErrors(pipeline: Pipeline): Pipeline {
  pipeline.addPolicy(errors, { phase: 'Serialize' });
  return pipeline;
}

const errors: PipelinePolicy = {
  name: 'keylessErrors',
  sendRequest: async (request, next) => {
    const response = await next(request);
    if (response.status >= 400) throw errorOfAnswer(response);
    limitPause(response);
    return response;
  },
};

/** The longest pause between two looks at an operation (azure-resource-manager-rpc, Addendum.md). */
const longestPollPause = 10 * 60_000;

/** An SDK that polls waits as long as it's told, and not at all if that is longer than a timer can be (24 days). */
function limitPause({ headers }: PipelineResponse): void {
  if (!headers.has('Retry-After')) return;
  const pause = Math.min(pauseOfHeader(headers.get('Retry-After')) ?? 0, longestPollPause);
  headers.set('Retry-After', String(Math.ceil(pause / 1000)));
}

/**
 * Retries a request whose JSON response was truncated, like one whose connection was lost. The error leaves out the
 * body: the SDKs' own parse error quotes all of it, including secret values.
 */
const wholeAnswers: PipelinePolicy = {
  name: 'keylessWholeAnswers',
  sendRequest: async (request, next) => {
    const response = await next(request);
    const { status, bodyAsText: text, headers } = response;
    const isJson = status >= 200 && status < 300 && /\bjson\b/i.test(headers.get('Content-Type') ?? '');
    if (!isJson || !text?.trim() || parseJson(text) !== undefined) return response;
    throw new RestError(l10n.t("The response is incomplete or isn't valid JSON."), {
      code: 'BadAnswer',
      statusCode: status,
      request,
    });
  },
};

const timeouts: PipelinePolicy = {
  name: 'keylessTimeouts',
  sendRequest: (request, next) => {
    if (!request.timeout) request.timeout = defaultTimeout;
    return next(request);
  },
};

function mark(c: Connection, choices: PipelineChoices): PipelinePolicy {
  const token = tokenOf(c, choices);
  return {
    name: 'keylessMark',
    sendRequest: (request, next) => {
      markSecret(request, choices.kind, token);
      return next(request);
    },
  };
}

function tokenOf(
  c: Connection,
  { kind, scope, tenantId = c.tenantId }: PipelineChoices,
): SentToken | undefined {
  const sent = kind === 'vault' ? scopeOf(c.cloud.vaultAudience) : scope;
  // Only the sign-in service knows which tenant this is.
  if (tenantId === 'organizations') return undefined;
  return sent === undefined ? undefined : { scope: sent, tenantId };
}

/**
 * Adds the token. A claims challenge is answered once (by core). After any other 401, the request is retried once if the
 * credential now has a different token, e.g. because this machine's clock is wrong.
 */
function bearer(credential: TokenCredential, scope: string): PipelinePolicy {
  return bearerTokenAuthenticationPolicy({
    credential,
    scopes: scope,
    challengeCallbacks: {
      async authorizeRequestOnChallenge({ request, scopes }) {
        const token = await credential.getToken(scopes, {
          abortSignal: request.abortSignal,
          enableCae: true,
        });
        const header = token && `Bearer ${token.token}`;
        if (!header || header === request.headers.get('Authorization')) return false;
        request.headers.set('Authorization', header);
        return true;
      },
    },
  });
}

/** Core's retry policy waits in real time only, so the pause is taken here, right before the request is sent again. */
function addRetries(pipeline: Pipeline, c: Connection): void {
  const pauses = new WeakMap<PipelineRequest, number>();
  const pausingLater = (strategy: RetryStrategy): RetryStrategy => ({
    ...strategy,
    retry(attempt) {
      const modifiers = strategy.retry(attempt);
      const request = attempt.response?.request ?? attempt.responseError?.request;
      if (modifiers.retryAfterInMs === undefined || !request) return modifiers;
      pauses.set(request, modifiers.retryAfterInMs);
      return { ...modifiers, retryAfterInMs: 0 };
    },
  });
  const keepPauses: PipelinePolicy = {
    name: 'keylessPauses',
    sendRequest: async (request, next) => {
      const milliseconds = pauses.get(request);
      pauses.delete(request);
      if (milliseconds !== undefined) await pause(c, milliseconds, request.abortSignal);
      return next(request);
    },
  };
  pipeline.addPolicy(retryPolicy([throttled, transient].map(pausingLater), { maxRetries }), {
    phase: 'Retry',
  });
  pipeline.addPolicy(keepPauses, { afterPhase: 'Retry' });
}

/** Retries a 429 with or without Retry-After (core retries only the former), and a 503 with it. */
export const throttled: RetryStrategy = {
  name: 'throttled',
  retry({ response, retryCount }) {
    if (response?.status !== 429 && response?.status !== 503) return { skipStrategy: true };
    const asked = retryAfter(response);
    if (asked === undefined && response.status === 503) return { skipStrategy: true };
    const pause = asked ?? backoff(retryCount);
    return pause > longestPause ? { skipStrategy: true } : { retryAfterInMs: pause };
  },
};

const transientCodes = new Set([
  'ETIMEDOUT',
  'ECONNRESET',
  'ECONNREFUSED',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EPIPE',
  'PARSE_ERROR',
  'BadAnswer',
]);

/** Retries network errors, truncated responses, and 408, 500, 502, 503 and 504 without Retry-After. */
export const transient: RetryStrategy = {
  name: 'transient',
  retry({ response, responseError, retryCount }) {
    if (response) {
      const again = [408, 500, 502, 503, 504].includes(response.status) && retryAfter(response) === undefined;
      return again ? { retryAfterInMs: backoff(retryCount) } : { skipStrategy: true };
    }
    return transientCodes.has(responseError?.code ?? '')
      ? { retryAfterInMs: backoff(retryCount) }
      : { skipStrategy: true };
  },
};

/** The pause in milliseconds that a response asks for: `retry-after-ms`, `x-ms-retry-after-ms`, or `Retry-After` in seconds or as a date. */
export function retryAfter(response: PipelineResponse): number | undefined {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const milliseconds = Number(response.headers.get(name) ?? NaN);
    if (milliseconds >= 0) return milliseconds;
  }
  return pauseOfHeader(response.headers.get('Retry-After'));
}

/** 1 s, 2 s, 4 s, minus up to half of it, so that many clients don't retry at the same moment. */
function backoff(retryCount: number): number {
  return 1000 * 2 ** retryCount * (0.5 + Math.random() / 2);
}
