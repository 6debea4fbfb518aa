import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { AzureError, errorOfAnswer } from '../core/errors';
import { dateOf, isObject, objectOf, parseJson, stringMapOf } from '../core/json';
import { bytesOf } from '../core/limits/answerBody';
import type { FunctionApp } from '../core/model';
import { forgetPipelines, keptPipeline } from '../core/pipeline';
import { failureOf } from '../core/request';
import { scopeOf } from '../core/tokens/scopes';
import { requireFeature } from './hosting/features';
import { encodeScmPath, requireFiles } from './scmPaths';
import { getFunctionApp } from './sites';

export interface ScmEntry {
  readonly name: string;
  readonly size: number;
  readonly folder: boolean;
  readonly modified?: Date;
  readonly created?: Date;
}

export interface ScmFile {
  readonly bytes: Uint8Array;
  readonly etag?: string;
  /** Length of the entire file. */
  readonly totalBytes: number;
}

export interface ScmRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** e.g. `/api/vfs/LogFiles/`. Not encoded yet; a trailing slash is kept. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the headers (and the body, unless it is streamed) must arrive. */
  readonly timeout?: number;
  /** Statuses whose body is returned as a stream, in `readableStreamBody`. */
  readonly streamed?: readonly number[];
  /** Don't retry. */
  readonly once?: boolean;
}

/**
 * The entries of a folder in the site's home folder, e.g. `LogFiles/Application/Functions/Host`.
 * @param once don't retry
 * @throws AzureError
 */
export async function listScmFolder(
  c: Connection,
  app: FunctionApp,
  path: string,
  signal?: AbortSignal,
  once = false,
): Promise<ScmEntry[]> {
  // Without the trailing slash, Kudu answers with a 307 redirect (VfsControllerBase.cs).
  const response = await callScm(c, app, { method: 'GET', path: `${vfs(path)}/`, signal, once });
  if (response.status !== 200) throw errorOfAnswer(response);
  const listed = parseJson(response.bodyAsText);
  const entries = Array.isArray(listed) ? listed.map((entry) => entryOf(app, entry)) : [undefined];
  const known = entries.filter((entry) => entry !== undefined);
  if (known.length < entries.length) throw badAnswer(response, l10n.t("The response isn't a list of files."));
  return known;
}

/** An answer that no file system can mean isn't a folder's content: a move or an upload would act on the rest of it. */
function entryOf({ linux }: FunctionApp, json: unknown): ScmEntry | undefined {
  const { name, mime, size, mtime, crtime } = objectOf(json);
  const impossible = linux ? /^\.{0,2}$|[/\0]/ : /^\.{0,2}$|[/\\\0]/;
  if (typeof name !== 'string' || typeof mime !== 'string' || impossible.test(name)) return undefined;
  const modified = dateOf(mtime);
  const created = dateOf(crtime);
  return {
    name,
    size: typeof size === 'number' ? size : 0,
    folder: mime === 'inode/directory',
    ...(modified ? { modified } : {}),
    ...(created ? { created } : {}),
  };
}

function badAnswer({ status, request }: PipelineResponse, message: string): AzureError {
  const { host, pathname } = new URL(request.url);
  const operation = `${request.method} ${pathname}`;
  return new AzureError(message, { status, code: 'BadAnswer', host, operation });
}

/** The maximum file size that is read, and how long that may take in milliseconds. */
const fileLimits = { megabytes: 50, milliseconds: 300_000 };

/** A file's bytes from `fromByte` on, which is empty if there are no new ones. @throws AzureError */
export async function readScmFile(
  c: Connection,
  app: FunctionApp,
  path: string,
  fromByte = 0,
  signal?: AbortSignal,
): Promise<ScmFile> {
  const headers: Record<string, string> = fromByte > 0 ? { Range: `bytes=${fromByte}-` } : {};
  const response = await callScm(c, app, {
    method: 'GET',
    path: vfs(path),
    headers,
    signal,
    streamed: [200, 206],
  });
  const etag = response.headers.get('etag');
  const total = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN);
  if (response.status === 416)
    return { bytes: new Uint8Array(), totalBytes: total || fromByte, ...(etag ? { etag } : {}) };
  if (response.status !== 200 && response.status !== 206) throw errorOfAnswer(response);
  const all = await collect(response, signal);
  const bytes = response.status === 200 ? all.subarray(fromByte) : all;
  return {
    bytes,
    totalBytes: response.status === 200 ? all.length : total || fromByte + all.length,
    ...(etag ? { etag } : {}),
  };
}

/** The SCM site's settings, e.g. `SCM_LOGSTREAM_TIMEOUT`. Their values can be secret values. @throws AzureError */
export async function getScmSettings(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  const response = await callScm(c, app, { method: 'GET', path: '/api/settings', signal });
  if (response.status !== 200) throw errorOfAnswer(response);
  const settings = parseJson(response.bodyAsText);
  if (!isObject(settings)) throw badAnswer(response, l10n.t("The response doesn't contain any settings."));
  return stringMapOf(settings);
}

