import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { Client, walkthroughIds } from './client';

const app = 'keyless-demo-app';

describe('The admin API of a function app', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let client: Client;
  let ids: ReturnType<typeof walkthroughIds>;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
    ids = walkthroughIds(sandbox.ready);
  });
  after(() => sandbox.stop());

  it('requires the master key', async () => {
    assert.equal((await client.site('GET', app, '/admin/host/status')).status, 401);
    const keys = await client.arm('POST', `${ids.app}/host/default/listkeys`);
    const { masterKey } = keys.json<{ masterKey: string }>();
    const reply = await client.site('GET', app, '/admin/host/status', {
      headers: { 'x-functions-key': masterKey },
    });
    assert.equal(reply.json().state, 'Running');
    const bearer = (await client.arm('GET', `${ids.app}/functions/admin/token`)).json<string>();
    assert.equal((await client.site('GET', app, '/admin/functions', { token: bearer })).status, 200);
    assert.equal(
      (await client.arm('GET', `${ids.app}/hostruntime/admin/host/status`)).json().state,
      'Running',
    );
    assert.equal((await client.site('POST', app, '/admin/host/ping')).status, 200);
  });

  it('reports that the sandbox cannot run other runtimes', async () => {
    const keys = (await client.arm('POST', `${ids.linuxApp}/host/default/listkeys`)).json<{
      masterKey: string;
    }>();
    const headers = { 'x-functions-key': keys.masterKey };
    const status = (await client.site('GET', 'keyless-linux-app', '/admin/host/status', { headers })).json<{
      state: string;
      errors: string[];
    }>();
    assert.equal(status.state, 'Error');
    assert.match(status.errors[0] ?? '', /runs only JavaScript functions/);
    const [listed] = (await client.arm('GET', `${ids.linuxApp}/functions`)).json<{
      value: { properties: { name: string } }[];
    }>().value;
    const reply = await client.site('GET', 'keyless-linux-app', `/api/${listed?.properties.name ?? ''}`, {
      headers,
    });
    assert.equal(reply.status, 501);
    assert.match(reply.text, /can't run them on the runtime 'python'/);
  });
});
