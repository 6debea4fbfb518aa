import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { changeAppSettings } from '../../../../src/azure/appService/appSettings';
import { functionAppBody } from '../../../../src/azure/appService/creation/functionAppBody';
import { setFunctionKey } from '../../../../src/azure/appService/functionKeys';
import { writeSiteFile } from '../../../../src/azure/appService/siteFiles';
import { getFunctionApp } from '../../../../src/azure/appService/sites';
import { AzureError } from '../../../../src/azure/core/errors';
import { Quotes } from '../../../../src/azure/core/secrets/quotes';
import { listSubscriptions } from '../../../../src/azure/directory/subscriptions';
import { explain } from '../../../../src/azure/explain/explain';
import { setSecret } from '../../../../src/azure/keyVault/secrets';
import { addAccessPolicy, getKeyVault } from '../../../../src/azure/keyVault/vaults';
import { putResource } from '../../../../src/azure/resources/resources';
import type { Handler, TestCloud } from '../servers';
import { json, siteId, siteJson, tenantId, testCloud, TestServer, vaultId } from '../servers';

/** Has characters that every encoding changes. */
const value = 'planted/Ä+"9b1d"\\secret & <value>=';
const key = `${'planted8'.repeat(10)}planted==`;

const percent = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The ways in which a service can quote. */
const encodings: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in capitals': (text) => text.toUpperCase(),
  'percent-encoded': encodeURIComponent,
  'percent-encoded in small letters': (text) =>
    encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  'percent-encoded as a whole': percent,
  'as a form': (text) => new URLSearchParams({ text }).toString(),
  'as JSON': (text) => JSON.stringify(text),
  'as JSON with codes': (text) =>
    text.replace(/[^]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'as JSON in JSON': (text) => JSON.stringify(JSON.stringify({ text })),
  'as HTML': (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`),
  'in Base64': base64,
  'in Base64 for URLs': (text) => Buffer.from(text).toString('base64url'),
  'in Base64 with lines': (text) => base64(text).replace(/.{20}/g, '$&\r\n'),
  'in Base64 with something before it': (text) => base64(`{"value":"${text}`),
  'in Base64 after a letter': (text) => `x${base64(text)}`,
  'in Base64 of UTF-16': (text) => Buffer.from(text, 'utf16le').toString('base64'),
  'in Base64 in a URL': (text) => encodeURIComponent(base64(text)),
  'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'in hexadecimal': (text) => Buffer.from(text).toString('hex'),
  'without its end': (text) => `${text.slice(0, 24)}…`,
};

describe('a service that quotes a request', () => {
  let server: TestServer;
  let cloud: TestCloud;
  /** Answers everything but the reading of the vault, the app, and its settings. */
  let answer: Handler;
  let refused = 0;

  before(async function () {
    this.timeout(60_000);
    server = await TestServer.start((request, response, seen, itself) => {
      const { url = '', headers, method } = request;
      const challenge = `Bearer authorization="https://login.invalid/${tenantId}", resource="https://vault.localhost"`;
      if (headers.host?.startsWith('kv.') === true && headers.authorization === undefined)
        json(response, 401, {}, { 'WWW-Authenticate': challenge });
      else if (method === 'GET' && /\/vaults\/kv\?/.test(url)) json(response, 200, vaultJson());
      else if (method === 'GET' && /\/sites\/app\?/.test(url))
        json(response, 200, siteJson({ scm: `app.scm.localhost:${server.port}` }));
      else if (/\/appsettings\/list/.test(url)) json(response, 200, { properties: { OTHER: key } });
      else answer(request, response, seen, itself);
    });
    cloud = await testCloud({ arm: server.port, vault: server.port, scm: server.port });
  });
  after(() => server.stop());
  beforeEach(() => {
    cloud.log.length = 0;
  });

  const vaultJson = () => ({
    id: vaultId,
    name: 'kv',
    properties: { tenantId, vaultUri: `https://kv.vault.localhost:${server.port}` },
  });
  const app = () => getFunctionApp(cloud.c, siteId);

  /** Every write that carries a secret value, and what it sends. */
  const writes: Readonly<Record<string, { readonly sent: string; readonly write: () => Promise<unknown> }>> =
    {
      'a secret': {
        sent: value,
        write: async () => setSecret(cloud.c, await getKeyVault(cloud.c, vaultId), { name: 'a', value }),
      },
      'a setting': {
        sent: value,
        write: async () => changeAppSettings(cloud.c, await app(), { kind: 'set', name: 'A', value }),
      },
      'the other settings': {
        sent: key,
        write: async () => changeAppSettings(cloud.c, await app(), { kind: 'set', name: 'A', value: 'b' }),
      },
      'a function key': {
        sent: value,
        write: async () => setFunctionKey(cloud.c, { app: await app(), name: 'a' }, value),
      },
      'a new app': { sent: key, write: () => putResource(cloud.c, `${siteId}/slots/b`, newApp()) },
      'a file': {
        sent: value,
        write: async () =>
          writeSiteFile(
            cloud.c,
            await app(),
            'site/wwwroot/a.json',
            Buffer.from(`{"A":\n${value}\n`),
            undefined,
          ),
      },
    };
  const newApp = () =>
    functionAppBody(
      { name: 'app', location: 'x', linux: true, runtime: { name: 'node', version: '24' }, plan: 'premium' },
      undefined,
      { storage: { accountName: 'a', blobEndpoint: 'https://a', connectionString: `AccountKey=${key}` } },
    );

  async function texts(write: () => Promise<unknown>): Promise<string[]> {
    const error = await write().then(
      () => assert.fail('the write succeeded'),
      (failure: unknown) => failure as Error,
    );
    refused++;
    return [
      ...[JSON.stringify(explain(error)), error.message, error.stack ?? ''],
      ...[inspect(error, { depth: 8 }), JSON.stringify(error), ...cloud.log],
    ];
  }

  function assertNone(all: readonly string[], sent: string, quoted: string): void {
    for (const text of all)
      for (const part of [sent, quoted, quoted.slice(0, 24), quoted.slice(-16), sent.slice(0, 16)])
        assert.ok(!text.toLowerCase().includes(part.toLowerCase()), `${part} in ${text}`);
  }

  for (const [what, { sent, write }] of Object.entries(writes))
    for (const [how, encode] of Object.entries(encodings))
      it(`doesn't bring ${what} into words or the log, ${how}`, async () => {
        const quoted = encode(sent);
        answer = (_request, response) => {
          const error = { code: 'Invalid', message: `Not valid: ${quoted}`, innererror: { code: quoted } };
          json(
            response,
            400,
            { error, Parameters: [quoted] },
            { 'x-ms-request-id': encodeURIComponent(quoted) },
          );
        };
        const all = await texts(write);
        assertNone(all, sent, quoted);
        assert.match(all[0] ?? '', /hidden by Keyless/);
      });

  it('in the code of its error leaks nothing', async () => {
    answer = (_request, response) => {
      json(response, 409, { error: { code: value, message: 'x' } });
    };
    assertNone(await texts(writes['a secret']?.write ?? assert.fail()), value, value);
  });

  it('as a page or as text leaks nothing', async () => {
    for (const body of [`<title>${value}</title>`, `<html><p>No ${value}</p></html>`, `No ${value}`]) {
      answer = (_request, response) => response.writeHead(400, { 'Content-Type': 'text/html' }).end(body);
      assertNone(await texts(writes['a secret']?.write ?? assert.fail()), value, value);
    }
  });

  it('when an operation ends, and not when it began, leaks nothing', async () => {
    answer = ({ method }, response) => {
      const headers = { 'Azure-AsyncOperation': `https://localhost:${server.port}/operations/1` };
      const error = { code: 'Invalid', message: `The key ${key} isn't valid.` };
      if (method === 'PUT') json(response, 201, { id: siteId }, headers);
      else json(response, 200, { status: 'Failed', error });
    };
    const all = await texts(writes['a new app']?.write ?? assert.fail());
    assertNone(all, key, key);
    assert.match(all[0] ?? '', /The key \(hidden by Keyless\) isn't valid/);
  });

  it('in the host of a link leaks nothing', async () => {
    const host = key.replace(/=+$/, '');
    answer = (_request, response) => {
      json(response, 201, { id: siteId }, { 'Azure-AsyncOperation': `https://${host}/operations/1` });
    };
    const all = await texts(writes['a new app']?.write ?? assert.fail());
    assertNone(all, host, host);
    assert.match(all[0] ?? '', /didn't send a token/);
  });

  it('leaks no token', async () => {
    answer = ({ headers }, response) => {
      json(response, 400, { error: { code: 'Invalid', message: `Got ${headers.authorization ?? ''}` } });
    };
    const [words = ''] = await texts(() => listSubscriptions(cloud.c));
    assert.match(words, /Got .*\(hidden by Keyless\)/);
    assert.doesNotMatch(words, /default#/);
  });

  it('is quoted where it says nothing secret', async () => {
    const message = `The client has no permission for the secrets list over scope '${siteId}'.`;
    answer = (_request, response) => {
      json(response, 400, { error: { code: 'Invalid', message } });
    };
    for (const { write } of Object.values(writes)) assert.ok((await texts(write))[0]?.includes(message));
    const policy = { objectId: 'o', permissions: { secrets: ['list'] } };
    const add = async () => addAccessPolicy(cloud.c, await getKeyVault(cloud.c, vaultId), policy);
    assert.ok((await texts(add))[0]?.includes(message));
    assert.ok(refused > 100);
  });

  it('is an AzureError, as any other', async () => {
    answer = (_request, response) => {
      json(response, 403, {
        error: { code: 'Forbidden', message: value, innererror: { code: 'ForbiddenByRbac' } },
      });
    };
    const error = await setSecret(cloud.c, await getKeyVault(cloud.c, vaultId), { name: 'a', value }).catch(
      (failure: unknown) => failure,
    );
    assert.ok(error instanceof AzureError);
    assert.deepEqual([error.status, error.code, error.innerCode], [403, 'Forbidden', 'ForbiddenByRbac']);
  });
});

describe('quotes of values', () => {
  it('of few letters are only whole words', () => {
    const quotes = new Quotes(['node', 'abc', '8Qxs92Lp']);
    assert.equal(quotes.hideIn('abc node-js nodes'), 'abc (hidden by Keyless)-js nodes');
    assert.equal(quotes.hideIn('x8qxs92lpx'), 'x(hidden by Keyless)x');
  });

  it('are searched in long texts fast', () => {
    const quotes = new Quotes(Array.from({ length: 200 }, (_, index) => `value ${index} `.repeat(50)));
    const started = performance.now();
    quotes.hideIn(`${base64('ABC')}%41\\u0041&#65; `.repeat(400));
    assert.ok(performance.now() - started < 2000);
  });
});
