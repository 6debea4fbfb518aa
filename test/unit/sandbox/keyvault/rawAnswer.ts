import type { IncomingHttpHeaders } from 'node:http';

/** An answer as it stands. */
export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: unknown;
}

/** The `error` of an answer, with the inner code beside the outer. */
export function errorOf(answer: RawAnswer): { code?: string; message?: string; inner?: string } {
  const { error } = answer.json as {
    error?: { code: string; message: string; innererror?: { code: string } };
  };
  return {
    ...(error === undefined ? {} : { code: error.code, message: error.message }),
    ...(error?.innererror === undefined ? {} : { inner: error.innererror.code }),
  };
}
