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
  /** Values of the route parameters, e.g. `{ id: '7' }`. */
  readonly route?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Function, host or master key. Sent as a header, never in the URL. A secret value. */
  readonly key?: string;
}

/** A function's response. All of it is a secret value. */
export interface FunctionAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Whether the body was longer than Keyless reads. */
  readonly truncated: boolean;
  readonly milliseconds: number;
}

/** The service's front end times out after 230 s. */
const timeout = 240_000;
/** The maximum body length that is read. */
const mostBytes = 5 * 1024 * 1024;

/**
 * Calls an HTTP function once, without retries or redirects. Returns responses of any status.
 * @throws AzureError if there was no response; RangeError for an invalid call
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
  // The request's own timeout covers only the response headers, so this one also covers the body.
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
      throw new AzureError(l10n.t("The function didn't respond within 4 minutes."), {
        code: 'ETIMEDOUT',
        host: url.host,
      });
    throw failureOf(error, signal);
  }
}

/**
 * The URL of an HTTP function, on the host that Resource Manager returned. With a key it is a secret value. Required
 * route parameters without a value stay in it (`{id}`); optional ones are removed.
 * @throws RangeError without an HTTP trigger
 */
export function functionUrl(
  app: FunctionApp,
  fn: FunctionInfo,
  options: { readonly key?: string; readonly route?: Readonly<Record<string, string>> } = {},
): string {
  if (!fn.http) throw new RangeError('The function has no HTTP trigger.');
  // The template comes from the app itself, so use only its path. Any `?` in it belongs to a route parameter.
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

/** The names of a route's required parameters, e.g. `['id']`, without optional ones (`{id?}`). */
export function routeParameters(fn: FunctionInfo): string[] {
  return [...(fn.http?.invokeUrlTemplate ?? '').matchAll(/\{([^{}]+)\}/g)]
    .map((match) => parameterOf(match[1] ?? ''))
    .filter(({ optional }) => !optional)
    .map(({ name }) => name);
}

/** Parses a parameter of an ASP.NET route: `id`, `id?`, `id:int`, `*rest`, `id=7`. */
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
