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
  /** The query string without `?`. It's sent as it is, so a parameter may be repeated. */
  readonly query?: string;
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
  url.search = call.query ?? '';
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
  const route = options.route ?? {};
  const missing = missingRouteParameters(fn, route);
  let path = '';
  for (const part of routeOf(fn)) {
    if (typeof part === 'string') path += part;
    else if (valueIn(route, part)) path += encodedValue(part, valueIn(route, part));
    else if (missing.includes(part.name)) path += `{${part.name}}`;
    // The separator in front of an optional parameter is left out with it.
    else path = path.replace(/[/.]$/, '');
  }
  const base = `https://${app.defaultHostName}${path || '/'}`;
  return options.key === undefined ? base : `${base}?code=${encodeURIComponent(options.key)}`;
}

/** A parameter of a function's route, e.g. `{id:int?}`. */
export interface RouteParameter {
  readonly name: string;
  /** Whether the URL can do without it. */
  readonly optional: boolean;
  /** Whether it is the rest of the path, whose slashes are kept, e.g. `{*path}`. */
  readonly catchAll: boolean;
}

/** All parameters of a function's route. Only the last ones are optional: what follows would take an absent one's place. */
export function routeParameters(fn: FunctionInfo): RouteParameter[] {
  const required = missingRouteParameters(fn, {});
  return routeOf(fn)
    .filter((part) => typeof part !== 'string')
    .map((part) => ({ ...part, optional: !required.includes(part.name) }));
}

/**
 * The names of the parameters that a function's URL needs a value for: required ones, and optional ones in front of
 * something that is there.
 */
export function missingRouteParameters(fn: FunctionInfo, route: Readonly<Record<string, string>>): string[] {
  const missing: string[] = [];
  let follows = false;
  for (const part of routeOf(fn).reverse()) {
    if (typeof part === 'string') follows ||= /[^/.]/.test(part);
    else {
      const given = valueIn(route, part) !== '';
      if (!given && (follows || !part.optional)) missing.unshift(part.name);
      follows ||= given || !part.optional;
    }
  }
  return missing;
}

/** A path segment that is only dots leads elsewhere, and can't be encoded. */
export function canBeSent(parameter: RouteParameter, value: string): boolean {
  return (parameter.catchAll ? value.split('/') : [value]).every((part) => part !== '.' && part !== '..');
}

function valueIn(route: Readonly<Record<string, string>>, { name }: RouteParameter): string {
  return Object.hasOwn(route, name) ? (route[name] ?? '') : '';
}

function encodedValue({ catchAll }: RouteParameter, value: string): string {
  return catchAll ? encodedPath(value) : encodeURIComponent(value.toWellFormed());
}

function encodedPath(text: string): string {
  return text.toWellFormed().split('/').map(encodeURIComponent).join('/');
}

/** The path of a function's URL: encoded text and parameters. */
function routeOf(fn: FunctionInfo): (string | RouteParameter)[] {
  const template = templateOf(fn);
  const parts: (string | RouteParameter)[] = [];
  let text = '';
  for (let at = 0; at < template.length; at++) {
    const character = template.charAt(at);
    if (character === '{' && template.charAt(at + 1) !== '{') {
      const end = endOfParameter(template, at);
      parts.push(encodedPath(text), parameterOf(template.slice(at + 1, end)));
      text = '';
      at = end;
    } else {
      text += character;
      // A doubled brace is a literal one.
      if (/[{}]/.test(character) && template.charAt(at + 1) === character) at++;
    }
  }
  return [...parts, encodedPath(text)];
}

/**
 * The unencoded path of a function's URL with its route parameters, to which any `?` in it belongs. The template comes
 * from the app, so only its path is used. The host puts the function's name or route into it as it is
 * (FunctionMetadataExtensions.cs); that Resource Manager doesn't encode it either is inferred, so both are understood.
 */
function templateOf({ name, http }: FunctionInfo): string {
  const template = /^https?:\/\/[^/?#]+(\/.*)$/is.exec(http?.invokeUrlTemplate ?? '')?.[1] ?? '/';
  if (name.includes('%')) return template;
  try {
    return decodeURIComponent(template);
  } catch {
    return template;
  }
}

/**
 * Where the parameter that starts at an index ends. Braces in its constraint are doubled (ASP.NET Core's
 * TemplateParser.cs), or, in version 1 of the runtime, only balanced: `{id:regex(^[a-z]{{3}}$)}`.
 */
function endOfParameter(template: string, start: number): number {
  let open = 0;
  for (let at = start + 1; at < template.length; at++) {
    const doubled = template.charAt(at + 1) === template.charAt(at);
    if (template.charAt(at) === '{') {
      if (doubled) at++;
      else open++;
    } else if (template.charAt(at) === '}') {
      if (open > 0) open--;
      else if (doubled) at++;
      else return at;
    }
  }
  return template.length;
}

/** Parses a parameter of an ASP.NET route: `id`, `id?`, `id:int`, `*rest`, `id=7`. */
function parameterOf(text: string): RouteParameter {
  const [, stars = '', name = text] = /^(\**)([^:?=]+)/.exec(text) ?? [];
  // A `=` in a constraint's parentheses isn't a default value.
  const hasDefault = text.lastIndexOf('=') > text.lastIndexOf(')');
  return { name, optional: text.endsWith('?') || hasDefault || stars !== '', catchAll: stars !== '' };
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
