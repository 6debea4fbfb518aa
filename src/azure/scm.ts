import type { Connection } from './connection';
import type { FunctionApp } from './model';

const notYet = (...args: unknown[]): Promise<never> => Promise.reject(new Error(`not yet${args.length}`));

export interface ScmEntry {
  readonly name: string;
  readonly size: number;
  readonly folder: boolean;
  readonly modified: Date;
  readonly etag?: string;
}

export interface ScmFile {
  readonly bytes: Uint8Array;
  readonly etag?: string;
  /** Length of the whole file, where a range was asked for and answered. */
  readonly totalBytes?: number;
}

/** Entries of a folder below the site's home, e.g. `LogFiles/Application/Functions/Host`. */
export const listScmFolder = (
  c: Connection,
  app: FunctionApp,
  path: string,
  signal?: AbortSignal,
): Promise<ScmEntry[]> => notYet(c, app, path, signal);
/** A file, or its bytes from `fromByte` on (empty when there are none). */
export const readScmFile = (
  c: Connection,
  app: FunctionApp,
  path: string,
  fromByte?: number,
  signal?: AbortSignal,
): Promise<ScmFile> => notYet(c, app, path, fromByte, signal);
/** Settings of the SCM site, e.g. `SCM_LOGSTREAM_TIMEOUT`. Values may be secret. */
export const getScmSettings = (
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<Record<string, string>> => notYet(c, app, signal);
/** Sets a file's modification time by writing it again, empty; makes it where it is not there. */
export const touchScmFile = (
  c: Connection,
  app: FunctionApp,
  path: string,
  signal?: AbortSignal,
): Promise<void> => notYet(c, app, path, signal);
