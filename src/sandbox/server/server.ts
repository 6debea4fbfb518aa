import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { BodyTooLarge, createCall } from './call';
import type { SandboxSettings } from '../context';
import { faultBody, type FaultEffect, type Faults } from './faults';
import type { Answer, Call, Service } from './http';
import type { Listener, ServiceKind } from './listener';
import type { Recorder } from './recorder';
import type { Statistics } from './statistics';

/** What the handling of every request needs, whichever service it's for. */
export interface ServerOptions {
  settings: SandboxSettings;
  faults: Faults;
  statistics: Statistics;
  recorder?: Recorder | undefined;
  /** Returns the same token, properly signed, but expired; for the fault of that name. */
  expireToken(authorization: string): Promise<string>;
  log: (line: string) => void;
}

/**
 * Lets `service` answer the requests that arrive on `listener`: adds latency, faults and the headers that all
 * services send, and records requests and responses. An unexpected error in the service becomes a 500 that
 * doesn't reveal its message.
 */
export function serve(listener: Listener, service: Service, options: ServerOptions): void {
  const { kind } = listener;
  const protocol = kind === 'signIn' ? 'http:' : 'https:';
  listener.serve((request, response) => {
    const call = createCall(request, response, protocol, bodyLimits[kind] ?? defaultBodyLimit);
    respond(kind, service, call, response, options).catch((error: unknown) => {
      if (!call.signal.aborted) options.log(`${kind}: ${describe(error)}`);
      response.destroy();
    });
  });
}

const megabyte = 1024 * 1024;
const defaultBodyLimit = 4 * megabyte;
const bodyLimits: Partial<Record<ServiceKind, number>> = {
  scm: 128 * megabyte,
  sites: 100 * megabyte,
  entra: megabyte / 8,
  signIn: megabyte / 8,
};

async function respond(
  kind: ServiceKind,
  service: Service,
  call: Call,
  response: ServerResponse,
  options: ServerOptions,
): Promise<void> {
  const quiet = kind === 'control' || kind === 'signIn';
  const fault = quiet ? undefined : options.faults.take(kind, call);
  const latency = (quiet ? 0 : options.settings.latencyMs) + (fault?.latencyMs ?? 0);
  if (latency > 0) await delay(latency, undefined, { signal: call.signal });
  if (fault?.disconnect === true) {
    count(kind, call, 0, options);
    call.request.socket.destroy();
    return;
  }
  if (fault?.expiredToken === true) await expireToken(call.request, options);
  const answer =
    fault?.status === undefined ? await ask(kind, service, call, options) : faultAnswer(kind, fault);
  const body = bodyOf(answer, fault);
  const headers = headersOf(kind, call, answer, body);
  count(kind, call, answer.status, options);
  // Neither a body that a test made up is recorded, nor an answer that no one gets, such as that of a host that doesn't exist.
  if (fault?.body === undefined && !call.request.socket.destroyed)
    await options.recorder?.record(kind, call, answer, headers);
  if (response.destroyed) return;
  response.writeHead(answer.status, headers);
  if (fault?.cutAfterBytes !== undefined) cutAfter(response, fault.cutAfterBytes);
  if (answer.stream === undefined || call.method === 'HEAD') {
    response.end(call.method === 'HEAD' ? undefined : body);
    return;
  }
  response.flushHeaders();
  await answer.stream(response);
  response.end();
}

async function ask(kind: ServiceKind, service: Service, call: Call, options: ServerOptions): Promise<Answer> {
  try {
    return await service(call);
  } catch (error) {
    if (error instanceof BodyTooLarge)
      return failure(413, 'RequestEntityTooLarge', 'The request body is too large.', { connection: 'close' });
    if (error instanceof SyntaxError)
      return failure(
        400,
        'InvalidRequestContent',
        'The request content was invalid and could not be deserialized.',
      );
    if (!call.signal.aborted) options.log(`${kind} ${call.method} ${call.path}: ${describe(error)}`);
    return failure(
      500,
      'InternalServerError',
      'The server encountered an internal error. Please retry the request.',
    );
  }
}

function failure(status: number, code: string, message: string, headers?: OutgoingHttpHeaders): Answer {
  return { status, json: { error: { code, message } }, ...(headers && { headers }) };
}

async function expireToken(request: IncomingMessage, options: ServerOptions): Promise<void> {
  const { authorization } = request.headers;
  if (authorization !== undefined) request.headers.authorization = await options.expireToken(authorization);
}

