import * as l10n from '@vscode/l10n';
import { objectOf, parseJson, stringOf } from './json';

/** Words for people. */
export interface Explanation {
  /** One or two sentences: what was refused or failed, and why. */
  readonly reason: string;
  /** What to do about it, in one sentence. */
  readonly nextStep?: string;
}

export interface AzureErrorFields {
  /** HTTP status; absent where no answer came. */
  readonly status?: number;
  /** `error.code` of the body, or a system code such as `ENOTFOUND`. */
  readonly code?: string;
  /** `error.innererror.code`, e.g. Key Vault's `ForbiddenByRbac`. */
  readonly innerCode?: string;
  readonly host?: string;
  /** What was tried, e.g. `GET /subscriptions/…/vaults/kv`; without query. */
  readonly operation?: string;
  /** Claims challenge (JSON) that stayed unanswered. */
  readonly claims?: string;
  readonly retryAfterSeconds?: number;
  /** Words that came with the failure, e.g. from whoever signs in. */
  readonly words?: Explanation;
  /** What the service answered, shortened; never an answer of a function or of a secret. */
  readonly body?: string;
}

/** What Azure refused or failed to do, or what kept Keyless from asking. `explain()` turns it into words for people. */
export class AzureError extends Error {
  override readonly name = 'AzureError';
  readonly status?: number;
  readonly code?: string;
  readonly innerCode?: string;
  readonly host?: string;
  readonly operation?: string;
  readonly claims?: string;
  readonly retryAfterSeconds?: number;
  readonly words?: Explanation;
  readonly body?: string;

  constructor(message: string, fields: AzureErrorFields = {}) {
    super(message);
    Object.assign(this, fields);
  }
}

/** An answer with an error status, as far as an error needs it. */
export interface FailedAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  readonly bodyAsText?: string | null;
  readonly request: { readonly method: string; readonly url: string };
}

/** The error that an answer stands for: bodies of Resource Manager, Key Vault, Graph (`{error:{code,message}}`), Kudu (`{Message}`) and HTML pages. */
export function errorOfAnswer(answer: FailedAnswer): AzureError {
  const text = answer.bodyAsText ?? '';
  const json = objectOf(parseJson(text));
  const error = objectOf(json['error'] ?? json['odata.error']);
  const inner = objectOf(error['innererror'] ?? error['innerError']);
  const code = stringOf(error['code']) ?? stringOf(json['code']) ?? stringOf(json['Code']);
  const message =
    stringOf(error['message']) ??
    stringOf(json['message']) ??
    stringOf(json['Message']) ??
    textOfPage(text) ??
    l10n.t('HTTP status {0}', answer.status);
  const retryAfter = Number(answer.headers.get('retry-after') ?? NaN);
  const url = new URL(answer.request.url);
  return new AzureError(message, {
    status: answer.status,
    ...optional('code', code ?? codeOfPage(answer, text)),
    ...optional('innerCode', stringOf(inner['code'])),
    ...optional('claims', unansweredClaims(answer.headers.get('www-authenticate'))),
    ...(retryAfter >= 0 ? { retryAfterSeconds: retryAfter } : {}),
    host: url.host,
    operation: `${answer.request.method} ${url.pathname}`,
    ...optional('body', text.slice(0, 4000) || undefined),
  });
}

/**
 * Any failure as an AzureError; an AzureError comes back as it is. Keeps nothing that could hold a token: neither the
 * request nor the original error.
 */
export function toAzureError(error: unknown): AzureError {
  if (error instanceof AzureError) return error;
  if (hasWords(error)) {
    const { reason, nextStep } = error;
    return new AzureError(error.message, {
      code: error.name,
      words: { reason, ...(nextStep === undefined ? {} : { nextStep }) },
    });
  }
  const fields = objectOf(error);
  const response = fields['response'];
  if (isAnswer(response) && response.status >= 400) return errorOfAnswer(response);
  const request = objectOf(fields['request']);
  const url = stringOf(request['url']);
  const message = error instanceof Error ? error.message : String(error);
  return new AzureError(message, {
    ...optional(
      'code',
      stringOf(fields['code']) ?? (error instanceof Error && error.name !== 'Error' ? error.name : undefined),
    ),
    ...optional('host', stringOf(fields['host']) ?? (url && new URL(url).host)),
    ...(url ? { operation: `${stringOf(request['method']) ?? ''} ${new URL(url).pathname}`.trim() } : {}),
  });
}

/** An error that says in words of its own what happened and what to do, e.g. that nobody is signed in. */
export interface ErrorWithWords extends Error {
  readonly reason: string;
  readonly nextStep?: string;
}

export function hasWords(error: unknown): error is ErrorWithWords {
  return error instanceof Error && typeof objectOf(error)['reason'] === 'string';
}

/** Whether the failure is that somebody cancelled. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function isAnswer(value: unknown): value is FailedAnswer {
  const answer = objectOf(value);
  return typeof answer['status'] === 'number' && typeof objectOf(answer['request'])['url'] === 'string';
}

/** What App Service's front end means by its pages: an access restriction (its reason phrase is `Ip Forbidden`), a stopped app. */
function codeOfPage(answer: FailedAnswer, text: string): string | undefined {
  if (answer.status !== 403) return undefined;
  const restricted =
    answer.headers.get('x-ms-forbidden-ip') !== undefined ||
    /ip forbidden|has blocked your access/i.test(text);
  if (restricted) return 'IpForbidden';
  return /(app|site) is (currently )?(stopped|disabled)/i.test(text) ? 'SiteStopped' : undefined;
}

/** The claims of `Bearer …, error="insufficient_claims", claims="<base64>"` as JSON text. */
function unansweredClaims(header: string | undefined): string | undefined {
  const base64 =
    header && /error="insufficient_claims"/.test(header) ? /claims="([^"]+)"/.exec(header)?.[1] : undefined;
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('utf8');
}

/** Words of an HTML page or a plain text, shortened. */
function textOfPage(text: string): string | undefined {
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  const words = (title ?? text.replace(/<(style|script)[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
  return words === '' || words.startsWith('{') ? undefined : words.slice(0, 300);
}

function optional<K extends string>(key: K, value: string | undefined): { [name in K]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [name in K]?: string });
}
