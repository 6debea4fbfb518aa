import assert from 'node:assert/strict';
import { changeAppSettings } from '../../../../src/azure/appService/appSettings';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { hostSettings, whySilent } from '../../../../src/azure/logs/silence';
import { startApp, stopApp } from '../../../../src/azure/appService/sites';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { sandboxFetch } from '../../../support/sandboxClient';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

describe('reasons for an empty log', () => {
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

  const { signal } = new AbortController();
  const reasons = (source: 'logStream' | 'applicationInsights' = 'logStream') =>
    whySilent(c, app, source, signal);

  async function writeHostJson(text: string): Promise<void> {
    const token = (await c.credential.getToken('https://appservice.azure.com/.default'))?.token;
    const url = `https://${app.scmHostName ?? ''}/api/vfs/site/wwwroot/host.json`;
    const headers = { 'if-match': '*', 'content-type': 'application/json' };
    const answer = await sandboxFetch(sandbox.ready, url, { method: 'PUT', token, headers, body: text });
    assert.ok(answer.status < 300, answer.text);
  }

  it('include functions that did not run', async () => {
    assert.deepEqual(await reasons(), [{ kind: 'notRun' }]);
  });

  it('include settings in a host.json with comments, and file logging only for the log stream', async () => {
    await writeHostJson(
      '{ // "fileLoggingMode": "always"\n "version": "2.0", "url": "http://x", /* so */ "logging": { "fileLoggingMode": "never", "logLevel": { "default": "Error" } } }',
    );
    assert.deepEqual(await reasons(), [
      { kind: 'fileLoggingOff', where: 'host.json' },
      { kind: 'logLevel', level: 'Error', where: 'host.json' },
    ]);
    assert.deepEqual(await reasons('applicationInsights'), [
      { kind: 'logLevel', level: 'Error', where: 'host.json' },
    ]);
  });

  it('depend on app settings that override host.json', async () => {
    const set = (name: string, value: string) => changeAppSettings(c, app, { kind: 'set', name, value });
    await set(hostSettings.fileLoggingMode, 'debugOnly');
    await set(hostSettings.logLevel, 'Information');
    assert.deepEqual(await reasons(), [{ kind: 'notRun' }]);
    await writeHostJson('{ "version": "2.0" }');
    await set(hostSettings.fileLoggingMode, 'never');
    await set(hostSettings.logLevel, 'None');
    assert.deepEqual(await reasons(), [
      { kind: 'fileLoggingOff', where: 'appSetting' },
      { kind: 'logLevel', level: 'None', where: 'appSetting' },
    ]);
    for (const name of Object.values(hostSettings)) await changeAppSettings(c, app, { kind: 'delete', name });
  });

  it('include a stopped app', async () => {
    await stopApp(c, app);
    assert.deepEqual((await reasons())[0], { kind: 'appStopped' });
    await startApp(c, app);
  });

  it('are determined from whatever can be read', async () => {
    await control(c, sandbox.ready, 'POST', '/faults', { service: 'scm', status: 403, count: 0 });
    assert.deepEqual(await reasons(), [{ kind: 'notRun' }]);
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(whySilent(c, app, 'logStream', stop.signal), { name: 'AbortError' });
  });
});
