import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import {
  clearLogStream,
  copyLog,
  filterLogStream,
  pauseLogStream,
  resumeLogStream,
  saveLog,
  stopAllLogStreams,
} from '../../../src/commands/logs/logView';
import { resumeLogStreams } from '../../../src/commands/logs/resumeLogStreams';
import { showLogStreams, startStreamingLogs } from '../../../src/commands/logs/streamLogs';
import { LogChannel } from '../../../src/logs/logChannel';
import { LogDocuments } from '../../../src/logs/logDocuments';
import { LogStreams } from '../../../src/logs/logStreams';
import { rememberedStreams, RememberedStreams } from '../../../src/logs/rememberedStreams';
import { until } from '../../support/until';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { RecordedWindow } from './recordedWindow';
import { settings } from './settings';

const time = '2026-11-24T15:00:00.000';

describe("a log stream's channel", () => {
  let window: RecordedWindow;
  let channel: LogChannel;
  let documents: LogDocuments;
  before(() => {
    window = new RecordedWindow();
    documents = new LogDocuments();
  });
  after(() => {
    documents.dispose();
    window.restore();
  });
  beforeEach(() => {
    channel = new LogChannel('view', documents, settings);
  });
  afterEach(() => {
    channel.dispose();
  });
  const text = () => window.text('view (log stream)');

  it('keeps lines while paused and shows them in order afterward', async () => {
    await channel.lines(['before']);
    channel.pause();
    await channel.lines(['during 1', 'during 2']);
    assert.match(text(), /^before\n.*\[Keyless\] Paused\. .*\n$/);
    channel.resume();
    await channel.lines(['after']);
    assert.match(text(), /^before\n.*Paused.*\nduring 1\nduring 2\nafter\n$/);
  });

  it('holds back the stream while paused instead of losing lines', async () => {
    const small = new LogChannel('view', documents, { ...settings, bufferLines: 100 });
    try {
      small.pause();
      const lines = Array.from({ length: 75 }, (_, i) => `${time} [Information] ${i}`);
      let done = false;
      const sending = small.lines(lines).then(() => (done = true));
      await until(() => small.text.split('\n').length === 52, { what: 'half a buffer of lines' });
      assert.equal(done, false);
      small.resume();
      await sending;
      for (const line of lines) assert.ok(text().includes(`${line}\n`), line);
    } finally {
      small.dispose();
    }
  });

  it("doesn't hold back the stream after it's disposed", async () => {
    const small = new LogChannel('view', documents, { ...settings, bufferLines: 100 });
    small.pause();
    const sending = small.lines(Array.from({ length: 300 }, () => 'x'));
    small.dispose();
    await sending;
    await small.lines(['after its end']);
    assert.doesNotMatch(text(), /after its end/);
  });

  it('limits how many lines it keeps and says how many it dropped', async () => {
    const small = new LogChannel('view', documents, { ...settings, bufferLines: 100 });
    try {
      await small.lines(Array.from({ length: 130 }, (_, i) => `${time} ${i};`));
    } finally {
      small.dispose();
    }
    assert.match(
      text(),
      /^\[Keyless\] To save memory, \d+ earlier lines are no longer shown here .*bufferLines is 100/,
    );
    assert.ok(text().endsWith(`${time} 129;\n`) && !text().includes(' 0;\n'));
    assert.ok(text().split('\n').length <= 102);
  });

  it('shows only what passes the filter, and everything without one', async () => {
    await channel.lines([`${time} [Information] one`, `${time} [Error,F] two`, '   at two()']);
    channel.filter = { level: 'Error' };
    await channel.lines([`${time} [Information] three`, `${time} [Critical] four`]);
    assert.equal(text(), `${time} [Error] [F] two\n   at two()\n${time} [CRITICAL] four\n`);
    channel.filter = {};
    assert.match(text(), /one\n.*two\n.*at two\(\)\n.*three\n.*four\n$/);
  });

  it('applies the time format to existing lines too', async () => {
    await channel.lines([`${time} [Error] one`]);
    channel.apply({ ...settings, timestamps: 'local' });
    assert.match(text(), /^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000[+-]\d\d:\d\d \[Error\] one\n$/);
    channel.apply(settings);
    assert.equal(text(), `${time} [Error] one\n`);
  });
});

