import assert from 'node:assert/strict';
import {
  flexRuntimeOf,
  listFlexRegions,
  listRuntimes,
} from '../../../../src/azure/appService/creation/functionAppStacks';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { TestConnection } from '../support';
import { connect, control } from '../support';

describe('the runtimes of new function apps', function () {
  this.timeout(40_000);
  let sandbox: RunningSandbox;
  let c: TestConnection;

  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
  });
  after(() => sandbox.stop());

  const location = 'northeurope';
  const offered = async (linux: boolean) =>
    (await listRuntimes(c, { location, linux })).map(
      ({ name, runtime }) => `${name}: ${runtime.name} ${runtime.version}`,
    );

  it('come from Azure, without those whose support has ended', async () => {
    const linux = await offered(true);
    // learn.microsoft.com/azure/azure-functions/functions-app-settings: the version is `10.0`, not `10`.
    assert.ok(linux.includes('.NET 10 Isolated: dotnet-isolated 10.0'), linux.join());
    assert.ok(linux.includes('Node.js 22: node 22'));
    assert.ok(linux.includes('Python 3.12: python 3.12'));
    assert.doesNotMatch(
      linux.join(),
      /\.NET [89]|Node\.js (18|20)|Python 3\.(9|10)|PowerShell 7\.4|Framework/,
    );
    const windows = await offered(false);
    assert.ok(windows.includes('.NET 10 Isolated: dotnet-isolated 10.0'), windows.join());
    assert.ok(windows.includes('Node.js 22: node 22'));
    assert.ok(windows.includes('Java 21: java 21'));
    assert.ok(windows.includes('PowerShell 7.6: powershell 7.6'));
    assert.doesNotMatch(windows.join(), /Python|\.NET [89]|Framework|Custom/);
  });

  it('say when their support ends, and whether they are in preview', async () => {
    const runtimes = await listRuntimes(c, { location, linux: true });
    const named = (name: string) => runtimes.find((one) => one.name === name) ?? assert.fail(name);
    const days = ((named('Python 3.11').endOfSupport ?? 0) - c.clock.now()) / (24 * 60 * 60 * 1000);
    assert.ok(days > 80 && days < 100, String(days));
    assert.equal(named('Node.js 26').isPreview, true);
    assert.equal(named('Node.js 24').isPreview, false);
  });

  it('have a name of their own on Flex Consumption, which not all versions have', async () => {
    const node = (version: string) => ({ stack: 'node', runtime: { name: 'node' as const, version } });
    assert.deepEqual(await flexRuntimeOf(c, location, node('22')), { name: 'node', version: '22' });
    assert.equal(await flexRuntimeOf(c, location, node('26')), undefined);
    assert.deepEqual(
      await flexRuntimeOf(c, location, {
        ...{ stack: 'dotnet', runtime: { name: 'dotnet-isolated', version: '10.0' } },
      }),
      { name: 'dotnet-isolated', version: '10.0' },
    );
  });

  it('are those of the whole cloud if it has no list for each region', async () => {
    const body = { error: { code: 'InvalidResourceType', message: 'Not here.' } };
    const path = '/locations/northeurope/functionAppStacks';
    await control(c, sandbox.ready, 'POST', '/faults', { method: 'GET', path, status: 404, body, count: 1 });
    assert.ok((await offered(true)).includes('Node.js 22: node 22'));
    await control(c, sandbox.ready, 'POST', '/faults', { method: 'GET', path, status: 403, body, count: 1 });
    await assert.rejects(offered(true), { status: 403 });
  });

  it('run on Flex Consumption only in its regions', async () => {
    const subscriptionId = sandbox.ready.subscriptionIds[1] ?? '';
    const regions = await listFlexRegions(c, subscriptionId);
    assert.ok(regions);
    assert.ok(regions.has('northeurope'));
    assert.equal(regions.has('francecentral'), false);
    const fault = { method: 'GET', path: '/geoRegions', count: 1 };
    await control(c, sandbox.ready, 'POST', '/faults', { ...fault, status: 403 });
    assert.equal(await listFlexRegions(c, subscriptionId), undefined);
    await control(c, sandbox.ready, 'POST', '/faults', { ...fault, status: 400 });
    assert.deepEqual(await listFlexRegions(c, subscriptionId), new Set());
  });
});
