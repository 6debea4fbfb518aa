import fs from 'node:fs';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { SandboxReady } from './sandbox';

export interface SandboxRequest {
  method?: string;
  headers?: Record<string, string>;
  /** A bearer token. */
  token?: string | undefined;
  /** Text and bytes are sent unchanged, URLSearchParams as a form, and anything else as JSON. */
  body?: unknown;
  /** The local IP address to send from, such as `127.0.0.7`. */
  from?: string | undefined;
  /** The CA to trust. The sandbox's CA by default. */
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
 * Sends a request to a sandbox over real TLS without Keyless. `localhost` and names below it resolve to 127.0.0.1,
 * regardless of the machine's resolver.
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

/** The response with an unread body, for streams. The path is sent unchanged, including `..` and double slashes. */
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

/** Calls the control endpoint: settings, faults, claims challenges, statistics, the clock. @throws Error if that fails */
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

/** A token for the client-credentials application. @param resource such as `https://vault.localhost` */
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
