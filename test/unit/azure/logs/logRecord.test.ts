import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../../src/azure/core/clock';
import type { LogStreamOptions } from '../../../../src/azure/logs/logStreamOptions';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { control } from '../../../support/sandboxClient';
import { random } from '../../../support/random';
import { logFilesOf } from '../../../support/sandboxLogs';
import { until } from '../../../support/until';
import { Client, walkthroughIds } from '../../sandbox/web/client';
import { fastClock } from './fastClock';
import type { FollowedApp } from './followed';
import { follow } from './followed';
import { RollingWriter } from './rollingWriter';

const app = 'keyless-demo-app';

describe('the record of a log stream', function () {
  this.timeout(90_000);
  let sandbox: RunningSandbox;
  const open: FollowedApp[] = [];
  let client: Client;
  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
  });
  after(() => sandbox.stop());
  afterEach(async () => {
    for (const stream of open.splice(0)) {
      await stream.stop();
      fs.rmSync(stream.folder, { recursive: true });
    }
    await control(sandbox.ready, 'DELETE', '/faults');
  });

  const start = async (options: LogStreamOptions = {}) => {
    const stream = await follow(sandbox.ready, app, options);
    open.push(stream);
    await stream.live();
    return stream;
  };
  const shows = (stream: FollowedApp, text: string) =>
    until(() => stream.texts().includes(text), {
      what: `${text} in ${stream.texts().slice(-20).join('|')}`,
      timeout: 20_000,
    });

  /** Writing a setting restarts the SCM site. */
  const restartScm = () =>
    client.arm('PUT', `${walkthroughIds(sandbox.ready).app}/config/appsettings`, {
      properties: { RESTART: String(Date.now()) },
    });

  it('contains every line of the files once and in order, whatever happens to the stream', async () => {
    const next = random(20261124);
    const total = 100_000;
    for (let cut = 0; cut < 100; cut++)
      await control(sandbox.ready, 'POST', '/faults', {
        service: 'scm',
        path: '/api/logstream',
        cutAfterBytes: next(8000),
      });
    for (const effect of [{ disconnect: true }, { status: 503 }, { status: 500 }])
      await control(sandbox.ready, 'POST', '/faults', {
        service: 'scm',
        path: '/api/vfs/',
        skip: 50,
        ...effect,
      });
    const stream = await start();
    const cuts = () => stream.states.filter(({ kind }) => kind === 'reconnecting').length;
    const written = new Map<string, string[]>();
    const writer = new RollingWriter(stream.folder, written);
    let number = 0;
    while (number < total || cuts() < 100) {
      const batch: string[] = [];
      for (const to = number + 50 + next(300); number < to;) {
        const line = `line ${number} ü ${'x'.repeat(next(60))}`;
        for (let again = next(20) === 0 ? 1 + next(4) : 1; again > 0 && number < to; again--, number++)
          batch.push(line);
      }
      writer.append(batch, next(3));
      if (next(100) === 0) await restartScm();
      // Write as fast as a busy app, not as fast as the disk.
      await new Promise((resolve) => setTimeout(resolve, next(20)));
    }
    const count = () => stream.lines.length;
    await until(() => count() >= number, { timeout: 20_000, what: 'all lines' }).catch(() => undefined);
    await stream.stop();
    for (const [file, lines] of written) {
      const got = stream.texts().filter((text) => text.startsWith(`${file} `));
      const wrong = lines.findIndex((line, index) => got[index] !== line);
      assert.equal(
        got.length,
        lines.length,
        `${file}: the first wrong one is ${wrong}: ${got[wrong] ?? 'none'} for ${lines[wrong] ?? 'none'}; gaps ${JSON.stringify(stream.gaps)}, last states ${JSON.stringify(stream.states.slice(-3))}, ${count()} of ${number} lines`,
      );
      assert.equal(wrong, -1, `${file}: ${got[wrong] ?? 'none'} for ${lines[wrong] ?? 'none'}`);
    }
    assert.equal(count(), number, JSON.stringify([stream.gaps, stream.states.slice(-3)]));
    assert.deepEqual(stream.gaps, []);
  });

  const write = (stream: FollowedApp, name: string, text: string) => {
    fs.appendFileSync(path.join(stream.folder, name), text);
  };

  it('continues with a renamed file and with the one that took its name', async () => {
    const stream = await start();
    write(stream, 'a.log', 'one\n');
    await shows(stream, 'one');
    write(stream, 'a.log', 'two\n');
    fs.renameSync(path.join(stream.folder, 'a.log'), path.join(stream.folder, 'a.log.1'));
    write(stream, 'a.log', 'three\n');
    await shows(stream, 'three');
    write(stream, 'a.log', 'four\n');
    await shows(stream, 'four');
    await shows(stream, 'two');
    assert.equal(stream.lines.length, 4);
  });

  it("finds a file that couldn't be read before it was renamed", async () => {
    const stream = await start();
    const fault = { service: 'scm', path: '/Host/first.log', status: 503 };
    await control(sandbox.ready, 'POST', '/faults', fault);
    write(stream, 'first.log', 'only\n');
    await until(async () => (await control<unknown[]>(sandbox.ready, 'GET', '/faults')).length === 0, {
      what: 'the failed read',
    });
    fs.renameSync(path.join(stream.folder, 'first.log'), path.join(stream.folder, 'second.log'));
    await shows(stream, 'only');
    await stream.stop();
    assert.deepEqual([stream.texts(), stream.gaps], [['only'], []]);
  });

  it('reads a truncated file from its start, even if it was copied before', async () => {
    const stream = await start();
    const long = `${'long '.repeat(300)}1`;
    write(stream, 'cut.log', `${long}\n`);
    await shows(stream, long);
    fs.copyFileSync(path.join(stream.folder, 'cut.log'), path.join(stream.folder, 'cut.1.log'));
    write(stream, 'other.log', 'in between\n');
    await shows(stream, 'in between');
    fs.writeFileSync(path.join(stream.folder, 'cut.log'), 'anew\n');
    await shows(stream, 'anew');
    assert.deepEqual(stream.texts(), [long, 'in between', 'anew']);
  });

  it('reports where lines are missing: deleted before they were read, or dropped by the host', async () => {
    const stream = await start({ clock: fastClock(4) });
    write(stream, 'gone.log', 'read\n');
    await shows(stream, 'read');
    write(stream, 'back.log', 'before\n');
    await shows(stream, 'before');
    const away = fs.mkdtempSync(path.join(os.tmpdir(), 'keyless-away-'));
    fs.renameSync(path.join(stream.folder, 'back.log'), path.join(away, 'back.log'));
    await control(sandbox.ready, 'POST', '/faults', {
      service: 'scm',
      path: '/api/vfs/LogFiles/Application/Functions/Host',
      status: 503,
      count: 2,
    });
    write(stream, 'gone.log', 'never read\n');
    fs.rmSync(path.join(stream.folder, 'gone.log'));
    write(stream, 'full.log', 'kept\nLog output threshold exceeded.\nkept again\n');
    await shows(stream, 'kept again');
    // A file that was given up because it was missing for a long time is resumed when it reappears.
    await until(() => stream.gaps.length >= 3, { what: 'all gaps', timeout: 20_000 });
    fs.renameSync(path.join(away, 'back.log'), path.join(stream.folder, 'back.log'));
    fs.rmdirSync(away);
    write(stream, 'back.log', 'after\n');
    await shows(stream, 'after');
    assert.equal(stream.texts().filter((text) => text === 'before').length, 1);
    assert.deepEqual(stream.gaps.map(({ kind, file }) => [kind, path.basename(file ?? '')]).sort(), [
      ['purged', 'back.log'],
      ['purged', 'gone.log'],
      ['threshold', 'full.log'],
    ]);
    assert.ok(!stream.texts().includes('never read'));
  });

  it('keeps a file that is briefly missing twice, with a long time in between', async () => {
    let later = 0;
    const stream = await start({ clock: { ...systemClock, now: () => Date.now() + later } });
    write(stream, 'blink.log', 'one\n');
    await shows(stream, 'one');
    const fail = (status: number) =>
      control(sandbox.ready, 'POST', '/faults', {
        ...{ service: 'scm', path: '/api/vfs/LogFiles/Application/Functions/Host/blink.log', status },
      });
    await fail(503);
    for (const text of ['two', 'three']) {
      await fail(404);
      write(stream, 'blink.log', `${text}\n`);
      await shows(stream, text);
      later += 9000;
    }
    assert.deepEqual(stream.texts(), ['one', 'two', 'three']);
    assert.deepEqual(stream.gaps, []);
  });

  it('reports no missing lines of a file that reappears some time after it was given up', async () => {
    let later = 0;
    const stream = await start({ clock: { ...systemClock, now: () => Date.now() + later } });
    const [file, away] = [path.join(stream.folder, 'back.log'), path.join(stream.folder, '../away')];
    write(stream, 'back.log', 'before\n');
    await shows(stream, 'before');
    await control(sandbox.ready, 'POST', '/faults', { path: '/Host/', status: 503 });
    fs.renameSync(file, away);
    fs.appendFileSync(away, 'in between\n');
    for (const text of ['missed', 'missed for long', 'given up']) {
      write(stream, 'other.log', `${text}\n`);
      await shows(stream, text);
      later += 9000;
    }
    fs.renameSync(away, file);
    await shows(stream, 'in between');
    assert.deepEqual(stream.gaps, []);
  });

  it('keeps identical lines, applies the filter, and shows an incomplete last line', async () => {
    const stream = await start({ filter: 'WANTED', clock: fastClock(4) });
    write(stream, 'f.log', 'wanted\nwanted\nother\nwanted\nand this is wan');
    await until(() => stream.lines.length === 3, { what: 'three lines' });
    write(stream, 'f.log', 'ted, without an end');
    await shows(stream, 'and this is wanted, without an end');
    assert.equal(stream.lines.length, 4);
    assert.equal(stream.lines[0]?.file, 'LogFiles/Application/Functions/Host/f.log');
  });

  it('contains the last lines of a Linux app once, however often the service repeats them', async () => {
    const folder = path.join(logFilesOf(sandbox.ready, app), '../../keyless-linux-app/LogFiles');
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '_');
    const file = path.join(folder, `${today}_m_default_docker.log`);
    fs.mkdirSync(folder, { recursive: true });
    // With only one file from today, the service would show the container's output.
    fs.writeFileSync(path.join(folder, `${today}_m_docker.log`), '');
    fs.writeFileSync(file, Array.from({ length: 12 }, (_, index) => `old ${index}\n`).join(''));
    await control(sandbox.ready, 'POST', '/faults', {
      ...{ service: 'scm', path: '/api/logstream', cutAfterBytes: 300, count: 3 },
    });
    const stream = await follow(sandbox.ready, 'keyless-linux-app');
    open.push(stream);
    await shows(stream, 'old 11');
    await until(
      () =>
        stream.states.filter(({ kind }) => kind === 'live').length >= 4 &&
        stream.states.at(-1)?.kind === 'live',
      {
        what: 'the last reconnect',
        timeout: 20_000,
      },
    );
    fs.appendFileSync(file, 'new\nnew\n');
    await until(() => stream.texts().filter((text) => text === 'new').length === 2, {
      what: 'the new lines',
    });
    assert.deepEqual(stream.texts(), [
      ...Array.from({ length: 10 }, (_, index) => `old ${index + 2}`),
      'new',
      'new',
    ]);
  });

  it('is replaced by the stream and reports a gap if permission to read the files is removed', async () => {
    const stream = await start();
    write(stream, 'r.log', 'by the files\n');
    await shows(stream, 'by the files');
    await control(sandbox.ready, 'POST', '/faults', {
      service: 'scm',
      path: '/api/vfs/',
      status: 403,
      count: 0,
    });
    write(stream, 'r.log', 'lost between the two\n');
    await until(() => stream.gaps.length > 0, { what: 'the gap', timeout: 20_000 });
    write(stream, 'r.log', 'by the stream\n');
    await shows(stream, 'by the stream');
    assert.equal(stream.lines.at(-1)?.file, undefined);
    assert.deepEqual(stream.gaps, [{ kind: 'unread' }]);
  });
});
