import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inspect } from 'node:util';
import { listAppSettings } from '../../src/azure/appService/settings/appSettings';
import { listAllSecretsOfVault } from '../../src/azure/keyVault/secrets';
import { changedConnection } from '../support/connections';
import { json, tenantId } from '../unit/azure/servers';
import { attack, seed } from './support/attack';
import { calls, targetsOf } from './support/calls';
import { endingOf } from './support/ending';
import { HostileAzure } from './support/hostileAzure';
import type { Quote } from './support/quoting';
import { leakIn, quotes, refusal, secretValues } from './support/quoting';

describe(`secret values that hostile services quote (KEYLESS_SEED=${seed})`, () => {
  let azure: HostileAzure;
  before(async () => {
    azure = await HostileAzure.start();
  });
  after(() => azure.stop());
  afterEach(() => {
    azure.hangUp();
  });

  const challenge = {
    'WWW-Authenticate': `Bearer authorization="https://login.invalid/${tenantId}", resource="https://vault.localhost"`,
  };

  /** Everything that a person or the log could get of an error. */
  const textsOf = (error: unknown, words: string): string[] => [
    ...[words, String(error), error instanceof Error ? (error.stack ?? '') : '', JSON.stringify(error)],
    ...[inspect(error, { depth: 10, showHidden: true }), ...azure.log],
  ];

  function assertNoLeak(texts: readonly string[], value: string, quote: Quote): void {
    for (const text of texts) {
      const leak = leakIn(text, value, quote);
      assert.equal(leak, undefined, `in ${text.slice(0, 2000)}`);
    }
  }

  for (const [name, call] of Object.entries(calls).filter(([, { secret }]) => secret))
    it(`reach no message and no log: ${name}`, async () => {
      await attack(fc.tuple(secretValues, quotes), 25, async ([value, quote]) => {
        // A header holds only these, and a file's lines are what a service could quote.
        const sent = name === 'run a function' ? value.replace(/[^\x20-\x7e]/g, '_') : value;
        const c = azure.begin((request, response, body) => {
          const received = body + String(request.headers['x-functions-key']);
          // A vault gets the value once it has a token.
          if (received.includes(sent) || received.includes(JSON.stringify(sent).slice(1, -1))) {
            const { body: text, headers } = refusal(sent, quote);
            response.writeHead(quote.status, { 'Content-Type': 'application/json', ...headers }).end(text);
          } else if (request.headers.host?.startsWith('kv.') && !request.headers.authorization)
            json(response, 401, {}, challenge);
          else json(response, 200, { properties: {}, value: [] });
        });
        const { error, words } = await endingOf(call, c, targetsOf(azure.ports, sent));
        assert.ok(name === 'run a function' || error !== undefined, 'the write was refused');
        assertNoLeak(error === undefined ? azure.log : textsOf(error, words), sent, quote);
      });
    });

  it('reach no message and no log, if they are tokens', async () => {
    const some = Object.keys(calls).filter((name) => /^(list|read)/.test(name) && !/directory/.test(name));
    await attack(
      fc.tuple(fc.constantFrom(...some), secretValues, quotes),
      80,
      async ([name, value, quote]) => {
        const token = Buffer.from(value).toString('base64url');
        const begun = azure.begin(({ headers }, response) => {
          // A request of the attack before may still arrive. Its client doesn't know this token.
          if (headers.authorization !== `Bearer ${token}`) {
            json(response, 401, {}, challenge);
            return;
          }
          const { body, headers: more } = refusal(token, quote);
          response.writeHead(quote.status, { 'Content-Type': 'application/json', ...more }).end(body);
        });
        const getToken = () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 });
        const c = changedConnection(begun, { credential: { getToken } });
        const { error, words } = await endingOf(calls[name] ?? assert.fail(name), c, targetsOf(azure.ports));
        assert.ok(azure.received.some(({ headers }) => headers.authorization === `Bearer ${token}`));
        assertNoLeak(error === undefined ? azure.log : textsOf(error, words), token, quote);
      },
    );
  });

  it("aren't kept of lists that have them", async () => {
    await attack(fc.tuple(secretValues, quotes), 30, async ([value, quote]) => {
      const item = { name: 'a', value, id: `https://kv.vault.localhost:${azure.ports.vault}/secrets/a` };
      const c = azure.begin(({ url = '' }, response) => {
        if (/\/appsettings\/list\?/.test(url))
          json(response, 200, { properties: { A: value, B: `x${value}` } });
        else json(response, 200, { value: [item], properties: { appSettingNames: [] } });
      });
      const { app, vault } = targetsOf(azure.ports);
      const kept = JSON.stringify([await listAppSettings(c, app), await listAllSecretsOfVault(c, vault)]);
      assert.match(kept, /"A"/);
      assertNoLeak([kept, ...azure.log], value, quote);
    });
  });
});
