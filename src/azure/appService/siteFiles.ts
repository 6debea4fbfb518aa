import type { PipelineResponse } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { AzureError, errorOfAnswer } from '../core/errors';
import type { FunctionApp } from '../core/model';
import { callScm, getScmSettings, vfs } from './scm';
import type { NoFilesReason } from './siteFolders';
import { noFilesReason } from './siteFolders';

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
  // A proxy also redirects, for example to a page to sign in, and a file must not be taken for a folder then.
  if (answer.status === 307 && leadsToFolder(answer, path)) return folderStat;
  if (answer.status !== 200) throw await withReason(c, app, path, answer, signal);
  const etag = answer.headers.get('etag');
  return {
    folder: false,
    bytes: Number(answer.headers.get('content-length') ?? 0),
    modified: timeOfTag(etag) ?? (Date.parse(answer.headers.get('last-modified') ?? '') || 0),
    ...(etag ? { etag } : {}),
  };
}

function leadsToFolder(answer: PipelineResponse, path: string): boolean {
  const location = answer.headers.get('location') ?? '';
  const { url } = answer.request;
  if (!URL.canParse(location, url)) return false;
  const { pathname } = new URL(location, url);
  const name = path.split('/').filter(Boolean).at(-1) ?? '';
  try {
    return decodeURIComponent(pathname).toLowerCase().endsWith(`/${name.toLowerCase()}/`);
  } catch {
    return false;
  }
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

/**
 * Deletes a file.
 * @param etag the ETag that the file must still have; `*` for any
 * @throws AzureError, with code `FileChanged` if the file has another ETag by now
 */
export async function deleteSiteFile(
  c: Connection,
  app: FunctionApp,
  path: string,
  etag: string,
  signal?: AbortSignal,
): Promise<void> {
  const headers = { 'If-Match': etag };
  const answer = await callScm(c, app, { method: 'DELETE', path: vfs(path), headers, signal });
  if (answer.status < 300) return;
  // 412 on Windows, 409 on Linux, with the file's ETag (VfsController.cs of Kudu and KuduLite).
  const now = answer.headers.get('etag');
  if ((answer.status === 412 || answer.status === 409) && now !== undefined && now !== etag)
    throw changedMeanwhile(path);
  throw errorOfAnswer(answer);
}

/** The error for a file that isn't the one that was seen. It has no status: 412 is about a save. */
export function changedMeanwhile(path: string): AzureError {
  return new AzureError(l10n.t('The file has changed.'), {
    code: 'FileChanged',
    explanation: {
      reason: l10n.t('{0} has changed on the site in the meantime, so it was kept.', path),
      nextStep: l10n.t('Look at it, and then try again.'),
    },
  });
}

/**
 * Deletes a folder. Without `recursive`, only an empty folder, or a link to a folder (but nothing that it leads to).
 * Kudu needs no slash at the end, and with one, Linux wouldn't delete a link (inferred).
 * @throws AzureError, with status 409 if the folder isn't empty
 */
export async function deleteSiteFolder(
  c: Connection,
  app: FunctionApp,
  path: string,
  recursive: boolean,
  signal?: AbortSignal,
): Promise<void> {
  const answer = await callScm(c, app, {
    method: 'DELETE',
    path: recursive ? `${vfs(path)}/` : vfs(path),
    ...(recursive ? { query: { recursive: 'true' } } : {}),
    signal,
  });
  if (answer.status >= 300) throw errorOfAnswer(answer);
}

/** Why an app's files can't be changed here. */
export type ReadOnlyReason = 'package' | NoFilesReason;

/**
 * The code folder of an app that runs from a package is mounted read-only (Microsoft's "Run your functions from a package
 * file"), and some plans don't give access to files at all.
 * @returns undefined if the files can be changed
 * @throws AzureError
 */
export async function readOnlyReason(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<ReadOnlyReason | undefined> {
  const noFiles = noFilesReason(app);
  if (noFiles) return noFiles;
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
