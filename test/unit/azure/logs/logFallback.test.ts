import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { LogStreamOptions } from '../../../../src/azure/logs/logStreamOptions';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { control } from '../../../support/sandboxClient';
import { until } from '../../../support/until';
import { fastClock } from './fastClock';
import type { FollowedApp } from './followed';
import { follow } from './followed';

describe('a log stream that cannot read the log files', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  const open: FollowedApp[] = [];
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.stop());
  afterEach(async () => {
    for (const stream of open.splice(0)) {
      await stream.stop();
      fs.rmSync(stream.folder, { recursive: true });
    }
    await control(sandbox.ready, 'DELETE', '/faults');
  });

  const start = async (options: LogStreamOptions = {}): Promise<FollowedApp> => {
    const stream = await follow(sandbox.ready, 'keyless-demo-app', options);
    open.push(stream);
    await stream.live();
    return stream;
  };
  const fault = (path: string, effect: object) =>
    control(sandbox.ready, 'POST', '/faults', { service: 'scm', path, ...effect });
  const clearFaults = () => control(sandbox.ready, 'DELETE', '/faults');
  const write = (stream: FollowedApp, text: string) => {
    fs.appendFileSync(path.join(stream.folder, 'f.log'), text);
  };
  const shows = (stream: FollowedApp, text: string) =>
    until(() => stream.texts().includes(text), {
      what: `${text} in ${stream.texts().join('|')}`,
      timeout: 20_000,
    });

  for (const [what, effect] of [
    ['409 because the site is being changed', { status: 409, body: { Message: 'A swap is in progress.' } }],
    ['a lost connection', { disconnect: true }],
    ['401 once', { status: 401, count: 1 }],
  ] as const)
    it(`for a while neither loses nor repeats lines: ${what}`, async () => {
      const stream = await start({ clock: fastClock(4) });
      write(stream, 'before\n');
      await shows(stream, 'before');
      await fault('/api/vfs/LogFiles', { count: 4, ...effect });
      write(stream, 'during\nduring\n');
      const left = () => control<unknown[]>(sandbox.ready, 'GET', '/faults');
      await until(async () => (await left()).length === 0, { what: 'the failed reads', timeout: 20_000 });
      write(stream, 'after\n');
      await shows(stream, 'after');
      assert.deepEqual(stream.texts(), ['before', 'during', 'during', 'after']);
      assert.deepEqual(stream.gaps, []);
    });

  it('at first shows the lines of the stream and, after an interruption, a gap', async () => {
    await fault('/api/vfs/LogFiles', { status: 409, count: 0 });
    await fault('/api/logstream', { cutAfterBytes: 400 });
    const stream = await start();
    write(stream, 'by the stream\n');
    await shows(stream, 'by the stream');
    await clearFaults();
    write(stream, `${'x'.repeat(400)}\n`);
    await until(() => stream.states.filter(({ kind }) => kind === 'live').length > 1, { what: 'live again' });
    write(stream, 'by the files\n');
    await shows(stream, 'by the files');
    assert.notEqual(stream.lines.at(-1)?.file, undefined, 'the files are read from now on');
    assert.deepEqual(stream.gaps, [{ kind: 'unread' }]);
    assert.equal(stream.texts().filter((text) => text === 'by the stream').length, 1);
  });

  it('for a long time reconnects with a reason instead of ending', async () => {
    const stream = await start({ clock: fastClock(10) });
    write(stream, 'before\n');
    await shows(stream, 'before');
    await fault('/api/vfs/LogFiles', { status: 409, count: 0 });
    write(stream, 'during\n');
    await until(() => stream.states.some((state) => state.kind === 'reconnecting'), {
      what: 'the reconnecting state',
      timeout: 30_000,
    });
    const said = stream.states.find((state) => state.kind === 'reconnecting');
    assert.equal(said?.cause, 'filesUnreadable');
    assert.match(said.reason, /being changed/);
    await clearFaults();
    await shows(stream, 'during');
  });
});
