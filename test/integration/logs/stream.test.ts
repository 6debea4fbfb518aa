import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { showLogStreams, startStreamingLogs, stopStreamingLogs } from '../../../src/commands/logs/streamLogs';
import type { LogStreamInfo } from '../../../src/logs/target';
import { until } from '../../support/until';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { RecordedWindow } from './recordedWindow';

describe('log streams', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  let window: RecordedWindow;
  const streams: ClientRequest[] = [];
  const noteStream = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    if (request.path.startsWith('/api/logstream')) streams.push(request);
  };
  beforeEach(async () => {
    subscribe('http.client.request.start', noteStream);
    window = new RecordedWindow();
    world = await openCommandWorld();
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(async () => {
    for (const { target } of world.services.logStreams.list) await world.services.logStreams.stop(target);
    prompts.finish();
  });
  afterEach(async () => {
    unsubscribe('http.client.request.start', noteStream);
    window.restore();
    await world.close();
  });

  const appNode = () => world.app('keyless-demo-app');
  const text = () => window.text('keyless-demo-app (log stream)');
  const shows = (what: RegExp | string) =>
    until(() => (typeof what === 'string' ? text().includes(what) : what.test(text())), {
      what: `${what.toString()} in the channel`,
      timeout: 30_000,
    });
  const isLive = async () => {
    const node = await appNode();
    await until(() => world.services.logStreams.get(node)?.state.kind === 'live', {
      what: 'a live stream',
      timeout: 30_000,
    });
  };

  /** Appends to a log file of the app through its SCM site. */
  async function log(name: string, lines: string): Promise<void> {
    const { app } = await appNode();
    const address = `https://${app.scmHostName ?? ''}/api/vfs/LogFiles/Application/Functions/Host/${name}`;
    const token = await world.plain.token('https://appservice.azure.com/.default');
    const old = await world.plain.send('GET', address, { token });
    const headers = { 'if-match': '*', 'content-type': 'text/plain' };
    const answer = await world.plain.send('PUT', address, {
      token,
      headers,
      body: (old.status === 200 ? old.text : '') + lines,
    });
    assert.ok(answer.status < 300, `${answer.status} ${answer.text}`);
  }

  async function runFunction(name = 'ReadSecret', node = appNode()): Promise<number> {
    const { app } = await node;
    const keys = (await world.plain.arm(
      'POST',
      `${app.id}/functions/${name}/listkeys`,
      '2024-04-01',
    )) as Record<string, string>;
    const key = encodeURIComponent(keys['default'] ?? '');
    const url = `https://${app.defaultHostName}/api/${name.toLowerCase()}?code=${key}`;
    return (await world.plain.send('GET', url)).status;
  }

  it('show what an app logs while its function runs, and their own state', async () => {
    const seen: LogStreamInfo[] = [];
    const listener = world.services.logStreams.onDidChange((info) => seen.push(info));
    await startStreamingLogs(world.services, await appNode());
    await isLive();
    await shows('in debug mode');
    await runFunction();
    await shows("Executed 'Functions.ReadSecret'");
    assert.equal(
      text().split("Executing 'Functions.ReadSecret'").length,
      2,
      'shown once, although two files contain it',
    );
    listener.dispose();
    assert.match(text(), /\[Keyless\] Reading the app's log stream\. .* This keeps the app awake/);
    assert.match(text(), /\[Keyless\] Connecting\./);
    assert.match(text(), /\[Keyless\] Connected/);
    assert.deepEqual(
      seen.map(({ state }) => state.kind).filter((kind, index, all) => kind !== all[index - 1]),
      ['connecting', 'live'],
    );
    assert.match(window.status?.text ?? '', /keyless-demo-app: live/);
    assert.match(JSON.stringify(window.status?.tooltip), /keeps an app awake/);
  });

  it('show the lines of a function of a Linux app on Node when it runs', async () => {
    const shop = await world.app('keyless-shop-app');
    assert.ok(shop.app.linux);
    const lines = () =>
      window
        .text('keyless-shop-app (log stream)')
        .split('\n')
        .filter((line) => line.includes("'Functions.ListPhotos'"));
    await startStreamingLogs(world.services, shop);
    await until(() => world.services.logStreams.get(shop)?.state.kind === 'live', {
      ...{ what: 'a live stream', timeout: 30_000 },
    });
    assert.deepEqual(lines(), []);
    assert.equal(await runFunction('ListPhotos', Promise.resolve(shop)), 200);
    await until(() => lines().some((line) => line.includes('Executed')), {
      ...{ what: 'the line of the function', timeout: 30_000 },
    });
    const [first, second, ...others] = lines();
    assert.match(first ?? '', /Executing 'Functions\.ListPhotos' \(Reason='This function was/);
    assert.match(second ?? '', /Executed 'Functions\.ListPhotos' \(Succeeded/);
    assert.deepEqual(others, []);
  });

  it('can be stopped, keep their text, and can be restarted immediately', async () => {
    const node = await appNode();
    await startStreamingLogs(world.services, node);
    await isLive();
    assert.equal(streams.filter(({ socket }) => socket && !socket.destroyed).length, 1);
    prompts.pick('keyless-demo-app');
    await stopStreamingLogs(world.services);
    assert.equal(world.services.logStreams.get(node), undefined);
    assert.match(text(), /\[Keyless\] Stopped\.\n$/);
    assert.equal(window.status, undefined, 'no status bar item without a stream');
    assert.deepEqual(
      streams.filter(({ socket }) => !socket?.destroyed).map(({ path }) => path),
      [],
      'no socket is left',
    );
    await startStreamingLogs(world.services, node);
    const stopping = stopStreamingLogs(world.services, node);
    await startStreamingLogs(world.services, node);
    await stopping;
    await isLive();
  });

  it('show each line only once when started twice', async () => {
    const node = await appNode();
    await startStreamingLogs(world.services, node);
    await startStreamingLogs(world.services, node);
    await isLive();
    await log('once.log', 'only once\n');
    await shows('only once');
    await log('once.log', 'a second line\n');
    await shows('a second line');
    assert.equal(text().split('only once').length, 2);
  });

  it('say when the connection is lost, and reconnect', async () => {
    await world.plain.control('/faults', {
      service: 'scm',
      path: '/api/logstream',
      cutAfterBytes: 300,
      count: 1,
    });
    await startStreamingLogs(world.services, await appNode());
    await isLive();
    await log('cut.log', `${'x'.repeat(400)}\n`);
    await shows(/Reconnecting in \d+ s/);
    await isLive();
    await log('cut.log', 'after the cut\n');
    await shows('after the cut');
  });

  it('end with a reason and a next step if they are refused', async () => {
    await world.plain.control('/faults', { service: 'scm', path: '/api/logstream', status: 403, count: 0 });
    const node = await appNode();
    await startStreamingLogs(world.services, node);
    await until(() => world.services.logStreams.get(node)?.state.kind === 'ended', {
      what: 'the end',
      timeout: 30_000,
    });
    await world.plain.send('DELETE', `${world.ready.controlUrl}/faults`, {
      headers: { 'x-sandbox-control': world.ready.controlSecret },
    });
    assert.match(text(), /\[Keyless\] Ended: /);
    assert.match(prompts.last.text, /Log stream of keyless-demo-app: Ended: /);
    assert.deepEqual(prompts.last.buttons, ['Start Again']);
    assert.match(window.status?.text ?? '', /\$\(warning\).*ended/);
    prompts.pick('Restart keyless-demo-app');
    await showLogStreams(world.services);
    await isLive();
  });

  it('can be limited to one function', async () => {
    const { connection, app } = await appNode();
    const fn = { id: `${app.id}/functions/ReadSecret`, name: 'ReadSecret', disabled: false };
    await startStreamingLogs(world.services, { connection, app, fn });
    await until(() => world.services.logStreams.get({ connection, app, fn })?.state.kind === 'live', {
      what: 'a live stream',
    });
    const channel = () => window.text('keyless-demo-app / ReadSecret (log stream)');
    await until(() => channel().includes('in debug mode'), { what: 'debug mode' });
    await runFunction();
    await until(() => channel().includes('Functions.ReadSecret'), {
      what: "the function's lines",
      timeout: 30_000,
    });
  });

  it('remove control characters from lines', async () => {
    await startStreamingLogs(world.services, await appNode());
    await isLive();
    await log('hostile.log', 'before \u001b[2J\u001b]0;title\u0007 \u0000 \u202e after €\n');
    await shows(/before .* after €/);
    assert.doesNotMatch(text(), /[\u0000\u0007\u001b\u202e]/);
  });

  it('are listed if there are any', async () => {
    await assert.rejects(showLogStreams(world.services), /No logs are being streamed/);
    await startStreamingLogs(world.services, await appNode());
    await isLive();
    prompts.pick('Stop keyless-demo-app');
    await showLogStreams(world.services);
    assert.deepEqual(world.services.logStreams.list, []);
  });

  it('contain no keys or tokens', () => {
    assert.doesNotMatch(window.everything, /code=|eyJ0eXAi|Bearer /);
  });
});
