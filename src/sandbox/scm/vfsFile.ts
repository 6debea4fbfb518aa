import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Answer, Call } from '../server/http';

/**
 * A file's ETag: its modification time in .NET ticks, 8 bytes little endian, as 16 quoted hex digits (Kudu
 * VfsController.cs).
 */
export function entityTag(mtimeNs: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(mtimeNs / 100n + 621_355_968_000_000_000n);
  return `"${bytes.toString('hex')}"`;
}

export interface ReadableFile {
  file: string;
  stat: { mtimeNs: bigint; size: bigint };
  mediaType: string;
  /** Whether `Range` is honored; otherwise the whole file is sent. */
  ranges: boolean;
}

/**
 * Answers GET and HEAD of a file, with `Range`, `If-Range` and `If-None-Match` (which a range request
 * ignores).
 */
export function readFile(
  call: Call,
  { file, stat, mediaType, ranges }: ReadableFile,
  shownName: string,
): Answer {
  const size = Number(stat.size);
  const etag = entityTag(stat.mtimeNs);
  const headers = {
    etag,
    'last-modified': new Date(Number(stat.mtimeNs / 1_000_000n)).toUTCString(),
    'content-type': mediaType,
    ...(ranges ? { 'accept-ranges': 'bytes' } : {}),
  };
  const ifRange = call.headers['if-range'];
  const range =
    ranges && (ifRange === undefined || ifRange === etag) ? parseRange(call.headers.range, size) : undefined;
  if (range === 'unsatisfiable') {
    return {
      status: 416,
      headers: { 'content-range': `bytes */${size}` },
      json: {
        Message: `None of the requested ranges (${call.headers.range ?? ''}) overlap with the current extent of the selected resource.`,
      },
    };
  }
  if (range === undefined && splitTags(call.headers['if-none-match']).includes(etag))
    return { status: 304, headers: { etag } };
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const length = end - start + 1;
  const contentRange = range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` };
  const answer: Answer = {
    status: range === undefined ? 200 : 206,
    headers: { ...headers, ...contentRange, 'content-length': length },
  };
  if (call.method === 'HEAD') return answer;
  if (length <= 0) return { ...answer, bytes: Buffer.alloc(0) };
  return {
    ...answer,
    stream: async (response) => {
      try {
        const handle = await open(file);
        // By now another file may have its name, with fewer bytes than announced.
        if ((await handle.stat()).size <= end) {
          await handle.close();
          throw new Error(`${shownName} is now shorter.`);
        }
        await pipeline(handle.createReadStream({ start, end }), response, { signal: call.signal });
      } catch (error) {
        // The file shrank or the client left: the announced bytes can't be sent.
        response.destroy(error instanceof Error ? error : new Error(`Could not read ${shownName}`));
      }
    },
  };
}

/** Parses one byte range; undefined for none, or for several, which Kudu's clients never request. */
function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1] ?? '', match[2] ?? ''];
  if (first === '')
    return Number(last) === 0 || size === 0
      ? 'unsatisfiable'
      : { start: Math.max(0, size - Number(last)), end: size - 1 };
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start >= size || end < start ? 'unsatisfiable' : { start, end };
}

function splitTags(header: string | undefined): string[] {
  return (header ?? '').split(',').map((tag) => tag.trim());
}
