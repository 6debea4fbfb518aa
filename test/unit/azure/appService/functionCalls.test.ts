import assert from 'node:assert/strict';
import {
  canBeSent,
  functionUrl,
  invokeFunction,
  missingRouteParameters,
  routeParameters,
} from '../../../../src/azure/appService/invoke';
import { deleteFunctionKey, setFunctionKey } from '../../../../src/azure/appService/functionKeys';
import { getFunctionKeys, listFunctions } from '../../../../src/azure/appService/sites';
import type { FunctionApp, FunctionInfo } from '../../../../src/azure/core/model';
import { keepDebugMode } from '../../../../src/azure/appService/debugMode';
import { objectOf } from '../../../../src/azure/core/json';
import { getResourceJson } from '../../../../src/azure/resources/resources';
import { openLogStream } from '../../../../src/azure/logs/logStream';
import { until } from '../../../support/until';
import { Client } from '../../sandbox/web/client';
import { only } from '../support';
import { useSandboxApps } from '../sandboxApps';

describe('function URLs', () => {
  const app = { defaultHostName: 'app.azurewebsites.net' } as FunctionApp;
  const fn = (invokeUrlTemplate: string): FunctionInfo => ({
    id: 'f',
    name: 'f',
    disabled: false,
    http: { invokeUrlTemplate, authLevel: 'function', methods: [] },
  });
  const namesOf = (route: FunctionInfo) =>
    routeParameters(route).map(({ name, optional }) => `${name}${optional ? '?' : ''}`);

  it('have their parameters filled in and encoded', () => {
    const route = fn('https://app.azurewebsites.net/api/items/{id:int}/{*rest}');
    assert.deepEqual(namesOf(route), ['id', 'rest?']);
    assert.equal(
      functionUrl(app, route, { route: { id: '../a b?' } }),
      'https://app.azurewebsites.net/api/items/..%2Fa%20b%3F',
    );
    assert.equal(functionUrl(app, route), 'https://app.azurewebsites.net/api/items/{id}');
    assert.equal(
      functionUrl(app, fn('https://app/api/{a?}'), { key: 'k=/' }),
      'https://app.azurewebsites.net/api?code=k%3D%2F',
    );
    assert.throws(() => functionUrl(app, { id: 'f', name: 'f', disabled: false }), RangeError);
  });

  it('keep the slashes of a catch-all parameter', () => {
    for (const template of ['https://app/api/{*path}', 'https://app/api/{**path}'])
      assert.equal(
        functionUrl(app, fn(template), { route: { path: 'a/b c/d?' } }),
        'https://app.azurewebsites.net/api/a/b%20c/d%3F',
      );
    const [path = assert.fail()] = routeParameters(fn('https://app/api/{*path}'));
    assert.ok(canBeSent(path, 'a/b..'));
    assert.ok(!canBeSent(path, 'a/../b'));
    assert.ok(canBeSent({ ...path, catchAll: false }, '../b'));
    assert.ok(!canBeSent({ ...path, catchAll: false }, '..'));
  });

  it('have optional parameters only at their end', () => {
    const route = fn('https://app/api/{lang=en}/items/{id:int?}/{page:int=1}');
    assert.deepEqual(namesOf(route), ['lang', 'id?', 'page?']);
    assert.deepEqual(missingRouteParameters(route, { lang: 'de' }), []);
    assert.deepEqual(missingRouteParameters(route, { lang: 'de', page: '2' }), ['id']);
    const url = (values: Record<string, string>) => functionUrl(app, route, { route: values });
    assert.equal(url({ lang: 'de' }), 'https://app.azurewebsites.net/api/de/items');
    assert.equal(url({ lang: 'de', id: '7' }), 'https://app.azurewebsites.net/api/de/items/7');
    assert.equal(url({ lang: 'de', page: '2' }), 'https://app.azurewebsites.net/api/de/items/{id}/2');
    const file = fn('https://app/api/{name}.{ext?}');
    assert.equal(functionUrl(app, file, { route: { name: 'a' } }), 'https://app.azurewebsites.net/api/a');
    assert.equal(
      functionUrl(app, fn('https://app/api/{constructor}')),
      'https://app.azurewebsites.net/api/{constructor}',
    );
  });

  // Doubled in ASP.NET Core's TemplateParser.cs, and single in version 1 of the runtime.
  it("don't take braces in a constraint for parameters", () => {
    const templates = [
      String.raw`https://app/api/{id:regex(^\d{{3}}$)}/x{n:length(2)}`,
      String.raw`https://app/api/{id:regex(^\d{3}$)}/x{n:length(2)}`,
      String.raw`https://app/api/{id:regex([}}{{])}/x{n:regex(^(?=a)b=c/d)}`,
    ];
    for (const template of templates) {
      assert.deepEqual(namesOf(fn(template)), ['id', 'n'], template);
      assert.equal(
        functionUrl(app, fn(template), { route: { id: '123', n: 'ab' } }),
        'https://app.azurewebsites.net/api/123/xab',
      );
    }
    assert.deepEqual(namesOf(fn('https://app/api/{open')), ['open']);
  });

  it("have the function's name encoded, also if the template already has it encoded", () => {
    const named = (name: string, template: string) => ({ ...fn(template), name });
    const url = (name: string, template: string) => functionUrl(app, named(name, template));
    const base = 'https://app.azurewebsites.net/api';
    assert.equal(url('GET modules', 'https://app/api/get modules'), `${base}/get%20modules`);
    assert.equal(url('GET modules', 'https://app/api/get%20modules'), `${base}/get%20modules`);
    assert.equal(url('a%20b#?', 'https://app/api/a%20b#?'), `${base}/a%2520b%23%3F`);
    assert.equal(url('b', 'https://app/api/100%'), `${base}/100%25`);
  });
});

