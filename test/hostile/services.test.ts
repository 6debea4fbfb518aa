import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attack, seed } from './support/attack';
import type { Answer } from './support/answers';
import { answers, endless, lures } from './support/answers';
import type { Call } from './support/calls';
import { calls, targetsOf } from './support/calls';
import { endingOf } from './support/ending';
import { HostileAzure, scopeFor } from './support/hostileAzure';

/** What these answer isn't needed, or shown as it is. */
const optional = ['read names from the directory', 'run a function'];

/** A list is longer only if its service has that much time: this is what ten minutes are for the rushing clock. */
const mostRequests = 2000;

describe(`hostile services (KEYLESS_SEED=${seed})`, () => {
  let azure: HostileAzure;
  before(async () => {
    azure = await HostileAzure.start();
  });
  after(() => azure.stop());
  afterEach(() => {
    azure.hangUp();
  });

  /** Every token is where it belongs, and nothing at all went to the foreign server. */
  function assertTokensInPlace(secret: string): void {
    const { ports, received } = azure;
    for (const { service, method, url, headers, body } of received) {
      const what = `${method} ${service} ${url.slice(0, 200)}`;
      assert.notEqual(service, 'foreign', what);
      const { authorization, 'x-functions-key': key, ...others } = headers;
      const scope = scopeFor(service, ports);
      if (authorization !== undefined)
        assert.ok(authorization.startsWith(`Bearer ${scope}#`), `${what}: ${authorization}`);
      if (key !== undefined) assert.equal(service, 'sites', what);
      assert.doesNotMatch(JSON.stringify([url, others, body]), /\/\.default#\d/, what);
      if (secret !== '') assert.ok(!url.includes(secret), what);
    }
    const known = ['arm', 'graph', 'vault', 'scm', 'insights'].map((name) => scopeFor(name as 'arm', ports));
    for (const scope of azure.scopes) assert.ok(known.includes(scope), scope);
  }

  async function run(call: Call, given: readonly Answer[]): Promise<void> {
    const c = azure.beginWith(given);
    const targets = targetsOf(azure.ports, 'planted-9b1d-secret-value');
    await endingOf(call, c, targets);
    assertTokensInPlace(targets.secret);
    if (!call.waits) assert.ok(azure.received.length > 0, 'nothing was asked');
    assert.ok(azure.received.length <= mostRequests, `${azure.received.length} requests`);
  }

  for (const [name, call] of Object.entries(calls))
    it(`get no token that isn't theirs, and can't keep Keyless busy or speechless: ${name}`, async () => {
      await attack(fc.oneof(answers, lures), 12, (given) => run(call, given));
    });

  for (const [what, pour] of Object.entries(endless))
    it(`can't fill the memory with a body that ${what}`, async () => {
      const some = ['read an app', 'list secrets', 'read a file', ...optional];
      await attack(fc.constantFrom(...some), 3, async (name) => {
        const call = calls[name] ?? assert.fail(name);
        const c = azure.begin((_request, response) => {
          response.setHeader('Content-Type', 'application/json');
          pour(response);
        });
        const before = process.memoryUsage().rss;
        const { words } = await endingOf(call, c, targetsOf(azure.ports));
        if (what === 'goes on and on' && !optional.includes(name)) assert.match(words, /larger than \d+ MB/);
        assert.ok(process.memoryUsage().rss - before < 600 * 1024 * 1024);
        azure.hangUp();
      });
    });
});
