import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { mostWholeMegabytes } from '../../../../src/azure/logs/logState';
import type { LogStreamOptions } from '../../../../src/azure/logs/logStreamOptions';
import { describeGap } from '../../../../src/logs/states';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { control } from '../../../support/sandboxClient';
import { logFilesOf } from '../../../support/sandboxLogs';
import { until } from '../../../support/until';
import { Client, walkthroughIds } from '../../sandbox/web/client';
import { fastClock } from './fastClock';
import type { FollowedApp } from './followed';
import { follow } from './followed';

const app = 'keyless-linux-app';

describe('the log stream of a Linux app', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let logFiles: string;
  const open: FollowedApp[] = [];
  before(async () => {
    sandbox = await startSandbox();
    const home = path.dirname(logFilesOf(sandbox.ready, 'keyless-demo-app'));
    logFiles = path.join(path.dirname(home), app, 'LogFiles');
  });
  after(() => sandbox.stop());
  afterEach(async () => {
    for (const stream of open.splice(0)) await stream.stop();
    fs.rmSync(logFiles, { recursive: true });
    await control(sandbox.ready, 'DELETE', '/faults');
  });

  const start = async (options: LogStreamOptions = {}): Promise<FollowedApp> => {
    const stream = await follow(sandbox.ready, app, options);
    open.push(stream);
    await stream.live();
    return stream;
  };
  const shows = (stream: FollowedApp, text: string) =>
    until(() => stream.texts().includes(text), {
      what: `${text} in ${stream.texts().join('|')}`,
      timeout: 20_000,
    });
  const reconnects = (stream: FollowedApp) =>
    until(() => stream.states.filter(({ kind }) => kind === 'live').length > 1, { what: 'live again' });
  const cut = () =>
    control(sandbox.ready, 'POST', '/faults', {
      ...{ service: 'scm', path: '/api/logstream', cutAfterBytes: 6000 },
    });

  describe("with today's files, which are sent completely,", () => {
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '_');
    const docker = () => path.join(logFiles, `${today}_m_default_docker.log`);
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => `${from + index} ü 😀`);
    const append = (some: readonly string[]) => {
      fs.appendFileSync(docker(), some.map((line) => `${line}\n`).join(''));
    };
    beforeEach(() => {
      fs.mkdirSync(logFiles, { recursive: true });
      fs.writeFileSync(path.join(logFiles, `${today}_m_docker.log`), '');
      fs.writeFileSync(docker(), '');
    });

    it('shows each line once and in order despite a lost connection, a rolled file and a truncated file', async () => {
      append(lines(0, 20));
      await cut();
      const stream = await start({ clock: fastClock(2) });
      await shows(stream, '19 ü 😀');
      append(lines(20, 1000));
      await reconnects(stream);
      await shows(stream, '999 ü 😀');
      fs.renameSync(docker(), docker().replace('.log', '.1.log'));
      append(lines(1000, 1010));
      await shows(stream, '1009 ü 😀');
      fs.writeFileSync(docker(), '');
      append(['anew']);
      await shows(stream, 'anew');
      assert.deepEqual(
        stream.texts().filter((text) => !text.startsWith('0 ')),
        [...lines(10, 1010), 'anew'],
      );
      assert.deepEqual(stream.gaps, []);
    });

    it('does not repeat the last lines if the files can be read only after an interruption', async () => {
      const vfs = { service: 'scm', path: '/api/vfs/LogFiles', status: 409, count: 0 };
      await control(sandbox.ready, 'POST', '/faults', vfs);
      await cut();
      const stream = await start();
      append(lines(0, 20));
      await shows(stream, '19 ü 😀');
      await control(sandbox.ready, 'DELETE', '/faults');
      append(['x'.repeat(6000)]);
      await reconnects(stream);
      append(['by the files']);
      await shows(stream, 'by the files');
      assert.deepEqual(
        stream.texts().filter((text) => text.endsWith('😀')),
        lines(0, 20),
      );
    });

    it('shows all of what was written at once, however much it is', async () => {
      append(lines(0, 20));
      const stream = await start({ clock: fastClock(2) });
      append(lines(20, 30));
      await shows(stream, '29 ü 😀');
      const many = Array.from({ length: 400 }, (_, number) => `${number} ${'x'.repeat(50_000)}`);
      append(many);
      append(['last']);
      await shows(stream, 'last');
      assert.equal(stream.texts().filter((text) => text.endsWith('xxx')).length, many.length);
      assert.deepEqual(stream.gaps, []);
    });

    it('reports once that a file is too large, and shows the others', async () => {
      append(lines(0, 20));
      fs.truncateSync(docker(), (mostWholeMegabytes + 1) * 1024 * 1024);
      const stream = await start({ clock: fastClock(2) });
      append(['left out']);
      await until(() => stream.gaps.length > 0, { what: 'the gap', timeout: 20_000 });
      append(['left out as well']);
      const other = path.join(logFiles, `${today}_m_docker.log`);
      fs.appendFileSync(other, 'first\n');
      await shows(stream, 'first');
      fs.appendFileSync(other, 'second\n');
      await shows(stream, 'second');
      assert.deepEqual(stream.gaps, [{ kind: 'tooLarge', file: `LogFiles/${path.basename(docker())}` }]);
      assert.match(describeGap(stream.gaps[0] ?? assert.fail()), /docker\.log is larger than 64 MB/);
      assert.ok(!stream.texts().some((text) => text.startsWith('left out')));
    });

    it('reads them again only if they changed', async () => {
      append(lines(0, 50));
      const stream = await start();
      append(['more']);
      await shows(stream, 'more');
      await control(sandbox.ready, 'DELETE', '/stats');
      const statuses = async () => JSON.stringify(await control(sandbox.ready, 'GET', '/stats'));
      await until(async () => (await statuses()).includes('304'), {
        what: 'a read without new bytes',
        timeout: 20_000,
      });
    });
  });

  describe('with output of the container', () => {
    const container = () => path.join(`${path.dirname(logFiles)}.volatile`, 'container.log');
    const write = (text: string) => {
      fs.appendFileSync(container(), text);
    };
    beforeEach(() => {
      fs.mkdirSync(logFiles, { recursive: true });
      fs.mkdirSync(path.dirname(container()), { recursive: true });
      fs.writeFileSync(container(), '');
    });

    it('shows the lines of the stream because those files cannot be read', async () => {
      write(numbered('old', 12));
      const stream = await start();
      await shows(stream, 'old 11 ??');
      write('new ü\n');
      await shows(stream, 'new ü');
      assert.ok(!stream.texts().includes('old 1 ??'));
      assert.equal(stream.lines.at(-1)?.file, undefined);
      assert.deepEqual(stream.gaps, []);
    });

    it('does not repeat the last lines after an interruption but reports a gap', async () => {
      fs.writeFileSync(container().replace('container', 'other'), 'quiet ü\n');
      write(numbered('old', 12));
      const stream = await start();
      await shows(stream, 'old 11 ??');
      write(numbered('new', 700));
      await shows(stream, 'new 699 ü');
      const client = new Client(sandbox.ready);
      await client.changeSettings(walkthroughIds(sandbox.ready).linuxApp, { RESTART: 'yes' });
      await reconnects(stream);
      write('after\n');
      await shows(stream, 'after');
      assert.equal(
        stream.texts().filter((text) => text === 'quiet ??').length,
        1,
        'the quiet file is not repeated',
      );
      assert.deepEqual(
        stream.texts().filter((text) => text.startsWith('new ')),
        numbered('new', 700).trimEnd().split('\n'),
      );
      assert.deepEqual(stream.gaps, [{ kind: 'unread' }]);
    });
  });
});

function numbered(word: string, count: number): string {
  return Array.from({ length: count }, (_, number) => `${word} ${number} ü\n`).join('');
}
