import fc from 'fast-check';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { HostilePorts } from './hostileAzure';

/** What a hostile service answers. Data only, so that fast-check can show and simplify it. */
export interface Answer {
  readonly status: number;
  readonly body: keyof typeof bodies;
  /** Where its links lead. */
  readonly link: keyof typeof links;
  /** What it asks the client to do. */
  readonly headers: readonly (keyof typeof headers)[];
  /** Whether the connection breaks in the middle of the body. */
  readonly cut: boolean;
}

/** Where an answer is given. */
interface Place {
  readonly ports: HostilePorts;
  readonly host: string;
  readonly url: string;
  /** The number of the answer, so that a link can be new each time. */
  readonly number: number;
  readonly link: string;
}

type LinkPlace = Omit<Place, 'link'>;

const links = {
  none: () => '',
  'to a new page': ({ host, number }: LinkPlace) => `https://${host}/more?page=${number}`,
  'to the same page': ({ host }: LinkPlace) => `https://${host}/more?page=again`,
  'to a foreign server': ({ ports, url }: LinkPlace) => `https://localhost:${ports.foreign}${url}`,
  'to a foreign server with the name of a vault': ({ ports, url }: LinkPlace) =>
    `https://kv.vault.localhost:${ports.foreign}${url}`,
  "to the cloud's directory": ({ ports, url }: LinkPlace) => `https://localhost:${ports.graph}${url}`,
  "to the cloud's Resource Manager": ({ ports, url }: LinkPlace) => `https://localhost:${ports.arm}${url}`,
  'to a vault': ({ ports, url }: LinkPlace) => `https://other.vault.localhost:${ports.vault}${url}`,
  'to an SCM site': ({ ports, url }: LinkPlace) => `https://other.scm.localhost:${ports.scm}${url}`,
  'to a site': ({ ports, url }: LinkPlace) => `https://other.sites.localhost:${ports.sites}${url}`,
  unencrypted: ({ host, url }: LinkPlace) => `http://${host}${url}`,
  'with a password': ({ host, url }: LinkPlace) => `https://user:password@${host}${url}`,
  'with a foreign server as the user': ({ ports, host }: LinkPlace) =>
    `https://${host}@localhost:${ports.foreign}/`,
  'with a backslash': ({ ports, host }: LinkPlace) => `https://localhost:${ports.foreign}\\@${host}/`,
  'without a scheme': ({ ports }: LinkPlace) => `//localhost:${ports.foreign}/`,
  'that is a path': ({ number }: LinkPlace) => `/more?page=${number}`,
  'that is no URL': () => 'javascript:alert(1)\u0000',
  'that is long': ({ host }: LinkPlace) => `https://${host}/${'a'.repeat(100_000)}`,
};

