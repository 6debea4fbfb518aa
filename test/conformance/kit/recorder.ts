import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { pipeline, Readable, Transform } from 'node:stream';
import type { Transport } from '../../../src/azure/core/transport';

/** An exchange as it was, secret values included. It stays in memory. */
export interface RawExchange {
  readonly scenario: string;
  /** Position among the scenario's exchanges. */
  readonly seq: number;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer | undefined;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** What has arrived of it so far. A stream's first part only. */
    readonly body: () => Buffer;
  };
}

/** How much of a streamed body, such as a log or a file, is kept. */
const mostOfStream = 16 * 1024;

/** Keeps what a transport sends and is answered, in memory. */
export class Recorder {
  readonly exchanges: RawExchange[] = [];
  scenario = '';
  private readonly counts = new Map<string, number>();

  /** The same transport, whose exchanges are kept. */
  recording(inner: Transport): Transport {
    return {
      trust: inner.trust,
      sendRequest: async (request) => {
        const { scenario } = this;
        const seq = this.counts.get(scenario) ?? 0;
        this.counts.set(scenario, seq + 1);
        const response = await inner.sendRequest(request);
        this.exchanges.push({
          ...{ scenario, seq },
          request: {
            ...{ method: request.method, url: request.url, headers: request.headers.toJSON() },
            body: bytesOf(request.body),
          },
          response: {
            ...{ status: response.status, headers: response.headers.toJSON() },
            body: bodyOf(response),
          },
        });
        return response;
      },
    };
  }
}

function bytesOf(body: PipelineRequest['body']): Buffer | undefined {
  if (typeof body === 'string') return Buffer.from(body);
  return body instanceof Uint8Array ? Buffer.from(body) : undefined;
}

/** The body so far. A stream is replaced by one that keeps what passes, and that ends and fails with it. */
function bodyOf(response: PipelineResponse): () => Buffer {
  const { readableStreamBody: stream } = response;
  if (!(stream instanceof Readable)) {
    const text = Buffer.from(response.bodyAsText ?? '');
    return () => text;
  }
  const kept: Buffer[] = [];
  let length = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (length < mostOfStream) kept.push(chunk.subarray(0, mostOfStream - length));
      length += chunk.length;
      done(null, chunk);
    },
  });
  // An error also reaches the reader of `through`; without this callback it would be unhandled.
  pipeline(stream, through, () => undefined);
  response.readableStreamBody = through;
  return () => Buffer.concat(kept);
}