describe('log stream commands', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  let window: RecordedWindow;
  let folder: string;
  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'keyless-log-'));
    window = new RecordedWindow();
    world = await openCommandWorld();
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(async () => {
    await world.services.logStreams.stopAll();
    prompts.finish();
  });
  afterEach(async () => {
    window.restore();
    await world.close();
    fs.rmSync(folder, { recursive: true });
  });
  const text = (app: string) => window.text(`${app} (log stream)`);
  const live = async (...names: string[]) => {
    for (const name of names) {
      const node = await world.app(name);
      await startStreamingLogs(world.services, node);
      await until(() => world.services.logStreams.get(node)?.state.kind === 'live', {
        what: `the stream of ${name}`,
        timeout: 30_000,
      });
    }
  };

  it('pause and resume the only stream without asking which one', async () => {
    await live('keyless-demo-app');
    await pauseLogStream(world.services);
    assert.match(window.status?.text ?? '', /\$\(debug-pause\) keyless-demo-app: paused/);
    await assert.rejects(pauseLogStream(world.services), /no logs to select/);
    await resumeLogStream(world.services);
    assert.match(window.status?.text ?? '', /keyless-demo-app: live/);
  });

  it('filter by text, level and function together', async () => {
    await live('keyless-demo-app');
    prompts
      .pick('Text…')
      .input('Keyless')
      .pick('Level…')
      .pick('Error')
      .pick('Function…')
      .pick('All Functions');
    for (let i = 0; i < 3; i++) await filterLogStream(world.services);
    const target = world.services.logStreams.list[0];
    assert.deepEqual(target?.filter, { text: 'Keyless', level: 'Error' });
    prompts.pick('Filter…').pick('Show Everything');
    await showLogStreams(world.services);
    assert.deepEqual(world.services.logStreams.list[0]?.filter, {});
  });

  it('filter in Azure, so that other lines never arrive', async () => {
    await live('keyless-demo-app');
    prompts.pick('Text, Filtered by Azure…').input('Needle');
    await filterLogStream(world.services);
    const node = await world.app('keyless-demo-app');
    await until(() => world.services.logStreams.get(node)?.state.kind === 'live', { what: 'the new stream' });
    const address = `https://${node.app.scmHostName ?? ''}/api/vfs/LogFiles/Application/Functions/Host/filtered.log`;
    const token = await world.plain.token('https://appservice.azure.com/.default');
    const headers = { 'if-match': '*' };
    const body = 'hay\nA NEEDLE\n';
    assert.ok((await world.plain.send('PUT', address, { token, headers, body })).status < 300);
    await until(() => text('keyless-demo-app').includes('A NEEDLE'), { what: 'the line' });
    assert.match(text('keyless-demo-app'), /Azure sends only lines that contain "Needle"/);
    assert.doesNotMatch(text('keyless-demo-app'), /^hay$/m);
  });

  it('clear existing lines and show new ones', async () => {
    await live('keyless-demo-app');
    assert.notEqual(text('keyless-demo-app'), '');
    await clearLogStream(world.services);
    assert.equal(text('keyless-demo-app'), '');
    await pauseLogStream(world.services);
    assert.match(text('keyless-demo-app'), /^\S+ \[Keyless\] Paused\. .*\n$/);
    await resumeLogStream(world.services);
  });

  it('copy and save what is shown, even from a stopped stream', async () => {
    await live('keyless-demo-app');
    await stopAllLogStreams(world.services);
    await copyLog(world.services);
    const shown = text('keyless-demo-app');
    assert.ok(shown.includes('Stopped.'));
    assert.equal(await vscode.env.clipboard.readText(), shown);
    const file = vscode.Uri.file(path.join(folder, 'saved.log'));
    const original = vscode.window.showSaveDialog;
    Object.assign(vscode.window, { showSaveDialog: () => Promise.resolve(file) });
    try {
      await saveLog(world.services);
    } finally {
      Object.assign(vscode.window, { showSaveDialog: original });
    }
    assert.equal(fs.readFileSync(file.fsPath, 'utf8'), shown);
  });

  it('list several streams in one status bar item and stop them all', async () => {
    await live('keyless-demo-app', 'keyless-rbac-app');
    assert.match(window.status?.text ?? '', /2 log streams/);
    prompts.pick('keyless-rbac-app').pick('Pause keyless-rbac-app');
    await showLogStreams(world.services);
    assert.deepEqual(
      world.services.logStreams.list.map(({ name, paused }) => [name, paused]),
      [
        ['keyless-demo-app', false],
        ['keyless-rbac-app', true],
      ],
    );
    prompts.pick('Stop All');
    await showLogStreams(world.services);
    assert.deepEqual(world.services.logStreams.list, []);
    assert.equal(window.status, undefined);
  });

  it('restart streams after the window reloads, if that is enabled', async () => {
    const kept = new Map<string, unknown>();
    const memento = {
      keys: () => [...kept.keys()],
      get: (key: string) => kept.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
    } as vscode.Memento;
    const configuration = vscode.workspace.getConfiguration('keyless.logs');
    await configuration.update('resumeAfterReload', true, vscode.ConfigurationTarget.Global);
    try {
      const before = new LogStreams({
        mayUseHostKey: () => Promise.resolve(false),
        remembered: new RememberedStreams(memento),
      });
      await before.start(await world.app('keyless-demo-app'));
      before.dispose();
      assert.equal(rememberedStreams(memento).length, 1);
      await resumeLogStreams(world.services, [
        ...rememberedStreams(memento),
        { accountId: 'nobody', tenantId: 'none', appId: '/subscriptions/x' },
      ]);
      assert.deepEqual(
        world.services.logStreams.list.map(({ name }) => name),
        ['keyless-demo-app'],
      );
      const after = new LogStreams({
        mayUseHostKey: () => Promise.resolve(false),
        remembered: new RememberedStreams(memento),
      });
      const node = await world.app('keyless-demo-app');
      await after.start(node);
      await after.stop(node);
      after.dispose();
      assert.deepEqual(rememberedStreams(memento), []);
    } finally {
      await configuration.update('resumeAfterReload', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
