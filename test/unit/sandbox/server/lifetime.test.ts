import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { IncomingMessage } from 'node:http';
import { filesBelow } from '../../../support/filesBelow';
import { isAlive, startGroup, temporaryFolder, type Group } from '../../../support/processes';
import { sandboxProgram, startSandbox, type SandboxReady } from '../../../support/sandbox';
import { control, sandboxOpen } from '../../../support/sandboxClient';
import { skip } from '../../../support/skip';
import { until } from '../../../support/until';

const mode = (file: string) => fs.statSync(file).mode & 0o777;

describe('The sandbox', function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof temporaryFolder>;
  let groups: Group[];

  beforeEach(() => {
    folder = temporaryFolder('life');
    groups = [];
  });
  afterEach(async () => {
    for (const group of groups) await group.stop();
    folder.remove();
  });

  const start = (...args: string[]) => {
    const group = startGroup(process.execPath, [sandboxProgram, ...args], { env: { TMPDIR: folder.path } });
    groups.push(group);
    return group;
  };
  const inFolder = (name: string) => path.join(folder.path, name);
  const runFolders = () => fs.readdirSync(folder.path).filter((name) => name.startsWith('keyless-sandbox-'));
  const readRecord = (file: string) => JSON.parse(fs.readFileSync(file, 'utf8')) as SandboxReady;
  const recordAt = (file: string) =>
    until(() => (fs.existsSync(file) ? readRecord(file) : undefined), {
      timeout: 30_000,
      what: 'the record',
    });

  it('keeps its files private to its user, and leaves nothing behind after SIGTERM', async () => {
    const file = inFolder('ready.json');
    const group = start('--ready-file', file);
    const ready = await recordAt(file);
    assert.equal(mode(file), 0o600);
    assert.equal(mode(path.dirname(ready.caCertificateFile)), 0o700);
    assert.equal(mode(ready.caCertificateFile), 0o600);
    for (const name of fs.readdirSync(path.join(path.dirname(ready.caCertificateFile), 'homes')))
      assert.equal(mode(path.join(path.dirname(ready.caCertificateFile), 'homes', name)), 0o700, name);
    for (const file of filesBelow(path.dirname(ready.caCertificateFile)))
      assert.doesNotMatch(fs.readFileSync(file, 'latin1'), /PRIVATE KEY/);
    process.kill(ready.pid, 'SIGTERM');
    assert.equal(await group.exited, 0, group.output());
    assert.deepEqual(fs.readdirSync(folder.path), []);
  });

  it('ends with the process that started it', async () => {
    const file = inFolder('ready.json');
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `require('child_process').spawn(process.execPath, ${JSON.stringify([sandboxProgram, '--ready-file', file])}, {stdio: 'ignore'}); setInterval(() => {}, 1000)`,
      ],
      {
        env: { ...process.env, TMPDIR: folder.path },
        stdio: 'ignore',
      },
    );
    const ready = await recordAt(file);
    parent.kill('SIGKILL');
    await until(() => !isAlive(ready.pid), { what: 'the end of the sandbox' });
    assert.deepEqual(fs.readdirSync(folder.path), []);
  });

  it('ends with npm, even though its shell survives when npm is killed', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux reveals which process started which');
    const file = inFolder('ready.json');
    const shell = `"${process.execPath}" "${sandboxProgram}" --ready-file "${file}"; true`;
    const program = `process.title = 'npm run sandbox'; require('child_process').spawn('sh', ['-c', ${JSON.stringify(shell)}], { stdio: 'ignore' }); setInterval(() => {}, 1000)`;
    const npm = spawn(process.execPath, ['-e', program], {
      env: { ...process.env, TMPDIR: folder.path, npm_lifecycle_event: 'sandbox' },
      stdio: 'ignore',
    });
    const ready = await recordAt(file);
    npm.kill('SIGKILL');
    await until(() => !isAlive(ready.pid), { what: 'the end of the sandbox' });
    assert.deepEqual(fs.readdirSync(folder.path), []);
  });

  it('runs only once for each user, no matter how often it is started', async () => {
    const file = inFolder('sandbox.json');
    const first = [start('--record-file', file), start('--record-file', file), start('--record-file', file)];
    const record = await recordAt(file);
    const losers = first.filter((group) => group.process.pid !== record.pid);
    assert.equal(losers.length, 2);
    for (const loser of losers) assert.equal(await loser.exited, 0, loser.output());
    assert.equal(mode(file), 0o600);
    assert.equal(runFolders().length, 1);
    const late = start('--record-file', file);
    assert.equal(await late.exited, 0);
    assert.match(late.output(), /already running/);
  });

  it('replaces one that was killed, and removes what that one left behind', async () => {
    const file = inFolder('sandbox.json');
    const first = start('--record-file', file);
    const killed = await recordAt(file);
    process.kill(killed.pid, 'SIGKILL');
    await first.exited;
    start('--record-file', file);
    const record = await until(() => (readRecord(file).pid === killed.pid ? undefined : readRecord(file)), {
      timeout: 30_000,
      what: 'a new record',
    });
    assert.equal(runFolders().length, 1);
    assert.ok(fs.existsSync(record.caCertificateFile));
  });

  it('ends some time after its last client leaves, and not before', async () => {
    const file = inFolder('sandbox.json');
    const group = start('--record-file', file, '--linger', '1.5');
    const ready = await recordAt(file);
    const clients = await Promise.all([attach(ready), attach(ready)]);
    const attached = performance.now();
    clients[0].destroy();
    await until(() => performance.now() - attached > 2000, { what: 'more than the linger time' });
    await control(ready, 'GET', '/settings');
    clients[1].destroy();
    const left = performance.now();
    assert.equal(await group.exited, 0, group.output());
    assert.ok(performance.now() - left >= 1400);
    assert.deepEqual(fs.readdirSync(folder.path), []);
  });

  it('ends if no client ever attaches', async () => {
    const file = inFolder('sandbox.json');
    const group = start('--record-file', file, '--linger', '0.5');
    assert.equal(await group.exited, 0, group.output());
    assert.deepEqual(fs.readdirSync(folder.path), []);
  });

  it('ends when a client that knows the secret asks it to', async () => {
    const file = inFolder('sandbox.json');
    const group = start('--record-file', file);
    await control(await recordAt(file), 'POST', '/stop').catch(() => undefined);
    assert.equal(await group.exited, 0);
    assert.equal(fs.existsSync(file), false);
  });

  for (const [what, args] of [
    ['an unknown option', ['--what']],
    ['an invalid scale', ['--scale', 'apps=many']],
    ['two worlds', ['--scale', 'apps=1', '--world', 'x.json']],
  ] as const)
    it(`explains what is wrong with ${what}`, async () => {
      const group = start(...args);
      assert.equal(await group.exited, 2);
      assert.match(group.output(), /usage: sandbox/);
      assert.deepEqual(fs.readdirSync(folder.path), []);
    });

  it('explains what is wrong with a world', async () => {
    const file = inFolder('world.json');
    fs.writeFileSync(
      file,
      JSON.stringify({
        tenants: [
          { tenantId: 'e3c14243-cf3e-5c8a-9ed1-47f000742490', displayName: 'T', defaultDomain: 't.example' },
        ],
        users: [],
        applications: [],
        subscriptions: [
          {
            subscriptionId: 's',
            displayName: 'S',
            roleAssignments: [{ role: 'Owner', principal: 'nobody' }],
          },
        ],
      }),
    );
    const group = start('--world', file);
    assert.equal(await group.exited, 1);
    assert.match(group.output(), /There is no principal 'nobody'/);
    assert.deepEqual(fs.readdirSync(folder.path), ['world.json']);
  });

  it('starts quickly', async () => {
    const begin = performance.now();
    const sandbox = await startSandbox();
    await sandbox.stop();
    assert.ok(performance.now() - begin < 15_000);
  });
});

async function attach(ready: SandboxReady): Promise<IncomingMessage> {
  const stream = await sandboxOpen(ready, `${ready.controlUrl}/attach`, {
    headers: { 'x-sandbox-control': ready.controlSecret },
  });
  assert.equal(stream.statusCode, 200);
  stream.on('error', () => undefined);
  await new Promise((resolve) => stream.once('data', resolve));
  return stream;
}
