import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Answer } from '../server/http';
import type { StorageServiceName } from './sharedKey';

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

  /** In XML, and for tables in JSON. */
  toAnswer(service: StorageServiceName): Answer {
    const { status, code } = this;
    const text = `${this.message}\nRequestId:${randomUUID()}\nTime:${new Date().toISOString()}`;
    const headers = { 'x-ms-error-code': code, ...this.headers };
    if (service === 'table')
      return { status, headers, json: { 'odata.error': { code, message: { lang: 'en-US', value: text } } } };
    const content = `<Error><Code>${code}</Code><Message>${escapeXml(text)}</Message></Error>`;
    return xml(status, content, headers);
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
