import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { LineDecoder } from './logLines';
import type { PollResult } from './logPoll';
import { pollLog } from './logPoll';
import type { LogStreamSink, LogStreamState } from './logState';
import type { FunctionApp } from '../core/model';
import { listScmFolder, readScmFile } from '../appService/scm';

export interface FileTailOptions {
  /** Milliseconds between two checks. */
  readonly every?: number;
  /** How many bytes of the existing content are shown. */
  readonly bytesBefore?: number;
}

export interface FileTailSink extends LogStreamSink {
  /** Shows the user a note about the lines that follow. */
  note(text: string): void;
}

const usualBytesBefore = 64 * 1024;

/**
 * Shows the end of a file on the site and everything appended to it, by reading its new bytes (Kudu's VfsController.cs:
 * Range). Never rejects; returns the last state, which is also passed to the sink.
 * @param path in the site's home folder, e.g. `LogFiles/eventlog.xml`
 */
export async function tailScmFile(
  c: Connection,
  app: FunctionApp,
  path: string,
  { every = 1000, bytesBefore = usualBytesBefore }: FileTailOptions,
  sink: FileTailSink,
  signal: AbortSignal,
): Promise<LogStreamState> {
  let lines = new LineDecoder();
  /** Undefined until the file was found. */
  let offset: number | undefined;

  const begin = async (): Promise<number | undefined> => {
    const size = await sizeOf(c, app, path, signal);
    if (size === undefined) return undefined;
    if (size <= bytesBefore) return 0;
    sink.note(
      l10n.t('The file has {0} bytes. Showing the last {1} and anything appended to it.', size, bytesBefore),
    );
    return size - bytesBefore;
  };

  const look = async (): Promise<PollResult> => {
    if (offset === undefined) {
      offset = await begin();
      if (offset === undefined) return gone();
    }
    const { bytes, totalBytes } = await readScmFile(c, app, path, offset, signal);
    if (totalBytes < offset) {
      sink.note(l10n.t('The file was truncated. Showing it from the beginning.'));
      lines = new LineDecoder();
      offset = 0;
      return 'news';
    }
    if (bytes.length === 0) return 'nothing';
    offset += bytes.length;
    await sink.lines(lines.push(bytes), path);
    return 'news';
  };
  return await pollLog(look, every, sink, signal, c.clock);
}

/** Undefined if the file doesn't exist. */
async function sizeOf(
  c: Connection,
  app: FunctionApp,
  path: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const slash = path.lastIndexOf('/');
  try {
    const entries = await listScmFolder(c, app, path.slice(0, slash), signal);
    return entries.find(({ name, folder }) => name === path.slice(slash + 1) && !folder)?.size;
  } catch (error) {
    if (error instanceof AzureError && error.status === 404) return undefined;
    throw error;
  }
}

function gone(): PollResult {
  return {
    kind: 'ended',
    cause: 'notFound',
    reason: l10n.t('The file no longer exists.'),
    nextStep: l10n.t('The host starts new log files and deletes old ones. Select another file.'),
  };
}
