import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import type { SandboxResponse } from '../../../support/sandboxClient';
import { Client, walkthroughIds } from '../web/client';
import { StreamReader } from './streamReader';

const app = 'keyless-demo-app';
const linuxApp = 'keyless-linux-app';

describe('The log stream of an SCM site', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let client: Client;
  let ids: ReturnType<typeof walkthroughIds>;
  const open: StreamReader[] = [];

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
    ids = walkthroughIds(sandbox.ready);
  });
  afterEach(() => {
    for (const stream of open.splice(0)) stream.close();
  });
  after(() => sandbox.stop());

  const stream = async (
    of = app,
    where = '/api/logstream',
    headers: Record<string, string> = {},
  ): Promise<StreamReader> => {
    const token = await client.token('https://appservice.azure.com');
    const response = await client.open('GET', `${client.scmUrl(of)}${where}`, { token, headers });
    assert.equal(response.statusCode, 200);
    const reader = new StreamReader(response);
    open.push(reader);
    await reader.waitFor('Welcome');
    return reader;
  };
  const put = (file: string, content: string, of = app): Promise<void> => client.putFile(of, file, content);

  /** Deletes a file if it exists. */
  const remove = (file: string, of = app): Promise<SandboxResponse> =>
    client.scm('DELETE', of, `/api/vfs/${file}`, { headers: { 'if-match': '*' } });

  describe('of a Windows app', () => {
    it('starts with a welcome, as plain text with affinity cookies', async () => {
      const { text, headers } = await stream();
      assert.match(
        text,
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d {2}Welcome, you are now connected to log-streaming service\. The default timeout is 2 hours\. Change the timeout with the App Setting SCM_LOGSTREAM_TIMEOUT \(in seconds\)\. \r\n$/,
      );
      assert.match(headers['content-type'] ?? '', /^text\/plain/);
      assert.deepEqual(
        headers['set-cookie']?.map((cookie) => cookie.split('=')[0]),
        ['ARRAffinity', 'ARRAffinitySameSite'],
      );
      assert.equal(
        (await stream(app, '/logstream', { FunctionsPortal: '1' })).headers['content-type'],
        'custom-functions/stream',
      );
    });

    it('sends what is appended to existing files, and new files from their start', async () => {
      await put('LogFiles/old.log', 'before\r\n');
      const reader = await stream();
      fs.appendFileSync(path.join(await homeOf(app), 'LogFiles', 'old.log'), 'after\r\n');
      await reader.waitFor('after\r\n');
      await put('LogFiles/deep/er/new.txt', 'new one\n');
      await reader.waitFor('new one\n');
      await put('LogFiles/ignored.bin', 'never');
      await put('LogFiles/old.log', 'short\n');
      await reader.waitFor('short\n');
      assert.ok(!reader.text.includes('before\r\n'), 'nothing is replayed');
      assert.ok(!reader.text.includes('never'));
    });

    it('sends nothing of a renamed file until it changes, and then all of it', async () => {
      await put('LogFiles/rolled.log', 'first\r\n');
      const reader = await stream();
      const folder = path.join(await homeOf(app), 'LogFiles');
      fs.renameSync(path.join(folder, 'rolled.log'), path.join(folder, 'rolled.1.log'));
      await put('LogFiles/rolled.log', 'second\r\n');
      await reader.waitFor('second\r\n');
      assert.ok(!reader.text.includes('first'), reader.text);
      fs.appendFileSync(path.join(folder, 'rolled.1.log'), 'third\r\n');
      await reader.waitFor('first\r\nthird\r\n');
    });

    it('ignores case in the filter and the path, and creates a missing folder', async () => {
      const filtered = await stream(app, '/api/logstream/Deep?filter=WANTED');
      const elsewhere = await stream(app, '/api/logstream/no/such/folder');
      await put('LogFiles/deep/some.log', 'other\r\nIs wanted here\r\n');
      await filtered.waitFor('Is wanted here\r\n');
      assert.ok(!filtered.text.includes('other'));
      assert.ok(!elsewhere.text.includes('wanted'));
      const listing = await client.scm('GET', app, '/api/vfs/LogFiles/no/such/folder/');
      assert.equal(listing.status, 200);
      assert.equal(
        (
          await client.send('POST', `${client.scmUrl(app)}/api/logstream`, {
            token: await client.token('https://appservice.azure.com'),
          })
        ).status,
        400,
      );
    });

    it('reports minutes of silence, and the timeout that ends it', async () => {
      await client.set({ web: { logStreamHeartbeatMs: 80 } });
      const reader = await stream(app, '/api/logstream/quiet');
      await reader.waitFor(/No new trace in the past 1 min\(s\)\.\r\n/);
      await reader.waitFor(/No new trace in the past 3 min\(s\)\.\r\n/);
      await client.set({ web: {} });
      await setSetting('SCM_LOGSTREAM_TIMEOUT', '1');
      const short = await stream(app, '/api/logstream/quiet');
      await short.waitForEnd();
      assert.match(short.text, /The log-streaming session has ended due to timeout 0 min\(s\)\.\r\n$/);
      await setSetting('SCM_LOGSTREAM_TIMEOUT', '7200');
    });

    it('ends when a changed setting restarts the SCM site', async () => {
      const reader = await stream();
      await setSetting('SOME', String(Date.now()));
      await reader.waitForEnd();
      assert.match(
        reader.text,
        /\r\n\S+ {2}The log-streaming session has ended\. Please reconnect to continue streaming logs\.\r\n$/,
      );
    });

    it('ends with an error when its folder is deleted', async () => {
      const reader = await stream(app, '/api/logstream/doomed/folder');
      assert.equal((await client.scm('DELETE', app, '/api/vfs/LogFiles/doomed/?recursive=true')).status, 200);
      await reader.waitForEnd();
      assert.match(
        reader.text,
        /\r\n\S+ {2}Error has occurred and stream is terminated\. Could not find a part of the path 'D:\\home\\LogFiles\\doomed\\folder'\.\r\n$/,
      );
    });

    it('sends everything that a busy writer writes, in order', async () => {
      const home = await homeOf(app);
      const file = path.join(home, 'LogFiles', 'busy.log');
      fs.writeFileSync(file, '');
      const reader = await stream(app, '/api/logstream');
      const total = 40_000;
      const started = performance.now();
      for (let from = 0; from < total; from += 2000) {
        const lines = Array.from({ length: 2000 }, (_, index) => `${from + index} ${'x'.repeat(80)} ü`);
        fs.appendFileSync(file, `${lines.join('\n')}\n`);
      }
      await reader.waitFor(`${total - 1} xx`, 30_000);
      const seconds = (performance.now() - started) / 1000;
      const numbers = [...reader.text.matchAll(/^(\d+) x{80} ü$/gm)].map(([, number]) => Number(number));
      assert.equal(numbers.length, total);
      assert.ok(numbers.every((number, index) => number === index));
      assert.ok(total / seconds > 20_000, `${Math.round(total / seconds)} lines a second`);
    });
  });

  describe('of a Linux app', () => {
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '_');
    const docker = `${today}_machine_default_docker.log`;
    const pulls = `${today}_machine_docker.log`;
    const lines = (count: number) =>
      Array.from({ length: count }, (_, index) => `line ${index + 1}${index > 8 ? ' ü' : ''}\n`).join('');

    it('sends what the container prints if LogFiles has at most one file from today', async () => {
      for (const file of [docker, pulls]) await remove(`LogFiles/${file}`, linuxApp);
      await client.changeSettings(ids.linuxApp, { FUNCTIONS_WORKER_RUNTIME: 'node' });
      await client.putFunction(
        linuxApp,
        'Talker',
        `module.exports = async (context) => { context.log('hello ü'); context.res = { body: 'ok' }; };`,
      );
      await client.site('GET', linuxApp, '/api/talker');
      const reader = await stream(linuxApp);
      await reader.waitFor('Starting Live Log Stream ---\n');
      assert.match(
        reader.text,
        /\n\/appsvctmp\/volatile\/logs\/runtime\/container\.log \n\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z \w/,
      );
      assert.match(reader.text, /Z {7}hello \?\?\n/, reader.text);
      const before = reader.text.length;
      await client.site('GET', linuxApp, '/api/talker');
      await reader.waitFor(/Ending Log Tail[^]*Z info: Function\.Talker\[0\]\n\S+Z {7}hello ü\n/);
      assert.ok(before < reader.text.length);
      const outside = await client.scm('GET', linuxApp, '/api/vfs/../appsvctmp/volatile/logs/runtime/');
      assert.equal(outside.status >= 400, true, 'out of reach');
    });

    it('starts with the last lines of existing files, then sends a blank line before each batch, for any path', async () => {
      await put(`LogFiles/${docker}`, lines(12), linuxApp);
      await put(`LogFiles/${pulls}`, 'pulled\n', linuxApp);
      const reader = await stream(linuxApp, '/api/logstream/application/ignored');
      await reader.waitFor('Starting Live Log Stream ---\n');
      assert.equal(reader.headers['content-type'], 'text/event-stream');
      assert.match(
        reader.text,
        /^\S+ {2}Welcome, you are now connected to log-streaming service\.\n\nStarting Log Tail -n 10 of existing logs ----\n/,
      );
      assert.match(
        reader.text,
        new RegExp(
          `/home/LogFiles/${docker} {2}\\(https://keyless-linux-app\\.scm\\.localhost:\\d+/api/vfs/LogFiles/${docker}\\)\\nline 3\\n`,
        ),
      );
      assert.match(reader.text, /line 9\nline 10 \?\?\n/);
      assert.ok(!reader.text.includes('line 2\n'));
      await put(`LogFiles/${docker}`, lines(13), linuxApp);
      await reader.waitFor('\nline 13 ü\n');
    });

    it('comes with a list of container logs', async () => {
      await put(`LogFiles/${docker}`, lines(12), linuxApp);
      await put(`LogFiles/${pulls}`, 'pulled\n', linuxApp);
      const logs = (await client.scm('GET', linuxApp, '/api/logs/docker')).json<
        { machineName: string; href: string; path: string }[]
      >();
      assert.deepEqual(logs.map(({ machineName, path: where }) => [machineName, where]).sort(), [
        ['machine', `/home/LogFiles/${pulls}`],
        ['machine_default', `/home/LogFiles/${docker}`],
      ]);
    });
  });

  describe('of the function host', () => {
    const line =
      /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3} \[Information\] Executing 'Functions\.Talker' \(Reason='This function was programmatically called via the host APIs\.', Id=([0-9a-f-]{36})\)\r\n/;

    before(() =>
      client.putFunction(
        app,
        'Talker',
        `module.exports = async (context) => { context.log('hello', { from: 'function' }); context.log.warn('careful'); context.res = { body: 'ok' }; };`,
      ),
    );

    it('shows an invocation only in debug mode', async () => {
      await remove('LogFiles/Application/Functions/Host/debug_sentinel');
      const ofFunction = await stream(app, '/api/logstream/application/functions/function/Talker');
      await client.site('GET', app, '/api/talker');
      await put('LogFiles/Application/Functions/Host/debug_sentinel', '');
      const ofHost = await stream(app, '/api/logstream/application/functions/host');
      await client.site('GET', app, '/api/talker');
      await ofFunction.waitFor(
        /Executed 'Functions\.Talker' \(Succeeded, Id=[0-9a-f-]{36}, Duration=\d+ms\)\r\n/,
      );
      assert.match(ofFunction.text, line);
      assert.match(
        ofFunction.text,
        /\[Information\] hello \{ from: 'function' \}\r\n\S+ \[Warning\] careful\r\n/,
      );
      assert.equal(ofFunction.text.match(/Executing/g)?.length, 1, 'the run before debug mode left no line');
      await ofHost.waitFor(/\[Information,Talker\] Executed 'Functions\.Talker'/);

      await client.advance(15 * 60_000);
      await client.site('GET', app, '/api/talker');
      await put('LogFiles/Application/Functions/Function/Talker/end.log', 'end of test\n');
      await ofFunction.waitFor('end of test');
      assert.equal(ofFunction.text.match(/Executing/g)?.length, 1, 'debug mode has expired');
    });

    it('returns to debug mode when the host status is read, which is logged', async () => {
      const keys = (await client.arm('POST', `${ids.app}/host/default/listkeys`)).json<{
        masterKey: string;
      }>();
      const reader = await stream(app, '/api/logstream/application/functions/host');
      await client.site('GET', app, '/admin/host/status', { headers: { 'x-functions-key': keys.masterKey } });
      await reader.waitFor(/\[Information\] Host Status: \{/);
    });
  });

  async function setSetting(name: string, value: string): Promise<void> {
    const { properties } = (await client.arm('POST', `${ids.app}/config/appsettings/list`)).json<{
      properties: Record<string, string>;
    }>();
    await client.arm('PUT', `${ids.app}/config/appsettings`, {
      properties: { ...properties, [name]: value },
    });
  }

  // Like a writer on the same machine, the test needs the path of the app's files, so it asks the app itself.
  async function homeOf(name: string): Promise<string> {
    await client.putFunction(
      name,
      'Home',
      `module.exports = async (context) => { context.res = { body: process.env.HOME }; };`,
    );
    return (await client.site('GET', name, '/api/home')).text;
  }
});
