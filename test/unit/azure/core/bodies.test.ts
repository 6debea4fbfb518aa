import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { readScmFile } from '../../../../src/azure/appService/scm';
import { AzureError, errorOfAnswer } from '../../../../src/azure/core/errors';
import { mostMegabytes } from '../../../../src/azure/core/limits/answerBody';
import { callResourceManager } from '../../../../src/azure/core/request';
import { listSubscriptions } from '../../../../src/azure/directory/subscriptions';
import { explain } from '../../../../src/azure/explain/explain';
import { deleteSecret } from '../../../../src/azure/keyVault/secretDeletion';
import {
  getSecretValue,
  isDeletedSecret,
  listSecrets,
  setSecret,
} from '../../../../src/azure/keyVault/secrets';
import {
  deleteResource,
  getResourceJson,
  listResourceGroups,
  putResource,
} from '../../../../src/azure/resources/resources';
import { until } from '../../../support/until';
import { OneServer } from '../oneServer';
import type { TestCloud } from '../servers';
import { json, siteId, vaultId } from '../servers';

describe('a body', () => {
  let one: OneServer;
  let cloud: TestCloud;
  before(async function () {
    this.timeout(60_000);
    one = await OneServer.start();
    ({ cloud } = one);
  });
  after(() => one.stop());

  const vault = () => one.vault();
  const failureOf = (call: Promise<unknown>): Promise<Error> =>
    call.then(
      () => assert.fail('the call succeeded'),
      (error: unknown) => error as Error,
    );

  describe('without an end', () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    let sent = 0;
    const pour = (response: ServerResponse, status: number) => {
      sent = 0;
      response.writeHead(status, { 'Content-Type': 'application/json' });
      const more = () => {
        while (!response.destroyed && response.write(megabyte)) sent++;
        sent++;
      };
      response.on('drain', more).on('error', () => undefined);
      more();
    };

    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      'of Resource Manager': () => listSubscriptions(cloud.c),
      'for the SDK': () => deleteResource(cloud.c, vaultId),
      'of a vault': async () => getSecretValue(cloud.c, await vault(), 'a'),
      'of an SCM site': async () => readScmFile(cloud.c, await one.app(), 'LogFiles/a.log'),
    };
    for (const [name, call] of Object.entries(calls))
      for (const status of [200, 404])
        it(`${name} is read up to a limit, which the words name (${status})`, async function () {
          this.timeout(30_000);
          one.answer = (_request, response) => {
            pour(response, status);
          };
          const { reason, nextStep } = explain(await failureOf(call()));
          assert.match(reason, /larger than (32|50) MB/);
          assert.ok(nextStep);
          assert.ok(sent < 2 * mostMegabytes + 20, `${sent} MB`);
        });

    it('that comes slowly is read within the timeout of the request', async () => {
      one.answer = (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"value":[');
      };
      const call = callResourceManager(cloud.c, {
        ...{ method: 'GET', path: '/subscriptions', apiVersion: '1', timeout: 200, once: true },
      });
      await assert.rejects(call, { code: 'ETIMEDOUT' });
    });

    it('can be canceled', async () => {
      const stop = new AbortController();
      one.answer = (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"value":[', () => {
          setImmediate(() => {
            stop.abort();
          });
        });
      };
      await assert.rejects(listSubscriptions(cloud.c, stop.signal), { name: 'AbortError' });
    });
  });

  describe('that is null, or holds null, where an object is expected', () => {
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      'the value of a secret': async () => getSecretValue(cloud.c, await vault(), 'a'),
      'a written secret': async () => setSecret(cloud.c, await vault(), { name: 'a', value: 'b' }),
      'a deleted secret': async () => deleteSecret(cloud.c, await vault(), 'a'),
      'the state of a deleted secret': async () => isDeletedSecret(cloud.c, await vault(), 'a'),
      'a list of secrets': async () => listSecrets(cloud.c, await vault()),
      'resource groups': () => listResourceGroups(cloud.c, 's'),
      'a resource': () => getResourceJson(cloud.c, `${siteId}/slots/b`),
      'a written resource': () => putResource(cloud.c, `${siteId}/slots/b`, { location: 'x' }),
    };
    for (const [name, call] of Object.entries(calls))
      for (const body of [null, 'x', 7, [null], { value: [null] }])
        it(`is explained for ${name}: ${inspect(body)}`, async () => {
          one.answer = (_request, response) => {
            json(response, 200, body);
          };
          const failure = await call().then(
            () => undefined,
            (error: unknown) => error as AzureError,
          );
          if (failure === undefined) {
            // These have no property that they need.
            assert.deepEqual(body, { value: [null] });
            assert.match(name, /^(a deleted secret|the state of|a resource$|a list of)/);
            return;
          }
          const { reason } = explain(failure);
          assert.ok(failure instanceof AzureError, inspect(failure));
          assert.equal(failure.code, 'BadAnswer', reason);
          assert.doesNotMatch(reason, /Cannot read|undefined|null|not a function|not iterable/);
        });
  });

  describe('of a refusal that names a pause', () => {
    const wordsOf = (retryAfter: string, message = 'x') =>
      explain(
        errorOfAnswer({
          status: 429,
          headers: { get: (name) => (name === 'retry-after' ? retryAfter : undefined) },
          bodyAsText: JSON.stringify({ error: { code: 'TooManyRequests', message } }),
          request: { method: 'GET', url: 'https://management.azure.com/subscriptions' },
        }),
      ).nextStep;

    it('names it', () => {
      assert.equal(wordsOf('17'), 'Try again in 17 seconds.');
      assert.match(wordsOf(new Date(Date.now() + 90_000).toUTCString()) ?? '', /in (89|90) seconds/);
      assert.equal(wordsOf('', "Try again after '7' seconds."), 'Try again in 7 seconds.');
    });

    it('names none that is not a number of seconds', () => {
      for (const header of ['Infinity', '1e999', '-5', '0x10', 'NaN', 'soon', `${'9'.repeat(400)}e`])
        assert.equal(wordsOf(header), 'Try again in a minute.', header);
      assert.equal(wordsOf('', `after '${'9'.repeat(400)}' seconds`), 'Try again in a minute.');
      assert.equal(wordsOf('9'.repeat(400)), 'Try again in 86400 seconds.');
    });
  });

  it('of an operation that asks for an endless pause is not asked for again and again', async () => {
    let polls = 0;
    one.answer = ({ url = '', method }, response) => {
      const headers = {
        'Azure-AsyncOperation': `https://localhost:${one.port}/operations/1`,
        'Retry-After': '99999999999',
      };
      if (url.startsWith('/operations/')) polls++;
      if (url.startsWith('/subscriptions?')) json(response, 200, { value: [] });
      else json(response, method === 'PUT' ? 201 : 200, { status: 'InProgress' }, headers);
    };
    const stop = new AbortController();
    const put = putResource(cloud.c, `${siteId}/slots/b`, { location: 'x' }, stop.signal);
    put.catch(() => undefined);
    await until(() => polls > 0, { what: 'the first poll', every: 5 });
    for (let other = 0; other < 10; other++) await listSubscriptions(cloud.c);
    assert.equal(polls, 1);
    stop.abort();
    await assert.rejects(put, { name: 'AbortError' });
  });
});
