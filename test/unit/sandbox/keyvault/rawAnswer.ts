import type { IncomingHttpHeaders } from 'node:http';

/** An unparsed answer. */
export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: unknown;
}

/** The `error` of an answer, with its inner code next to the outer one. */
export function errorOf(answer: RawAnswer): { code?: string; message?: string; inner?: string } {
  const { error } = answer.json as {
    error?: { code: string; message: string; innererror?: { code: string } };
  };
  return {
    ...(error === undefined ? {} : { code: error.code, message: error.message }),
    ...(error?.innererror === undefined ? {} : { inner: error.innererror.code }),
  };
}
