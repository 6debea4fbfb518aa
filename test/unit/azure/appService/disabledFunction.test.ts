import assert from 'node:assert/strict';
import { changeAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import {
  findDisablingSetting,
  readFunction,
  waitUntilEnabled,
} from '../../../../src/azure/appService/disabledFunction';
import { invokeFunction } from '../../../../src/azure/appService/invoke';
import { getFunctionKeys } from '../../../../src/azure/appService/sites';
import type { FunctionApp, FunctionInfo } from '../../../../src/azure/core/model';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { TestConnection } from '../support';
import { connect, only } from '../support';

describe('a disabled function', () => {
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

  const set = (name: string, value: string) => changeAppSettings(c, app, { kind: 'set', name, value });
  const fn = { name: 'ReadSecret' };
  const statusOf = async (found: FunctionInfo) => {
    const { default: key = assert.fail('no key') } = await getFunctionKeys(c, app, found);
    return (await invokeFunction(c, app, found, { method: 'GET', key })).status;
  };

  it('answers 404, and is enabled by the setting that disables it', async () => {
    assert.equal(await findDisablingSetting(c, app, fn), undefined);
    assert.notEqual(await statusOf((await readFunction(c, app, fn)) ?? assert.fail()), 404);
    await set('AzureWebJobs.ReadSecret.Disabled', 'True');
    const found = await readFunction(c, app, fn);
    assert.equal(found?.disabled, true);
    // azure-functions-host, FunctionInvocationMiddleware.cs
    assert.equal(await statusOf(found), 404);
    const setting = await findDisablingSetting(c, app, fn);
    assert.deepEqual(setting, { name: 'AzureWebJobs.ReadSecret.Disabled', value: 'True' });
    await set(setting.name, 'false');
    await waitUntilEnabled(c, app, fn, new AbortController().signal);
    assert.equal((await readFunction(c, app, fn))?.disabled, false);
    assert.equal(await findDisablingSetting(c, app, fn), undefined);
  });

  it('may be disabled by a setting with underscores, as on Linux', async () => {
    await set('AzureWebJobs_READSECRET_Disabled', '1');
    assert.equal((await findDisablingSetting(c, app, fn))?.name, 'AzureWebJobs_READSECRET_Disabled');
  });
});
