import type { PipelineResponse } from '@azure/core-rest-pipeline';
import type { Connection } from '../core/connection';
import type { AzureError } from '../core/errors';
import { errorOfAnswer } from '../core/errors';
import type { FunctionApp } from '../core/model';
import { callScm, getScmSettings, listScmFolder, readScmFile, vfs } from './scm';

/** What the SCM site says of a file or folder. */
export interface SiteFileStat {
  readonly folder: boolean;
  /** 0 for a folder. */
  readonly bytes: number;
  /** Milliseconds since 1970; 0 for a folder. */
  readonly modified: number;
  /** Absent for a folder. */
  readonly etag?: string;
}

/**
 * A file or folder below the site's home (`/` is the home itself); undefined where there is none.
 * Kudu answers 307 to the same path with a slash for a folder (VfsControllerBase.cs).
 * @throws AzureError
 */
export async function statSiteFile(
  c: Connection,
  app: FunctionApp,
  path: string,
  signal?: AbortSignal,
): Promise<SiteFileStat | undefined> {
  if (path.replaceAll('/', '') === '') return folderStat;
  const answer = await callScm(c, app, { method: 'HEAD', path: vfs(path), signal });
  if (answer.status === 404) return undefined;
  if (answer.status === 307) return folderStat;
  if (answer.status !== 200) throw await withReason(c, app, path, answer, signal);
  const etag = answer.headers.get('etag');
  return {
    folder: false,
    bytes: Number(answer.headers.get('content-length') ?? 0),
    modified: timeOfTag(etag) ?? (Date.parse(answer.headers.get('last-modified') ?? '') || 0),
    ...(etag ? { etag } : {}),
  };
}

const folderStat: SiteFileStat = { folder: true, bytes: 0, modified: 0 };

/**
 * Writes a whole file, and makes it and its folders where they are not there.
 * @param etag what the file must still be; `*` for whatever it is; undefined for a new file
 * @returns its new ETag
 * @throws AzureError, with status 412 where the file is another by now
 */
export async function writeSiteFile(
  c: Connection,
  app: FunctionApp,
  path: string,
  bytes: Uint8Array,
  etag: string | undefined,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const headers = {
    'Content-Type': 'application/octet-stream',
    ...(etag === undefined ? {} : { 'If-Match': etag }),
  };
  const answer = await callScm(c, app, { method: 'PUT', path: vfs(path), headers, body: bytes, signal });
  if (answer.status >= 300) throw errorOfAnswer(answer);
  return answer.headers.get('etag');
}

/** Makes a folder, and those above it. @throws AzureError */
export async function createSiteFolder(
  c: Connection,
  app: FunctionApp,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  const answer = await callScm(c, app, { method: 'PUT', path: `${vfs(path)}/`, signal });
  if (answer.status >= 300) throw errorOfAnswer(answer);
}

/** Deletes a file, or a folder with all that is in it. @throws AzureError */
export async function deleteSiteFile(
  c: Connection,
  app: FunctionApp,
  path: string,
  folder: boolean,
  signal?: AbortSignal,
): Promise<void> {
  const answer = await callScm(c, app, {
    method: 'DELETE',
    path: folder ? `${vfs(path)}/` : vfs(path),
    ...(folder ? { query: { recursive: 'true' } } : { headers: { 'If-Match': '*' } }),
    signal,
  });
  if (answer.status >= 300) throw errorOfAnswer(answer);
}

/**
 * Moves a file or folder: Kudu's file system has no such call, so it is copied, and deleted when all of it was written.
 * Where something fails half-way, the old one is still whole.
 * @returns what was in it, by paths below it: each folder, with a slash at its end, before what is in it; none for a file
 * @throws AzureError
 */
export async function moveSiteFile(
  c: Connection,
  app: FunctionApp,
  from: string,
  to: string,
  folder: boolean,
  signal?: AbortSignal,
): Promise<string[]> {
  const entries: string[] = [];
  if (folder) await copySiteFolder(c, app, from, to, '', entries, signal);
  else await copySiteFile(c, app, from, to, signal);
  await deleteSiteFile(c, app, from, folder, signal);
  return entries;
}

async function copySiteFile(
  c: Connection,
  app: FunctionApp,
  from: string,
  to: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { bytes } = await readScmFile(c, app, from, 0, signal);
  const there = await statSiteFile(c, app, to, signal);
  await writeSiteFile(c, app, to, bytes, there?.etag, signal);
}

/** @param below path of a folder below `from`: '', or one that ends in a slash @param entries gets what was copied */
async function copySiteFolder(
  c: Connection,
  app: FunctionApp,
  from: string,
  to: string,
  below: string,
  entries: string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  await createSiteFolder(c, app, `${to}/${below}`, signal);
  for (const { name, folder } of await listScmFolder(c, app, `${from}/${below}`, signal)) {
    const entry = `${below}${name}`;
    entries.push(folder ? `${entry}/` : entry);
    if (folder) await copySiteFolder(c, app, from, to, `${entry}/`, entries, signal);
    else await copySiteFile(c, app, `${from}/${entry}`, `${to}/${entry}`, signal);
  }
}

/** Why an app's files can't be changed here; undefined where they can. */
export type ReadOnlyReason = 'package' | 'flexConsumption';

/**
 * An app that runs from a package has its code folder mounted read-only; on Flex Consumption there is no file system of
 * the site's own to change (Microsoft's "Run your functions from a package file", "Flex Consumption plan").
 * @throws AzureError
 */
export async function readOnlyReason(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<ReadOnlyReason | undefined> {
  if (app.sku?.toLowerCase() === 'flexconsumption') return 'flexConsumption';
  const settings = await getScmSettings(c, app, signal);
  const value = (
    settings['WEBSITE_RUN_FROM_PACKAGE'] ??
    settings['WEBSITE_RUN_FROM_ZIP'] ??
    ''
  ).toLowerCase();
  return value === '' || value === '0' || value === 'false' ? undefined : 'package';
}

/** An answer to HEAD has no body: what was refused, and why, is in that of GET. */
async function withReason(
  c: Connection,
  app: FunctionApp,
  path: string,
  answer: PipelineResponse,
  signal: AbortSignal | undefined,
): Promise<AzureError> {
  const whole = await callScm(c, app, {
    method: 'GET',
    path: vfs(path),
    headers: { Range: 'bytes=0-0' },
    signal,
  });
  return errorOfAnswer(whole.status >= 400 ? whole : answer);
}

/**
 * Milliseconds since 1970 of a Kudu ETag: the file's time of change in .NET ticks, 8 bytes little endian, as 16 hex
 * digits (VfsController.cs). More exact than Last-Modified, whose seconds hide a second change.
 */
function timeOfTag(etag: string | undefined): number | undefined {
  const digits = /^"([0-9a-f]{16})"$/i.exec(etag ?? '')?.[1];
  if (digits === undefined) return undefined;
  const ticks = Buffer.from(digits, 'hex').readBigInt64LE();
  const time = Number((ticks - 621_355_968_000_000_000n) / 10_000n);
  return time > 0 ? time : undefined;
}
