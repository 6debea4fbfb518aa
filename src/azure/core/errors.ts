import * as l10n from '@vscode/l10n';
import { listOf, objectOf, parseJson, stringOf } from './json';
import { pauseOfHeader } from './limits/retryAfter';
import type { SentRequest } from './secrets/inFlight';
import { secretsSent } from './secrets/inFlight';
import { Quotes } from './secrets/quotes';
import { withoutSecretForms } from './secrets/secretText';
import type { SentToken } from './tokens/trust';
import { sentTokenOf } from './tokens/trust';

/** What to show the user. */
export interface Explanation {
  /** One or two sentences: what failed or was denied, and why. */
  readonly reason: string;
  /** What to do about it, in one sentence. */
  readonly nextStep?: string;
}

export interface AzureErrorFields {
  /** HTTP status; absent if there was no response. */
  readonly status?: number;
  /** `error.code` of the body, or a system code such as `ENOTFOUND`. */
  readonly code?: string;
  /** `error.innererror.code`, e.g. Key Vault's `ForbiddenByRbac`. */
  readonly innerCode?: string;
  readonly host?: string;
  /** The failed request without its query, e.g. `GET /subscriptions/…/vaults/kv`. */
  readonly operation?: string;
  /** The claims challenge (JSON) that couldn't be satisfied. */
  readonly claims?: string;
  readonly retryAfterSeconds?: number;
  /** The token that the service refused with 401. */
  readonly refusedToken?: SentToken;
  /** The explanation that came with the failure, e.g. from sign-in. */
  readonly explanation?: Explanation;
  /** The start of the response body; never that of a function's response or of a secret. */
  readonly body?: string;
}

/** A request that Azure denied or failed, or that Keyless couldn't send. `explain()` turns it into text for the user. */
export class AzureError extends Error {
  override readonly name = 'AzureError';
  readonly status?: number;
  readonly code?: string;
  readonly innerCode?: string;
  readonly host?: string;
  readonly operation?: string;
  readonly claims?: string;
  readonly retryAfterSeconds?: number;
  readonly refusedToken?: SentToken;
  readonly explanation?: Explanation;
  readonly body?: string;

  constructor(message: string, fields: AzureErrorFields = {}) {
    super(message);
    Object.assign(this, fields);
  }
}

/** The parts of a response with an error status that go into an error. */
export interface FailedAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  readonly bodyAsText?: string | null;
  readonly request: SentRequest & { readonly method: string };
}

/** How much of a text is read and kept. */
const mostCharacters = { read: 8000, kept: 4000 };

/**
 * Reads the bodies of Resource Manager, Key Vault and Graph (`{error:{code,message}}`), of Kudu (`{Message}`), and HTML pages.
 * Services quote requests: Azure Policy in `evaluationDetails`, App Service in `ErrorEntity.Parameters` (Azure/azure-cli#24975).
 * So the error contains none of the secret values that the request sent.
 */
export function errorOfAnswer(answer: FailedAnswer): AzureError {
  const text = answer.bodyAsText ?? '';
  const url = new URL(answer.request.url);
  const known = { host: url.host, operation: `${answer.request.method} ${url.pathname}` };
  // What is cut is searched before, because a part of a quote may be too short to be recognized.
  const quotes = quotesBeside(secretsSent(answer.request), known);
  const json = objectOf(parseJson(text));
  const details = objectOf(json['error'] ?? json['odata.error']);
  const inner = objectOf(details['innererror'] ?? details['innerError']);
  const code = stringOf(details['code']) ?? stringOf(json['code']) ?? stringOf(json['Code']);
  const summary =
    stringOf(details['message']) ??
    stringOf(json['message']) ??
    stringOf(json['Message']) ??
    textOfPage(text.slice(0, mostCharacters.read), quotes) ??
    l10n.t('HTTP status {0}', answer.status);
  const retryAfter = pauseOfHeader(answer.headers.get('retry-after'));
  const refusedToken = answer.status === 401 ? sentTokenOf(answer.request) : undefined;
  const error = new AzureError(
    withDetails(summary, details['details'] ?? json['details'] ?? json['Details'], quotes),
    {
      status: answer.status,
      ...optional('code', code ?? codeOfPage(answer, text.slice(0, mostCharacters.read))),
      ...optional('innerCode', stringOf(inner['code'])),
      ...optional('claims', unansweredClaims(answer.headers.get('www-authenticate'))),
      ...(retryAfter === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfter / 1000) }),
      ...(refusedToken ? { refusedToken } : {}),
      ...known,
      ...optional('body', text),
    },
  );
  return withoutQuotes(error, secretsSent(answer.request));
}

/** A copy of an error without quotes of secret values, nor anything else that looks like one. */
export function withoutQuotes(error: AzureError, values: readonly string[]): AzureError {
  const { message, code, innerCode, body, claims, explanation, ...others } = error;
  const quotes = quotesBeside(values, error);
  const hide = (text: string) =>
    withoutSecretForms(quotes.hideIn(text.slice(0, mostCharacters.read))).slice(0, mostCharacters.kept);
  const unlessQuoting = (text = '') => (quotes.hideIn(text) === text ? text : '');
  return new AzureError(hide(message), {
    ...others,
    ...optional('code', unlessQuoting(code)),
    ...optional('innerCode', unlessQuoting(innerCode)),
    ...optional('claims', unlessQuoting(claims)),
    ...optional('body', body && hide(body)),
    ...(explanation
      ? {
          explanation: {
            reason: hide(explanation.reason),
            ...(explanation.nextStep === undefined ? {} : { nextStep: hide(explanation.nextStep) }),
          },
        }
      : {}),
  });
}

