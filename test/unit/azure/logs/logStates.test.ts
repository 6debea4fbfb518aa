import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { until } from '../../../support/until';
import { streams } from './streams';
import { TurnedClock } from './turnedClock';

const welcome = '2026-11-22T20:00:00  Welcome, you are now connected to log-streaming service.\r\n';

describe('the state of a log stream', () => {
  const { stream, stop } = streams();
  afterEach(stop);

  const open = (response: ServerResponse, text = welcome) => {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.write(text);
    return response;
  };

  it('is reconnecting with a new token after one is rejected, and ended if that is rejected too', async () => {
    const refused = await stream((_request, response) => response.writeHead(401).end());
    const end = await refused.end;
    assert.ok(end.kind === 'ended' && end.cause === 'unauthorized' && end.nextStep, JSON.stringify(end));
    assert.deepEqual(refused.kinds(), ['connecting', 'reconnecting', 'connecting', 'ended']);
    const renewed = await stream((_request, response, seen) =>
      seen.length <= 1 ? response.writeHead(401).end() : open(response),
    );
    await until(() => renewed.kinds().includes('live'), { what: 'live' });
    renewed.stop.abort();
    await renewed.end;
    const tokens = renewed.scm.seen.map(({ authorization }) => authorization);
    assert.equal(new Set(tokens).size, 2, 'a new token');
  });

  it('is an expected restart after our own change, whatever the error', async () => {
    const run = await stream(
      (_request, response, seen) => {
        if (seen.length === 2) response.writeHead(503).end();
        else open(response);
        if (seen.length === 1) setTimeout(() => response.destroy(), 20);
      },
      { restartExpected: () => true },
    );
    await until(() => run.scm.seen.length === 3 && run.kinds().at(-1) === 'live', {
      what: 'the third connection',
    });
    run.stop.abort();
    await run.end;
    const breaks = run.states.filter((state) => state.kind === 'reconnecting');
    assert.equal(breaks.length, 2);
    for (const state of breaks) {
      assert.ok(state.expected);
      assert.match(state.reason, /settings were changed/);
    }
  });

  it('includes why it is not live within 30 s, and is reconnecting after 150 s of silence', async () => {
    const clock = new TurnedClock();
    const timing = { silence: 150_000, slow: 15_000, firstByte: 30_000, connect: 60_000 };
    let greet: (() => void) | undefined;
    const run = await stream((_request, response) => (greet = () => open(response)), { clock, timing });
    await until(() => greet !== undefined, { what: 'the request' });
    clock.turn(15_000);
    const slow = run.states.at(-1);
    assert.ok(slow?.kind === 'connecting' && slow.slow?.nextStep, JSON.stringify(slow));
    greet?.();
    await until(() => run.lines.length > 0, { what: 'the welcome' });
    clock.turn(149_000);
    assert.equal(run.kinds().at(-1), 'live');
    clock.turn(2000);
    await until(() => run.kinds().includes('reconnecting'), { what: 'the end of the connection' });
    const silent = run.states.find((state) => state.kind === 'reconnecting');
    assert.equal(silent?.cause, 'silent');
    run.stop.abort();
    assert.deepEqual(await run.end, { kind: 'stopped' });
    assert.equal(clock.waiting, 0, 'no timer is left');
  });

  it('is ended if the app was stopped, which its SCM site does not report', async () => {
    const run = await stream(
      (_request, response) => open(response, '2026-11-22T20:02:00  No new trace in the past 2 min(s).\r\n'),
      { laterState: 'Stopped' },
    );
    const end = await run.end;
    assert.ok(end.kind === 'ended' && end.cause === 'appStopped' && end.nextStep, JSON.stringify(end));
  });
});
