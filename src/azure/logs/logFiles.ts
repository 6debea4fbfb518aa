import type { PipelineResponse } from '@azure/core-rest-pipeline';
import type { Connection } from '../core/connection';
import { AzureError, errorOfAnswer } from '../core/errors';
import type { FunctionApp } from '../core/model';
import { failureOf } from '../core/request';
import type { ScmEntry } from '../appService/scm';
import { callScm, listScmFolder } from '../appService/scm';

/** A log file as a listing tells of it. */
export interface LogFile {
  /** Below the site's home, e.g. `LogFiles/Application/Functions/Host/x.log`. */
  readonly path: string;
  readonly size: number;
  /** Milliseconds; 0 where it is not told. */
  readonly modified: number;
  /** The same. Stays with a file that is renamed, on Windows; on Linux it may change with each write. */
  readonly created: number;
  /** Its name says that it was rolled away, e.g. `x.log.1`: the service follows no such file. */
  readonly rolled: boolean;
}

/** Where an app's log files are. */
export interface LogRoot {
  readonly folder: string;
  /** With the folders below. */
  readonly deep: boolean;
}

/** Followed by the service (LogStreamManager.cs); a number behind comes from rolling. */
const logName = /\.(?:txt|log|htm)(\.\d+)?$/i;
/** No path of a URL for Kudu. */
const unreadable = /[\u0000-\u001f\u007f\\?#%]/;
/** Kudu's traces of our own requests: reading them would never end. */
const kuduTraces = /^LogFiles\/kudu$/i;
const mostFolders = 200;

/** Log files of folders, some of which may not be there. @throws AzureError */
export async function listLogFiles(
  c: Connection,
  app: FunctionApp,
  roots: readonly LogRoot[],
  signal: AbortSignal,
): Promise<LogFile[]> {
  const found: LogFile[] = [];
  const folders = [...roots];
  for (let next = folders.shift(), count = 0; next && count < mostFolders; next = folders.shift(), count++) {
    const { folder, deep } = next;
    for (const entry of await entriesOf(c, app, folder, signal)) {
      const path = `${folder}/${entry.name}`;
      if (!entry.folder) found.push(...logFileOf(path, entry));
      else if (deep && !kuduTraces.test(path)) folders.push({ folder: path, deep });
    }
  }
  return found;
}

/** Entries of a folder; none where it is not there, which is so before the host's first line. */
async function entriesOf(
  c: Connection,
  app: FunctionApp,
  folder: string,
  signal: AbortSignal,
): Promise<ScmEntry[]> {
  try {
    return await listScmFolder(c, app, folder, signal, true);
  } catch (error) {
    if (error instanceof AzureError && error.status === 404) return [];
    throw error;
  }
}

function logFileOf(path: string, { size, modified, created }: ScmEntry): LogFile[] {
  const match = logName.exec(path);
  if (!match || unreadable.test(path)) return [];
  return [
    {
      ...{ path, size },
      modified: modified?.getTime() ?? 0,
      created: created?.getTime() ?? 0,
      rolled: match[1] !== undefined,
    },
  ];
}

/** What is in a file from a byte on. */
export type Piece =
  /** As it came, not joined; `total` is the length of the whole file; `ranged` is false where the service sent all of it. */
  | {
      readonly kind: 'bytes';
      readonly chunks: readonly Buffer[];
      readonly total: number;
      readonly ranged: boolean;
      readonly etag?: string;
    }
  /** It ends before that byte. */
  | { readonly kind: 'shorter' }
  /** Nothing has changed since `etag`. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'gone' };

/**
 * Bytes `from` to `to` (not included) of a file. Kudu answers 206, or 416 beyond the end (VfsController.cs); KuduLite
 * may send all of the file (`File()` of ASP.NET Core, without range processing).
 * @param etag asks only for what has changed since. Not with ranges: an open file's time of change, which the tag is
 * made of, lags behind its bytes
 * @throws AzureError, AbortError
 */
export async function readPiece(
  c: Connection,
  app: FunctionApp,
  path: string,
  { from, to, etag }: { readonly from: number; readonly to: number; readonly etag?: string | undefined },
  signal: AbortSignal,
): Promise<Piece> {
  const response = await callScm(c, app, {
    method: 'GET',
    path: `/api/vfs/${path}`,
    headers: {
      Range: `bytes=${from}-${to - 1}`,
      'Accept-Encoding': 'identity',
      ...(etag === undefined ? {} : { 'If-None-Match': etag }),
    },
    signal,
    timeout: 30_000,
    streamed: [200, 206],
    once: true,
  });
  if (response.status === 304) return { kind: 'unchanged' };
  if (response.status === 404) return { kind: 'gone' };
  if (response.status === 416) return { kind: 'shorter' };
  if (response.status !== 200 && response.status !== 206) throw errorOfAnswer(response);
  return await pieceOf(response, from, to, signal);
}

async function pieceOf(
  response: PipelineResponse,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<Piece> {
  const ranged = response.status === 206;
  const first = ranged ? from : 0;
  const kept: Buffer[] = [];
  let at = first;
  try {
    for await (const chunk of response.readableStreamBody ?? []) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      const wanted = bytes.subarray(Math.max(0, from - at), Math.max(0, to - at));
      if (wanted.length > 0) kept.push(wanted);
      at += bytes.length;
    }
  } catch (error) {
    throw failureOf(error, signal);
  }
  const told = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN);
  const total = ranged && told >= 0 ? told : at;
  const etag = response.headers.get('etag');
  if (total < from) return { kind: 'shorter' };
  return { kind: 'bytes', chunks: kept, total, ranged, ...(etag ? { etag } : {}) };
}

/** The first bytes, at most `length`, and what comes after them. */
export function cutAfter(chunks: readonly Buffer[], length: number): { first: Buffer; rest: Buffer[] } {
  const before: Buffer[] = [];
  const rest: Buffer[] = [];
  let wanted = length;
  for (const chunk of chunks) {
    const part = Math.min(wanted, chunk.length);
    if (part > 0) before.push(chunk.subarray(0, part));
    if (part < chunk.length) rest.push(chunk.subarray(part));
    wanted -= part;
  }
  return { first: Buffer.concat(before), rest };
}
