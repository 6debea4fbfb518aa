import assert from 'node:assert/strict';
import dns from 'node:dns';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { LogStreamCause } from '../../../../src/azure/logs/logState';
import { createTlsMaterial } from '../../../../src/sandbox/server/tls';
import { until } from '../../../support/until';
import { endings, lasts, leave, named, open, untilOver } from './endings';
import { sharedTls } from '../servers';

describe('the connection of a log stream', function () {
  this.timeout(20_000);
  const { start, stop } = endings();
  const others: Server[] = [];
  const { lookup } = dns;
  afterEach(async () => {
    dns.lookup = lookup;
    await stop();
    await stopListening();
  });

  it('silent: no data arrives for 150 s', async () => {
    const run = await start((_request, response) => {
      open(response);
    });
    await until(() => run.lines.length > 0, { what: 'the welcome' });
    run.clock.turn(149_000);
    assert.equal(run.kinds().at(-1), 'live');
    run.clock.turn(2000);
    const first = await named(run);
    assert.deepEqual([first.kind, first.cause], ['reconnecting', 'silent']);
    await untilOver(run, 'live');
    assert.equal(run.scm.seen.length, 2);
    await leave(run);
  });

  it('tls: the certificate is not trusted', async () => {
    const tls = await createTlsMaterial();
    const run = await start(
      (_request, response) => {
        open(response);
      },
      { tls },
    );
    await lasts(run, {
      cause: 'tls',
      reason:
        /^Couldn't establish a secure connection to app\.scm\.localhost:\d+ because its certificate was rejected \([A-Z_]+\)\.$/,
      nextStep: /http\.systemCertificates/,
      attempts: 1,
    });
    assert.equal(run.scm.seen.length, 0, 'no request was sent, so no token was');
  });

  it('tls: is retried if the stream was live before, e.g. behind a Wi-Fi sign-in page', async () => {
    const [strange, usual] = [await createTlsMaterial(), await sharedTls()];
    const run = await start((_request, response, seen) => {
      open(response);
      if (seen.length === 1) cut = () => response.destroy();
    });
    let cut: (() => void) | undefined;
    await until(() => run.kinds().includes('live') && cut !== undefined, { what: 'live' });
    run.scm.present(strange);
    cut?.();
    const broken = (cause: LogStreamCause) => () => {
      const state = run.states.at(-1);
      if (state?.kind !== 'reconnecting') return false;
      if (state.cause === cause) return true;
      if (run.clock.waiting > 0) run.clock.turn(30_000);
      return false;
    };
    await until(broken('tls'), { what: 'the certificate error', every: 5 });
    run.scm.present(usual);
    await untilOver(run, 'live');
    await leave(run);
  });

  it('tls: the server does not speak TLS', async () => {
    const port = await listen((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    const run = await start(() => undefined, { scmHost: `app.scm.localhost:${port}` });
    await lasts(run, {
      cause: 'tls',
      reason: /Couldn't establish a secure connection/,
      nextStep: /proxy/,
      attempts: 1,
    });
  });

  it('cut: the connection is lost during the handshake', async () => {
    let begun = 0;
    const port = await listen((socket) => {
      socket.once('data', () => {
        begun++;
        socket.destroy();
      });
    });
    const run = await start(() => undefined, { scmHost: `app.scm.localhost:${port}` });
    await lasts(run, {
      ...{ cause: 'cut', reason: /^The connection to app\.scm\.localhost:\d+ was lost\.$/ },
      ...{ nextStep: /Check your connection/, attempts: 10 },
    });
    assert.ok(begun >= 10, `${begun} handshakes`);
  });

  it('cut: no server is listening', async () => {
    const port = await listen(() => undefined);
    await stopListening();
    const run = await start(() => undefined, { scmHost: `app.scm.localhost:${port}` });
    await lasts(run, {
      ...{ cause: 'cut', reason: /^app\.scm\.localhost:\d+ refused the connection\.$/ },
      ...{ nextStep: /Check your network connection/, attempts: 10 },
    });
  });

  for (const [code, attempts] of [
    ['ENOTFOUND', 2],
    ['EAI_AGAIN', 10],
  ] as const)
    it(`nameNotFound: resolving the SCM site's name fails with ${code}`, async () => {
      const asked = refuseName('app.scm.keyless.invalid', code);
      const run = await start(() => undefined, { scmHost: 'app.scm.keyless.invalid' });
      await lasts(run, {
        ...{
          cause: 'nameNotFound',
          reason: /^The host name app\.scm\.keyless\.invalid couldn't be resolved\.$/,
        },
        ...{ nextStep: /private endpoint/, attempts },
      });
      assert.ok(asked() >= attempts, `${asked()} lookups`);
    });

  /** Listens without TLS. */
  async function listen(connected: (socket: Socket) => unknown): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      connected(socket);
    });
    others.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  async function stopListening(): Promise<void> {
    await Promise.all(others.splice(0).map((server) => new Promise((closed) => server.close(closed))));
  }
});

/** Makes lookups of this name fail from now on. @returns the number of lookups */
function refuseName(refused: string, code: string): () => number {
  const { lookup } = dns;
  let count = 0;
  const answer = (name: string, options: dns.LookupOptions, done: (error: Error | null) => void) => {
    if (name !== refused) {
      lookup(name, options, done);
      return;
    }
    count++;
    const error = new Error(`getaddrinfo ${code} ${name}`);
    setImmediate(done, Object.assign(error, { code, syscall: 'getaddrinfo', hostname: name }));
  };
  Object.assign(dns, { lookup: answer });
  return () => count;
}
