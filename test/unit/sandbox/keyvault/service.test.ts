import assert from 'node:assert/strict';
import { parseKeyVaultSecretIdentifier } from '@azure/keyvault-secrets';
import { errorOf, Harness, ids } from './harness';
import { challengeClaims } from '../../../../src/sandbox/entra/claimsChallenge';

const v = '?api-version=7.5';

describe('The data plane of a sandbox vault', function () {
  this.timeout(30_000);
  let harness: Harness;
  before(async () => {
    harness = await Harness.start();
  });
  after(() => harness.stop());

  describe('in its challenge', () => {
    it('answers before looking at the request, in the form that the SDKs parse', async () => {
      const vault = harness.addOpenVault('challenge-kv');
      const answer = await harness.send('PUT', `${harness.vaultUrl(vault)}/secrets/not_a_name`, {
        body: '{broken',
      });
      assert.equal(answer.status, 401);
      assert.equal(
        answer.headers['www-authenticate'],
        `Bearer authorization="${harness.context.endpoints.authority}/${ids.tenant}", resource="https://vault.localhost"`,
      );
      assert.deepEqual(answer.json, {
        error: { code: 'Unauthorized', message: 'AKV10000: Request is missing a Bearer or PoP token.' },
      });
      assert.equal(answer.headers['x-ms-keyvault-region'], 'westeurope');
      assert.match(
        String(answer.headers['x-ms-keyvault-network-info']),
        /^conn_type=Ipv4;addr=127\.0\.0\.1;act_addr_fam=InterNetwork;$/,
      );
      assert.match(String(answer.headers['x-ms-keyvault-service-version']), /^1\.9\./);
    });

    it('says what is wrong with a token', async () => {
      const vault = harness.addOpenVault('token-kv');
      const url = `${harness.vaultUrl(vault)}/secrets${v}`;
      const withToken = async (token: string) =>
        errorOf(await harness.send('GET', url, { token })).message ?? '';
      assert.match(await withToken('a.b.c'), /^AKV10046: /);
      assert.equal(
        await withToken(await harness.token(undefined, harness.context.endpoints.resourceManager)),
        `AKV10022: Invalid audience. Expected https://vault.localhost, found: ${harness.context.endpoints.resourceManager}.`,
      );
      assert.equal(
        await withToken(await harness.token(harness.principals.foreigner)),
        `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${ids.tenant}/, found https://sts.windows.net/${ids.otherTenant}/.`,
      );
      const expired = (await harness.tokens.expire(`Bearer ${await harness.token()}`)).slice(
        'Bearer '.length,
      );
      const answer = await harness.send('GET', url, { token: expired });
      assert.equal(answer.status, 401);
      assert.equal(errorOf(answer).message, "[TokenExpired] Error validating token: 'S2S12086'.");
      assert.ok(answer.headers['www-authenticate']?.includes('resource="https://vault.localhost"'));
    });

    it('asks for fresh claims if continuous access evaluation is on, and the SDK provides them', async () => {
      const vault = harness.addOpenVault('claims-kv');
      const token = await harness.token();
      const credential = harness.credential();
      const { SecretClient } = await import('@azure/keyvault-secrets');
      const client = new SecretClient(harness.vaultUrl(vault), credential, {
        httpClient: harness.httpClient(),
      });
      await client.setSecret('S', 'v');
      await challengeClaims(harness.context.settings, harness.context.clock, ['vault']);
      try {
        const url = `${harness.vaultUrl(vault)}/secrets/S?api-version=7.4`;
        const challenged = await harness.send('GET', url, { token });
        assert.equal(challenged.status, 401);
        assert.match(
          challenged.headers['www-authenticate'] ?? '',
          /^Bearer authorization="[^"]+", resource="https:\/\/vault\.localhost", error="insufficient_claims", claims="[\w+/=]+"$/,
        );
        await client.getSecret('S');
        assert.ok(
          credential.asked.some(({ claims }) => claims?.includes('"nbf"')),
          'no token was asked for with claims',
        );
      } finally {
        harness.context.settings.claimsChallenge = undefined;
      }
    });
  });

  it('stores versions: set, get the latest or by version, update, list', async () => {
    const vault = harness.addOpenVault('versions-kv');
    const client = harness.secrets(vault);
    const first = await client.setSecret('Db-Password', 'one', {
      contentType: 'text/plain',
      tags: { a: 'b' },
    });
    const expiresOn = new Date('2001-01-01T00:00:00Z');
    const second = await client.setSecret('db-password', 'two', {
      expiresOn,
      notBefore: new Date('2037-01-01T00:00:00Z'),
    });
    assert.notEqual(first.properties.version, second.properties.version);
    assert.match(first.properties.version ?? '', /^[\da-f]{32}$/);
    const latest = await client.getSecret('Db-Password');
    assert.equal(latest.value, 'two', 'an expired and not yet valid secret is returned anyway');
    assert.equal(latest.properties.expiresOn?.getTime(), expiresOn.getTime());
    assert.equal(latest.properties.contentType, undefined);
    const old = await client.getSecret('Db-Password', { version: first.properties.version ?? '' });
    assert.equal(old.value, 'one');
    assert.deepEqual(old.properties.tags, { a: 'b' });
    const updated = await client.updateSecretProperties('Db-Password', first.properties.version ?? '', {
      enabled: false,
    });
    assert.equal(updated.enabled, false);
    assert.equal(updated.contentType, 'text/plain', 'a PATCH keeps what it omits');
    const versions: string[] = [];
    for await (const one of client.listPropertiesOfSecretVersions('Db-Password'))
      versions.push(one.version ?? '');
    assert.deepEqual(versions, [first.properties.version ?? '', second.properties.version ?? ''].sort());
    assert.equal(
      parseKeyVaultSecretIdentifier(latest.properties.id ?? '').name,
      'Db-Password',
      'the first spelling stays',
    );
  });

  it('returns bundles with members in the order of the recordings, without unset ones', async () => {
    const vault = harness.addOpenVault('order-kv', undefined, { softDeleteRetentionInDays: 7 });
    const set = await harness.ask(vault, 'PUT', `/secrets/s${v}`, {
      value: 'x',
      contentType: 't',
      tags: { k: 'v' },
    });
    assert.equal(set.status, 200);
    assert.deepEqual(Object.keys(set.json as object), ['value', 'contentType', 'id', 'attributes', 'tags']);
    const { attributes } = set.json as { attributes: Record<string, unknown> };
    assert.deepEqual(Object.keys(attributes), [
      'enabled',
      'created',
      'updated',
      'recoveryLevel',
      'recoverableDays',
    ]);
    assert.equal(attributes['recoveryLevel'], 'CustomizedRecoverable+Purgeable');
    assert.equal(attributes['recoverableDays'], 7);
    assert.ok(Math.abs(Number(attributes['created']) - Date.now() / 1000) < 60, 'epoch seconds');
    const get = await harness.ask(vault, 'GET', `/secrets/s/${v}`);
    assert.deepEqual(get.json, set.json, 'a trailing slash means the latest version');
    const patch = await harness.ask(vault, 'PATCH', `/secrets/s/${v}`, { attributes: { enabled: true } });
    assert.deepEqual(Object.keys(patch.json as object), ['contentType', 'id', 'attributes', 'tags']);
    vault.enablePurgeProtection = true;
    vault.softDeleteRetentionInDays = 90;
    const again = await harness.ask(vault, 'GET', `/secrets/s${v}`);
    assert.equal(
      (again.json as { attributes: Record<string, unknown> }).attributes['recoveryLevel'],
      'Recoverable',
    );
    const oldest = await harness.ask(vault, 'GET', '/secrets/s?api-version=7.0');
    assert.equal('recoverableDays' in (oldest.json as { attributes: object }).attributes, false);
  });

  it('returns pages of 25, with the port in the link and null at the end', async () => {
    const vault = harness.addOpenVault('pages-kv');
    const client = harness.secrets(vault);
    const names = Array.from({ length: 55 }, (_, index) => `n${String(index).padStart(3, '0')}`);
    for (const name of names) await harness.ask(vault, 'PUT', `/secrets/${name}${v}`, { value: name });
    const first = await harness.ask(vault, 'GET', `/secrets${v}`);
    const page = first.json as { value: { id: string; value?: string }[]; nextLink: string };
    assert.equal(page.value.length, 25);
    assert.ok(page.value.every((item) => item.value === undefined && /\/secrets\/n\d+$/.test(item.id)));
    assert.ok(
      page.nextLink.startsWith(`${harness.vaultUrl(vault)}/secrets?api-version=7.5&$skiptoken=`),
      page.nextLink,
    );
    assert.ok(page.nextLink.endsWith('&maxresults=25'));
    const sizes: number[] = [];
    const seen: string[] = [];
    for await (const part of client.listPropertiesOfSecrets().byPage()) {
      sizes.push(part.length);
      seen.push(...part.map(({ name }) => name));
    }
    assert.deepEqual(sizes, [25, 25, 5]);
    assert.deepEqual(seen, names);
    const last = await harness.ask(vault, 'GET', `/deletedsecrets${v}`);
    assert.equal(last.text, '{"value":[],"nextLink":null}');
    for (const bad of ['0', '26', 'x', '1.5']) {
      const answer = await harness.ask(vault, 'GET', `/secrets${v}&maxresults=${bad}`);
      assert.deepEqual([answer.status, errorOf(answer).code], [400, 'BadParameter'], bad);
    }
    assert.equal((await harness.ask(vault, 'GET', `/secrets${v}&$skiptoken=nonsense`)).status, 400);
  });

  it('lists no versions for an unknown name, and answers 404 to everything else', async () => {
    const vault = harness.addOpenVault('absent-kv');
    assert.equal(
      (await harness.ask(vault, 'GET', `/secrets/no/versions${v}`)).text,
      '{"value":[],"nextLink":null}',
    );
    const long =
      /^A secret with \(name\/id\) (no|no\/abc) was not found in this key vault\. If you recently deleted/;
    for (const [method, path, message] of [
      ['GET', '/secrets/no', long],
      ['GET', '/secrets/no/abc', long],
      ['PATCH', '/secrets/no', long],
      ['POST', '/secrets/no/backup', long],
      ['DELETE', '/secrets/no', /^Secret not found: no$/],
      ['GET', '/deletedsecrets/no', /^Deleted Secret not found: no$/],
      ['POST', '/deletedsecrets/no/recover', /^Deleted Secret not found: no$/],
      ['DELETE', '/deletedsecrets/no', /^Deleted Secret not found: no$/],
    ] as const) {
      const answer = await harness.ask(vault, method, `${path}${v}`, method === 'PATCH' ? {} : undefined);
      assert.equal(answer.status, 404, `${method} ${path}`);
      assert.equal(errorOf(answer).code, 'SecretNotFound');
      assert.match(errorOf(answer).message ?? '', message);
    }
  });

  it('rejects malformed requests', async () => {
    const vault = harness.addOpenVault('bad-kv');
    const cases: [string, string, unknown][] = [
      ['GET', '/secrets', undefined],
      ['GET', '/secrets?api-version=7.99', undefined],
      ['GET', `/secrets/under_score${v}`, undefined],
      ['GET', `/secrets/${'n'.repeat(128)}${v}`, undefined],
      ['PUT', `/secrets/s${v}`, {}],
      ['PUT', `/secrets/s${v}`, { value: 5 }],
      ['PUT', `/secrets/s${v}`, '{"value":'],
      ['PUT', `/secrets/s${v}`, { value: 'x'.repeat(25 * 1024 + 1) }],
      ['PUT', `/secrets/s${v}`, { value: 'x', attributes: { exp: 'soon' } }],
      ['PUT', `/secrets/s${v}`, { value: 'x', tags: { a: 1 } }],
      ['POST', `/secrets/restore${v}`, { value: 'bm90aGluZw' }],
    ];
    for (const [method, path, body] of cases) {
      const answer = await harness.ask(vault, method, path, body);
      assert.deepEqual([answer.status, errorOf(answer).code], [400, 'BadParameter'], `${method} ${path}`);
    }
    const version = await harness.ask(vault, 'GET', '/secrets?api-version=7.99');
    assert.match(
      errorOf(version).message ?? '',
      /^The specified version \(7\.99\) is not recognized\. Consider using/,
    );
    assert.equal(vault.secrets.size, 0);
    assert.equal((await harness.ask(vault, 'GET', `/keys${v}`)).status, 404);
    assert.equal((await harness.ask(vault, 'POST', `/secrets/s${v}`)).status, 405);
  });

  it('throttles a vault by its number of requests in ten seconds', async () => {
    const vault = harness.addOpenVault('busy-kv');
    harness.context.settings.vaultRequestLimit = 3;
    try {
      const statuses: number[] = [];
      for (let count = 0; count < 4; count++)
        statuses.push((await harness.ask(vault, 'GET', `/secrets${v}`)).status);
      assert.deepEqual(statuses, [200, 200, 200, 429]);
      const answer = await harness.ask(vault, 'GET', `/secrets${v}`);
      assert.equal(errorOf(answer).code, 'Throttled');
      assert.equal(answer.headers['retry-after'], undefined);
      harness.advance(10_000);
      assert.equal((await harness.ask(vault, 'GET', `/secrets${v}`)).status, 200);
    } finally {
      delete harness.context.settings.vaultRequestLimit;
    }
  });

  it('does not answer for a vault that does not exist', async () => {
    const url = `https://nowhere-kv.vault.localhost:${harness.context.endpoints.vaultPort}/secrets${v}`;
    await assert.rejects(harness.send('GET', url), { code: 'ECONNRESET' });
  });

  it('writes no secret values to its log or to recorded traffic', async () => {
    const vault = harness.addOpenVault('quiet-kv');
    const value = 'extremely-secret-value-4711';
    await harness.ask(vault, 'PUT', `/secrets/s${v}`, { value });
    await harness.ask(vault, 'GET', `/secrets/s${v}`);
    const { readFileSync } = await import('node:fs');
    assert.equal(harness.log.join('\n').includes(value), false);
    assert.equal(readFileSync(harness.trafficFile, 'utf8').includes(value), false);
  });
});
