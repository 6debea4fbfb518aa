import assert from 'node:assert/strict';
import { readAppProject, waitForFunction } from '../../../../src/azure/appService/appProject';
import { Client } from '../../sandbox/web/client';
import { useSandboxApps } from '../sandboxApps';

describe("an app's project", () => {
  const sandbox = useSandboxApps();
  const { app } = sandbox;

  it('is read from the settings and files of its site', async () => {
    const { runtime, readOnly, files } = await readAppProject(sandbox.c, app('keyless-demo-app'));
    assert.deepEqual([runtime, readOnly], ['node', undefined]);
    assert.ok(files?.includes('ReadSecret'));
  });

  // azure-functions-core-tools#4645, vscode-azurefunctions#4142
  it('has its runtime in functionAppConfig on Flex Consumption, which refuses the setting', async () => {
    const flex = app('keyless-flex-app');
    const project = { runtime: 'node', readOnly: 'flexConsumption' };
    assert.deepEqual(await readAppProject(sandbox.c, flex), project);
    const { runtime: _, ...withoutRuntime } = flex;
    assert.deepEqual(await readAppProject(sandbox.c, withoutRuntime), project);
    await assert.rejects(
      new Client(sandbox.ready).changeSettings(flex.id, { FUNCTIONS_WORKER_RUNTIME: 'node' }),
      /400 .*FUNCTIONS_WORKER_RUNTIME\) for Flex Consumption sites is invalid/s,
    );
  });

  // azure-tools-for-java#5739
  it('shows a new function only when Resource Manager lists it, and ends the wait if that fails', async () => {
    const demo = app('keyless-demo-app');
    const fault = { service: 'arm', path: '/functions', status: 200, body: { value: [] } };
    const requests = () => sandbox.c.log.filter((line) => line.includes('/functions')).length;
    await sandbox.control('POST', '/faults', { ...fault, count: 2 });
    sandbox.c.log.length = 0;
    await waitForFunction(sandbox.c, demo, 'readsecret');
    assert.equal(requests(), 3);
    await sandbox.control('POST', '/faults', { ...fault, status: 403, count: 0 });
    await waitForFunction(sandbox.c, demo, 'ReadSecret');
    await sandbox.control('DELETE', '/faults');
  });
});
