import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call } from './http';

/** The request body is larger than the service accepts. */
export class BodyTooLarge extends Error {}

/**
 * One request as the services see it. `path` is as sent, so that a service sees `..` and percent-encoding;
 * `url` is normalized by the URL standard.
 * @param protocol 'http:' or 'https:'
 * @param bodyLimit in bytes; `body()` throws {@link BodyTooLarge} beyond it
 */
export function createCall(
  request: IncomingMessage,
  response: ServerResponse,
  protocol: 'http:' | 'https:',
  bodyLimit: number,
): Call {
  const target = request.url ?? '/';
  const host = request.headers.host?.toLowerCase() ?? '';
  const url = new URL(`${protocol}//${host}${target}`);
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  let body: Promise<Buffer> | undefined;
  const readOnce = () => (body ??= readBody(request, bodyLimit));
  return {
    method: request.method ?? 'GET',
    url,
    path: target.split('?', 1)[0] ?? '/',
    query: url.searchParams,
    headers: request.headers,
    hostName: url.hostname,
    remoteAddress: request.socket.remoteAddress ?? '127.0.0.1',
    body: readOnce,
    json: async () => {
      const text = (await readOnce()).toString('utf8').replace(/^\uFEFF/, '');
      return text.trim() === '' ? undefined : (JSON.parse(text) as unknown);
    },
    signal: gone.signal,
    request,
  };
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
