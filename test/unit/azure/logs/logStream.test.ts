import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { until } from '../../../support/until';
import { streams } from './streams';

const welcome = '2026-11-22T20:00:00  Welcome, you are now connected to log-streaming service.\r\n';

describe('log stream', () => {
  const { stream, stop } = streams();
  afterEach(stop);

  const open = (response: ServerResponse, text = welcome) => {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.write(text);
    return response;
  };

  it('is live from the first byte, returns complete lines, and stops without leaving a socket open', async () => {
    const run = await stream((_request, response) => {
      open(response);
      for (const byte of Buffer.from('eins ä\r\nzwei 😀\npart')) response.write(Buffer.from([byte]));
    });
    await until(() => run.lines.length === 3, { what: 'the lines' });
    assert.deepEqual(run.lines.slice(1), ['eins ä', 'zwei 😀']);
    assert.deepEqual(run.kinds(), ['connecting', 'live']);
    run.stop.abort();
    assert.deepEqual(await run.end, { kind: 'stopped' });
    assert.equal(run.kinds().at(-1), 'stopped');
    await until(() => run.scm.openSockets === 0, { what: 'the socket to be closed', timeout: 2000 });
  });

  it('sends the path and filter, a token for App Service, and no compression', async () => {
    const run = await stream((_request, response) => open(response), {
      path: 'application/functions/function/My Fn',
      filter: 'a&b',
    });
    await until(() => run.kinds().includes('live'), { what: 'live' });
    run.stop.abort();
    await run.end;
    const [request] = run.scm.seen;
    assert.equal(request?.url, '/api/logstream/application/functions/function/My%20Fn?filter=a%26b');
    assert.match(request.authorization ?? '', /^Bearer https:\/\/appservice\.azure\.com\/\.default#/);
    assert.equal(request.headers['accept-encoding'], 'identity');
  });

  // vscode-azuretools#2258; azure-pipelines-tasks-common-packages#642 keeps such errors visible too.
  it('sends no token for Resource Manager to a site that rejects the one for App Service', async () => {
    const run = await stream((request, response) => {
      if (request.headers.authorization?.includes('appservice') === true) response.writeHead(401).end();
      else open(response);
    });
    const end = await run.end;
    assert.ok(end.kind === 'ended' && end.cause === 'unauthorized', JSON.stringify(end));
    for (const { authorization } of run.scm.seen)
      assert.match(authorization ?? '', /^Bearer https:\/\/appservice\.azure\.com\/\.default#/);
  });

  it('is idle after a heartbeat, and live again after the next line', async () => {
    const run = await stream((_request, response) => {
      open(response).write('2026-11-22T20:01:00  No new trace in the past 1 min(s).\r\n');
      setTimeout(() => response.write('again\r\n'), 20);
    });
    await until(() => run.lines.includes('again'), { what: 'the line' });
    run.stop.abort();
    await run.end;
    assert.deepEqual(run.states.slice(1, 4), [
      { kind: 'live' },
      { kind: 'idle', minutes: 1 },
      { kind: 'live' },
    ]);
    assert.ok(!run.lines.some((line) => line.includes('No new trace')));
  });

  it('reconnects after the service ended it, and reports why', async () => {
    const run = await stream((_request, response, seen) => {
      open(response);
      if (seen.length === 1)
        response.end(
          '2026-11-22T22:00:00  The log-streaming session has ended due to timeout 120 min(s).\r\n',
        );
      if (seen.length === 2)
        response.end(
          '\r\n2026-11-22T22:00:00  The log-streaming session has ended. Please reconnect to continue streaming logs.\r\n',
        );
      if (seen.length === 3) response.end('no word of it\r\n');
    });
    await until(() => run.scm.seen.length === 4 && run.kinds().at(-1) === 'live', {
      what: 'the fourth connection',
    });
    run.stop.abort();
    await run.end;
    const reasons = run.states.flatMap((state) => (state.kind === 'reconnecting' ? [state.reason] : []));
    assert.equal(reasons.length, 3);
    assert.match(reasons[0] ?? '', /ends every log stream after some time/);
    assert.match(reasons[1] ?? '', /restarted/);
    assert.match(reasons[2] ?? '', /closed the stream/);
  });

  it("does not end because of an app's line that looks like the service's", async () => {
    const run = await stream((_request, response, seen) => {
      open(response);
      if (seen.length > 1) return;
      response.write(
        '2026-11-22T22:00:00  The log-streaming session has ended. Please reconnect to continue streaming logs.\r\n',
      );
      setTimeout(() => response.write('and on it goes\r\n'), 20);
    });
    await until(() => run.lines.includes('and on it goes'), { what: 'the line after' });
    run.stop.abort();
    await run.end;
    assert.equal(run.scm.seen.length, 1);
  });

  it('reconnects after the connection is lost in the middle of a line', async () => {
    const run = await stream((_request, response, seen) => {
      open(response);
      if (seen.length === 1) {
        response.write('half a li');
        setTimeout(() => response.destroy(), 20);
      } else response.write('whole line\r\n');
    });
    await until(() => run.lines.includes('whole line'), { what: 'the line after the reconnect' });
    run.stop.abort();
    await run.end;
    assert.ok(run.kinds().includes('reconnecting'));
    assert.ok(run.lines.includes('half a li'), run.lines.join('|'));
  });

  it('treats silence as a dead connection, but not while the sink is busy', async () => {
    const run = await stream((_request, response) => open(response).write('half a line'), {
      timing: { silence: 60 },
    });
    await until(() => run.scm.seen.length === 2, { what: 'the second connection' });
    assert.ok(run.lines.includes('half a line'));
    run.stop.abort();
    await run.end;
    assert.match(JSON.stringify(run.states), /stopped sending data/);

    let calls = 0;
    let done = false;
    const slow = await stream(
      (_request, response) => {
        open(response);
        setTimeout(() => response.write('x\r\n'), 20);
      },
      {
        timing: { silence: 100 },
        onLines: async () => {
          if (++calls === 1) return;
          await new Promise((resolve) => setTimeout(resolve, 300));
          done = true;
        },
      },
    );
    await until(() => done, { what: 'the slow sink', every: 5 });
    assert.ok(!slow.kinds().includes('reconnecting'));
    slow.stop.abort();
    await slow.end;
  });

  it('recognizes that something is buffering the stream', async () => {
    const run = await stream(
      (_request, response) => {
        response.writeHead(200).flushHeaders();
      },
      {
        timing: { firstByte: 30 },
      },
    );
    const end = await run.end;
    assert.equal(end.kind, 'ended');
    assert.match(JSON.stringify(end), /proxy may be buffering/);
    assert.ok(!run.kinds().includes('live'));
    assert.equal(run.scm.seen.length, 3);
  });

  it('retries a cold site, and ends after 10 attempts', async () => {
    const warm = await stream((_request, response, seen) =>
      seen.length < 4 ? response.writeHead(seen.length === 2 ? 502 : 503).end() : open(response),
    );
    await until(() => warm.kinds().includes('live'), { what: 'live' });
    warm.stop.abort();
    await warm.end;
    assert.deepEqual(warm.kinds(), [
      'connecting',
      'reconnecting',
      'connecting',
      'reconnecting',
      'connecting',
      'reconnecting',
      'connecting',
      'live',
      'stopped',
    ]);
    const cold = await stream((_request, response) => response.writeHead(503).end());
    const end = await cold.end;
    assert.equal(end.kind, 'ended');
    assert.match(JSON.stringify(end), /temporarily unavailable.*10 attempts/);
    assert.equal(cold.scm.seen.length, 10);
  });

  it('retries lost connections, and ends after a 404', async () => {
    const run = await stream((_request, response, seen) => {
      if (seen.length < 3) response.destroy();
      else response.writeHead(404).end();
    });
    const end = await run.end;
    assert.equal(end.kind, 'ended');
    assert.deepEqual(run.kinds(), [
      'connecting',
      'reconnecting',
      'connecting',
      'reconnecting',
      'connecting',
      'ended',
    ]);
    assert.match(JSON.stringify(run.states[1]), /cut/);
  });

  it('can be stopped while it is connecting, waiting, or blocked by the sink', async () => {
    const connecting = await stream(() => undefined);
    await until(() => connecting.scm.seen.length === 1, { what: 'the request' });
    connecting.stop.abort();
    assert.deepEqual(await connecting.end, { kind: 'stopped' });
    const waiting = await stream((_request, response) => response.writeHead(503).end(), {
      timing: { backoff: 60_000, longestBackoff: 60_000 },
    });
    await until(() => waiting.kinds().includes('reconnecting'), { what: 'the wait' });
    waiting.stop.abort();
    assert.deepEqual(await waiting.end, { kind: 'stopped' });
    const heldUp = await stream((_request, response) => open(response), {
      onLines: () => new Promise(() => undefined),
    });
    await until(() => heldUp.lines.length > 0, { what: 'a line' });
    heldUp.stop.abort();
    assert.deepEqual(await heldUp.end, { kind: 'stopped' });
    for (const { scm } of [connecting, waiting, heldUp])
      await until(() => scm.openSockets === 0, { what: 'the socket to be closed', timeout: 2000 });
  });

  it('reads no faster than the sink can accept', async function () {
    this.timeout(20_000);
    let release: (() => void) | undefined;
    let sent = 0;
    const chunk = 'x'.repeat(1000) + '\n';
    const run = await stream(
      (_request, response) => {
        open(response);
        const pump = () => {
          while (sent < 20_000 && response.write(chunk)) sent++;
          if (sent < 20_000) response.once('drain', pump);
        };
        pump();
      },
      { onLines: () => (release ? Promise.resolve() : new Promise((resolve) => (release = resolve))) },
    );
    await until(() => release !== undefined, { what: 'the first lines' });
    let last = -1;
    await until(() => sent === last || ((last = sent), false), { every: 200, what: 'the socket to fill up' });
    assert.ok(sent < 15_000, `${sent} KB were sent to a sink that accepted nothing`);
    release?.();
    await until(() => run.lines.length >= 20_001, { what: 'all lines' });
    run.stop.abort();
    await run.end;
  });
});
