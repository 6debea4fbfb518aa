import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { ClientSecretCredential } from '@azure/identity';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { authorityClient } from '../../src/account/authorityClient';
import type { Cloud } from '../../src/azure/core/cloud';
import type { Connection } from '../../src/azure/core/connection';
import { toAzureError } from '../../src/azure/core/errors';
import { credentialOf } from '../../src/azure/core/pipeline';
import { changedConnection } from '../support/connections';
import { testCloud, TestServer } from '../unit/azure/servers';
import { endless } from './support/answers';
import { attack, seed } from './support/attack';
import { calls, targetsOf } from './support/calls';
import { endingOf, wordsOf } from './support/ending';
import { HostileAzure } from './support/hostileAzure';

const tenant = '11111111-1111-4111-8111-111111111111';
const planted = 'planted-9b1d-client-secret';

/** The sandbox's authority: the only one that Keyless itself signs in to. */
describe(`a hostile authority (KEYLESS_SEED=${seed})`, () => {
  let authority: TestServer;
  let foreign: TestServer;
  let cloud: Cloud;
  let connection: Connection;
  let log: string[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  before(async () => {
    authority = await TestServer.start((request, response) => {
      answer(request, response);
    });
    foreign = await TestServer.start((_request, response) => response.end('{"access_token":"x"}'));
    const made = await testCloud({ arm: authority.port, strange: [foreign.port] });
    connection = made.c;
    cloud = { ...made.cloud, authority: `https://localhost:${authority.port}` };
  });
  after(() => Promise.all([authority.stop(), foreign.stop()]));
  beforeEach(() => {
    log = [];
    foreign.seen.length = 0;
  });
  afterEach(() => {
    authority.reset();
  });

  async function signIn(signal?: AbortSignal): Promise<unknown> {
    const httpClient = await authorityClient(cloud, (line) => log.push(line));
    const options = { authorityHost: cloud.authority, disableInstanceDiscovery: true, httpClient };
    const credential = new ClientSecretCredential(tenant, 'client', planted, {
      ...options,
      retryOptions: { maxRetries: 0 },
    });
    // As every request gets it.
    const { getToken } = credentialOf(changedConnection(connection, { credential }));
    return await getToken('https://x/.default', signal ? { abortSignal: signal } : {}).then(
      () => undefined,
      (error: unknown) => error ?? assert.fail('it rejects with nothing'),
    );
  }

  function assertNoLeak(error: unknown): void {
    const failure = error === undefined ? undefined : toAzureError(error);
    const texts = [...log, inspect(failure, { depth: 10 }), failure ? wordsOf(failure) : ''];
    for (const text of texts) assert.doesNotMatch(text, /planted-9b1d/);
    assert.deepEqual(foreign.seen, [], 'something went to the foreign server');
  }

  const here = () => cloud.authority;
  const elsewhere = () => `https://localhost:${foreign.port}`;
  const endpoints = (at: string) => ({
    token_endpoint: `${at}/${tenant}/oauth2/v2.0/token`,
    authorization_endpoint: `${at}/${tenant}/oauth2/v2.0/authorize`,
    issuer: `${at}/${tenant}/v2.0`,
    jwks_uri: `${at}/keys`,
  });
  const bodies: Readonly<Record<string, () => string>> = {
    'its endpoints': () => JSON.stringify(endpoints(here())),
    'endpoints elsewhere': () => JSON.stringify(endpoints(elsewhere())),
    'unencrypted endpoints': () => JSON.stringify(endpoints(`http://localhost:${foreign.port}`)),
    'a token': () => JSON.stringify({ access_token: 'a.b.c', expires_in: 3600, token_type: 'Bearer' }),
    'a token of another shape': () => JSON.stringify({ access_token: { a: [] }, expires_in: 'soon' }),
    'a token without an end': () => JSON.stringify({ access_token: 'x'.repeat(100), expires_in: 1e308 }),
    'a token with lines': () => JSON.stringify({ access_token: 'a\r\nX-Injected: 1', expires_in: -1 }),
    'an error': () =>
      JSON.stringify({
        error: 'invalid_client',
        error_description: `AADSTS7000215: no ${planted}`,
        error_codes: [1],
      }),
    'an error of another shape': () => JSON.stringify({ error: { code: planted, message: [planted] } }),
    nothing: () => '',
    null: () => 'null',
    'half of it': () => '{"access_token":"eyJ0',
    'a page': () => `<html><title>${planted}</title>`,
  };
  const names = Object.keys(bodies);
  const one = fc.record({
    status: fc.constantFrom(200, 200, 200, 302, 307, 400, 401, 403),
    body: fc.constantFrom(...names),
    location: fc.boolean(),
  });

  it('gets the credential at its own origin only, and leaks nothing', async () => {
    await attack(fc.tuple(one, one), 40, async ([discovery, token]) => {
      answer = ({ url = '' }, response) => {
        const { status, body, location } = /openid-configuration/.test(url) ? discovery : token;
        const text = bodies[body]?.() ?? '';
        response.writeHead(status, {
          'Content-Type': 'application/json',
          ...(location ? { Location: `${elsewhere()}${url}` } : {}),
        });
        response.end(text);
      };
      assertNoLeak(await signIn());
    });
  });

  it("can't redirect it with its endpoints", async () => {
    for (const body of ['endpoints elsewhere', 'unencrypted endpoints']) {
      let asked = 0;
      answer = (_request, response) => {
        asked++;
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(bodies[body]?.());
      };
      const error = await signIn();
      assert.ok(error !== undefined && asked > 0);
      assertNoLeak(error);
    }
    // Nor if the library for signing in followed them.
    const client = await authorityClient(cloud);
    for (const url of [`${elsewhere()}/token`, `http://localhost:${authority.port}/token`])
      await assert.rejects(
        client.sendRequest(createPipelineRequest({ url, method: 'POST', body: planted })),
        {
          name: 'UntrustedOriginError',
        },
      );
    assert.deepEqual(foreign.seen, []);
  });

  for (const [what, pour] of Object.entries(endless))
    it(`can't fill the memory with a body that ${what}`, async () => {
      const before = process.memoryUsage().rss;
      answer = (_request, response) => {
        response.setHeader('Content-Type', 'application/json');
        pour(response);
      };
      assertNoLeak((await signIn()) ?? assert.fail('it signed in'));
      assert.ok(process.memoryUsage().rss - before < 600 * 1024 * 1024);
    });

  it("can't hold up Cancel with an answer that comes drop by drop", async () => {
    const cancel = new AbortController();
    answer = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).write('{');
      let drops = 0;
      const dripping = setInterval(() => {
        response.write(' ');
        if (++drops === 10) cancel.abort();
      }, 20);
      response.on('close', () => {
        clearInterval(dripping);
      });
    };
    // The answer never ends, so that nothing else can end this.
    const error = await signIn(cancel.signal);
    assert.equal((error as Error).name, 'AbortError', String(error));
  });
});

