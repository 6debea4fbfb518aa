import assert from 'node:assert/strict';
import { changeAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { whySilent } from '../../../../src/azure/logs/silence';
import { startApp, stopApp } from '../../../../src/azure/appService/sites';
import { sandboxFetch } from '../../../support/sandboxClient';
import { useSandboxApps } from '../sandboxApps';

describe('reasons for an empty log', () => {
  const sandbox = useSandboxApps();
  let app: FunctionApp;
  before(() => {
    app = sandbox.app('keyless-demo-app');
  });
  beforeEach(() => writeHostJson('{ "version": "2.0" }'));
  afterEach(() => sandbox.control('DELETE', '/faults'));

  const { signal } = new AbortController();
  const reasons = (source: 'logStream' | 'applicationInsights' = 'logStream') =>
    whySilent(sandbox.c, { app }, source, signal);
  const override = (path: string) => `AzureFunctionsJobHost__logging__${path}`;

  async function writeHostJson(text: string): Promise<void> {
    const token = (await sandbox.c.credential.getToken('https://appservice.azure.com/.default'))?.token;
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
    const level = {
      ...{ kind: 'logLevel', level: 'Error', where: 'host.json', name: 'logging.logLevel.default' },
      setting: override('logLevel__default'),
    };
    assert.deepEqual(await reasons(), [
      { kind: 'fileLoggingOff', where: 'host.json', setting: override('fileLoggingMode') },
      level,
    ]);
    assert.deepEqual(await reasons('applicationInsights'), [level]);
  });

  it("don't include a default level that no function is subject to", async () => {
    // microsoft/onefuzz#174
    await writeHostJson(
      '{ "version": "2.0", "logging": { "logLevel": { "default": "Warning", "Host": "Warning", "Function": "Information", "Host.Results": "None", } } }',
    );
    assert.deepEqual(await reasons(), [{ kind: 'notRun' }]);
  });

  it('include a level of functions or of one function, whatever the default is', async () => {
    await writeHostJson(
      '{ "version": "2.0", "logging": { "logLevel": { "default": "Information", "Function": "Error" } } }',
    );
    const name = 'logging.logLevel.Function';
    const reason = { kind: 'logLevel', level: 'Error', where: 'host.json', name };
    assert.deepEqual(await reasons(), [{ ...reason, setting: override('logLevel__Function') }]);
    await writeHostJson('{ "version": "2.0", "logging": { "logLevel": { "Function.ReadSecret": "None" } } }');
    const one = await whySilent(sandbox.c, { app, fn: { name: 'ReadSecret' } }, 'logStream', signal);
    assert.deepEqual(one, [
      {
        ...{ ...reason, level: 'None', name: `${name}.ReadSecret` },
        setting: override('logLevel__Function.ReadSecret'),
      },
    ]);
    const other = await whySilent(sandbox.c, { app, fn: { name: 'Other' } }, 'logStream', signal);
    assert.deepEqual(other, [{ kind: 'notRun' }]);
  });

  it('depend on app settings that override host.json, whatever their case', async () => {
    const names = [override('fileLoggingMode'), override('LogLevel__Default')] as const;
    const [mode, level] = names;
    const set = (name: string, value: string) =>
      changeAppSettings(sandbox.c, app, { kind: 'set', name, value });
    await writeHostJson(
      '{ "version": "2.0", "logging": { "fileLoggingMode": "never", "logLevel": { "default": "Error" } } }',
    );
    await set(mode, 'debugOnly');
    await set(level, 'Information');
    assert.deepEqual(await reasons(), [{ kind: 'notRun' }]);
    await writeHostJson('{ "version": "2.0" }');
    await set(mode, 'never');
    await set(level, 'None');
    assert.deepEqual(await reasons(), [
      { kind: 'fileLoggingOff', where: 'appSetting', setting: mode },
      { kind: 'logLevel', level: 'None', where: 'appSetting', name: level, setting: level },
    ]);
    for (const name of names) await changeAppSettings(sandbox.c, app, { kind: 'delete', name });
  });

  it('include a stopped app', async () => {
    await stopApp(sandbox.c, app);
    assert.deepEqual((await reasons())[0], { kind: 'appStopped' });
    await startApp(sandbox.c, app);
  });

  it('are determined from whatever can be read', async () => {
    await sandbox.control('POST', '/faults', { service: 'scm', status: 403, count: 0 });
    assert.deepEqual(await reasons(), [{ kind: 'notRun' }]);
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(whySilent(sandbox.c, { app }, 'logStream', stop.signal), { name: 'AbortError' });
  });
});
