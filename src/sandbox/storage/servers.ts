import http from 'node:http';
import { once } from 'node:events';
import type { Answer } from '../server/http';
import { sharedKey, type StorageServiceName } from './sharedKey';
import { notSupported, type StorageStore } from './service';

/** Servers that store data, such as Azurite, and the key of all accounts there. Their paths begin with the account. */
export type StorageServers = Partial<Record<StorageServiceName, string>> & { key: string };

/** Sends requests that were let in to another server, signed with its key. */
export function storedAt(servers: StorageServers): StorageStore {
  return async ({ service, account: { name: account }, method, path, query, headers, body }) => {
    const server = servers[service];
    if (server === undefined) throw notSupported();
    const content = await body();
    const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name)));
    const sent: http.IncomingHttpHeaders = {
      ...kept,
      'content-length': content.length.toString(),
      'x-ms-date': new Date().toUTCString(),
    };
    const target = { service, account, method, path: `/${account}${path}`, query, headers: sent };
    const search = query.size === 0 ? '' : `?${query.toString()}`;
    const outgoing = http.request(`${server}${target.path}${search}`, {
      method,
      headers: { ...sent, authorization: sharedKey(target, servers.key) },
    });
    outgoing.end(content);
    const [incoming] = (await once(outgoing, 'response')) as [http.IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer: Answer = { status: incoming.statusCode ?? 502, bytes: Buffer.concat(chunks) };
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...given } = incoming.headers;
    return { ...answer, headers: given };
  };
}

/** Headers that concern this connection, or the caller. */
const ownHeaders = new Set([
  'host',
  'authorization',
  'connection',
  'transfer-encoding',
  'content-length',
  'x-ms-date',
  'date',
]);
