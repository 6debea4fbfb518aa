import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { LineDecoder } from './logLines';
import type { Look } from './logPoll';
import { pollLog } from './logPoll';
import type { LogStreamSink, LogStreamState } from './logState';
import type { FunctionApp } from '../core/model';
import { listScmFolder, readScmFile } from '../appService/scm';

export interface FileTailOptions {
  /** Milliseconds between two looks. */
  readonly every?: number;
  /** How much of what is there already is shown. */
  readonly bytesBefore?: number;
}

export interface FileTailSink extends LogStreamSink {
  /** What a person should know of the lines that follow. */
  note(text: string): void;
}

const usualBytesBefore = 64 * 1024;

/**
 * Shows the end of a file of the site, and what is appended, by reading its new bytes (Kudu's VfsController.cs: Range).
 * Never rejects; answers with the last state, of which the sink was told too.
 * @param path below the site's home, e.g. `LogFiles/eventlog.xml`
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
      l10n.t('The file has {0} bytes. Its last {1} follow, and what is appended.', size, bytesBefore),
    );
    return size - bytesBefore;
  };

  const look = async (): Promise<Look> => {
    if (offset === undefined) {
      offset = await begin();
      if (offset === undefined) return gone();
    }
    const { bytes, totalBytes } = await readScmFile(c, app, path, offset, signal);
    if (totalBytes < offset) {
      sink.note(l10n.t('The file was cut short: it follows from its beginning.'));
      lines = new LineDecoder();
      offset = 0;
      return 'news';
    }
    if (bytes.length === 0) return 'nothing';
    offset += bytes.length;
    await sink.lines(lines.push(bytes), path);
    return 'news';
  };
  return await pollLog(look, every, sink, signal);
}

/** Undefined where there is no such file. */
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

function gone(): Look {
  return {
    kind: 'ended',
    cause: 'notFound',
    reason: l10n.t('There is no such file any more.'),
    nextStep: l10n.t('The host begins new files and deletes those of yesterday: select another one.'),
  };
}
