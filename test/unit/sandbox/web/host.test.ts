import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { Client, walkthroughIds } from './client';

const app = 'keyless-demo-app';

describe('A function app', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let client: Client;
  let ids: ReturnType<typeof walkthroughIds>;
  let masterKey: string;

  before(async () => {
    process.env['KEYLESS_TEST_LEAK'] = 'leak';
    sandbox = await startSandbox();
    Reflect.deleteProperty(process.env, 'KEYLESS_TEST_LEAK');
    client = new Client(sandbox.ready);
    ids = walkthroughIds(sandbox.ready);
    masterKey = (await client.arm('POST', `${ids.app}/host/default/listkeys`)).json<{ masterKey: string }>()
      .masterKey;
  });
  after(() => sandbox.stop());

  const settings = (change: Record<string, string>) => client.changeSettings(ids.app, change);

  describe('receiving requests', () => {
    it('passes them to a function by its route, with parameters, query, headers and body', async () => {
      await client.putFunction(
        app,
        'Echo',
        `module.exports = async (context, req) => { context.res = { status: 201, headers: { 'x-made-by': 'echo' }, body: { method: req.method, params: req.params, query: req.query, header: req.headers['x-in'], body: req.body } }; };`,
        { authLevel: 'anonymous', methods: ['post'], route: 'orders/{id:int}/{rest?}' },
      );
      const reply = await client.site('POST', app, '/api/Orders/42?a=1&b=&A=2,3', {
        body: { text: 'grüezi' },
        headers: { 'x-in': 'yes' },
      });
      assert.equal(reply.status, 201, reply.text);
      assert.equal(reply.headers['x-made-by'], 'echo');
      assert.deepEqual(reply.json(), {
        method: 'POST',
        params: { id: '42' },
        query: { a: '1,2,3', b: '' },
        header: 'yes',
        body: { text: 'grüezi' },
      });
      assert.equal((await client.site('POST', app, '/api/orders/abc')).status, 404);
      assert.equal((await client.site('GET', app, '/api/orders/42')).status, 404);
      assert.equal((await client.site('GET', app, '/api/nothing')).status, 404);
    });

    it('requires the key that authLevel specifies', async () => {
      const keyed = `module.exports = async (context) => { context.res = { body: 'in' }; };`;
      await client.putFunction(app, 'Keyed', keyed, { authLevel: 'function' });
      await client.putFunction(app, 'ForAdmins', keyed, { authLevel: 'admin' });
      const own = (await client.arm('POST', `${ids.app}/functions/Keyed/listkeys`)).json<{
        default: string;
      }>().default;
      const host = (await client.arm('POST', `${ids.app}/host/default/listkeys`)).json<{
        functionKeys: { default: string };
      }>().functionKeys.default;
      const status = async (path: string, key?: string): Promise<number> =>
        (
          await client.site(
            'GET',
            app,
            path,
            key === undefined ? {} : { headers: { 'x-functions-key': key } },
          )
        ).status;
      assert.deepEqual(
        [
          await status('/api/keyed'),
          await status('/api/keyed', 'wrong'),
          await status('/api/keyed', own),
          await status('/api/keyed', host),
          await status('/api/keyed', masterKey),
          await status(`/api/keyed?code=${encodeURIComponent(own)}`),
        ],
        [401, 401, 200, 200, 200, 200],
      );
      assert.deepEqual(
        [await status('/api/foradmins', host), await status('/api/foradmins', masterKey)],
        [401, 200],
      );
    });

    // azure-functions-host#2767, FunctionInvocationMiddleware.cs
    it('runs a disabled function only with the master key, and ignores function.json', async () => {
      const code = `module.exports = async (context) => { context.res = { body: 'ran' }; };`;
      await client.putFunction(app, 'Off', code);
      const bindings = [
        { type: 'httpTrigger', direction: 'in', name: 'req', authLevel: 'anonymous' },
        { type: 'http', direction: 'out', name: 'res' },
      ];
      const config = JSON.stringify({ disabled: true, bindings });
      await client.putFile(app, 'site/wwwroot/Off/function.json', config);
      assert.equal((await client.site('GET', app, '/api/off')).text, 'ran');
      await settings({ 'AzureWebJobs.Off.Disabled': 'true' });
      assert.equal((await client.site('GET', app, '/api/off')).status, 404);
      const headers = { 'x-functions-key': masterKey };
      assert.equal((await client.site('GET', app, '/api/off', { headers })).text, 'ran');
      await settings({ 'AzureWebJobs.Off.Disabled': 'false' });
    });

    it('answers with a page while stopped, and runs the function again after a start', async () => {
      await client.putFunction(
        app,
        'Up',
        `module.exports = async (context) => { context.res = { body: 'up' }; };`,
      );
      assert.equal((await client.arm('POST', `${ids.app}/stop`)).status, 200);
      const stopped = await client.site('GET', app, '/api/up');
      assert.equal(stopped.status, 403);
      assert.match(stopped.text, /Error 403 - This web app is stopped\./);
      assert.equal((await client.arm('POST', `${ids.app}/start`)).status, 200);
      assert.equal((await client.site('GET', app, '/api/up')).text, 'up');
    });

    it('runs a changed file at once', async () => {
      await client.putFunction(
        app,
        'Changing',
        `module.exports = async (context) => { context.res = { body: 'one' }; };`,
      );
      assert.equal((await client.site('GET', app, '/api/changing')).text, 'one');
      await client.putFunction(
        app,
        'Changing',
        `module.exports = async (context) => { context.res = { body: 'another' }; };`,
      );
      assert.equal((await client.site('GET', app, '/api/changing')).text, 'another');
    });

    it('answers 500 for a function that throws, crashes or takes too long, and then keeps working', async () => {
      await client.putFunction(
        app,
        'Bad',
        `module.exports = async (context, req) => { if (req.query.how === 'throw') throw new Error('no'); if (req.query.how === 'exit') process.exit(3); if (req.query.how === 'late') await new Promise(() => setInterval(() => {}, 1000)); context.res = { body: 'fine' }; };`,
      );
      await client.set({ web: { functionTimeoutMs: 400 } });
      for (const how of ['throw', 'exit', 'late'])
        assert.equal((await client.site('GET', app, `/api/bad?how=${how}`)).status, 500, how);
      await client.set({ web: {} });
      assert.equal((await client.site('GET', app, '/api/bad')).text, 'fine');
    });

    it('sends the value of $return, context.done or res.json', async () => {
      const returning = {
        bindings: [
          { type: 'httpTrigger', direction: 'in', name: 'req', authLevel: 'anonymous' },
          { type: 'http', direction: 'out', name: '$return' },
        ],
      };
      await client.putFile(app, 'site/wwwroot/Returning/function.json', JSON.stringify(returning));
      await client.putFile(
        app,
        'site/wwwroot/Returning/index.js',
        `exports.run = async () => ({ status: 202, body: 'returned' });`,
      );
      await client.putFunction(
        app,
        'Done',
        `module.exports = function (context) { setTimeout(() => { context.res = { body: 'done' }; context.done(); }, 1); };`,
      );
      await client.putFunction(
        app,
        'Chained',
        `module.exports = function (context) { context.res.status(418).json({ tea: true }); };`,
      );
      const returned = await client.site('GET', app, '/api/returning');
      assert.deepEqual([returned.status, returned.text], [202, 'returned']);
      assert.equal((await client.site('GET', app, '/api/done')).text, 'done');
      const chained = await client.site('GET', app, '/api/chained');
      assert.deepEqual([chained.status, chained.text], [418, '{"tea":true}']);
    });
  });

  describe('in its process', () => {
    it('has its settings and identity, but nothing from the environment of the sandbox', async () => {
      await settings({ GREETING: 'hello', NODE_OPTIONS: '--require=/nowhere' });
      await client.putFunction(
        app,
        'Env',
        `module.exports = async (context) => { context.res = { body: process.env }; };`,
      );
      const env = (await client.site('GET', app, '/api/env')).json<Record<string, string>>();
      assert.equal(env['GREETING'], 'hello');
      assert.equal(env['APPSETTING_GREETING'], 'hello');
      assert.equal(env['WEBSITE_SITE_NAME'], app);
      assert.ok(
        !('KEYLESS_TEST_LEAK' in env) &&
          !('PATH' in env) &&
          !('NODE_OPTIONS' in env) &&
          !('IDENTITY_ENDPOINT' in env),
      );
    });

    it('gets tokens through both protocols, and the documented errors', async () => {
      const code = `const http = require('node:http');
        const get = (query, headers) => new Promise((resolve, reject) => http.get(process.env.IDENTITY_ENDPOINT + query, { headers }, (r) => { let t = ''; r.on('data', (d) => (t += d)); r.on('end', () => resolve({ status: r.statusCode, body: JSON.parse(t) })); }).on('error', reject));
        module.exports = async (context) => {
          if (!process.env.IDENTITY_ENDPOINT) { context.res = { body: { none: true } }; return; }
          const header = { 'x-identity-header': process.env.IDENTITY_HEADER };
          const resource = '&resource=https://vault.localhost';
          context.res = { body: {
            fresh: await get('?api-version=2019-08-01' + resource, header),
            old: await get('?api-version=2017-09-01' + resource, { secret: process.env.MSI_SECRET }),
            unknownId: await get('?api-version=2019-08-01&client_id=11111111-1111-1111-1111-111111111111' + resource, header),
            noHeader: await get('?api-version=2019-08-01' + resource, {}),
            noResource: await get('?api-version=2019-08-01', header),
          } };
        };`;
      await client.putFunction(app, 'Tokens', code);
      assert.deepEqual((await client.site('GET', app, '/api/tokens')).json(), { none: true });
      await client.arm('PATCH', ids.app, { identity: { type: 'SystemAssigned' } });
      type Answers = Record<string, { status: number; body: Record<string, string> }>;
      const reply = (await client.site('GET', app, '/api/tokens')).json<Answers>();
      assert.deepEqual(Object.keys(reply['fresh']?.body ?? {}).sort(), [
        'access_token',
        'client_id',
        'expires_on',
        'not_before',
        'resource',
        'token_type',
      ]);
      assert.match(reply['fresh']?.body['expires_on'] ?? '', /^\d{10}$/);
      assert.match(reply['old']?.body['expires_on'] ?? '', /^\d+\/\d+\/\d{4} \d+:\d\d:\d\d [AP]M \+00:00$/);
      assert.deepEqual(
        [reply['unknownId']?.status, reply['noHeader']?.status, reply['noResource']?.status],
        [400, 401, 400],
      );
      assert.match(
        reply['unknownId']?.body['message'] ?? '',
        /No User Assigned or Delegated Managed Identity found/,
      );
      await settings({ WEBSITE_DISABLE_MSI: 'true' });
      assert.deepEqual((await client.site('GET', app, '/api/tokens')).json(), { none: true });
      await client.arm('PATCH', ids.app, { identity: { type: 'None' } });
    });

    it('has no instance metadata endpoint, whatever machine it runs on', async () => {
      const code = `const http = require('node:http');
        const get = (...to) => new Promise((resolve) => http.get(...to).on('error', ({ message }) => resolve(message)));
        const addressOf = ({ cause }) => cause.message;
        module.exports = async (context) => {
          const url = 'http://169.254.169.254/metadata/identity/oauth2/token';
          context.res = { body: [await get(url), await get({ host: '169.254.169.254' }), await fetch(url).catch(addressOf)] };
        };`;
      await client.putFunction(app, 'Metadata', code);
      const refused = 'connect ENETUNREACH 169.254.169.254:80';
      assert.deepEqual((await client.site('GET', app, '/api/metadata')).json(), [refused, refused, refused]);
    });
  });
});
