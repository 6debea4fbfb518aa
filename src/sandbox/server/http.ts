import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** One request to a service of the sandbox. */
export interface Call {
  method: string;
  /** Absolute, with the host that the client named. */
  url: URL;
  /** The path without the query; decoding it is up to the service. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The host name without port, in lowercase. */
  hostName: string;
  remoteAddress: string;
  /** The whole body; calling it again returns the same bytes. */
  body(): Promise<Buffer>;
  /** The body as JSON; undefined if empty. @throws SyntaxError */
  json(): Promise<unknown>;
  /** Aborted when the client disconnects. */
  signal: AbortSignal;
  request: IncomingMessage;
}

/** A service's answer: `json`, or `text`/`bytes`, or a `stream` that writes the body itself. */
export interface Answer {
  status: number;
  headers?: OutgoingHttpHeaders;
  json?: unknown;
  text?: string;
  bytes?: Buffer;
  /** Called after the headers were sent; the response ends when it resolves. */
  stream?: (response: ServerResponse) => Promise<void>;
}

export type Service = (call: Call) => Promise<Answer> | Answer;
