import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { skip } from '../support/skip';
import { until } from '../support/until';
import { Client, walkthroughIds } from '../unit/sandbox/web/client';
import { AzureCli, isAzInstalled } from './azureCli';

const app = ['--name', 'keyless-demo-app', '--resource-group', 'keyless-walkthrough'];

interface Identity {
  type: string;
  principalId: string;
}

describe("the Azure CLI with the sandbox's function apps runs", function () {
  this.timeout(240_000);
  let sandbox: RunningSandbox;
  let client: Client;
  let az: AzureCli;

  before(async function () {
    if (!(await isAzInstalled())) skip(this, 'az is not installed');
    sandbox = await startSandbox();
    endings.push(() => sandbox.stop());
    client = new Client(sandbox.ready);
    az = await AzureCli.signIn(sandbox.ready);
    endings.push(() => {
      az.dispose();
    });
    await az.run('account', 'set', '--subscription', sandbox.ready.subscriptionIds[0] ?? '');
  });
  const endings: (() => Promise<void> | void)[] = [];
  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  it('functionapp list', async () => {
    const apps = await az.json<{ name: string; kind: string; state: string; defaultHostName: string }[]>(
      'functionapp',
      'list',
    );
    assert.deepEqual(
      apps.map(({ name, kind, state }) => [name, kind, state]),
      [['keyless-demo-app', 'functionapp', 'Running']],
    );
  });

  it('webapp identity assign, show and remove', async () => {
    const assigned = await az.json<Identity>('webapp', 'identity', 'assign', ...app);
    assert.equal(assigned.type, 'SystemAssigned');
    const shown = await az.json<Identity>('webapp', 'identity', 'show', ...app);
    assert.equal(shown.principalId, assigned.principalId);
    await az.run('webapp', 'identity', 'remove', ...app);
    assert.equal((await az.run('webapp', 'identity', 'show', ...app)).trim(), '');
  });

  it('webapp log tail', async () => {
    const { app: id } = walkthroughIds(sandbox.ready);
    // This az supports only basic authentication.
    await client.arm('PUT', `${id}/basicPublishingCredentialsPolicies/scm`, { properties: { allow: true } });
    const tail = az.start('webapp', 'log', 'tail', ...app);
    let output = '';
    for (const stream of [tail.stdout, tail.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    try {
      const shows = (text: RegExp) =>
        until(() => text.test(output), { timeout: 60_000, what: `${String(text)} in ${output}` });
      await shows(/Welcome, you are now connected to log-streaming service/);
      await client.putFile('keyless-demo-app', 'LogFiles/application.log', 'a line for az\r\n');
      await shows(/a line for az/);
    } finally {
      const ended = new Promise((resolve) => tail.once('exit', resolve));
      // az is a script that starts Python, and both must end.
      process.kill(-(tail.pid ?? 0), 'SIGKILL');
      await ended;
    }
  });
});
