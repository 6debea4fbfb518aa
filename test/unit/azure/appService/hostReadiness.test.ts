import assert from 'node:assert/strict';
import { createFunctionApp } from '../../../../src/azure/appService/creation/functionAppCreation';
import { waitForHost } from '../../../../src/azure/appService/creation/hostReadiness';
import type { FunctionApp } from '../../../../src/azure/core/model';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { TestConnection } from '../support';
import { connect, control } from '../support';

describe('the host of a new app', function () {
  this.timeout(40_000);
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let app: FunctionApp;

  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    await control(c, sandbox.ready, 'PATCH', '/settings', { rolePropagationMs: 60_000 });
    app = await createFunctionApp(
      c,
      {
        ...{ subscriptionId: sandbox.ready.subscriptionIds[1] ?? '', resourceGroup: 'keyless-rbac' },
        ...{ name: 'fresh-app', location: 'northeurope', linux: true, plan: 'basic' },
        ...{ runtime: { name: 'node', version: '22' }, storageName: 'store1' },
      },
      { next: () => undefined, made: () => undefined },
    );
  });
  after(() => sandbox.stop());

  /** What was waited for, and how it ended. */
  async function wait(timing?: Parameters<typeof waitForHost>[4]): Promise<string[]> {
    const waits: string[] = [];
    const end = await waitForHost(c, app, (one) => waits.push(one), undefined, timing);
    return [...waits, end];
  }
  const status = '/hostruntime/admin/host/status';
  const fault = (fields: object) =>
    control(c, sandbox.ready, 'POST', '/faults', { method: 'GET', path: status, ...fields });

  it('is waited for until it runs and its role on the storage account has taken effect', async () => {
    assert.deepEqual(await wait({ poll: 1000, limit: 2000 }), ['storage', 'silent']);
    // azure-cli#20892
    const message = 'Encountered an error (ServiceUnavailable) from host runtime.';
    await fault({ status: 400, body: { error: { code: 'BadRequest', message } }, count: 2 });
    assert.deepEqual(await wait(), ['start', 'storage', 'running']);
    assert.deepEqual(await wait(), ['running']);
  });

  it('is not waited for if it reports another error, or if the account may not ask', async () => {
    const failing = { state: 'Error', errors: ["The file 'host.json' is not valid."] };
    await fault({ status: 200, body: failing, count: 1 });
    assert.deepEqual(await wait(), ['failing']);
    await fault({ status: 403, count: 1 });
    assert.deepEqual(await wait(), ['unknown']);
  });
});
