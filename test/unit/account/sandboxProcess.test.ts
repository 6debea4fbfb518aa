import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { attachToRunning, startSandbox } from '../../../src/account/sandboxProcess';
import { readSandboxRecord } from '../../../src/account/sandboxRecord';
import { root } from '../../support/paths';
import { isAlive, temporaryFolder } from '../../support/processes';
import { until } from '../../support/until';

describe("a user's sandbox", () => {
  let work: ReturnType<typeof temporaryFolder>;
  let place: { storageFolder: string; extensionFolder: string };

  beforeEach(() => {
    work = temporaryFolder('sandbox-process');
    place = { storageFolder: work.path, extensionFolder: root };
  });
  afterEach(() => {
    work.remove();
  });

  const recordFile = () => path.join(work.path, 'sandbox', 'record.json');
  const stopped = async (pid: number) =>
    until(() => !isAlive(pid), { what: 'the end of the sandbox', timeout: 15_000 });

  it('runs only once, even if several windows start it at the same time, and can be stopped', async function () {
    this.timeout(60_000);
    const handles = await Promise.all([1, 2, 3].map(() => startSandbox(place)));
    const [first] = handles;
    assert.ok(first);
    assert.deepEqual(new Set(handles.map(({ record }) => record.pid)).size, 1);
    assert.equal(fs.statSync(recordFile()).mode & 0o777, 0o600);
    const others = handles.slice(1).map(({ ended }) => ended);
    await first.stop();
    await Promise.all(others);
    await stopped(first.record.pid);
    assert.equal(await attachToRunning(place), undefined);
    for (const handle of handles) handle.release();
  });

  it("says why it doesn't start", async () => {
    await assert.rejects(startSandbox({ ...place, extensionFolder: work.path }), {
      name: 'AccountError',
      message: /didn't start: it exited with code 1.*Cannot find module/s,
    });
  });

  it('can be canceled while it starts', async () => {
    const abort = new AbortController();
    const starting = startSandbox(place, abort.signal);
    abort.abort();
    await assert.rejects(starting, { name: 'AbortError' });
  });

  it("isn't trusted if its record isn't private, names another machine, or its process is gone", async () => {
    const record = {
      resourceManagerUrl: 'https://localhost:1',
      authorityUrl: 'https://localhost:2',
      graphUrl: 'https://localhost:3',
      applicationInsightsUrl: 'https://localhost:9',
      controlUrl: 'https://localhost:4',
      signInPageUrl: 'http://127.0.0.1:5',
      ...{ tenantId: 't', clientId: 'c', clientSecret: 's', userName: 'u', userPassword: 'p' },
      ...{
        controlSecret: 's',
        caCertificateFile: 'f',
        vaultPort: 6,
        sitesPort: 7,
        scmPort: 8,
        pid: process.pid,
      },
    };
    const file = path.join(work.path, 'record.json');
    const read = (change: object, mode = 0o600) => {
      fs.rmSync(file, { force: true });
      fs.writeFileSync(file, JSON.stringify({ ...record, ...change }), { mode });
      return readSandboxRecord(file);
    };
    assert.deepEqual(await read({}), record);
    assert.equal(await read({}, 0o644), undefined);
    assert.equal(await read({ resourceManagerUrl: 'https://evil.example' }), undefined);
    assert.equal(await read({ authorityUrl: 'http://localhost:2' }), undefined);
    assert.equal(await read({ signInPageUrl: 'https://evil.example' }), undefined);
    assert.equal(await read({ pid: 4_000_000 }), undefined);
    assert.equal(await read({ vaultPort: '6' }), undefined);
  });
});
