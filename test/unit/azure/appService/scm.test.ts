import assert from 'node:assert/strict';
import type { DebugModeResult } from '../../../../src/azure/appService/debugMode';
import { keepDebugMode } from '../../../../src/azure/appService/debugMode';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import { invokeFunction } from '../../../../src/azure/appService/invoke';
import { openLogStream } from '../../../../src/azure/logs/logStream';
import type { FunctionApp, FunctionInfo } from '../../../../src/azure/core/model';
import {
  getScmSettings,
  listScmFolder,
  readScmFile,
  touchScmFile,
} from '../../../../src/azure/appService/scm';
import { getFunctionKeys, listFunctions, stopApp } from '../../../../src/azure/appService/sites';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { until } from '../../../support/until';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

describe('SCM site', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let app: FunctionApp;
  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    const { items } = await listFunctionApps(c, sandbox.ready.subscriptionIds);
    app = only(items, ({ name }) => name === 'keyless-demo-app', 'the app');
  });
  after(() => sandbox.stop());
  afterEach(() => control(c, sandbox.ready, 'DELETE', '/faults'));

  it('lists folders and reads files completely or from a given byte', async () => {
    const entries = await listScmFolder(c, app, 'site/wwwroot');
    assert.deepEqual(only(entries, ({ name }) => name === 'ReadSecret', 'the function').folder, true);
    const whole = await readScmFile(c, app, 'site/wwwroot/host.json');
    assert.equal((JSON.parse(Buffer.from(whole.bytes).toString()) as { version: string }).version, '2.0');
    const rest = await readScmFile(c, app, 'site/wwwroot/host.json', 10);
    assert.deepEqual(Buffer.from(rest.bytes), Buffer.from(whole.bytes.subarray(10)));
    assert.equal(rest.totalBytes, whole.totalBytes);
    const nothingNew = await readScmFile(c, app, 'site/wwwroot/host.json', whole.totalBytes);
    assert.deepEqual([nothingNew.bytes.length, nothingNew.totalBytes], [0, whole.totalBytes]);
    await assert.rejects(readScmFile(c, app, 'site/wwwroot/none'), { status: 404 });
    for (const path of ['../x', 'a/../../b', 'a//b', 'a\nb', 'a\ud800'])
      await assert.rejects(readScmFile(c, app, path), RangeError, path);
  });

  it('returns its settings', async () => {
    assert.ok('SCM_LOGSTREAM_TIMEOUT' in (await getScmSettings(c, app)));
  });

  it('touches a new or existing file, even if someone else writes to it first', async () => {
    const path = 'data/touched';
    await touchScmFile(c, app, path);
    const first = await readScmFile(c, app, path);
    await until(() => Date.now() > new Date(Buffer.from(first.bytes).toString()).getTime(), {
      what: 'a millisecond to pass',
    });
    await control(c, sandbox.ready, 'POST', '/faults', {
      service: 'scm',
      method: 'PUT',
      status: 412,
      body: { Message: 'x' },
    });
    await touchScmFile(c, app, path);
    const second = await readScmFile(c, app, path);
    assert.notDeepEqual(second.bytes, first.bytes);
    assert.notEqual(second.etag, first.etag);
    await control(c, sandbox.ready, 'POST', '/faults', {
      service: 'scm',
      method: 'PUT',
      status: 412,
      count: 0,
    });
    await assert.rejects(touchScmFile(c, app, path), { status: 412 });
  });

  describe('debug mode', () => {
    async function keep(
      mayUseHostKey: () => Promise<boolean>,
      enough: (results: DebugModeResult[]) => boolean,
    ): Promise<DebugModeResult[]> {
      const results: DebugModeResult[] = [];
      const stop = new AbortController();
      const kept = keepDebugMode(
        c,
        app,
        { mayUseHostKey, onResult: (result) => results.push(result), everyMs: 10 },
        stop.signal,
      );
      await until(() => enough(results), { what: 'results' });
      stop.abort();
      await kept;
      return results;
    }

    it('stays on by touching the sentinel file repeatedly', async () => {
      c.log.length = 0;
      const puts = () =>
        c.log.filter((line) => line.startsWith('PUT') && line.includes('debug_sentinel')).length;
      const results = await keep(
        () => assert.fail('asked'),
        () => puts() >= 3,
      );
      assert.deepEqual(results, [{ how: 'scm' }]);
      const after = puts();
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(puts(), after);
    });

    it('can be stopped while the user is being asked', async () => {
      await control(c, sandbox.ready, 'POST', '/faults', {
        service: 'scm',
        path: 'debug_sentinel',
        status: 403,
        count: 0,
      });
      const stop = new AbortController();
      const never = () =>
        new Promise<boolean>(() =>
          setImmediate(() => {
            stop.abort();
          }),
        );
      await keepDebugMode(c, app, { mayUseHostKey: never }, stop.signal);
    });

    it("falls back to the host's status only after asking once", async () => {
      await control(c, sandbox.ready, 'POST', '/faults', {
        service: 'scm',
        path: 'debug_sentinel',
        status: 403,
        count: 0,
      });
      let asked = 0;
      const refused = await keep(
        () => (asked++, Promise.resolve(false)),
        () => c.log.filter((line) => line.includes('debug_sentinel 403')).length >= 3,
      );
      assert.equal(asked, 1);
      assert.equal(refused[0]?.how, 'none');
      c.log.length = 0;
      const statuses = () => c.log.filter((line) => line.includes('.sites.localhost')).length;
      const allowed = await keep(
        () => (asked++, Promise.resolve(true)),
        () => statuses() >= 2,
      );
      assert.deepEqual([asked, allowed], [2, [{ how: 'hostStatus' }]]);
    });
  });

  it("streams a function's log while it runs", async () => {
    const [fn] = await listFunctions(c, app);
    assert.ok(fn);
    const { default: key = '' } = await getFunctionKeys(c, app, fn);
    const stop = new AbortController();
    const lines: string[] = [];
    const sink = { lines: (batch: readonly string[]) => void lines.push(...batch), state: () => undefined };
    const kept = keepDebugMode(c, app, { mayUseHostKey: () => Promise.resolve(false) }, stop.signal);
    const streamed = openLogStream(
      c,
      app,
      { path: 'application/functions/function/ReadSecret' },
      sink,
      stop.signal,
    );
    await until(() => lines.some((line) => line.includes('Welcome')), { what: 'the welcome' });
    await until(() => c.log.some((line) => /PUT .*debug_sentinel 20/.test(line)), { what: 'debug mode' });
    const answer = await invokeFunction(c, app, fn, { method: 'GET', key });
    assert.ok(answer.status === 200 || answer.status === 403 || answer.status === 500, `${answer.status}`);
    await until(() => lines.some((line) => line.includes("Executed 'Functions.ReadSecret'")), {
      what: 'the log line',
    });
    stop.abort();
    await Promise.all([kept, streamed]);
  });

  it('resumes streaming after the connection is lost in the middle of a line', async () => {
    await control(c, sandbox.ready, 'POST', '/faults', {
      service: 'scm',
      path: 'logstream',
      cutAfterBytes: 40,
    });
    const stop = new AbortController();
    const states: string[] = [];
    const sink = { lines: () => undefined, state: ({ kind }: { kind: string }) => void states.push(kind) };
    const streamed = openLogStream(c, app, { timing: { backoff: 5 } }, sink, stop.signal);
    await until(() => states.filter((kind) => kind === 'live').length === 2, {
      what: 'the second connection',
    });
    stop.abort();
    assert.deepEqual(await streamed, { kind: 'stopped' });
    assert.ok(states.includes('reconnecting'));
  });

  it('returns 403 for a function of a stopped app', async () => {
    const { items } = await listFunctionApps(c, sandbox.ready.subscriptionIds);
    const other = only(items, ({ name }) => name === 'keyless-rbac-app', 'the app');
    await stopApp(c, other);
    const fn: FunctionInfo = {
      id: `${other.id}/functions/f`,
      name: 'f',
      disabled: false,
      http: { invokeUrlTemplate: 'https://x/api/f', authLevel: 'anonymous', methods: [] },
    };
    assert.equal((await invokeFunction(c, other, fn, { method: 'GET' })).status, 403);
  });
});
