import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { lineFilter } from '../../../../src/sandbox/scm/lineFilter';
import { blockedBy } from '../../../../src/sandbox/web/front/ipRestrictions';
import { matchRoute, specificity } from '../../../../src/sandbox/web/front/routes';
import { FileWriter } from '../../../../src/sandbox/web/host/fileWriter';
import { minimumLevel, readHostJson, withOverrides } from '../../../../src/sandbox/web/host/hostJson';
import { toResponse } from '../../../../src/sandbox/web/host/worker/workerHttp';
import { parseReference } from '../../../../src/sandbox/web/keyVaultReferences';
import type { Site } from '../../../../src/sandbox/world/world';

describe('Function apps', () => {
  it('match routes with literals, parameters, constraints, optional and catch-all segments', () => {
    assert.deepEqual(matchRoute('orders/{id}', 'Orders/7'), { id: '7' });
    assert.deepEqual(matchRoute('orders/{id:int}', 'orders/x'), undefined);
    assert.deepEqual(matchRoute('orders/{id?}', 'orders'), {});
    assert.deepEqual(matchRoute('files/{*path}', 'files/a/b%20c'), { path: 'a/b c' });
    assert.deepEqual(matchRoute('orders', 'orders/7'), undefined);
    assert.deepEqual(matchRoute('orders/{id=7}', 'orders'), { id: '7' });
    const expression = String.raw`{id:regex(^\d{{2}}/?$)}/{size:int:regex(^(?=1)\d$)?}`;
    assert.deepEqual(matchRoute(expression, '12/1'), { id: '12', size: '1' });
    assert.deepEqual(matchRoute(expression, '12'), { id: '12' });
    assert.deepEqual(matchRoute(expression, '123'), undefined);
    assert.deepEqual(matchRoute(expression, '12/2'), undefined);
    assert.ok(specificity('a/b') < specificity('a/{b}'));
    assert.ok(specificity('a/{b}') < specificity('a/{*b}'));
  });

  it('recognize Key Vault references in both forms, and nothing else', () => {
    const byUri =
      '@Microsoft.KeyVault(SecretUri=https://kv1.vault.localhost:1234/secrets/My-Secret/0123456789abcdef0123456789abcdef)';
    assert.deepEqual(parseReference(byUri), {
      vaultName: 'kv1',
      secretName: 'My-Secret',
      secretVersion: '0123456789abcdef0123456789abcdef',
    });
    assert.deepEqual(
      parseReference('@Microsoft.KeyVault(SecretUri=https://kv1.vault.localhost/secrets/s/)'),
      { vaultName: 'kv1', secretName: 's' },
    );
    assert.deepEqual(parseReference('@microsoft.keyvault(VaultName=kv1;SecretName=s;SecretVersion=abc)'), {
      vaultName: 'kv1',
      secretName: 's',
      secretVersion: 'abc',
    });
    for (const none of [
      'plain',
      '@Microsoft.KeyVault(SecretUri=http://kv1.vault.localhost/secrets/s)',
      '@Microsoft.KeyVault(SecretUri=https://kv1.vault.localhost/keys/s)',
      '@Microsoft.KeyVault(VaultName=kv1)',
      '@Microsoft.KeyVault(VaultName=kv1/../x;SecretName=s)',
    ]) {
      assert.equal(parseReference(none), undefined, none);
    }
    assert.notEqual(
      parseReference('@Microsoft.KeyVault(SecretUri=https://kv1.evil.example/secrets/s)')?.vaultName,
      'kv1',
    );
  });

  it('apply the matching access restriction with the lowest priority number', () => {
    const site = (rules: object[]): Site =>
      ({ webConfig: { ipSecurityRestrictions: rules } }) as unknown as Site;
    const blocked = (rules: object[], address: string): boolean =>
      blockedBy(site(rules), 'ipSecurityRestrictions', address);
    assert.equal(blocked([], '10.1.2.3'), false);
    assert.equal(
      blocked([{ ipAddress: '10.0.0.0/8', action: 'Allow', priority: 2 }], '::ffff:10.1.2.3'),
      false,
    );
    assert.equal(blocked([{ ipAddress: '10.0.0.0/8', action: 'Allow', priority: 2 }], '11.1.2.3'), true);
    assert.equal(
      blocked(
        [
          { ipAddress: '10.0.0.0/8', action: 'Allow', priority: 2 },
          { ipAddress: '10.1.2.3', action: 'Deny', priority: 1 },
        ],
        '10.1.2.3',
      ),
      true,
    );
    assert.equal(blocked([{ ipAddress: 'fd00::/8', action: 'Allow', priority: 2 }], 'fd00::1'), false);
  });

  it('filter log streams by substring, ignoring case, line by line', () => {
    const filter = lineFilter('Err');
    assert.equal(
      filter(Buffer.from('one\r\nan ERROR\r\nlast err'), 'a.log').toString(),
      'an ERROR\r\nlast err',
    );
    const umlaut = Buffer.from('err ü\n');
    assert.equal(
      Buffer.concat([filter(umlaut.subarray(0, 5), 'b.log'), filter(umlaut.subarray(5), 'b.log')]).toString(),
      'err ',
    );
  });

  it('convert the values of an HTTP output', () => {
    const shown = (output: unknown): unknown[] => {
      const { status, headers, body } = toResponse(output);
      return [status, headers['content-type'], body.toString()];
    };
    assert.deepEqual(shown(undefined), [204, undefined, '']);
    assert.deepEqual(shown('text'), [200, 'text/plain; charset=utf-8', 'text']);
    assert.deepEqual(shown({ status: '404', body: { a: 1 } }), [
      404,
      'application/json; charset=utf-8',
      '{"a":1}',
    ]);
    assert.deepEqual(shown({ body: Buffer.from([1]), headers: { 'Content-Type': 'image/png' } }), [
      200,
      'image/png',
      '\u0001',
    ]);
  });

  describe('reading host.json and writing log files', () => {
    let folder: string;
    beforeEach(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'keyless-unit-'));
    });
    afterEach(() => {
      fs.rmSync(folder, { recursive: true, force: true });
    });

    it('use known members and report errors', () => {
      assert.deepEqual(readHostJson(folder), {
        routePrefix: 'api',
        fileLoggingMode: 'debugOnly',
        logLevels: {},
      });
      fs.writeFileSync(
        path.join(folder, 'host.json'),
        JSON.stringify({
          functionTimeout: '00:00:30',
          extensions: { http: { routePrefix: '/' } },
          logging: { fileLoggingMode: 'always', logLevel: { default: 'Warning' } },
        }),
      );
      assert.deepEqual(readHostJson(folder), {
        routePrefix: '',
        fileLoggingMode: 'always',
        logLevels: { default: 'Warning' },
        functionTimeoutMs: 30_000,
      });
      fs.writeFileSync(path.join(folder, 'host.json'), '{');
      assert.match(readHostJson(folder).error ?? '', /Unable to parse host configuration file/);
    });

    it('take the level of the longest category, from a host.json with comments, unless a setting overrides it', () => {
      fs.writeFileSync(
        path.join(folder, 'host.json'),
        '{ "version": "2.0", "logging": { "logLevel": { "default": "Warning", "Function": "Information", /* , */ } } } // end',
      );
      const hostJson = readHostJson(folder);
      assert.equal(hostJson.error, undefined);
      const levels = (from: typeof hostJson) =>
        ['Host.General', 'Function.Pay', 'Function.Pay.User'].map((category) => minimumLevel(from, category));
      assert.deepEqual(levels(hostJson), ['Warning', 'Information', 'Information']);
      const name = 'AzureFunctionsJobHost__logging__logLevel__Function';
      const overridden = (reserved: boolean) =>
        levels(
          withOverrides(hostJson, {
            ...({
              reserved,
              appSettings: { [`${name}.Pay`]: 'Error', [`${name}__Pay__User`]: 'None' },
            } as Partial<Site>),
          } as Site),
        );
      assert.deepEqual(overridden(false), ['Warning', 'Error', 'Error']);
      assert.deepEqual(overridden(true), ['Warning', 'Information', 'Information']);
    });

    it('write at most 250 lines a flush, and say so', () => {
      const writer = new FileWriter(
        folder,
        'abcdefghijkl',
        { now: () => Date.UTC(2026, 10, 22, 20, 1, 2) },
        () => 1000,
      );
      for (let line = 0; line < 300; line += 1) writer.append(`line ${line}`);
      writer.flush();
      const [name = ''] = fs.readdirSync(folder);
      assert.equal(name, '2026-11-22T20-01-02Z-abcdefghij.log');
      const lines = fs.readFileSync(path.join(folder, name), 'utf8').split('\r\n');
      assert.deepEqual(
        [lines.length, lines[249], lines[250], lines[251]],
        [252, 'line 249', 'Log output threshold exceeded.', ''],
      );
    });

    it('start a new file above 5 MiB, and delete files not written to for a day', () => {
      let now = Date.now();
      const writer = new FileWriter(folder, 'instance', { now: () => now }, () => 1000);
      const old = path.join(folder, 'old-other.log');
      fs.writeFileSync(old, '');
      fs.utimesSync(old, now / 1000 - 90_000, now / 1000 - 90_000);
      writer.append('x'.repeat(6 * 1024 * 1024));
      writer.flush();
      now += 5000;
      writer.append('next');
      writer.flush();
      const files = fs.readdirSync(folder).sort();
      assert.equal(files.length, 2);
      assert.ok(!files.includes('old-other.log'));
      assert.equal(fs.readFileSync(path.join(folder, files[1] ?? ''), 'utf8'), 'next\r\n');
    });
  });
});
