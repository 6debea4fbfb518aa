import fs from 'node:fs';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { SandboxReady } from './sandbox';

export interface SandboxRequest {
  method?: string;
  headers?: Record<string, string>;
  /** Bearer. */
  token?: string | undefined;
  /** Text and bytes are sent as they are, URLSearchParams as a form, all else as JSON. */
  body?: unknown;
  /** Address of this machine that it comes from, e.g. `127.0.0.7`. */
  from?: string | undefined;
  /** The CA to trust; that of the sandbox unless specified. */
  ca?: string | undefined;
}

export interface SandboxResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON. @throws SyntaxError */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- each test says which shape it expects
  json<T = Record<string, unknown>>(): T;
}

/**
 * Sends a request to a sandbox over real TLS, with nothing of Keyless. `localhost` and the names below it are found on
 * 127.0.0.1 whatever the machine's resolver says.
 */
export async function sandboxFetch(
  ready: Pick<SandboxReady, 'caCertificateFile'>,
  url: string,
  request: SandboxRequest = {},
): Promise<SandboxResponse> {
  const response = await sandboxOpen(ready, url, request);
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    json: () => JSON.parse(text) as never,
  };
}

/** The answer with its body unread, for streams. The path goes out as it is written, `..` and double slashes too. */
export function sandboxOpen(
  ready: Pick<SandboxReady, 'caCertificateFile'>,
  url: string,
  { method = 'GET', headers = {}, token, body, from, ca }: SandboxRequest = {},
): Promise<IncomingMessage> {
  const target = new URL(url);
  const { text, type } = encode(body);
  return new Promise((resolve, reject) => {
    const outgoing = (target.protocol === 'http:' ? http : https).request(
      {
        host: '127.0.0.1',
        port: target.port,
        path: url.slice(target.origin.length) || '/',
        method,
        agent: false,
        ...(from !== undefined && { localAddress: from }),
        headers: {
          host: target.host,
          ...(text !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(target.protocol === 'https:' && {
          ca: ca ?? fs.readFileSync(ready.caCertificateFile, 'utf8'),
          servername: target.hostname,
        }),
      },
      resolve,
    );
    outgoing.once('error', reject);
    outgoing.end(text);
  });
}

function encode(body: SandboxRequest['body']): { text?: string | Buffer; type: string } {
  const type = 'application/json';
  if (body === undefined) return { type };
  if (typeof body === 'string' || Buffer.isBuffer(body)) return { text: body, type };
  if (body instanceof URLSearchParams)
    return { text: body.toString(), type: 'application/x-www-form-urlencoded' };
  return { text: JSON.stringify(body), type };
}

/** Speaks to the control endpoint: settings, faults, claims challenges, counts, the clock. @throws Error unless it agrees */
export async function control<T = Record<string, unknown>>(
  ready: SandboxReady,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await sandboxFetch(ready, `${ready.controlUrl}${path}`, {
    method,
    headers: { 'x-sandbox-control': ready.controlSecret },
    body,
  });
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.text}`);
  return (response.text === '' ? undefined : response.json()) as T;
}

/** A token of the client-credentials application. @param resource e.g. `https://vault.localhost` */
export async function applicationToken(ready: SandboxReady, resource: string): Promise<string> {
  const response = await sandboxFetch(ready, `${ready.authorityUrl}/${ready.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: ready.clientId,
      client_secret: ready.clientSecret,
      scope: `${resource}/.default`,
    }),
  });
  if (response.status !== 200) throw new Error(response.text);
  return response.json<{ access_token: string }>().access_token;
}
