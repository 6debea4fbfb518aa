import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openLogFiles, tailLogFile } from '../../../src/commands/logs/tailLogFile';
import { showLogStreams, startStreamingLogs } from '../../../src/commands/logs/streamLogs';
import { until } from '../../support/until';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { RecordedWindow } from './recordedWindow';

describe('log sources', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  let window: RecordedWindow;
  beforeEach(async () => {
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
  });
  const text = () => window.text('keyless-flex-app (log stream)');

  it("include Application Insights if the plan doesn't support log streams, and the channel says so", async () => {
    const node = await world.app('keyless-flex-app');
    await world.plain.send('PATCH', `${world.ready.controlUrl}/settings`, {
      headers: { 'x-sandbox-control': world.ready.controlSecret },
      body: { telemetryDelayMs: 0 },
    });
    const { masterKey } = (await world.plain.arm(
      'POST',
      `${node.app.id}/host/default/listkeys`,
      '2024-04-01',
    )) as Record<string, string>;
    await world.plain.send('GET', `https://${node.app.defaultHostName}/admin/host/status`, {
      headers: { 'x-functions-key': masterKey ?? '' },
    });
    await startStreamingLogs(world.services, node);
    await until(() => world.services.logStreams.get(node)?.state.kind === 'live', {
      what: 'an answer of Application Insights',
      timeout: 30_000,
    });
    assert.match(
      text(),
      /Reading from Application Insights, .*doesn't support log streams .* Flex Consumption plan\./,
    );
    assert.match(text(), /usually appear one to five minutes after they're written/);
    assert.match(text(), /Connected to Application Insights\./);
    assert.doesNotMatch(text(), /as they're written/);
    assert.equal(world.services.logStreams.get(node)?.source, 'applicationInsights');
    assert.match(text(), /\[Information\] Host Status: /);
  });

  it('can be chosen and switched while streaming', async () => {
    const node = await world.app('keyless-flex-app');
    await startStreamingLogs(world.services, node);
    await until(() => world.services.logStreams.get(node)?.state.kind === 'live', {
      what: 'an answer of Application Insights',
      timeout: 30_000,
    });
    prompts.pick('Read the log stream instead');
    await showLogStreams(world.services);
    await until(() => world.services.logStreams.get(node)?.state.kind === 'ended', { what: 'the refusal' });
    assert.match(text(), /Reading the app's log stream\. You chose this source\./);
    assert.match(text(), /Ended: .*Flex Consumption/);
    prompts.pick('Read Application Insights instead');
    await showLogStreams(world.services);
    await until(() => world.services.logStreams.get(node)?.state.kind === 'live', {
      what: 'an answer of Application Insights',
      timeout: 30_000,
    });
  });

  it('include files below LogFiles, which can be streamed or opened', async () => {
    const node = await world.app('keyless-demo-app');
    const address = `https://${node.app.scmHostName ?? ''}/api/vfs/LogFiles/deployments/today.log`;
    const token = await world.plain.token('https://appservice.azure.com/.default');
    const write = async (body: string) => {
      const headers = { 'if-match': '*', 'content-type': 'text/plain' };
      const { status } = await world.plain.send('PUT', address, { token, headers, body });
      assert.ok(status < 300);
    };
    await write('first \u001b[2J\n');
    prompts.pick('today.log');
    await tailLogFile(world.services, node);
    assert.deepEqual(
      [prompts.lists[0]?.labels[0], prompts.lists[0]?.labels.at(-1)],
      ['today.log', 'Browse Folders…'],
      'the file that was written last comes first',
    );
    const channel = () => window.text('keyless-demo-app / deployments/today.log (log stream)');
    await until(() => channel().includes('first'), { what: 'the first line' });
    await write('first \u001b[2J\nsecond\n');
    await until(() => channel().includes('second'), { what: 'the appended line' });
    assert.doesNotMatch(channel(), /debug mode|\u001b/);
    assert.equal(world.services.logStreams.get(node), undefined, "the app itself isn't streamed");
    assert.deepEqual(
      world.services.logStreams.list.map(({ name }) => name),
      ['keyless-demo-app / deployments/today.log'],
    );
    prompts.pick('Browse Folders…').pick('deployments').pick('..').pick('deployments').pick('today.log');
    await openLogFiles(world.services, node);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.getText(), 'first \nsecond\n');
    assert.equal(editor.document.uri.scheme, 'keyless-text');
  });

  it('can be stopped while they are paused and the buffer is full', async () => {
    const configuration = vscode.workspace.getConfiguration('keyless.logs');
    await configuration.update('bufferLines', 100, vscode.ConfigurationTarget.Global);
    try {
      const { connection, app } = await world.app('keyless-demo-app');
      const address = `https://${app.scmHostName ?? ''}/api/vfs/LogFiles/deployments/long.log`;
      const token = await world.plain.token('https://appservice.azure.com/.default');
      const write = async (body: string) => {
        const headers = { 'if-match': '*', 'content-type': 'text/plain' };
        const { status } = await world.plain.send('PUT', address, { token, headers, body });
        assert.ok(status < 300);
      };
      await write('first\n');
      const target = { connection, app, path: 'LogFiles/deployments/long.log', readOnly: true };
      await tailLogFile(world.services, target);
      const channel = () => window.text('keyless-demo-app / deployments/long.log (log stream)');
      await until(() => channel().includes('first'), { what: 'the first line' });
      world.services.logStreams.pause(target);
      await write(`first\n${'more\n'.repeat(200)}`);
      const kept = () => world.services.logStreams.textOf(target).split('more').length;
      await until(() => kept() > 50, { what: 'half a buffer of lines' });
      assert.ok(!channel().includes('more'));
      await world.services.logStreams.stop(target);
      assert.deepEqual(world.services.logStreams.list, []);
      assert.ok(channel().endsWith('more\n'), 'shows the lines that were waiting');
    } finally {
      await configuration.update('bufferLines', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
