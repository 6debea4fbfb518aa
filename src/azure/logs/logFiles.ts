import type { PipelineResponse } from '@azure/core-rest-pipeline';
import type { Connection } from '../core/connection';
import { AzureError, errorOfAnswer } from '../core/errors';
import type { FunctionApp } from '../core/model';
import { inParallel } from '../core/limits/parallel';
import { failureOf } from '../core/request';
import type { ScmEntry } from '../appService/scm';
import { callScm, listScmFolder } from '../appService/scm';
import { mostWholeMegabytes } from './logState';

/** A log file in a listing. */
export interface LogFile {
  /** Path in the site's home folder, e.g. `LogFiles/Application/Functions/Host/x.log`. */
  readonly path: string;
  readonly size: number;
  /** Modification time in milliseconds; 0 if unknown. */
  readonly modified: number;
  /** Creation time in milliseconds; 0 if unknown. Renaming keeps it on Windows; on Linux, any write can change it. */
  readonly created: number;
  /** Whether it's a rolled file by its name, e.g. `x.log.1`. The service doesn't follow those. */
  readonly rolled: boolean;
}

/** A folder with an app's log files. */
export interface LogRoot {
  readonly folder: string;
  /** Whether subfolders are included. */
  readonly deep: boolean;
}

/** The files that the service follows (LogStreamManager.cs). Rolling adds a number at the end. */
const logName = /\.(?:txt|log|htm)(\.\d+)?$/i;
/** Characters that a URL's path can't have. */
const unreadable = /[\u0000-\u001f\u007f]/;
/** Kudu's traces include our own requests, so reading them would never end. */
const kuduTraces = /^LogFiles\/kudu$/i;
const mostFolders = 200;
const foldersAtOnce = 8;

/** The log files in folders, which don't have to exist. @throws AzureError */
export async function listLogFiles(
  c: Connection,
  app: FunctionApp,
  roots: readonly LogRoot[],
  signal: AbortSignal,
): Promise<LogFile[]> {
  const found: LogFile[] = [];
  let folders = roots;
  let left = mostFolders;
  while (folders.length > 0) {
    const listed: (readonly ScmEntry[])[] = [];
    await inParallel(folders.entries(), foldersAtOnce, async ([index, { folder }]) => {
      listed[index] = await entriesOf(c, app, folder, signal);
    });
    const below: LogRoot[] = [];
    for (const [index, { folder, deep }] of folders.entries()) {
      for (const entry of listed[index] ?? []) {
        const path = `${folder}/${entry.name}`;
        if (!entry.folder) for (const file of logFileOf(path, entry)) found.push(file);
        else if (deep && !kuduTraces.test(path)) below.push({ folder: path, deep });
      }
    }
    left -= folders.length;
    folders = below.slice(0, left);
  }
  return found;
}

/** The entries of a folder; empty if it doesn't exist, which is the case until the host logs its first line. */
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

/** A file's content from a given byte. */
export type Piece =
  /** The chunks aren't joined. */
  | {
      readonly kind: 'bytes';
      readonly chunks: readonly Buffer[];
      /** The file's length, or at least more than was asked for. */
      readonly total: number;
      /** False if the service sends the entire file. */
      readonly ranged: boolean;
      /** How many bytes were received. */
      readonly received: number;
      readonly etag?: string;
    }
  /** The service would send more than {@link mostWholeMegabytes} before that byte. */
  | { readonly kind: 'tooLarge' }
  /** The file ends before that byte. */
  | { readonly kind: 'shorter' }
  /** The file hasn't changed since `etag`. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'gone' };

/**
 * Reads the bytes of a file from `from` up to but not including `to`. Kudu answers 206, or 416 past the end
 * (VfsController.cs). KuduLite may send the entire file (`File()` of ASP.NET Core, without range processing), which is then
 * read only up to `to`.
 * @param etag skips a file that hasn't changed since. Not for ranges, because the ETag contains an open file's
 * modification time, which lags behind its bytes
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
  const length = lengthOf(response);
  const etag = response.headers.get('etag');
  const kept: Buffer[] = [];
  const first = ranged ? from : 0;
  let at = first;
  try {
    for await (const chunk of response.readableStreamBody ?? []) {
      if (!ranged && from > mostWholeMegabytes * 1024 * 1024 && (length ?? from) >= from)
        return { kind: 'tooLarge' };
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      const wanted = bytes.subarray(Math.max(0, from - at), Math.max(0, to - at));
      if (wanted.length > 0) kept.push(wanted);
      at += bytes.length;
      if (at > to) break;
    }
  } catch (error) {
    throw failureOf(error, signal);
  }
  const total = length ?? at;
  if (total < from) return { kind: 'shorter' };
  return { kind: 'bytes', chunks: kept, total, ranged, received: at - first, ...(etag ? { etag } : {}) };
}

/** The length of the file, if the service says it. */
function lengthOf({ status, headers }: PipelineResponse): number | undefined {
  const text =
    status === 206
      ? /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1]
      : headers.get('content-encoding') === undefined
        ? /^\d+$/.exec(headers.get('content-length') ?? '')?.[0]
        : undefined;
  return text === undefined ? undefined : Number(text);
}

/** Splits chunks into the first bytes, up to `length`, and the rest. */
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