/** An answer that has something of everything that Keyless reads. */
function chimera({ link, host, number }: Place): unknown {
  const hostOfLink = URL.canParse(link) ? new URL(link).host : link;
  const item = {
    ...{ id: `/subscriptions/s/resourceGroups/g/providers/a/b/${number}`, name: `n${number}`, type: 'a/b' },
    ...{ subscriptionId: 's', tenantId: 't', location: 'x', kind: 'functionapp', invoke_url_template: link },
    ...{ objectId: 'o', displayName: 'd', appId: 'a', mime: 'text/plain', size: 3, value: 'v' },
    properties: {
      ...{ vaultUri: link, defaultHostName: hostOfLink, state: 'Running', provisioningState: 'Updating' },
      hostNameSslStates: [{ name: hostOfLink, hostType: 'Repository' }],
      ...{ principalId: 'p', roleDefinitionId: '/r', scope: '/', roleName: 'r', permissions: [] },
      ...{ accessPolicies: [], networkAcls: null, Endpoint: link, ConnectionString: link },
    },
  };
  const lists = { value: [item], data: [item], tables: [{ name: 'a', columns: [], rows: [] }] };
  const next = link === '' ? {} : { nextLink: link, '@odata.nextLink': link, $skipToken: link };
  return { ...item, ...lists, ...next, status: 'InProgress', totalRecords: number, error: host };
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const bodies = {
  'something of everything': (place: Place) => JSON.stringify(chimera(place)),
  'half of everything': (place: Place) => JSON.stringify(chimera(place)).slice(0, 400),
  'a list of it': (place: Place) => JSON.stringify([chimera(place), chimera(place)]),
  'a refusal': ({ link, host }: Place) =>
    JSON.stringify({ error: { code: host, message: `See ${link}`, details: null, innererror: { code: 7 } } }),
  'a refusal of another kind': ({ link }: Place) => JSON.stringify({ Message: { text: link }, code: [link] }),
  'an empty list': ({ link }: Place) => JSON.stringify({ value: [], data: [], nextLink: link || undefined }),
  'a list of nothing': () => '{"value":[null,3,"",[]],"data":[null],"count":-1}',
  'no list': () => '{"value":{"length":1000000},"data":"[]"}',
  'wrong types': () =>
    '{"id":7,"name":{},"properties":[],"value":{"a":{"b":null}},"identity":"x","nextLink":{"href":1}}',
  'names of prototypes': () =>
    '{"__proto__":{"value":[]},"constructor":{"prototype":{"x":1}},"properties":{"__proto__":"a","toString":"b"}}',
  'a deep list': () => nested(50_000),
  null: () => 'null',
  'an empty object': () => '{}',
  'empty text': () => '',
  text: () => '"text"',
  'a page': ({ link }: Place) => `<html><title>Sign in</title><a href="${link}">here</a></html>`,
  'bytes that are no text': () => Buffer.from([0xff, 0xfe, 0, 0xc3, 0x28, 0x7b]),
};

const headers = {
  'follow the link': ({ link }: Place) => ({ Location: link }),
  'poll the link': ({ link }: Place) => ({ 'Azure-AsyncOperation': link, 'Operation-Location': link }),
  'wait forever': () => ({ 'Retry-After': 'Infinity', 'retry-after-ms': '1e308' }),
  'wait for the past': () => ({ 'Retry-After': 'Thu, 01 Jan 1970 00:00:00 GMT' }),
  'sign in elsewhere': ({ link }: Place) => ({
    'WWW-Authenticate': `Bearer authorization="${link}", authorization_uri="${link}", resource="${link}", scope="${link}/.default"`,
  }),
  'sign in for another audience': ({ ports }: Place) => ({
    'WWW-Authenticate': `Bearer authorization="https://login.invalid/common", resource="https://localhost:${ports.arm}"`,
  }),
  'prove who you are': () => ({
    'WWW-Authenticate': `Bearer error="insufficient_claims", claims="${Buffer.from('{"access_token":{}}').toString('base64')}"`,
  }),
  'keep a cookie': () => ({ 'Set-Cookie': 'a=b; Domain=localhost' }),
  'it is text': () => ({ 'Content-Type': 'text/html' }),
  'it has another length': () => ({ 'Content-Length': '7' }),
  'it is compressed, which it is not': () => ({ 'Content-Encoding': 'gzip' }),
  'it is part of a file': () => ({ 'Content-Range': 'bytes 9999999999-1/0', ETag: 'W/"' }),
};

const keys = <T extends object>(of: T) => Object.keys(of) as (keyof T)[];

const statuses = [
  ...[200, 200, 200, 200, 201, 202, 204, 206, 301, 302, 303, 307, 308],
  ...[400, 401, 401, 403, 404, 407, 408, 409, 412, 416, 418, 429, 500, 502, 503, 504],
];

export const answers: fc.Arbitrary<readonly Answer[]> = fc.array(
  fc.record({
    status: fc.constantFrom(...statuses),
    body: fc.constantFrom(...keys(bodies)),
    link: fc.constantFrom(...keys(links)),
    headers: fc.subarray(keys(headers), { maxLength: 3 }),
    cut: fc.nat(11).map((one) => one === 11),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Answers that a client would understand, and that lead it elsewhere. */
export const lures: fc.Arbitrary<readonly Answer[]> = fc.array(
  fc.record({
    status: fc.constantFrom(200, 200, 201, 202, 202, 302, 307, 401),
    body: fc.constant('something of everything' as const),
    link: fc.constantFrom(
      'to a foreign server',
      'to a foreign server',
      "to the cloud's directory",
      "to the cloud's Resource Manager",
      'to a vault',
      'to an SCM site',
    ),
    headers: fc.subarray(['follow the link', 'poll the link', 'sign in elsewhere'] as const),
    cut: fc.constant(false),
  }),
  { minLength: 1, maxLength: 2 },
);

/** Gives an answer. Header values that HTTP can't carry are left out. */
export function give(
  answer: Answer,
  ports: HostilePorts,
  number: number,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { url = '', headers: asked } = request;
  const at = { ports, host: asked.host ?? '', url, number };
  const place: Place = { ...at, link: links[answer.link](at) };
  response.statusCode = answer.status;
  response.setHeader('Content-Type', 'application/json');
  for (const name of answer.headers)
    for (const [header, value] of Object.entries(headers[name](place)))
      if (/^[\x20-\x7e]{0,8000}$/.test(value)) response.setHeader(header, value);
  const body = Buffer.from(bodies[answer.body](place));
  // A client would wait for the rest of what is announced.
  const isShort = body.length < Number(response.getHeader('Content-Length') ?? 0);
  if (answer.cut || isShort)
    response.write(body.subarray(0, answer.cut ? body.length / 2 : body.length), () =>
      request.socket.destroy(),
    );
  else response.end(body);
}

const zeros = Buffer.alloc(1024 * 1024, ' ');
const bomb = gzipSync(Buffer.alloc(128 * 1024 * 1024, ' '));

/** Bodies without an end that memory could hold. */
export const endless: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'goes on and on': (response) => {
    const pour = () => {
      while (!response.destroyed && response.write(zeros));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  },
  'unfolds to 128 MB': (response) => {
    response.setHeader('Content-Encoding', 'gzip');
    response.end(bomb);
  },
};