/** What a service may repeat of a request is its address, even if a value contains parts of it. */
function quotesBeside(
  values: readonly string[],
  { host = '', operation = '' }: Pick<AzureError, 'host' | 'operation'>,
): Quotes {
  return new Quotes(values, `https://${host}${operation.replace(/^\S+ /, '')}`);
}

/**
 * Turns any failure into an AzureError, and returns an AzureError unchanged. Drops the request and the original error,
 * which could hold a token.
 */
export function toAzureError(error: unknown): AzureError {
  if (error instanceof AzureError) return error;
  if (hasExplanation(error)) {
    const { reason, nextStep } = error;
    return new AzureError(error.message, {
      code: error.name,
      explanation: { reason, ...(nextStep === undefined ? {} : { nextStep }) },
    });
  }
  const fields = objectOf(error);
  const response = fields['response'];
  if (isAnswer(response) && response.status >= 400) return errorOfAnswer(response);
  const request = objectOf(fields['request']);
  const url = stringOf(request['url']);
  const failure = new AzureError(messageOf(error), {
    ...optional(
      'code',
      stringOf(fields['code']) ?? (error instanceof Error && error.name !== 'Error' ? error.name : undefined),
    ),
    ...optional('host', stringOf(fields['host']) ?? (url && new URL(url).host)),
    ...(url ? { operation: `${stringOf(request['method']) ?? ''} ${new URL(url).pathname}`.trim() } : {}),
  });
  return withoutQuotes(failure, url === undefined ? [] : secretsSent({ ...request, url }));
}

/** An extension, such as one that signs in, can throw anything. */
function messageOf(error: unknown): string {
  const text = typeof error === 'string' ? error : stringOf(objectOf(error)['message']);
  return text?.trim() ? text : l10n.t('It failed without giving a reason.');
}

/** An error that already explains what happened and what to do, e.g. that nobody is signed in. */
export interface ExplainedError extends Error {
  readonly reason: string;
  readonly nextStep?: string;
}

export function hasExplanation(error: unknown): error is ExplainedError {
  return error instanceof Error && typeof objectOf(error)['reason'] === 'string';
}

/**
 * What Resource Manager got from an app's Functions host instead of an answer, e.g. `ServiceUnavailable`; the host is
 * starting, or failed to start (Azure/azure-cli#20892, Azure/azure-functions-core-tools#1204).
 */
export function hostRuntimeFailure({ status, message }: AzureError): string | undefined {
  return status === 400 ? /Encountered an error \((\w+)\) from host runtime/i.exec(message)?.[1] : undefined;
}

/** Whether the operation was canceled. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/**
 * Whether a service said that what was asked for doesn't exist. A 404 without a code may come from a proxy, and
 * `SubscriptionNotFound` says nothing about a resource. The recordings have `ResourceNotFound`, `ResourceGroupNotFound`,
 * `ParentResourceNotFound`, `NotFound`, and names such as `SecretNotFound`.
 */
export function isAbsence(error: unknown): boolean {
  if (!(error instanceof AzureError) || error.status !== 404) return false;
  return /NotFound$/i.test(error.code ?? '') && !/^SubscriptionNotFound$/i.test(error.code ?? '');
}

function isAnswer(value: unknown): value is FailedAnswer {
  const answer = objectOf(value);
  return typeof answer['status'] === 'number' && typeof objectOf(answer['request'])['url'] === 'string';
}

/** App Service's front end answers with HTML pages: for an access restriction (reason phrase `Ip Forbidden`) or a stopped app. */
function codeOfPage(answer: FailedAnswer, text: string): string | undefined {
  if (answer.status !== 403) return undefined;
  const restricted =
    answer.headers.get('x-ms-forbidden-ip') !== undefined ||
    /ip forbidden|has blocked your access/i.test(text);
  if (restricted) return 'IpForbidden';
  return /(app|site) is (currently )?(stopped|disabled)/i.test(text) ? 'SiteStopped' : undefined;
}

/** A message such as "A retryable error occurred." says what happened only in its details. */
function withDetails(message: string, details: unknown, quotes: Quotes): string {
  const texts = listOf(details).map((detail) => {
    const { message: text, Message: other } = objectOf(detail);
    return quotes
      .hideIn((stringOf(text) ?? stringOf(other) ?? '').slice(0, mostCharacters.read))
      .trim()
      .slice(0, 500);
  });
  // App Service repeats the message in its details.
  const more = [...new Set(texts)].filter((text) => text !== '' && !message.includes(text));
  return [message, ...more.slice(0, 3)].join(' ');
}

/** The claims of `Bearer …, error="insufficient_claims", claims="<base64>"` as JSON text. */
function unansweredClaims(header: string | undefined): string | undefined {
  const base64 =
    header && /error="insufficient_claims"/.test(header) ? /claims="([^"]+)"/.exec(header)?.[1] : undefined;
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('utf8');
}

/** The text of an HTML page or a plain-text body, shortened. */
function textOfPage(text: string, quotes: Quotes): string | undefined {
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  const words = (title ?? text.replace(/<(style|script)[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
  return words === '' || words.startsWith('{') ? undefined : quotes.hideIn(words).slice(0, 300);
}

function optional<K extends string>(key: K, value: string | undefined): { [name in K]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [name in K]?: string });
}
