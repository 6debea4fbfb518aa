import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** One request to a service of the sandbox. */
export interface Call {
  method: string;
  /** Absolute, with the host that the client named. */
  url: URL;
  /** Path without query, percent-decoding left to the service. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Host name without port, lower case. */
  hostName: string;
  remoteAddress: string;
  /** The whole body; a second call gives the same bytes. */
  body(): Promise<Buffer>;
  /** The body as JSON; undefined if empty. @throws SyntaxError */
  json(): Promise<unknown>;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  request: IncomingMessage;
}

/** What a service answers: `json`, or `text`/`bytes`, or a `stream` that writes the body itself. */
export interface Answer {
  status: number;
  headers?: OutgoingHttpHeaders;
  json?: unknown;
  text?: string;
  bytes?: Buffer;
  /** Called after the head was sent; the response is ended when it resolves. */
  stream?: (response: ServerResponse) => Promise<void>;
}

export type Service = (call: Call) => Promise<Answer> | Answer;
