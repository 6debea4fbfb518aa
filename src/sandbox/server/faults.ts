import { randomUUID } from 'node:crypto';
import type { Call } from './http';
import type { ServiceKind } from './listener';

/** What a test wants to go wrong. The effects of one rule are combined. */
export interface FaultEffect {
  /** Waits before anything else. */
  latencyMs?: number;
  /** Cuts the connection instead of answering. */
  disconnect?: boolean;
  /** Answers with this status without asking the service. */
  status?: number;
  /** With `status`: the body; by default an error in the service's own form. */
  body?: unknown;
  /** With `status`: additional headers. */
  headers?: Record<string, string>;
  /** With `status`: the value of Retry-After; if unset, the header is omitted. */
  retryAfterSeconds?: number;
  /** Replaces the client's token by one with the same claims, properly signed, but expired. */
  expiredToken?: boolean;
  /** Cuts a JSON answer off in the middle; the HTTP message itself stays complete and valid. */
  truncateJson?: boolean;
  /** Cuts the connection after this many bytes of the answer's body (log streams). */
  cutAfterBytes?: number;
}

/** A fault and the requests it applies to. */
export interface FaultRule extends FaultEffect {
  id: string;
  service?: ServiceKind;
  method?: string;
  /** A regular expression for path and query. */
  path?: string;
  /** How many matching requests pass before the first fault. */
  skip: number;
  /** How many requests the fault applies to; 0: all until it's removed. */
  count: number;
}

/** The faults that are currently set. */
export class Faults {
  #rules: { rule: FaultRule; pattern: RegExp | undefined }[] = [];

  /** @throws SyntaxError if the path isn't a regular expression */
  add(rule: Omit<FaultRule, 'id' | 'skip' | 'count'> & { skip?: number; count?: number }): FaultRule {
    const complete = { count: 1, skip: 0, ...rule, id: randomUUID() };
    this.#rules.push({
      rule: complete,
      pattern: rule.path === undefined ? undefined : new RegExp(rule.path, 'i'),
    });
    return complete;
  }

  list(): FaultRule[] {
    return this.#rules.map(({ rule }) => rule);
  }

  clear(): void {
    this.#rules = [];
  }

  /** Returns the first rule that applies to the request, and removes it once its count is used up. */
  take(service: ServiceKind, call: Pick<Call, 'method' | 'path' | 'url'>): FaultEffect | undefined {
    const entry = this.#rules.find(
      ({ rule, pattern }) =>
        (rule.service === undefined || rule.service === service) &&
        (rule.method === undefined || rule.method.toUpperCase() === call.method) &&
        (pattern === undefined || pattern.test(`${call.path}${call.url.search}`)),
    );
    if (entry === undefined) return undefined;
    if (entry.rule.skip > 0) {
      entry.rule.skip -= 1;
      return undefined;
    }
    if (entry.rule.count > 0) {
      entry.rule.count -= 1;
      if (entry.rule.count === 0) this.#rules = this.#rules.filter((other) => other !== entry);
    }
    return entry.rule;
  }
}

/**
 * The error body that a service sends with an injected status: ARM's 429 as recorded
 * (SubscriptionRequestsThrottled), the vault's Throttled inferred, Entra in its OAuth form, Kudu's
 * `{"Message"}`.
 */
export function faultBody(service: ServiceKind, status: number, retryAfterSeconds?: number): unknown {
  if (service === 'scm') return { Message: plain[status] ?? 'An error has occurred.' };
  if (service === 'entra' || service === 'signIn')
    return {
      error: status === 429 || status >= 500 ? 'temporarily_unavailable' : 'server_error',
      error_description: `AADSTS90033: A transient error has occurred. Please try again.`,
      error_codes: [90033],
    };
  const [code, message] = azureError(service, status, retryAfterSeconds ?? 6);
  return { error: { code, message } };
}

const plain: Record<number, string> = {
  429: 'Too many requests.',
  502: 'Bad Gateway',
  503: 'The service is unavailable.',
};

function azureError(service: ServiceKind, status: number, seconds: number): [string, string] {
  if (status === 429 && service === 'arm')
    return [
      'SubscriptionRequestsThrottled',
      `Number of requests for subscription '00000000-0000-0000-0000-000000000000' and operation 'READ' exceeded the backend storage limit. Please try again after '${seconds}' seconds.`,
    ];
  if (status === 429 && service === 'vault')
    return [
      'Throttled',
      'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached',
    ];
  if (status === 429) return ['TooManyRequests', 'Too many requests.'];
  if (status === 502) return ['BadGateway', 'Encountered internal server error.'];
  if (status === 503) return ['ServiceUnavailable', 'The service is unavailable.'];
  if (status === 504)
    return ['GatewayTimeout', 'The gateway did not receive a response within the specified time period.'];
  if (status >= 500)
    return ['InternalServerError', 'The server encountered an internal error. Please retry the request.'];
  return ['Fault', `Answered with ${status} on demand.`];
}
