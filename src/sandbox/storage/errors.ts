import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Answer } from '../server/http';

/** An error of a storage service, in the form of its documents ("Status and error codes"). */
export class StorageError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    private readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(message);
  }

  toAnswer(): Answer {
    const text = `${this.message}\nRequestId:${randomUUID()}\nTime:${new Date().toISOString()}`;
    return xml(this.status, `<Error><Code>${this.code}</Code><Message>${escapeXml(text)}</Message></Error>`, {
      'x-ms-error-code': this.code,
      ...this.headers,
    });
  }
}

export function xml(status: number, content: string, headers: OutgoingHttpHeaders = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml', ...headers },
    bytes: Buffer.from(`\uFEFF<?xml version="1.0" encoding="utf-8"?>${content}`),
  };
}

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
