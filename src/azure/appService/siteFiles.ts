import type { PipelineResponse } from '@azure/core-rest-pipeline';
import type { Connection } from '../core/connection';
import type { AzureError } from '../core/errors';
import { errorOfAnswer } from '../core/errors';
import type { FunctionApp } from '../core/model';
import { callScm, getScmSettings, listScmFolder, readScmFile, vfs } from './scm';

/** The SCM site's metadata of a file or folder. */
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
 * A file or folder in the site's home folder (`/` is the home folder itself); undefined if it doesn't exist.
 * For a folder, Kudu redirects (307) to the same path with a trailing slash (VfsControllerBase.cs).
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
 * Writes a whole file, and creates it and its folders if needed.
 * @param etag the ETag that the file must still have; `*` for any; undefined for a new file
 * @returns its new ETag
 * @throws AzureError, with status 412 if the file has changed
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

/** Creates a folder and its parent folders. @throws AzureError */
export async function createSiteFolder(
  c: Connection,
  app: FunctionApp,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  const answer = await callScm(c, app, { method: 'PUT', path: `${vfs(path)}/`, signal });
  if (answer.status >= 300) throw errorOfAnswer(answer);
}

/** Deletes a file, or a folder with its contents. @throws AzureError */
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
 * Moves a file or folder. Kudu can't move, so this copies everything and then deletes the original. If it fails halfway,
 * the original is still complete.
 * @returns relative paths of a folder's contents; folders end in a slash and precede what they contain. Empty for a file
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

/** @param below path of a folder in `from`: '', or one with a trailing slash @param entries receives the copied entries */
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

/** Why an app's files can't be changed here. */
export type ReadOnlyReason = 'package' | 'flexConsumption';

/**
 * The code folder of an app that runs from a package is mounted read-only, and on Flex Consumption the site has no file
 * system of its own (Microsoft's "Run your functions from a package file", "Flex Consumption plan").
 * @returns undefined if the files can be changed
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

/** A HEAD response has no body, so this sends a GET to find out why the request failed. */
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
 * The time in a Kudu ETag, in milliseconds since 1970. The ETag is the file's modification time in .NET ticks, as 16 hex
 * digits in little-endian order (VfsController.cs). Last-Modified has only seconds, which could hide a second change.
 */
function timeOfTag(etag: string | undefined): number | undefined {
  const digits = /^"([0-9a-f]{16})"$/i.exec(etag ?? '')?.[1];
  if (digits === undefined) return undefined;
  const ticks = Buffer.from(digits, 'hex').readBigInt64LE();
  const time = Number((ticks - 621_355_968_000_000_000n) / 10_000n);
  return time > 0 ? time : undefined;
}
