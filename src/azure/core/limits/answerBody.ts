import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { isRestError, RestError } from '@azure/core-rest-pipeline';
import { Readable } from 'node:stream';
import * as l10n from '@vscode/l10n';
import { AzureError, isAbort } from '../errors';
import { abortError } from '../wait';

/** The longest body that is read into memory. A page of 1,000 whole sites has about 10 MB. */
export const mostMegabytes = 32;
/** Milliseconds for the body of a request that sets no timeout. */
const defaultTimeout = 60_000;

/**
 * Sends a request and reads the body of the response up to {@link mostMegabytes}, within the request's timeout. Bodies that
 * the request wants as a stream are returned as one, and their readers limit them.
 * @throws AzureError `AnswerTooLarge`; RestError for a timeout or if the connection was lost; AbortError
 */
export async function sendLimited(inner: HttpClient, request: PipelineRequest): Promise<PipelineResponse> {
  const started = performance.now();
  const { streamResponseStatusCodes: streamed } = request;
  request.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
  let response: PipelineResponse;
  try {
    response = await inner.sendRequest(request);
  } finally {
    if (streamed) request.streamResponseStatusCodes = streamed;
    else delete request.streamResponseStatusCodes;
  }
  const stream = response.readableStreamBody;
  if (!stream || [response.status, Number.POSITIVE_INFINITY].some((status) => streamed?.has(status)))
    return response;
  delete response.readableStreamBody;
  const bytes = await bytesOf(stream, {
    megabytes: mostMegabytes,
    milliseconds: (request.timeout || defaultTimeout) - (performance.now() - started),
    tooLarge: () => tooLarge(request),
    request,
  });
  response.bodyAsText = bytes.toString('utf8');
  return response;
}

export interface BodyLimits {
  readonly megabytes: number;
  readonly milliseconds: number;
  readonly tooLarge: () => Error;
  readonly request: PipelineRequest;
}

/** All bytes of a body. @throws `tooLarge`; RestError for a timeout or if the connection was lost; AbortError */
export async function bytesOf(
  stream: NodeJS.ReadableStream | undefined,
  { megabytes, milliseconds, tooLarge, request }: BodyLimits,
): Promise<Buffer> {
  if (!stream) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let length = 0;
  // The HTTP client's own timer ends with the headers.
  const timer = setTimeout(
    () => {
      if (stream instanceof Readable) stream.destroy(timedOut(request));
    },
    Math.max(1, milliseconds),
  );
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > megabytes * 1024 * 1024) throw new TooLarge();
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof TooLarge) throw tooLarge();
    if (request.abortSignal?.aborted) throw abortError();
    if (isAbort(error) || isRestError(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new RestError(message, { code: RestError.PARSE_ERROR, request });
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

class TooLarge extends Error {}

/** The error for a response that didn't arrive within the request's timeout. */
export function timedOut(request: PipelineRequest): RestError {
  const seconds = Math.round((request.timeout || defaultTimeout) / 1000);
  return new RestError(l10n.t('No response within {0} s.', seconds), { code: 'ETIMEDOUT', request });
}

function tooLarge(request: PipelineRequest): AzureError {
  const { host, pathname } = new URL(request.url);
  const reason = l10n.t(
    'The response from {0} is larger than {1} MB, so Keyless stopped reading it.',
    host,
    mostMegabytes,
  );
  return new AzureError(reason, {
    code: 'AnswerTooLarge',
    host,
    operation: `${request.method} ${pathname}`,
    explanation: {
      reason,
      nextStep: l10n.t('Try again in a minute. If the problem continues, check the Azure status page.'),
    },
  });
}