/**
 * Writes the current time to a file so that its modification time changes, and creates the file and its folders if needed.
 * Kudu overwrites a file only if the request has its ETag, and answers 412 otherwise. @throws AzureError
 */
export async function touchScmFile(
  c: Connection,
  app: FunctionApp,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const now = await callScm(c, app, { method: 'GET', path: vfs(path), signal });
    const etag = now.headers.get('etag');
    if (now.status !== 200 && now.status !== 404) throw errorOfAnswer(now);
    const match: Record<string, string> = now.status === 200 && etag ? { 'If-Match': etag } : {};
    const headers = { 'Content-Type': 'application/octet-stream', ...match };
    const written = await callScm(c, app, {
      method: 'PUT',
      path: vfs(path),
      headers,
      body: new Date().toISOString(),
      signal,
    });
    if (written.status < 300) return;
    // Someone else wrote the file in between.
    if (written.status !== 412 || attempt === 3) throw errorOfAnswer(written);
  }
}

/**
 * Sends a request to an app's SCM site and returns responses of any status. The site gets a token for App Service, never
 * one for Resource Manager instead: anyone who controls a site could act as the user with it, and it is deprecated there
 * (vscode-azuretools#2258). Only a cloud without an App Service audience has no other token; the user is asked first.
 * @throws AzureError if there was no response or no token; AbortError
 */
export async function callScm(
  c: Connection,
  app: FunctionApp,
  request: ScmRequest,
): Promise<PipelineResponse> {
  try {
    requireFeature(app, 'scmSite');
    if (request.path.startsWith('/api/vfs/')) requireFiles(app);
    const host = await scmHostOf(c, app, request.signal);
    const url = new URL(`https://${host}${encodeScmPath(app, request.path)}`);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const choices = { kind: 'scm', scope: scopeOf(scmAudienceOf(c)), once: request.once === true } as const;
    return await keptPipeline(c, choices).sendRequest(c.http, pipelineRequestOf(url, request));
  } catch (error) {
    throw failureOf(error, request.signal);
  }
}

function pipelineRequestOf(url: URL, request: ScmRequest): PipelineRequest {
  const { method, headers, body, signal, timeout, streamed } = request;
  return createPipelineRequest({
    url: url.href,
    method,
    headers: createHttpHeaders({ ...headers }),
    ...(body === undefined ? {} : { body }),
    ...(signal ? { abortSignal: signal } : {}),
    ...(timeout === undefined ? {} : { timeout }),
    ...(streamed ? { streamResponseStatusCodes: new Set(streamed) } : {}),
  });
}

/**
 * The host of an app's SCM site and the audience of the token that it gets, for showing a request to the user.
 * @throws AzureError
 */
export async function scmPlaceOf(
  c: Connection,
  app: FunctionApp,
): Promise<{ readonly scmHost: string; readonly audience: string }> {
  return { scmHost: await scmHostOf(c, app, undefined), audience: scmAudienceOf(c) };
}

/** The host that Resource Manager returned. Reads it again if the app comes from the cache of an earlier session. */
async function scmHostOf(c: Connection, app: FunctionApp, signal: AbortSignal | undefined): Promise<string> {
  if (app.scmHostName !== undefined && c.http.trust.knows(`https://${app.scmHostName}`, 'scm'))
    return app.scmHostName;
  const { scmHostName } = await getFunctionApp(c, app.id, signal);
  if (scmHostName === undefined)
    throw new AzureError(l10n.t("Resource Manager didn't return an SCM site for this app."), {
      code: 'NoScmSite',
    });
  return scmHostName;
}

function scmAudienceOf({ cloud }: Connection): string {
  return cloud.appServiceAudience ?? cloud.resourceManagerAudience;
}

/** Makes the next request get new tokens from the account, e.g. after one was rejected. */
export function forgetScmTokens(c: Connection): void {
  forgetPipelines(c, 'scm');
}

/** The URL path of a file or folder in Kudu's virtual file system, given its path in the site's home folder. */
export function vfs(path: string): string {
  return `/api/vfs/${path.replace(/^\/+|\/+$/g, '')}`;
}

async function collect(response: PipelineResponse, signal: AbortSignal | undefined): Promise<Buffer> {
  const { readableStreamBody, request } = response;
  try {
    return await bytesOf(readableStreamBody, { ...fileLimits, tooLarge, request });
  } catch (error) {
    throw failureOf(error, signal);
  }
}

function tooLarge(): AzureError {
  return new AzureError(l10n.t('The file is too large to open here.'), {
    code: 'FileTooLarge',
    explanation: {
      reason: l10n.t('The file is larger than 50 MB, which is too large to open here.'),
      nextStep: l10n.t('Download it from the SCM site. To get there, choose Open Kudu.'),
    },
  });
}
