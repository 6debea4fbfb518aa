import fs from 'node:fs';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { SandboxReady } from './sandbox';

export interface SandboxRequest {
  method?: string;
  headers?: Record<string, string>;
  /** URLSearchParams are sent as a form, objects as JSON. */
  body?: string | URLSearchParams | Record<string, unknown>;
  /** The CA to trust; that of the sandbox unless told. */
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
  ready: SandboxReady,
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

/** The answer with its body unread, for streams. */
export function sandboxOpen(
  ready: SandboxReady,
  url: string,
  { method = 'GET', headers = {}, body, ca }: SandboxRequest = {},
): Promise<IncomingMessage> {
  const target = new URL(url);
  const isForm = body instanceof URLSearchParams;
  const text =
    body === undefined || typeof body === 'string' || isForm ? body?.toString() : JSON.stringify(body);
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  return new Promise((resolve, reject) => {
    const outgoing = (target.protocol === 'http:' ? http : https).request(
      {
        host: '127.0.0.1',
        port: target.port,
        path: `${target.pathname}${target.search}`,
        method,
        agent: false,
        headers: { host: target.host, ...(text !== undefined && { 'content-type': type }), ...headers },
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

/** Speaks to the control endpoint: settings, faults, claims challenges, counts, the clock. @throws Error unless it agrees */
export async function control<T = Record<string, unknown>>(
  ready: SandboxReady,
  method: string,
  path: string,
  body?: Record<string, unknown>,
): Promise<T> {
  const response = await sandboxFetch(ready, `${ready.controlUrl}${path}`, {
    method,
    headers: { 'x-sandbox-control': ready.controlSecret },
    ...(body && { body }),
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
