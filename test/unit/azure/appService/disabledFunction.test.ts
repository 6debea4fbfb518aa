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
import { useSandboxApps } from '../sandboxApps';

describe('a disabled function', () => {
  const sandbox = useSandboxApps();
  let app: FunctionApp;
  before(() => {
    app = sandbox.app('keyless-demo-app');
  });

  const set = (name: string, value: string) =>
    changeAppSettings(sandbox.c, app, { kind: 'set', name, value });
  const fn = { name: 'ReadSecret' };
  const statusOf = async (found: FunctionInfo) => {
    const { default: key = assert.fail('no key') } = await getFunctionKeys(sandbox.c, app, found);
    return (await invokeFunction(sandbox.c, app, found, { method: 'GET', key })).status;
  };

  it('answers 404, and is enabled by the setting that disables it', async () => {
    assert.equal(await findDisablingSetting(sandbox.c, app, fn), undefined);
    assert.notEqual(await statusOf((await readFunction(sandbox.c, app, fn)) ?? assert.fail()), 404);
    await set('AzureWebJobs.ReadSecret.Disabled', 'True');
    const found = await readFunction(sandbox.c, app, fn);
    assert.equal(found?.disabled, true);
    // azure-functions-host, FunctionInvocationMiddleware.cs
    assert.equal(await statusOf(found), 404);
    const setting = await findDisablingSetting(sandbox.c, app, fn);
    assert.deepEqual(setting, { name: 'AzureWebJobs.ReadSecret.Disabled', value: 'True' });
    await set(setting.name, 'false');
    await waitUntilEnabled(sandbox.c, app, fn, new AbortController().signal);
    assert.equal((await readFunction(sandbox.c, app, fn))?.disabled, false);
    assert.equal(await findDisablingSetting(sandbox.c, app, fn), undefined);
  });

  it('may be disabled by a setting with underscores, as on Linux', async () => {
    await set('AzureWebJobs_READSECRET_Disabled', '1');
    assert.equal((await findDisablingSetting(sandbox.c, app, fn))?.name, 'AzureWebJobs_READSECRET_Disabled');
    await changeAppSettings(sandbox.c, app, { kind: 'delete', name: 'AzureWebJobs_READSECRET_Disabled' });
  });
});
