import assert from 'node:assert/strict';
import type { DebugModeResult } from '../../../../src/azure/appService/debugMode';
import { keepDebugMode } from '../../../../src/azure/appService/debugMode';
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
import { until } from '../../../support/until';
import { only } from '../support';
import { useSandboxApps } from '../sandboxApps';

describe('SCM site', () => {
  const sandbox = useSandboxApps();
  let app: FunctionApp;
  before(() => {
    app = sandbox.app('keyless-demo-app');
  });
  afterEach(() => sandbox.control('DELETE', '/faults'));

  it('lists folders and reads files completely or from a given byte', async () => {
    const entries = await listScmFolder(sandbox.c, app, 'site/wwwroot');
    assert.deepEqual(only(entries, ({ name }) => name === 'ReadSecret', 'the function').folder, true);
    const whole = await readScmFile(sandbox.c, app, 'site/wwwroot/host.json');
    assert.equal((JSON.parse(Buffer.from(whole.bytes).toString()) as { version: string }).version, '2.0');
    const rest = await readScmFile(sandbox.c, app, 'site/wwwroot/host.json', 10);
    assert.deepEqual(Buffer.from(rest.bytes), Buffer.from(whole.bytes.subarray(10)));
    assert.equal(rest.totalBytes, whole.totalBytes);
    const nothingNew = await readScmFile(sandbox.c, app, 'site/wwwroot/host.json', whole.totalBytes);
    assert.deepEqual([nothingNew.bytes.length, nothingNew.totalBytes], [0, whole.totalBytes]);
    await assert.rejects(readScmFile(sandbox.c, app, 'site/wwwroot/none'), { status: 404 });
    for (const path of ['../x', 'a/../../b', 'a//b', 'a\nb', 'a\ud800'])
      await assert.rejects(readScmFile(sandbox.c, app, path), RangeError, path);
  });

  it('returns its settings', async () => {
    assert.ok('SCM_LOGSTREAM_TIMEOUT' in (await getScmSettings(sandbox.c, app)));
  });

  it('touches a new or existing file, even if someone else writes to it first', async () => {
    const path = 'data/touched';
    await touchScmFile(sandbox.c, app, path);
    const first = await readScmFile(sandbox.c, app, path);
    await until(() => Date.now() > new Date(Buffer.from(first.bytes).toString()).getTime(), {
      what: 'a millisecond to pass',
    });
    await sandbox.control('POST', '/faults', {
      service: 'scm',
      method: 'PUT',
      status: 412,
      body: { Message: 'x' },
    });
    await touchScmFile(sandbox.c, app, path);
    const second = await readScmFile(sandbox.c, app, path);
    assert.notDeepEqual(second.bytes, first.bytes);
    assert.notEqual(second.etag, first.etag);
    await sandbox.control('POST', '/faults', {
      service: 'scm',
      method: 'PUT',
      status: 412,
      count: 0,
    });
    await assert.rejects(touchScmFile(sandbox.c, app, path), { status: 412 });
  });

  describe('debug mode', () => {
    async function keep(
      mayUseHostKey: () => Promise<boolean>,
      enough: (results: DebugModeResult[]) => boolean,
    ): Promise<DebugModeResult[]> {
      const results: DebugModeResult[] = [];
      const stop = new AbortController();
      const kept = keepDebugMode(
        sandbox.c,
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
      sandbox.c.log.length = 0;
      const puts = () =>
        sandbox.c.log.filter((line) => line.startsWith('PUT') && line.includes('debug_sentinel')).length;
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
      await sandbox.control('POST', '/faults', {
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
      await keepDebugMode(sandbox.c, app, { mayUseHostKey: never }, stop.signal);
    });

    it("falls back to the host's status only after asking once", async () => {
      await sandbox.control('POST', '/faults', {
        service: 'scm',
        path: 'debug_sentinel',
        status: 403,
        count: 0,
      });
      let asked = 0;
      const refused = await keep(
        () => (asked++, Promise.resolve(false)),
        () => sandbox.c.log.filter((line) => line.includes('debug_sentinel 403')).length >= 3,
      );
      assert.equal(asked, 1);
      assert.equal(refused[0]?.how, 'none');
      sandbox.c.log.length = 0;
      const statuses = () => sandbox.c.log.filter((line) => line.includes('.sites.localhost')).length;
      const allowed = await keep(
        () => (asked++, Promise.resolve(true)),
        () => statuses() >= 2,
      );
      assert.deepEqual([asked, allowed], [2, [{ how: 'hostStatus' }]]);
    });
  });

  it("streams a function's log while it runs", async () => {
    const [fn] = await listFunctions(sandbox.c, app);
    assert.ok(fn);
    const { default: key = '' } = await getFunctionKeys(sandbox.c, app, fn);
    const stop = new AbortController();
    const lines: string[] = [];
    const sink = { lines: (batch: readonly string[]) => void lines.push(...batch), state: () => undefined };
    const kept = keepDebugMode(sandbox.c, app, { mayUseHostKey: () => Promise.resolve(false) }, stop.signal);
    const streamed = openLogStream(
      sandbox.c,
      app,
      { path: 'application/functions/function/ReadSecret' },
      sink,
      stop.signal,
    );
    await until(() => lines.some((line) => line.includes('Welcome')), { what: 'the welcome' });
    await until(() => sandbox.c.log.some((line) => /PUT .*debug_sentinel 20/.test(line)), {
      what: 'debug mode',
    });
    const answer = await invokeFunction(sandbox.c, app, fn, { method: 'GET', key });
    assert.ok(answer.status === 200 || answer.status === 403 || answer.status === 500, `${answer.status}`);
    await until(() => lines.some((line) => line.includes("Executed 'Functions.ReadSecret'")), {
      what: 'the log line',
    });
    stop.abort();
    await Promise.all([kept, streamed]);
  });

  it('resumes streaming after the connection is lost in the middle of a line', async () => {
    await sandbox.control('POST', '/faults', {
      service: 'scm',
      path: 'logstream',
      cutAfterBytes: 40,
    });
    const stop = new AbortController();
    const states: string[] = [];
    const sink = { lines: () => undefined, state: ({ kind }: { kind: string }) => void states.push(kind) };
    const streamed = openLogStream(sandbox.c, app, { timing: { backoff: 5 } }, sink, stop.signal);
    await until(() => states.filter((kind) => kind === 'live').length === 2, {
      what: 'the second connection',
    });
    stop.abort();
    assert.deepEqual(await streamed, { kind: 'stopped' });
    assert.ok(states.includes('reconnecting'));
  });

  it('returns 403 for a function of a stopped app', async () => {
    const other = sandbox.app('keyless-rbac-app');
    await stopApp(sandbox.c, other);
    const fn: FunctionInfo = {
      id: `${other.id}/functions/f`,
      name: 'f',
      disabled: false,
      http: { invokeUrlTemplate: 'https://x/api/f', authLevel: 'anonymous', methods: [] },
    };
    assert.equal((await invokeFunction(sandbox.c, other, fn, { method: 'GET' })).status, 403);
  });
});