describe(`tokens of odd shapes (KEYLESS_SEED=${seed})`, () => {
  let azure: HostileAzure;
  before(async () => {
    azure = await HostileAzure.start();
  });
  after(() => azure.stop());
  afterEach(() => {
    azure.hangUp();
  });

  const words = 'planted-9b1d-token';
  const shapes: Readonly<Record<string, unknown>> = {
    'with lines': `${words}\r\nX-Injected: yes`,
    'with a null': `${words}\u0000`,
    'with other letters': `${words} Ä 😀`,
    'half a character': `${words}\ud800`,
    empty: '',
    huge: words + 'x'.repeat(1024 * 1024),
    'no text': { toString: () => words },
    'a number': 7,
    missing: undefined,
    null: null,
  };
  const expiries = [Date.now() + 3_600_000, 0, -1, NaN, Infinity, undefined, 'soon'];
  const some = ['list subscriptions', 'list secrets', 'read a file', 'query Resource Graph', 'read a vault'];

  it('inject nothing, leak nothing, and end in words', async () => {
    const attacks = fc.record({
      name: fc.constantFrom(...some),
      shape: fc.constantFrom(...Object.keys(shapes)),
      expiresOnTimestamp: fc.constantFrom(...expiries),
      how: fc.constantFrom('is returned', 'is returned', 'is thrown', 'is nothing'),
    });
    await attack(attacks, 60, async ({ name, shape, expiresOnTimestamp, how }) => {
      const token = shapes[shape];
      const begun = azure.begin((request, response) => {
        if (request.headers.authorization === undefined)
          response.writeHead(401, {
            'WWW-Authenticate': `Bearer authorization="https://login.invalid/${tenant}", resource="https://vault.localhost"`,
          });
        response.end('{"value":[],"data":[]}');
      });
      const getToken = () => {
        if (how === 'is thrown') throw token;
        return Promise.resolve(how === 'is nothing' ? null : { token, expiresOnTimestamp });
      };
      const c = changedConnection(begun, { credential: { getToken: getToken as never } });
      const { error, words: said } = await endingOf(
        calls[name] ?? assert.fail(name),
        c,
        targetsOf(azure.ports),
      );
      for (const { headers } of azure.received) assert.equal(headers['x-injected'], undefined);
      if (how === 'is thrown') return;
      for (const text of [said, inspect(error, { depth: 10 }), ...azure.log])
        assert.doesNotMatch(text, /planted-9b1d/);
    });
  });
});