describe('functions', function () {
  this.timeout(60_000);
  const sandbox = useSandboxApps();
  let app: FunctionApp;
  before(() => {
    app = sandbox.app('keyless-demo-app');
  });

  // azure-functions-host#1154, Azure-Functions#309
  it('are called with repeated query parameters and the values of their route', async () => {
    await new Client(sandbox.ready).putFunction(
      app.name,
      'Echo',
      'module.exports = async (context, req) => ({ res: { body: { query: req.query, params: req.params } } });',
      { authLevel: 'anonymous', route: String.raw`echo/{kind:regex(^[a-z]{{2}}$)}/{*path}` },
    );
    const fn = only(await listFunctions(sandbox.c, app), ({ name }) => name === 'Echo', 'the function');
    const answer = await invokeFunction(sandbox.c, app, fn, {
      method: 'GET',
      route: { kind: 'ab', path: 'c/d e' },
      query: 'foo=a&foo=b&ids[]=1&ids[]=2&q=ü %2B#',
    });
    assert.deepEqual(JSON.parse(answer.body), {
      query: { foo: 'a,b', 'ids[]': '1,2', q: 'ü +#' },
      params: { kind: 'ab', path: 'c/d e' },
    });
  });

  // azure-functions-host#467, azure-functions-dotnet-worker#777
  for (const name of ['GET modules', '100% C#'])
    it(`named ${name} are viewed, run, logged, and get keys of any name`, async () => {
      const code = 'module.exports = async () => ({ res: { body: "in" } });';
      const trigger = { authLevel: 'function' };
      await new Client(sandbox.ready).putFunction(app.name, encodeURIComponent(name), code, trigger);
      const fn = only(await listFunctions(sandbox.c, app), (each) => each.name === name, 'the function');
      assert.equal(objectOf((await getResourceJson(sandbox.c, fn.id))['properties'])['name'], name);
      for (const keyName of ['default', 'a key', 'a/b', '100%#1']) {
        await setFunctionKey(sandbox.c, { app, fn, name: keyName }, 'the-value');
        assert.equal((await getFunctionKeys(sandbox.c, app, fn))[keyName], 'the-value');
      }
      await deleteFunctionKey(sandbox.c, { app, fn, name: '100%#1' });
      assert.deepEqual(Object.keys(await getFunctionKeys(sandbox.c, app, fn)), ['default', 'a key', 'a/b']);
      const stop = new AbortController();
      const lines: string[] = [];
      const sink = { lines: (batch: readonly string[]) => void lines.push(...batch), state: () => undefined };
      const kept = keepDebugMode(
        sandbox.c,
        app,
        { mayUseHostKey: () => Promise.resolve(false) },
        stop.signal,
      );
      const path = `application/functions/function/${name}`;
      const streamed = openLogStream(sandbox.c, app, { path }, sink, stop.signal);
      await until(() => lines.some((line) => line.includes('Welcome')), { what: 'the welcome' });
      await until(() => sandbox.c.log.some((line) => /PUT .*debug_sentinel 20/.test(line)), {
        what: 'debug mode',
      });
      const answer = await invokeFunction(sandbox.c, app, fn, { method: 'GET', key: 'the-value' });
      assert.deepEqual([answer.status, answer.body], [200, 'in']);
      await until(() => lines.some((line) => line.includes(`Executed 'Functions.${name}'`)), {
        what: 'the log line',
      });
      stop.abort();
      await Promise.all([kept, streamed]);
    });

  it('with a slash in their name have no keys of their own, because Azure has none either', async () => {
    const client = new Client(sandbox.ready);
    const isolated = sandbox.app('keyless-rbac-app');
    await client.changeSettings(isolated.id, { FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated' });
    const trigger = { type: 'httpTrigger', name: 'req', authLevel: 'Function', route: 'modules' };
    const declared = [{ name: 'GET /api/modules', bindings: [trigger] }];
    await client.putFile(isolated.name, 'site/wwwroot/functions.metadata', JSON.stringify(declared));
    const isIt = ({ name }: FunctionInfo) => name === 'GET /api/modules';
    const fn = only(await listFunctions(sandbox.c, isolated), isIt, 'the function');
    assert.match(functionUrl(isolated, fn), /\/api\/modules$/);
    assert.deepEqual(await getFunctionKeys(sandbox.c, isolated, fn), {});
    for (const act of [setFunctionKey, deleteFunctionKey])
      await assert.rejects(async () => act(sandbox.c, { app: isolated, fn, name: 'default' }), {
        code: 'SlashInFunctionName',
      });
    await assert.rejects(getFunctionKeys(sandbox.c, isolated, { ...fn, name: 'None' }), { status: 404 });
  });
});