function faultAnswer(kind: ServiceKind, fault: FaultEffect): Answer {
  const status = fault.status ?? 500;
  const headers: OutgoingHttpHeaders = { ...fault.headers };
  if (fault.retryAfterSeconds !== undefined) headers['retry-after'] = fault.retryAfterSeconds.toString();
  return { status, headers, json: fault.body ?? faultBody(kind, status, fault.retryAfterSeconds) };
}

function bodyOf(answer: Answer, fault: FaultEffect | undefined): Buffer | undefined {
  if (answer.json !== undefined) {
    const json = Buffer.from(JSON.stringify(answer.json));
    return fault?.truncateJson === true ? json.subarray(0, Math.floor(json.length / 2)) : json;
  }
  return answer.bytes ?? (answer.text === undefined ? undefined : Buffer.from(answer.text));
}

/** Headers as recorded from Azure's gateways; each service adds its own, which override these. */
function headersOf(
  kind: ServiceKind,
  call: Call,
  answer: Answer,
  body: Buffer | undefined,
): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { ...commonHeaders(kind, call) };
  if (answer.json !== undefined) headers['content-type'] = 'application/json; charset=utf-8';
  else if (answer.text !== undefined) headers['content-type'] = 'text/plain; charset=utf-8';
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers[name.toLowerCase()] = value;
  const mayHaveBody = answer.status !== 204 && answer.status !== 304;
  if (mayHaveBody && answer.stream === undefined) headers['content-length'] ??= body?.length ?? 0;
  return headers;
}

function commonHeaders(kind: ServiceKind, call: Call): OutgoingHttpHeaders {
  if (kind === 'sites' || kind === 'scm') return {};
  const requestId = randomUUID();
  const headers: OutgoingHttpHeaders = {
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'x-content-type-options': 'nosniff',
    'x-ms-request-id': requestId,
  };
  if (kind !== 'signIn') headers['strict-transport-security'] = 'max-age=31536000; includeSubDomains';
  if (kind === 'arm') {
    const correlation = header(call, 'x-ms-correlation-request-id') ?? randomUUID();
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    headers['x-ms-correlation-request-id'] = correlation;
    headers['x-ms-routing-request-id'] = `WESTEUROPE:${time}:${requestId}`;
  }
  const clientRequestId = header(call, 'x-ms-client-request-id');
  if (
    clientRequestId !== undefined &&
    header(call, 'x-ms-return-client-request-id')?.toLowerCase() === 'true'
  )
    headers['x-ms-client-request-id'] = clientRequestId;
  return headers;
}

function header(call: Call, name: string): string | undefined {
  const value = call.headers[name];
  return typeof value === 'string' && /^[\x20-\x7e]{1,200}$/.test(value) ? value : undefined;
}

/** Makes the response break off after `limit` bytes of its body, wherever that is. */
function cutAfter(response: ServerResponse, limit: number): void {
  let left = limit;
  const write = response.write.bind(response);
  const cut = (chunk: unknown, encoding: unknown): boolean => {
    const text = typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8';
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, text) : Buffer.from(chunk as Uint8Array);
    if (bytes.length < left) {
      left -= bytes.length;
      return write(bytes);
    }
    // The socket is destroyed only after these bytes have left it.
    write(bytes.subarray(0, left), () => response.socket?.destroy());
    left = 0;
    return false;
  };
  const end = response.end.bind(response);
  response.write = cut as typeof response.write;
  response.end = ((chunk?: unknown, encoding?: unknown) => {
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') cut(chunk, encoding);
    return left === 0 ? response : end();
  }) as typeof response.end;
}

function count(service: ServiceKind, call: Call, status: number, { statistics }: ServerOptions): void {
  const principalId = principalOf(call.headers.authorization);
  statistics.count({
    service,
    method: call.method,
    host: call.hostName,
    path: call.path,
    status,
    ...(principalId !== undefined && { principalId }),
  });
}

function principalOf(authorization: string | undefined): string | undefined {
  try {
    const payload: unknown = JSON.parse(
      Buffer.from(authorization?.split('.')[1] ?? '', 'base64url').toString() || '{}',
    );
    const oid = typeof payload === 'object' && payload !== null && 'oid' in payload ? payload.oid : undefined;
    return typeof oid === 'string' ? oid : undefined;
  } catch {
    return undefined; // not one of our tokens
  }
}

/** Describes an error by its stack, or by its message if it has none. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
