import assert from 'node:assert/strict';
import type { RawExchange } from './kit/recorder';
import { Redactor } from './kit/redaction';

const subscriptionId = '5f0e2a91-7c3b-4d18-9e64-0a1b2c3d4e5f';
const groupName = 'keyless-conformance-0badcafe';
const group = `/subscriptions/${subscriptionId}/resourceGroups/${groupName}`;
const arm = 'https://management.azure.com';
const site = `${arm}${group}/providers/Microsoft.Web/sites/app`;
const vault = 'https://kv.vault.azure.net';

describe('the redaction of recordings', () => {
  const planted = 'planted-Secret/é+"1';
  const person = 'c0ffee12-3456-4789-8abc-def012345678';

  interface Parts {
    method: string;
    url: string;
    headers: Record<string, string>;
    body: unknown;
    status: number;
    answer: unknown;
    answerHeaders: Record<string, string>;
  }

  function exchange(parts: Partial<Parts>, seq = 0): RawExchange {
    const bytes = (value: unknown) =>
      value === undefined
        ? undefined
        : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    const { method = 'GET', url = site, headers = {}, status = 200, answerHeaders = {} } = parts;
    return {
      ...{ scenario: 'test', seq },
      request: { method, url, headers, body: bytes(parts.body) },
      response: { status, headers: answerHeaders, body: () => bytes(parts.answer) ?? Buffer.alloc(0) },
    };
  }

  function redact(...exchanges: readonly Partial<Parts>[]) {
    const redactor = new Redactor({ subscriptionId, groupName });
    return redactor.redactAll(exchanges.map(exchange)).map(({ line }) => line);
  }

  const places: Record<string, Partial<Parts>> = {
    'a secret that is set': { method: 'PUT', url: `${vault}/secrets/s`, body: { value: planted } },
    'a secret that is read': {
      url: `${vault}/secrets/s/`,
      answer: { value: planted, id: `${vault}/secrets/s` },
    },
    'an app setting that is read': {
      url: `${site}/config/appsettings/list`,
      answer: { id: 'x', properties: { type: planted, FUNCTIONS_EXTENSION_VERSION: '~4' } },
    },
    'an app setting that is written': {
      method: 'PUT',
      url: `${site}/config/appsettings`,
      body: { properties: { name: planted } },
    },
    'a setting of a new app': {
      method: 'PUT',
      body: { properties: { siteConfig: { appSettings: [{ name: 'A', value: planted }] } } },
    },
    "a function's key": { method: 'POST', url: `${site}/functions/f/listkeys`, answer: { default: planted } },
    'a host key': { url: `${site}/host/default/listkeys`, answer: { masterKey: planted, functionKeys: {} } },
    'a key that is set': {
      method: 'PUT',
      url: `${site}/host/default/functionKeys/k`,
      body: { properties: { name: 'k', value: planted } },
    },
    'a storage key': {
      method: 'POST',
      url: `${arm}${group}/providers/Microsoft.Storage/storageAccounts/a/listKeys`,
      answer: { keys: [{ keyName: 'key1', value: planted, permissions: 'FULL' }] },
    },
    'publishing credentials': {
      url: `${site}/config/publishingcredentials/list`,
      answer: {
        properties: {
          publishingPassword: planted,
          scmUri: `https://$app:${planted}@app.scm.azurewebsites.net`,
        },
      },
    },
    'a connection string of Application Insights': {
      url: `${arm}${group}/providers/Microsoft.Insights/components/c`,
      answer: { properties: { ConnectionString: `InstrumentationKey=${planted}` } },
    },
    "Kudu's settings": {
      url: 'https://app.scm.azurewebsites.net/api/settings',
      answer: { anything: planted },
    },
    'a header with a key': { headers: { 'x-functions-key': planted, Accept: 'text/plain' } },
    'a token': { headers: { Authorization: `Bearer ${planted}` } },
    'a cookie': { answerHeaders: { 'set-cookie': `ARRAffinity=${planted}` } },
    'the code of a function': {
      url: `https://app.azurewebsites.net/api/f?code=${encodeURIComponent(planted)}`,
    },
    'a shared access signature in text': {
      answer: { package: `https://a.blob.core.windows.net/c/p.zip?sv=1&sig=${encodeURIComponent(planted)}` },
    },
    'the signature of an operation': {
      answerHeaders: { location: `${arm}/op?api-version=1&t=2&c=${planted}&s=${planted}&h=${planted}` },
    },
  };

  const forms = [
    planted,
    encodeURIComponent(planted),
    JSON.stringify(planted).slice(1, -1),
    JSON.stringify(JSON.stringify(planted)).slice(3, -3),
    Buffer.from(planted).toString('base64'),
  ];

  function requireHidden(value: unknown): void {
    const text = JSON.stringify(value);
    for (const form of forms) assert.ok(!text.includes(form), text);
  }

  for (const [what, parts] of Object.entries(places))
    it(`hides ${what}`, () => {
      const [line] = redact(parts);
      assert.ok(line);
      requireHidden(line);
    });

  it('hides a secret value in every encoding where a service quotes it, and before it was seen', () => {
    const quoting = {
      status: 400,
      answer: { error: { code: 'Bad', message: `Not valid: ${forms.join(' and ')}` } },
    };
    const lines = redact(quoting, places['a secret that is set'] ?? {});
    assert.equal(lines.length, 2);
    requireHidden(lines);
    assert.match(JSON.stringify(lines[0]), /Not valid/);
  });

  it('hides tokens, passwords, and keys by their form, in any text', () => {
    const jwt = `eyJ${'a'.repeat(40)}.eyJ${'b'.repeat(40)}.${'c'.repeat(40)}`;
    const key = `${'Zm9v'.repeat(21)}Zm==`;
    const url = 'https://app.scm.azurewebsites.net/api/vfs/LogFiles/a.log';
    const text = `token ${jwt}\nAccountKey=${key};\nPassword=hunter2-hunter2;\nhttps://user:hunter3@host/`;
    const [line] = redact({ url, answer: text });
    for (const secret of [jwt, key, 'hunter2', 'hunter3'])
      assert.ok(!JSON.stringify(line).includes(secret), secret);
  });

  it('hides people, tenants, and addresses, and gives the same one the same name', () => {
    const undashed = person.replaceAll('-', '');
    const message = `Principal ${undashed} (alex@contoso.com, 203.0.113.77, 2001:db8:0:1:2:3:4:5) is unknown`;
    const [line, other] = redact(
      {
        url: `${arm}${group}/providers/Microsoft.Authorization/roleAssignments?$filter=assignedTo(%27${person}%27)`,
        status: 400,
        answer: { error: { message }, oid: person.toUpperCase() },
      },
      {
        url: `${arm}/subscriptions?api-version=2022-12-01`,
        answer: { value: [{ id: `/subscriptions/${subscriptionId}`, displayName: 'Contoso Production' }] },
      },
    );
    const text = JSON.stringify([line, other]).toLowerCase();
    const hidden = [person, undashed, 'alex', 'contoso', '203.0.113.77', '2001:db8:0:1', subscriptionId];
    for (const value of hidden) assert.ok(!text.includes(value), `${value} in ${text}`);
    const found = new Set(text.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g));
    found.delete('00000000-0000-0000-0000-000000000000');
    assert.equal(found.size, 1, text);
  });

  it("leaves out what belongs to others, such as other resource groups and other people's roles", () => {
    const foreign = `/subscriptions/${subscriptionId}/resourceGroups/payroll`;
    const list = {
      url: `${arm}/subscriptions/${subscriptionId}/resources`,
      answer: {
        value: [{ id: `${foreign}/providers/a/b/secret-project` }, { id: `${group}/providers/a/b/own` }],
      },
    };
    const assignments = {
      url: `${arm}${group}/providers/Microsoft.Authorization/roleAssignments`,
      answer: {
        value: [
          {
            id: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleAssignments/1`,
            properties: { scope: `/subscriptions/${subscriptionId}`, principalId: person },
          },
        ],
      },
    };
    const lines = redact(list, assignments, { url: `${arm}${foreign}/providers/a/b/secret-project` });
    assert.deepEqual(
      lines.map(({ response }) => (response.body as { value: unknown[] }).value.length),
      [1, 0],
    );
    assert.ok(!JSON.stringify(lines).includes('secret-project'));
  });

  it('keeps what shows how Azure behaves', () => {
    const reference = '@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/s)';
    const [settings, refusal] = redact(
      {
        url: `${site}/config/appsettings/list`,
        answer: { properties: { FUNCTIONS_WORKER_RUNTIME: 'node', REF: reference } },
        answerHeaders: { 'Retry-After': '5', 'x-ms-failure-cause': 'gateway' },
      },
      {
        url: `${vault}/secrets/s/`,
        status: 403,
        answer: { error: { code: 'Forbidden', innererror: { code: 'SecretDisabled' } } },
      },
    );
    assert.deepEqual(settings?.response.body, {
      properties: { FUNCTIONS_WORKER_RUNTIME: 'node', REF: reference },
    });
    assert.deepEqual(settings.response.headers, { 'Retry-After': '5', 'x-ms-failure-cause': 'gateway' });
    assert.deepEqual(refusal?.response.body, {
      error: { code: 'Forbidden', innererror: { code: 'SecretDisabled' } },
    });
  });
});
