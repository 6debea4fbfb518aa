import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { changeAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { functionAppBody } from '../../../../src/azure/appService/creation/functionAppBody';
import { setFunctionKey } from '../../../../src/azure/appService/functionKeys';
import { writeSiteFile } from '../../../../src/azure/appService/siteFiles';
import { AzureError } from '../../../../src/azure/core/errors';
import { Quotes } from '../../../../src/azure/core/secrets/quotes';
import { listSubscriptions } from '../../../../src/azure/directory/subscriptions';
import { explain } from '../../../../src/azure/explain/explain';
import { setSecret } from '../../../../src/azure/keyVault/secrets';
import { addAccessPolicy } from '../../../../src/azure/keyVault/vaults';
import { putResource } from '../../../../src/azure/resources/resources';
import { encodings } from '../../../support/encodings';
import { OneServer } from '../oneServer';
import type { TestCloud } from '../servers';
import { json, siteId } from '../servers';

/** Has characters that every encoding changes. */
const value = 'planted/Ä+"9b1d"\\secret & <value>=';
const key = `${'planted8'.repeat(10)}planted==`;

const { 'in Base64': base64 } = encodings;

/** The ways in which a service can quote. */
const quoting: Readonly<Record<string, (text: string) => string>> = {
  ...encodings,
  'percent-encoded in small letters': (text) =>
    encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  'as JSON in JSON': (text) => JSON.stringify(JSON.stringify({ text })),
  'in Base64 with lines': (text) => base64(text).replace(/.{20}/g, '$&\r\n'),
  'in Base64 with something before it': (text) => base64(`{"value":"${text}`),
  'in Base64 after a letter': (text) => `x${base64(text)}`,
  'in Base64 in a URL': (text) => encodeURIComponent(base64(text)),
  'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'without its end': (text) => `${text.slice(0, 24)}…`,
};

describe('a service that quotes a request', () => {
  let one: OneServer;
  let cloud: TestCloud;

  before(async function () {
    this.timeout(60_000);
    one = await OneServer.start(({ url = '' }, response) => {
      const isList = /\/appsettings\/list/.test(url);
      if (isList) json(response, 200, { properties: { OTHER: key } });
      return isList;
    });
    ({ cloud } = one);
  });
  after(() => one.stop());
  beforeEach(() => {
    cloud.log.length = 0;
  });

  /** Every write that carries a secret value, and what it sends. */
  const writeFile = async (text: string) =>
    writeSiteFile(cloud.c, await one.app(), 'site/wwwroot/a.json', Buffer.from(text), undefined);
  const writes: Readonly<Record<string, { readonly sent: string; readonly write: () => Promise<unknown> }>> =
    {
      'a secret': {
        sent: value,
        write: async () => setSecret(cloud.c, await one.vault(), { name: 'a', value }),
      },
      'a setting': {
        sent: value,
        write: async () => changeAppSettings(cloud.c, await one.app(), { kind: 'set', name: 'A', value }),
      },
      'the other settings': {
        sent: key,
        write: async () =>
          changeAppSettings(cloud.c, await one.app(), { kind: 'set', name: 'A', value: 'b' }),
      },
      'a function key': {
        sent: value,
        write: async () => setFunctionKey(cloud.c, { app: await one.app(), name: 'a' }, value),
      },
      'a new app': { sent: key, write: () => putResource(cloud.c, `${siteId}/slots/b`, newApp()) },
      'a file': { sent: value, write: () => writeFile(`{"A":\n${value}\n`) },
      'a JSON file': { sent: value, write: () => writeFile(JSON.stringify([value])) },
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
    for (const [how, encode] of Object.entries(quoting))
      it(`doesn't bring ${what} into words or the log, ${how}`, async () => {
        const quoted = encode(sent);
        one.answer = (_request, response) => {
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
    one.answer = (_request, response) => {
      json(response, 409, { error: { code: value, message: 'x' } });
    };
    assertNone(await texts(writes['a secret']?.write ?? assert.fail()), value, value);
  });

  it('as a page or as text leaks nothing', async () => {
    for (const body of [`<title>${value}</title>`, `<html><p>No ${value}</p></html>`, `No ${value}`]) {
      one.answer = (_request, response) => response.writeHead(400, { 'Content-Type': 'text/html' }).end(body);
      assertNone(await texts(writes['a secret']?.write ?? assert.fail()), value, value);
    }
  });

  it('when an operation ends, and not when it began, leaks nothing', async () => {
    one.answer = ({ method }, response) => {
      const headers = { 'Azure-AsyncOperation': `https://localhost:${one.port}/operations/1` };
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
    one.answer = (_request, response) => {
      json(response, 201, { id: siteId }, { 'Azure-AsyncOperation': `https://${host}/operations/1` });
    };
    const all = await texts(writes['a new app']?.write ?? assert.fail());
    assertNone(all, host, host);
    assert.match(all[0] ?? '', /didn't send a token/);
  });

  it('in an ID that is cut before its quote can be recognized leaks nothing', async () => {
    const coded = value.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const id = Buffer.from(coded, 'utf16le').toString('base64');
    one.answer = (_request, response) => {
      json(response, 400, { error: { code: 'Invalid', message: 'No.' } }, { 'x-ms-request-id': id });
    };
    const all = await texts(writes['a secret']?.write ?? assert.fail());
    for (const text of all) assert.ok(!text.includes(id.slice(0, 24)), text);
  });

  it('in a page or a detail that is cut before its quote can be recognized leaks nothing', async () => {
    const { 'as JSON with codes': inCodes } = encodings;
    const twice = inCodes(inCodes(value));
    for (const body of [
      `<title>${twice}</title>`,
      { error: { message: 'No.', details: [{ message: twice }] } },
    ]) {
      one.answer = (_request, response) => {
        if (typeof body === 'string') response.writeHead(400, { 'Content-Type': 'text/html' }).end(body);
        else json(response, 400, body);
      };
      const all = await texts(writes['a secret']?.write ?? assert.fail());
      for (const text of all) assert.ok(!text.includes(twice.slice(0, 24)), text);
    }
  });

  it('leaks no token', async () => {
    one.answer = ({ headers }, response) => {
      json(response, 400, { error: { code: 'Invalid', message: `Got ${headers.authorization ?? ''}` } });
    };
    const [words = ''] = await texts(() => listSubscriptions(cloud.c));
    assert.match(words, /Got .*\(hidden by Keyless\)/);
    assert.doesNotMatch(words, /default#/);
  });

  it('is quoted where it says nothing secret', async () => {
    const message = `The client has no permission for the secrets list over scope '${siteId}'.`;
    one.answer = (_request, response) => {
      json(response, 400, { error: { code: 'Invalid', message } });
    };
    for (const { write } of Object.values(writes)) assert.ok((await texts(write))[0]?.includes(message));
    const policy = { objectId: 'o', permissions: { secrets: ['list'] } };
    const add = async () => addAccessPolicy(cloud.c, await one.vault(), policy);
    assert.ok((await texts(add))[0]?.includes(message));
  });

  it('is an AzureError, as any other', async () => {
    one.answer = (_request, response) => {
      json(response, 403, {
        error: { code: 'Forbidden', message: value, innererror: { code: 'ForbiddenByRbac' } },
      });
    };
    const error = await setSecret(cloud.c, await one.vault(), { name: 'a', value }).catch(
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

  it('that are encoded in part are hidden as a whole, also if a part alone is too short to be recognized', () => {
    const quotes = new Quotes(['aaaaaaaaaaaaÄ=+bcdeLacw 9A2r<', 'ÄÖÜ=+plain part of it']);
    const hidden = 'Not valid: (hidden by Keyless)';
    const twice = encodeURIComponent(encodeURIComponent('aaaaaaaaaaaaÄ=+bcdeLacw'));
    assert.equal(quotes.hideIn(`Not valid: ${twice.slice(0, -3)} now`), `${hidden} now`);
    assert.equal(
      quotes.hideIn(`Not valid: ${encodeURIComponent('ÄÖÜ=+')}plain part of it now`),
      `${hidden} now`,
    );
    // `encodeURIComponent` leaves some characters as they are.
    for (const mark of `'()!*~`) {
      const whole = `ß${mark}+aPlainPartOfIt8K`;
      const inJson = encodeURIComponent(JSON.stringify({ text: whole }));
      assert.equal(new Quotes([whole]).hideIn(`Not valid: ${inJson} now`), `${hidden} now`, mark);
    }
    assert.equal(quotes.hideIn('Not valid: aaaaaaaaaaaaÄ=+b 100%25 sure'), `${hidden} 100%25 sure`);
  });

  it('are found in capitals that are longer', () => {
    assert.equal(
      new Quotes(['aaaaaaßaaaaa8Y fas']).hideIn('No AAAAAASSAAAAA8Y FA.'),
      'No (hidden by Keyless).',
    );
  });

  it('are searched in long texts fast', () => {
    const quotes = new Quotes(Array.from({ length: 200 }, (_, index) => `value ${index} `.repeat(50)));
    const started = performance.now();
    quotes.hideIn(`${base64('ABC')}%41\\u0041&#65; `.repeat(400));
    assert.ok(performance.now() - started < 2000);
  });
});
