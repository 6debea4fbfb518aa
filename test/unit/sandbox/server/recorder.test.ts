import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../../support/processes';
import { startSandbox, type RunningSandbox, type SandboxReady } from '../../../support/sandbox';
import { applicationToken, sandboxFetch } from '../../../support/sandboxClient';

interface Pair {
  liveRequest: {
    url: string;
    method: string;
    headers: Record<string, string>;
    body?: Record<string, unknown>;
  };
  liveResponse: { statusCode: string; headers: Record<string, string>; body?: Record<string, unknown> };
}

describe('Recorded traffic', function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof temporaryFolder>;
  let sandbox: RunningSandbox;
  let ready: SandboxReady;
  let file: string;
  let arm: string;
  let vault: string;

  before(async () => {
    folder = temporaryFolder('traffic');
    file = path.join(folder.path, 'traffic.jsonl');
    sandbox = await startSandbox(['--record', file]);
    ready = sandbox.ready;
    arm = await applicationToken(ready, ready.resourceManagerUrl);
    vault = await applicationToken(ready, 'https://vault.localhost');
  });
  after(async () => {
    await sandbox.stop();
    folder.remove();
  });

  const text = () => fs.readFileSync(file, 'utf8');
  const pairs = () =>
    text()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Pair);
  const app = () =>
    `${ready.resourceManagerUrl}/subscriptions/${ready.subscriptionIds[0] ?? ''}/resourceGroups/keyless-walkthrough/providers/Microsoft.Web/sites/keyless-demo-app`;

  it('contains requests and answers of vaults, but no secret values', async () => {
    const url = `https://keyless-demo-kv.vault.localhost:${ready.vaultPort}/secrets/Recorded?api-version=7.5`;
    const headers = { authorization: `Bearer ${vault}` };
    await sandboxFetch(ready, url, {
      method: 'PUT',
      headers,
      body: { value: 'TheSecretValue', contentType: 'shown' },
    });
    const answer = await sandboxFetch(ready, url, { headers });
    assert.equal(answer.json().value, 'TheSecretValue');
    const [put, get] = pairs().filter(({ liveRequest }) => liveRequest.url === url);
    assert.deepEqual(put?.liveRequest.body, { value: 'REDACTED', contentType: 'shown' });
    assert.deepEqual(
      [get?.liveResponse.statusCode, get?.liveResponse.body?.value, get?.liveResponse.body?.contentType],
      ['200', 'REDACTED', 'shown'],
    );
    assert.equal(get?.liveResponse.headers['content-type'], 'application/json; charset=utf-8');
    assert.doesNotMatch(text(), /TheSecretValue/);
  });

  it('contains no app settings, keys, passwords or tokens', async () => {
    const headers = { authorization: `Bearer ${arm}` };
    const version = '?api-version=2023-12-01';
    await sandboxFetch(ready, `${app()}/config/appsettings${version}`, {
      method: 'PUT',
      headers,
      body: { properties: { SETTING: 'TheSettingValue' } },
    });
    const settings = await sandboxFetch(ready, `${app()}/config/appsettings/list${version}`, {
      method: 'POST',
      headers,
    });
    assert.match(settings.text, /TheSettingValue/);
    const keys = (
      await sandboxFetch(ready, `${app()}/host/default/listkeys${version}`, { method: 'POST', headers })
    ).json<{ masterKey: string }>();
    const credentials = (
      await sandboxFetch(ready, `${app()}/config/publishingcredentials/list${version}`, {
        method: 'POST',
        headers,
      })
    ).json<{ properties: { publishingPassword: string } }>();
    assert.ok(keys.masterKey.length > 10 && credentials.properties.publishingPassword.length > 10);
    const recorded = text();
    assert.match(recorded, /publishingUserName/i);
    for (const secret of [
      'TheSettingValue',
      keys.masterKey,
      credentials.properties.publishingPassword,
      arm,
      vault,
      ready.clientSecret,
      ready.userPassword,
    ])
      assert.equal(recorded.includes(secret), false);
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  });

  it("contains a firewall's addresses, which show in which form they were sent", async () => {
    const url = `${app().replace(/Microsoft\.Web.*/, 'Microsoft.KeyVault/vaults/keyless-demo-kv')}?api-version=2023-07-01`;
    const body = { properties: { networkAcls: { ipRules: [{ value: '203.0.113.7' }] } } };
    await sandboxFetch(ready, url, { method: 'PATCH', token: arm, body });
    const [pair] = pairs().filter(({ liveRequest }) => liveRequest.method === 'PATCH');
    assert.deepEqual(pair?.liveRequest.body, body);
  });

  it("contains the URL of an app's package, which the OpenAPI document wants to be a URL", async () => {
    const url = `${app().replace('keyless-demo-app', 'recorded')}?api-version=2023-12-01`;
    const storage = { type: 'blobContainer', value: 'https://keylessstore.blob.core.windows.net/packages' };
    const body = { properties: { functionAppConfig: { deployment: { storage } } } };
    await sandboxFetch(ready, url, { method: 'PUT', token: arm, body });
    const [pair] = pairs().filter(({ liveRequest }) => liveRequest.url === url);
    assert.deepEqual(pair?.liveRequest.body, body);
  });

  it('contains queries about logs, but no answers', async () => {
    const url = `${ready.applicationInsightsUrl}/v1/apps/00000000-0000-0000-0000-000000000000/query`;
    const body = { query: 'traces | take 1' };
    const token = await applicationToken(ready, 'https://api.applicationinsights.io');
    const answer = await sandboxFetch(ready, url, { method: 'POST', token, body });
    const [pair] = pairs().filter(({ liveRequest }) => liveRequest.url === url);
    assert.deepEqual(pair?.liveRequest.body, body);
    assert.deepEqual(
      [pair.liveResponse.statusCode, pair.liveResponse.body],
      [String(answer.status), undefined],
    );
  });

  it('leaves out Entra ID', async () => {
    const token = await applicationToken(ready, ready.resourceManagerUrl);
    await sandboxFetch(ready, `${app()}?api-version=2023-12-01`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const urls = pairs().map(({ liveRequest }) => liveRequest.url);
    assert.ok(urls.some((url) => url.startsWith(ready.resourceManagerUrl)));
    assert.deepEqual(
      urls.filter((url) => url.startsWith(ready.authorityUrl)),
      [],
    );
  });
});
