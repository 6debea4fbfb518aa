import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { createHttpHeaders } from '@azure/core-rest-pipeline';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { publicCloud } from '../../src/azure/core/cloud';
import { Connection } from '../../src/azure/core/connection';
import { secretKindOf, TrustRegistry } from '../../src/azure/core/tokens/trust';
import { changedConnection } from '../support/connections';
import { root } from '../support/paths';

/** A request and the answer that the real Azure gave, as a public test suite recorded it. */
export interface Exchange {
  readonly file: string;
  readonly seq: number;
  readonly request: { readonly method: string; readonly url: string; readonly body: unknown };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | string[]>>;
    readonly body: unknown;
  };
}

/** Next to the checkout; see its README. */
const folder = path.resolve(root, '../shared/recordings');

/** The reason for `skip()`; undefined if the recordings exist. */
export function whyAbsent(): string | undefined {
  return fs.existsSync(folder)
    ? undefined
    : 'the recorded traffic (../shared/recordings) is not on this machine';
}

/** The exchanges of one recording, by the beginning of its file name. */
export function load(prefix: string): Exchange[] {
  const names = fs.readdirSync(folder).filter((name) => name.startsWith(prefix) && name.endsWith('.jsonl'));
  if (names.length === 0) throw new Error(`No recording begins with ${prefix}`);
  return names.flatMap(read);
}

export function loadAll(): Exchange[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap(read);
}

export interface Replay {
  readonly c: Connection;
  /** The requests, in order, e.g. `GET /subscriptions`. */
  readonly asked: { readonly method: string; readonly url: string; readonly body: unknown }[];
}

/**
 * A connection to the public cloud that answers every request with the next recorded answer for the same
 * method and path (ignoring api-version and page size); the last one repeats. Requests without a match fail.
 */
export function replay(exchanges: readonly Exchange[]): Replay {
  const left = [...exchanges];
  const asked: Replay['asked'] = [];
  const trust = new TrustRegistry({ cloud: () => publicCloud });
  const c = new Connection({
    accountId: 'recorded',
    tenantId: '54826b22-38d6-4fb2-bad9-b7b93a3e9c5a',
    cloud: publicCloud,
    credential: {
      getToken: () => Promise.resolve({ token: 'recorded', expiresOnTimestamp: Date.now() + 3_600_000 }),
    },
    http: {
      trust,
      async sendRequest(request) {
        const kind = secretKindOf(request);
        if (request.headers.has('Authorization') && kind) await trust.check(request.url, kind);
        asked.push({
          method: request.method,
          url: request.url,
          body: typeof request.body === 'string' ? (JSON.parse(request.body) as unknown) : undefined,
        });
        const index = left.findIndex(
          (candidate) =>
            candidate.request.method === request.method &&
            keyOf(candidate.request.url) === keyOf(request.url),
        );
        const found = left[index];
        if (!found) throw new Error(`Nothing was recorded for ${request.method} ${request.url}`);
        const another = left.some(
          (candidate, at) =>
            at > index &&
            candidate.request.method === request.method &&
            keyOf(candidate.request.url) === keyOf(request.url),
        );
        if (another) left.splice(index, 1);
        return answerOf(found, request);
      },
    },
  });
  return { c, asked };
}

/**
 * Resource Graph refused: the recordings have no queries, so the services' own lists are what was recorded.
 */
export const noResourceGraph: Exchange = {
  file: '',
  seq: 0,
  request: {
    method: 'POST',
    url: 'https://management.azure.com/providers/Microsoft.ResourceGraph/resources',
    body: null,
  },
  response: { status: 403, headers: {}, body: { error: { code: 'AuthorizationFailed', message: '' } } },
};

export function only<T>(items: readonly T[]): T {
  assert.equal(items.length, 1);
  return items[0] as T;
}

/**
 * Adds the initial challenge that a recorder left out: the Key Vault client always starts without a token.
 */
export function withChallenge(vaultUri: string, tenantId: string, exchanges: readonly Exchange[]): Replay {
  const challenge = load('azure-cli__test_keyvault_secret__').find(({ response }) => response.status === 401);
  if (!challenge) throw new Error('No recorded challenge');
  const inner = replay(exchanges);
  const headers = {
    ...challenge.response.headers,
    'www-authenticate': `Bearer authorization="https://login.windows.net/${tenantId}", resource="https://vault.azure.net"`,
  };
  return {
    ...inner,
    c: changedConnection(inner.c, {
      tenantId,
      http: {
        trust: inner.c.http.trust,
        sendRequest: (request) =>
          request.url.startsWith(vaultUri) && !request.headers.has('Authorization')
            ? Promise.resolve(
                answerOf({ ...challenge, response: { ...challenge.response, headers } }, request),
              )
            : inner.c.http.sendRequest(request),
      },
    }),
  };
}

export function answerOf(exchange: Exchange, request: PipelineRequest): PipelineResponse {
  const { status, headers, body } = exchange.response;
  const text = body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const single = Object.entries(headers).map(([name, value]) => [name, [value].flat()[0] ?? ''] as const);
  return {
    status,
    headers: createHttpHeaders(Object.fromEntries(single)),
    request,
    bodyAsText: toPublicHost(text),
  };
}

/** The path and whatever pages or filters a list; recorders replaced or omitted hosts. */
function keyOf(text: string): string {
  const url = new URL(text, 'https://management.azure.com');
  const token = [...url.searchParams].find(([name]) => name.toLowerCase() === '$skiptoken')?.[1] ?? '';
  return `${decodeURIComponent(url.pathname).replace(/\/+$/, '').toLowerCase()} ${token}`;
}

function toPublicHost(text: string): string {
  return text.replaceAll('http://localhost:1234/', 'https://management.azure.com/');
}

function read(name: string): Exchange[] {
  const lines = fs.readFileSync(path.join(folder, name), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => ({ file: name, ...tidy(JSON.parse(line) as Omit<Exchange, 'file'>) }));
}

/** Some recorders doubled the first slash of paths. */
function tidy(exchange: Omit<Exchange, 'file'>): Omit<Exchange, 'file'> {
  const url = exchange.request.url.replace(/^(https?:\/\/[^/]+)?\/+/, '$1/');
  return { ...exchange, request: { ...exchange.request, url } };
}
