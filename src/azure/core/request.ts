import type { HttpMethods, PipelineResponse } from '@azure/core-rest-pipeline';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import { encodeNames, encodePath } from './armId';
import { pause } from './clock';
import type { Connection } from './connection';
import {
  AzureError,
  errorOfAnswer,
  hasExplanation,
  hostRuntimeFailure,
  isAbort,
  toAzureError,
} from './errors';
import { isObject, objectOf, parseJson, stringOf } from './json';
import { allItems } from './limits/paging';
import { resourceManagerPipeline } from './pipeline';
import { UntrustedOriginError } from './tokens/trust';
import { abortError } from './wait';

export interface ArmRequest {
  readonly method: HttpMethods;
  /** e.g. an ARM ID, or `/tenants`. Not encoded yet. */
  readonly path: string;
  /** Segments after `path` that may contain any characters, such as slashes. */
  readonly names?: readonly string[];
  readonly apiVersion: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt. */
  readonly timeout?: number;
  /** Never retry: the body would be out of date by then. */
  readonly once?: boolean;
}

export interface ArmAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  /** Parsed JSON; undefined if the response has no body. */
  readonly body: unknown;
  /** The length of the body's text. */
  readonly characters: number;
}

/** Milliseconds between attempts while an app's host starts. */
const hostPauses = [3000, 10_000];

/**
 * Calls Resource Manager once, with a token, retries and a timeout. Waits a little for an app's host that is starting.
 * @throws AzureError for every error status and network failure; AbortError if `signal` was aborted
 */
export async function callResourceManager(c: Connection, request: ArmRequest): Promise<ArmAnswer> {
  const url = new URL(c.cloud.resourceManager);
  url.pathname = `${encodePath(request.path)}${encodeNames(request.names ?? [])}`;
  url.searchParams.set('api-version', request.apiVersion);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  for (let attempt = 0; ; attempt++) {
    try {
      return await send(c, url.href, request);
    } catch (error) {
      const wait = request.once ? undefined : hostPauses[attempt];
      const isStarting = error instanceof AzureError && hostRuntimeFailure(error) !== undefined;
      if (wait === undefined || !isStarting) throw error;
      await pause(c, wait, request.signal);
    }
  }
}

/**
 * All items of a list, within the limits of every list. Follows `nextLink` only within Resource Manager's own origin. The
 * last page is often empty.
 * @throws AzureError, or UntrustedOriginError for a link to another origin
 */
export async function listResourceManager(
  c: Connection,
  request: Omit<ArmRequest, 'method' | 'body'>,
): Promise<unknown[]> {
  const read = async (link: string | undefined) => {
    if (link !== undefined) requireSameOrigin(link, c.cloud.resourceManager);
    const answer =
      link === undefined
        ? await callResourceManager(c, { ...request, method: 'GET' })
        : await send(c, link, { ...request, method: 'GET' });
    const next = stringOf(objectOf(answer.body)['nextLink']);
    return { items: itemsOf(answer), next, characters: answer.characters };
  };
  return await allItems(c, read, request.signal);
}

/** @throws AzureError if the response isn't a list of objects, e.g. the page that a starting host shows */
function itemsOf(answer: ArmAnswer): readonly unknown[] {
  const items = objectOf(answer.body)['value'] ?? answer.body;
  // Leaving out what can't be read would show less than exists to those who decide by the list.
  if (Array.isArray(items) && items.every(isObject)) return items;
  throw new AzureError(l10n.t("The response isn't a list."), { status: answer.status, code: 'BadAnswer' });
}

/** @throws UntrustedOriginError unless `link`, which a service returned, has the same origin as `url` */
export function requireSameOrigin(link: string, url: string): void {
  const target = URL.canParse(link) ? new URL(link) : undefined;
  if (target?.origin !== new URL(url).origin)
    throw new UntrustedOriginError(target?.host ?? link.slice(0, 80), 'foreign');
}

/**
 * The error that src/azure throws for a failure: AbortError if canceled; RangeError (invalid input), UntrustedOriginError
 * and errors with their own explanation unchanged; AzureError for everything else.
 */
export function failureOf(error: unknown, signal: AbortSignal | undefined): Error {
  if (isAbort(error) && error instanceof Error) return error;
  if (signal?.aborted) return abortError();
  if (error instanceof UntrustedOriginError || error instanceof RangeError || hasExplanation(error))
    return error;
  return toAzureError(error);
}

async function send(
  c: Connection,
  url: string,
  request: Omit<ArmRequest, 'path' | 'names' | 'apiVersion' | 'query'>,
): Promise<ArmAnswer> {
  const { method, body, signal, timeout, once } = request;
  const headers = createHttpHeaders({ Accept: 'application/json' });
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  let response: PipelineResponse;
  try {
    response = await resourceManagerPipeline(c, once).sendRequest(
      c.http,
      createPipelineRequest({
        url,
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { abortSignal: signal } : {}),
        ...(timeout === undefined ? {} : { timeout }),
      }),
    );
  } catch (error) {
    throw failureOf(error, signal);
  }
  if (response.status >= 300) throw errorOfAnswer(response);
  const characters = response.bodyAsText?.length ?? 0;
  return { status: response.status, headers: response.headers, body: bodyOf(response), characters };
}

/** @throws AzureError if the body isn't complete JSON */
function bodyOf(response: PipelineResponse): unknown {
  const text = response.bodyAsText ?? '';
  if (text.trim() === '') return undefined;
  const body = parseJson(text);
  if (body !== undefined) return body;
  const { status, request } = response;
  throw new AzureError(l10n.t("The response is incomplete or isn't valid JSON."), {
    status,
    code: 'BadAnswer',
    host: new URL(request.url).host,
    operation: `${request.method} ${new URL(request.url).pathname}`,
  });
}

/**
 * Reads each item of a list. An item that can't be read makes the whole list unreadable: left out, it would seem not to
 * exist to those who decide by the list. @throws AzureError
 */
export function rowsOf<T>(
  items: unknown,
  read: (item: Readonly<Record<string, unknown>>) => T | undefined,
): T[] {
  if (!Array.isArray(items))
    throw new AzureError(l10n.t("The response isn't a list."), { code: 'BadAnswer' });
  return items.map((item) => {
    const row = isObject(item) ? read(item) : undefined;
    if (row !== undefined) return row;
    throw new AzureError(l10n.t("The response contains an item that can't be read."), { code: 'BadAnswer' });
  });
}

/** Only the items that are objects. */
export function objectsOf(items: readonly unknown[]): Readonly<Record<string, unknown>>[] {
  return items.filter(isObject);
}
