import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { isAlive } from '../../../support/processes';
import { startSandbox } from '../../../support/sandbox';
import { until } from '../../../support/until';
import { useSandbox } from '../../azure/useSandbox';
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

const pids = `const { spawn } = require('node:child_process');
  module.exports = async (context) => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    context.res = { body: { own: process.pid, child: child.pid } };
  };`;

interface Pids {
  own: number;
  child: number;
}

interface Answer {
  pid: number;
  stage: string;
  token: number;
}

describe('The processes of a function app', function () {
  this.timeout(60_000);
  const sandbox = useSandbox();
  let client: Client;
  let appId: string;

  before(async () => {
    client = new Client(sandbox.ready);
    appId = walkthroughIds(sandbox.ready).app;
    await client.arm('PATCH', appId, { identity: { type: 'SystemAssigned' } });
    await client.changeSettings(appId, { STAGE: 'before' });
    await client.putFunction(app, 'Slow', slow);
  });
  beforeEach(async () => {
    await client.set({ web: {} });
    fs.rmSync(running(), { force: true }); // a function that was killed leaves it
  });

  const running = (of = app) =>
    path.join(path.dirname(sandbox.ready.caCertificateFile), 'homes', of, 'running');

  /** Calls the function. @returns its answer, once the function waits to be let go on */
  async function call(of = app) {
    const answer = client.site('GET', of, '/api/slow');
    await until(() => fs.existsSync(running(of)), { what: 'the function to run' });
    return { answer };
  }

  // azure-functions-host#7103
  it('let a function end that runs when the app restarts, with its settings and its identity, while others already run anew', async () => {
    const first = await call();
    await client.changeSettings(appId, { STAGE: 'after' });
    fs.rmSync(running());
    const second = await call();
    fs.rmSync(running());
    const [old, next] = [(await first.answer).json<Answer>(), (await second.answer).json<Answer>()];
    assert.deepEqual([old.stage, old.token], ['before', 200]);
    assert.deepEqual([next.stage, next.token], ['after', 200]);
    await until(() => !isAlive(old.pid), { what: 'the old process to end' });
    assert.ok(isAlive(next.pid));
  });

  it('ask for tokens at the same time, right after they started', async () => {
    const code = `const { DefaultAzureCredential } = require('@azure/identity');
      module.exports = async (context) => {
        await new DefaultAzureCredential().getToken('https://vault.localhost/.default');
        context.res = { body: 'got one' };
      };`;
    await client.putFunction(app, 'Token', code);
    const answers = await Promise.all([1, 2, 3].map(() => client.site('GET', app, '/api/token')));
    assert.deepEqual(
      answers.map(({ text }) => text),
      ['got one', 'got one', 'got one'],
    );
  });

  it('end after some time even if a function still runs', async () => {
    await client.set({ web: { drainMs: 100 } });
    const { answer } = await call();
    await client.arm('POST', `${appId}/restart`);
    assert.equal((await answer).status, 500);
  });

  it('end with everything they started', async () => {
    await client.putFunction(app, 'Pids', pids);
    const { own, child } = (await client.site('GET', app, '/api/pids')).json<Pids>();
    assert.ok(isAlive(own) && isAlive(child));
    await client.arm('POST', `${appId}/restart`);
    await until(() => !isAlive(own) && !isAlive(child), { what: 'the processes to end' });
    const next = (await client.site('GET', app, '/api/pids')).json<Pids>();
    assert.notEqual(next.own, own);
  });

  it('end even in an endless loop when the sandbox is killed', async () => {
    const other = await startSandbox();
    try {
      const elsewhere = new Client(other.ready);
      await elsewhere.putFunction(app, 'Pids', pids);
      await elsewhere.putFunction(
        app,
        'Loop',
        `require('node:fs').writeFileSync(process.env.HOME + '/looping', ''); for (;;);`,
      );
      const { own, child } = (await elsewhere.site('GET', app, '/api/pids')).json<Pids>();
      const loopsHere = path.join(path.dirname(other.ready.caCertificateFile), 'homes', app, 'looping');
      const looping = elsewhere.site('GET', app, '/api/loop').catch(() => undefined);
      await until(() => fs.existsSync(loopsHere), { what: 'the loop to run' });
      process.kill(other.ready.pid, 'SIGKILL');
      await looping;
      await until(() => !isAlive(own) && !isAlive(child), { what: 'the processes to end' });
    } finally {
      await other.stop();
    }
  });

  it('do not outlive the app', async () => {
    await client.putFunction('keyless-rbac-app', 'Slow', slow);
    const { answer } = await call('keyless-rbac-app');
    assert.equal((await client.arm('DELETE', walkthroughIds(sandbox.ready).rbacApp)).status, 200);
    assert.equal((await answer).status, 500);
  });
});
