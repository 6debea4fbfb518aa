import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { FunctionApp, FunctionInfo } from '../core/model';
import { createPipeline } from '../core/pipeline';
import { failureOf } from '../core/request';

export interface FunctionCall {
  readonly method: string;
  /** Values of the route's parameters, e.g. `{ id: '7' }`. */
  readonly route?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Function, host or master key; sent as a header, never in the URL. Secret value. */
  readonly key?: string;
}

/** What a function answered: a secret value as a whole. */
export interface FunctionAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The body was longer than Keyless reads. */
  readonly truncated: boolean;
  readonly milliseconds: number;
}

/** The service's front end gives up after 230 s. */
const timeout = 240_000;
/** Longest body that is read. */
const mostBytes = 5 * 1024 * 1024;

/**
 * Calls an HTTP function once: no retry, no redirect followed. An answer of any status is an answer.
 * @throws AzureError where none came; RangeError for what can be no call
 */
export async function invokeFunction(
  c: Connection,
  app: FunctionApp,
  fn: FunctionInfo,
  call: FunctionCall,
  signal?: AbortSignal,
): Promise<FunctionAnswer> {
  const url = new URL(functionUrl(app, fn, { ...(call.route ? { route: call.route } : {}) }));
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.append(name, value);
  const started = performance.now();
  // The end is known only when the body is read, so the time limit is set here and not on the head alone.
  const limit = AbortSignal.timeout(timeout);
  try {
    const response = await createPipeline(c, { kind: 'site', once: true }).sendRequest(
      c.http,
      createPipelineRequest({
        url: url.href,
        method: methodOf(call.method),
        headers: headersOf(call),
        ...(call.body === undefined || call.body === '' ? {} : { body: call.body }),
        abortSignal: signal ? AbortSignal.any([signal, limit]) : limit,
        timeout,
        streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
      }),
    );
    const { body, truncated } = await readBody(response);
    const headers = [...response.headers].map(([name, value]) => [name, value] as const);
    return {
      status: response.status,
      headers,
      body,
      truncated,
      milliseconds: Math.round(performance.now() - started),
    };
  } catch (error) {
    if (limit.aborted && !signal?.aborted)
      throw new AzureError(l10n.t('The function did not answer in 4 minutes.'), {
        code: 'ETIMEDOUT',
        host: url.host,
      });
    throw failureOf(error, signal);
  }
}

/**
 * URL of an HTTP function, at the host that Resource Manager named; with a key it is a secret value. Route parameters
 * without a value stay as they are (`{id}`), optional ones are left out.
 * @throws RangeError without an HTTP trigger
 */
export function functionUrl(
  app: FunctionApp,
  fn: FunctionInfo,
  options: { readonly key?: string; readonly route?: Readonly<Record<string, string>> } = {},
): string {
  if (!fn.http) throw new RangeError('The function has no HTTP trigger.');
  // The template was made by the app's own host: only its path is taken, in which a `?` can only be a parameter's.
  const path = /^https?:\/\/[^/?#]+(\/.*)$/i.exec(fn.http.invokeUrlTemplate)?.[1] ?? '/';
  const filled = path.replace(/\/?\{([^{}]+)\}/g, (whole: string, parameter: string) => {
    const { name, optional } = parameterOf(parameter);
    const value = options.route?.[name];
    if (value !== undefined && value !== '')
      return `${whole.startsWith('/') ? '/' : ''}${encodeURIComponent(value)}`;
    return optional ? '' : `${whole.startsWith('/') ? '/' : ''}{${name}}`;
  });
  const base = `https://${app.defaultHostName}${filled || '/'}`;
  return options.key === undefined ? base : `${base}?code=${encodeURIComponent(options.key)}`;
}

/** Names of the parameters that a route needs, e.g. `['id']`; optional ones (`{id?}`) are left out. */
export function routeParameters(fn: FunctionInfo): string[] {
  return [...(fn.http?.invokeUrlTemplate ?? '').matchAll(/\{([^{}]+)\}/g)]
    .map((match) => parameterOf(match[1] ?? ''))
    .filter(({ optional }) => !optional)
    .map(({ name }) => name);
}

/** `id`, `id?`, `id:int`, `*rest`, `id=7`: names and constraints of ASP.NET routes. */
function parameterOf(text: string): { name: string; optional: boolean } {
  const name = /^\**([^:?=]+)/.exec(text)?.[1] ?? text;
  return { name, optional: text.endsWith('?') || text.includes('=') || text.startsWith('*') };
}

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE'] as const;

function methodOf(text: string) {
  const method = methods.find((known) => known === text.toUpperCase());
  if (!method) throw new RangeError('Not an HTTP method.');
  return method;
}

function headersOf(call: FunctionCall) {
  const headers = createHttpHeaders({ ...call.headers });
  if (call.body !== undefined && call.body !== '' && !headers.has('Content-Type'))
    headers.set('Content-Type', 'application/json');
  if (call.key !== undefined) headers.set('x-functions-key', call.key);
  return headers;
}

async function readBody(response: PipelineResponse): Promise<{ body: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response.readableStreamBody ?? []) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes.subarray(0, Math.max(0, mostBytes - length)));
    length += bytes.length;
    if (length > mostBytes) break;
  }
  return { body: Buffer.concat(chunks).toString('utf8'), truncated: length > mostBytes };
}
