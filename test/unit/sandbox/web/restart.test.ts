import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { isAlive } from '../../../support/processes';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { until } from '../../../support/until';
import { Client, walkthroughIds } from './client';

const app = 'keyless-demo-app';

const slow = `const fs = require('node:fs');
  module.exports = async (context) => {
    const file = process.env.HOME + '/running';
    fs.writeFileSync(file, '');
    while (fs.existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 10));
    const token = process.env.IDENTITY_ENDPOINT + '?api-version=2019-08-01&resource=https://vault.localhost';
    const { status } = await fetch(token, { headers: { 'x-identity-header': process.env.IDENTITY_HEADER } });
    context.res = { body: { pid: process.pid, stage: process.env.STAGE, token: status } };
  };`;

interface Answer {
  pid: number;
  stage: string;
  token: number;
}

/** How a restart treats what runs: azure-functions-host#7103. */
describe('The restart of a function app', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let client: Client;
  let appId: string;
  let running: string;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
    appId = walkthroughIds(sandbox.ready).app;
    running = path.join(path.dirname(sandbox.ready.caCertificateFile), 'homes', app, 'running');
    await client.arm('PATCH', appId, { identity: { type: 'SystemAssigned' } });
    await client.changeSettings(appId, { STAGE: 'before' });
    await client.putFunction(app, 'Slow', slow);
  });
  after(() => sandbox.stop());

  /** Calls the function. @returns its answer, once the function waits to be let go on */
  async function call() {
    const answer = client.site('GET', app, '/api/slow');
    await until(() => fs.existsSync(running), { what: 'the function to run' });
    return { answer };
  }

  it('lets a function end that runs, with its settings and its identity, while others already run anew', async () => {
    const first = await call();
    await client.changeSettings(appId, { STAGE: 'after' });
    fs.rmSync(running);
    const second = await call();
    fs.rmSync(running);
    const [old, next] = [(await first.answer).json<Answer>(), (await second.answer).json<Answer>()];
    assert.deepEqual([old.stage, old.token], ['before', 200]);
    assert.deepEqual([next.stage, next.token], ['after', 200]);
    await until(() => !isAlive(old.pid), { what: 'the old process to end' });
    assert.ok(isAlive(next.pid));
  });

  it('does not wait for a function forever', async () => {
    await client.set({ web: { drainMs: 100 } });
    const { answer } = await call();
    await client.arm('POST', `${appId}/restart`);
    assert.equal((await answer).status, 500);
  });

  it('does not outlive the app', async () => {
    await client.set({ web: {} });
    const { answer } = await call();
    assert.equal((await client.arm('DELETE', appId)).status, 200);
    assert.equal((await answer).status, 500);
  });
});
