import assert from 'node:assert/strict';
import { systemClock } from '../../../../src/azure/core/clock';
import { tailScmFile } from '../../../../src/azure/logs/fileTail';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import type { LogStreamState } from '../../../../src/azure/logs/logState';
import type { FunctionApp } from '../../../../src/azure/core/model';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { sandboxFetch } from '../../../support/sandboxClient';
import { until } from '../../../support/until';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

describe('the tail of a log file', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let app: FunctionApp;
  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready, undefined, systemClock); // the test's own timing is short enough
    const { items } = await listFunctionApps(c, sandbox.ready.subscriptionIds);
    app = only(items, ({ name }) => name === 'keyless-demo-app', 'the app');
  });
  after(() => sandbox.stop());
  afterEach(() => control(c, sandbox.ready, 'DELETE', '/faults'));

  const path = 'LogFiles/kudu/trace/some file.log';

  async function send(method: 'PUT' | 'DELETE', body?: string): Promise<void> {
    const token = (await c.credential.getToken('https://appservice.azure.com/.default'))?.token;
    const url = `https://${app.scmHostName ?? ''}/api/vfs/${path.replaceAll(' ', '%20')}`;
    const headers = { 'if-match': '*', 'content-type': 'text/plain' };
    const answer = await sandboxFetch(sandbox.ready, url, { method, token, headers, body });
    assert.ok(answer.status < 300, `${answer.status} ${answer.text}`);
  }

  function tail(options: { bytesBefore?: number } = {}) {
    const lines: string[] = [];
    const notes: string[] = [];
    const states: LogStreamState[] = [];
    const stop = new AbortController();
    const sink = {
      lines: (batch: readonly string[]) => void lines.push(...batch),
      note: (text: string) => void notes.push(text),
      state: (state: LogStreamState) => void states.push(state),
    };
    const done = tailScmFile(c, app, path, { every: 20, ...options }, sink, stop.signal);
    const close = async () => {
      stop.abort();
      assert.deepEqual(await done, { kind: 'stopped' });
    };
    const has = (line: string) => until(() => lines.includes(line), { what: line });
    return { lines, notes, states, done, close, has };
  }

  it('shows existing and appended lines once', async () => {
    await send('PUT', 'one\ntw');
    const log = tail();
    await log.has('one');
    await send('PUT', 'one\ntwo\n€ three\n');
    await log.has('€ three');
    await log.close();
    assert.deepEqual(log.lines, ['one', 'two', '€ three']);
    assert.deepEqual(log.notes, []);
  });

  it('starts near the end of a long file, with a note', async () => {
    await send('PUT', `${'x'.repeat(99)}\n`.repeat(10));
    const log = tail({ bytesBefore: 250 });
    await until(() => log.lines.length === 3, { what: 'the end of the file' });
    await log.close();
    assert.equal(log.lines[0], 'x'.repeat(49));
    assert.match(log.notes.join(), /has 1000 bytes\. Showing the last 250/);
  });

  it('starts over if the file was truncated', async () => {
    await send('PUT', 'a long first line\n');
    const log = tail();
    await log.has('a long first line');
    await send('PUT', 'short\n');
    await log.has('short');
    await log.close();
    assert.match(log.notes.join(), /was truncated/);
  });

  it('continues after the site was unavailable for a while', async () => {
    await send('PUT', 'before\n');
    const log = tail();
    await log.has('before');
    await control(c, sandbox.ready, 'POST', '/faults', {
      service: 'scm',
      status: 429,
      retryAfterSeconds: 120,
      count: 1,
    });
    await until(() => log.states.some(({ kind }) => kind === 'reconnecting'), {
      what: 'the reconnecting state',
    });
    await send('PUT', 'before\nafter\n');
    await log.has('after');
    await log.close();
    assert.deepEqual(log.lines, ['before', 'after']);
  });

  it('ends if the file is deleted or does not exist', async () => {
    await send('PUT', 'one\n');
    const log = tail();
    await until(() => log.lines.length > 0, { what: 'a line' });
    await send('DELETE');
    assert.match(JSON.stringify(await log.done), /"ended".*"notFound"/);
    assert.match(JSON.stringify(await tail().done), /file no longer exists.*Select another/);
  });
});
