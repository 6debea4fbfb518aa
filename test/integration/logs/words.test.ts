import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { enableSystemAssignedIdentity } from '../../../src/commands/identities/enableSystemAssignedIdentity';
import { turnOnLogging } from '../../../src/commands/logs/logSilence';
import { restartLogStream } from '../../../src/commands/logs/logView';
import { startStreamingLogs } from '../../../src/commands/logs/streamLogs';
import type { LoggedFailure } from '../../../src/logs/readFailureLinks';
import { until } from '../../support/until';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { RecordedWindow } from './recordedWindow';

describe('a streamed log', () => {
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
  const text = () => window.text('keyless-demo-app (log stream)');
  const message = (part: string) => prompts.messages.filter(({ text: said }) => said.includes(part));

  async function stream() {
    const node = await world.app('keyless-demo-app');
    await startStreamingLogs(world.services, node);
    await until(() => world.services.logStreams.get(node)?.state.kind === 'live', {
      what: 'a live stream',
      timeout: 30_000,
    });
    return node;
  }

  /** The links that VS Code shows in an output channel. */
  async function linksOf(channel: string): Promise<vscode.DocumentLink[]> {
    // The document of an earlier channel with the same name may not be closed yet.
    const documents = () =>
      vscode.workspace.textDocuments.filter(
        ({ uri }) => uri.scheme === 'output' && uri.path.endsWith(channel),
      );
    const ours = async () => {
      for (const { uri } of documents()) {
        const all = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
          'vscode.executeLinkProvider',
          uri,
        );
        const found = all.filter(({ target }) => target?.scheme === 'command');
        if (found.length > 1) return found;
      }
      return undefined;
    };
    return await until(ours, { what: 'the links' });
  }

  async function runFunction(appId: string, host: string): Promise<void> {
    const path = `${appId}/functions/ReadSecret/listkeys`;
    const keys = (await world.plain.arm('POST', path, '2024-04-01')) as Record<string, string>;
    const code = encodeURIComponent(keys['default'] ?? '');
    await world.plain.send('GET', `https://${host}/api/readsecret?code=${code}`);
  }

  it('that reports a refusal offers an explanation, once for each secret', async () => {
    await enableSystemAssignedIdentity(world.services, await world.app('keyless-demo-app'));
    const { app } = await stream();
    await until(() => text().includes('in debug mode'), { what: 'debug mode' });
    for (const times of [1, 2]) {
      await runFunction(app.id, app.defaultHostName);
      await until(() => text().split("Executed 'Functions.ReadSecret'").length > times, {
        what: 'the end of the run',
        timeout: 30_000,
      });
    }
    const offered = () =>
      message('The key vault keyless-demo-kv denied keyless-demo-app access to the secret ASampleKey.');
    await until(() => offered().length > 0, { what: 'the offer' });
    assert.deepEqual(
      offered().map(({ modal, buttons }) => [modal, buttons]),
      [[false, ["Why Can't It Read?"]]],
    );
    const links = await linksOf('keyless-demo-app (log stream)');
    const [link] = links;
    assert.equal(link?.tooltip, "Why Can't It Read?");
    const { stream: key, failure } = (JSON.parse(link.target?.query ?? '') as LoggedFailure[])[0] ?? {};
    assert.equal(world.services.logStreams.targetOf(key ?? '')?.app.id, app.id);
    assert.deepEqual(failure?.kind === 'refused' && failure.vaultName, 'keyless-demo-kv');
  });

  it('that stays empty says why and offers a fix', async () => {
    const { app } = await world.app('keyless-demo-app');
    const token = await world.plain.token('https://appservice.azure.com/.default');
    const answer = await world.plain.send(
      'PUT',
      `https://${app.scmHostName ?? ''}/api/vfs/site/wwwroot/host.json`,
      {
        token,
        headers: { 'if-match': '*' },
        body: '{ "version": "2.0", "logging": { "fileLoggingMode": "never" } }',
      },
    );
    assert.ok(answer.status < 300);
    const node = await stream();
    await until(
      () => text().includes('Nothing has been logged yet. Its host.json sets logging.fileLoggingMode'),
      {
        what: 'the reason',
        timeout: 30_000,
      },
    );
    const [warning] = message("keyless-demo-app isn't logging anything. Its host.json sets");
    assert.deepEqual(
      [warning?.kind, warning?.modal, warning?.buttons],
      ['warning', false, ['Turn On Logging']],
    );
    prompts.button('Turn On Logging');
    await turnOnLogging(world.services, node);
    const [question] = message('Turn on logging for keyless-demo-app?');
    assert.match(
      question?.detail ?? '',
      /The app restarts\.\n\nAzureFunctionsJobHost__logging__fileLoggingMode = debugOnly$/,
    );
    await runFunction(app.id, app.defaultHostName);
    const later = () => text().slice(text().lastIndexOf('Nothing has been logged yet'));
    await until(() => later().includes("Executed 'Functions.ReadSecret'"), {
      what: 'lines of the run',
      timeout: 30_000,
    });
    await turnOnLogging(world.services, node);
    assert.match(prompts.last.text, /Logging is already on for keyless-demo-app\. No function/);
  });

  it("that stays empty because the app isn't in debug mode says so and offers to restart", async () => {
    await world.plain.control('/faults', {
      service: 'scm',
      method: 'PUT',
      path: 'debug_sentinel',
      status: 403,
      count: 0,
    });
    const node = await stream();
    await until(() => message("isn't in debug mode").length > 0, { what: 'the offer', timeout: 30_000 });
    assert.deepEqual(message("isn't in debug mode")[0]?.buttons, ['Restart Log Stream']);
    await world.plain.send('DELETE', `${world.ready.controlUrl}/faults`, {
      headers: { 'x-sandbox-control': world.ready.controlSecret },
    });
    await restartLogStream(world.services, node);
    await until(() => text().lastIndexOf('is in debug mode') > text().lastIndexOf('Streaming logs of'), {
      what: 'debug mode',
    });
  });

  it("that isn't empty has no explanation", async () => {
    const { app } = await stream();
    await runFunction(app.id, app.defaultHostName);
    const now = () => text().slice(text().lastIndexOf('Streaming logs of'));
    await until(() => now().includes("Executed 'Functions.ReadSecret'"), {
      what: 'a line',
      timeout: 30_000,
    });
    assert.doesNotMatch(now(), /Nothing has been logged yet/);
  });
});
