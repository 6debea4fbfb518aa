import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export type StorageServiceName = 'blob' | 'queue' | 'table';

/** The parts of a request that Shared Key covers. */
export interface SignedRequest {
  service: StorageServiceName;
  account: string;
  method: string;
  /** As sent. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** The value of the header Authorization, "Authorize with Shared Key" of the storage REST API. */
export function sharedKey(request: SignedRequest, key: string): string {
  return authorizationOf('SharedKey', request.account, stringToSign(request), key);
}

/** The short form, which the SDK for tables uses. */
export function sharedKeyLite({ account, path, query, headers }: SignedRequest, key: string): string {
  const text = `${headers['x-ms-date']?.toString() ?? ''}\n${tableResource(account, path, query)}`;
  return authorizationOf('SharedKeyLite', account, text, key);
}

function authorizationOf(scheme: string, account: string, text: string, key: string): string {
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');
  return `${scheme} ${account}:${signature}`;
}

function tableResource(account: string, path: string, query: URLSearchParams): string {
  const comp = query.get('comp');
  return `/${account}${path}${comp === null ? '' : `?comp=${comp}`}`;
}

function stringToSign({ service, account, method, path, query, headers }: SignedRequest): string {
  const header = (name: string) => headers[name]?.toString() ?? '';
  if (service === 'table') {
    const date = header('x-ms-date') || header('date');
    const resource = tableResource(account, path, query);
    return [method, header('content-md5'), header('content-type'), date, resource].join('\n');
  }
  const length = header('content-length');
  const standard = [
    ...[header('content-encoding'), header('content-language'), length === '0' ? '' : length],
    ...[header('content-md5'), header('content-type'), header('x-ms-date') ? '' : header('date')],
    ...[header('if-modified-since'), header('if-match'), header('if-none-match')],
    ...[header('if-unmodified-since'), header('range')],
  ];
  const own = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .sort()
    .map((name) => `${name}:${header(name).trim().replace(/\s+/g, ' ')}`);
  const names = [...new Set([...query.keys()].map((name) => name.toLowerCase()))].sort();
  const parameters = names.map((name) => {
    const values = [...query].filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);
    return `${name}:${values.sort().join(',')}`;
  });
  return [method, ...standard, ...own, `/${account}${path}`, ...parameters].join('\n');
}
