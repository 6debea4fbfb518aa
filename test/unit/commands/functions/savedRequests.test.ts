import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { FunctionRequest } from '../../../../src/commands/functions/request';
import { SavedRequests } from '../../../../src/commands/functions/savedRequests';
import type { FunctionTarget } from '../../../../src/inventory/targets';

const target = { fn: { id: '/sites/App/functions/F' } } as FunctionTarget;

describe('saved requests', () => {
  let stored: Record<string, unknown>;
  let saved: SavedRequests;
  beforeEach(() => {
    stored = {};
    const memento = {
      get: (key: string, otherwise: unknown) => stored[key] ?? otherwise,
      update: (key: string, value: unknown) => Promise.resolve(void (stored[key] = value)),
    };
    saved = new SavedRequests(memento as unknown as vscode.Memento);
  });

  const request = (parts: Partial<FunctionRequest>): FunctionRequest => ({
    ...{ method: 'GET', route: {}, query: '', headers: {}, body: '', key: 'default', ...parts },
  });
  const jwt = `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`;

  it('keep the request', async () => {
    const wanted = request({
      route: { id: '7' },
      query: 'countryCode=49&keyword=a&author=b',
      headers: { 'X-Name': 'value', 'X-Author': 'someone', Accept: 'application/json' },
      body: '{"name":"value"}',
    });
    await saved.save(target, 'one', wanted);
    assert.deepEqual(saved.of(target), [{ name: 'one', request: wanted }]);
  });

  it('drop what carries credentials from the query, in any case', async () => {
    const names = ['code', 'CODE', 'c%6Fde', 'sig', 'Sig', 'access_token', 'ACCESS_TOKEN', 'x-functions-key'];
    const more = [
      'amp;code',
      'apiKey',
      'subscription-key',
      'client_secret',
      'Password',
      'id_token',
      'X-Amz-Signature',
    ];
    const query = [...names, ...more].map((name, index) => `${name}=planted${index}`);
    await saved.save(
      target,
      'one',
      request({ query: ['a=1', ...query, `t=${jwt}`, 'b=2;code=planted'].join('&') }),
    );
    assert.equal(saved.of(target)[0]?.request.query, 'a=1');
    assert.doesNotMatch(JSON.stringify(stored), /planted|eyJ/);
  });

  it('drop headers that carry credentials, in any case', async () => {
    const names = [
      ...[
        'Authorization',
        'PROXY-AUTHORIZATION',
        'cookie',
        'X-Functions-Key',
        'x-FUNCTIONS-key',
        'X-API-Key',
      ],
      ...['X-ZUMO-AUTH', 'X-Auth', 'X-MS-CLIENT-PRINCIPAL', 'X-Hub-Signature-256', 'X-Amz-Security-Token'],
      ...['Ocp-Apim-Subscription-Key', 'X-Session', 'X-ARR-ClientCert', 'X-MS-TOKEN-AAD-ID-TOKEN'],
    ];
    const headers = Object.fromEntries(names.map((name) => [name, 'planted']));
    const values = {
      'X-One': 'Bearer planted',
      'X-Two': jwt,
      'X-Three': 'https://a.example/?sv=1&sig=planted',
    };
    await saved.save(target, 'one', request({ headers: { 'X-Name': 'value', ...headers, ...values } }));
    assert.deepEqual(saved.of(target)[0]?.request.headers, { 'X-Name': 'value' });
    assert.doesNotMatch(JSON.stringify(stored), /planted|eyJ/);
  });

  it('hide credentials in the body and the route', async () => {
    const body = '{"connection":"AccountName=a;AccountKey=planted==;EndpointSuffix=b"}';
    await saved.save(target, 'one', request({ body, route: { url: 'https://user:planted@host' } }));
    assert.match(saved.of(target)[0]?.request.body ?? '', /AccountName=a;AccountKey=\(hidden by Keyless\);/);
    assert.doesNotMatch(JSON.stringify(stored), /planted/);
  });

  it('that were stored with credentials are read without them', () => {
    stored = {
      'keyless.requests': {
        [target.fn.id.toLowerCase()]: [{ name: 'old', request: request({ query: 'CODE=planted' }) }],
      },
    };
    assert.equal(saved.of(target)[0]?.request.query, '');
  });
});
