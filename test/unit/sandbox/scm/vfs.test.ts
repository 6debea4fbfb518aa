import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { Client, walkthroughIds } from '../web/client';

const app = 'keyless-demo-app';

describe('The files of an SCM site', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let client: Client;
  let ids: ReturnType<typeof walkthroughIds>;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
    ids = walkthroughIds(sandbox.ready);
  });
  after(() => sandbox.stop());

  const vfs = (
    method: string,
    where: string,
    options: { body?: string; headers?: Record<string, string> } = {},
    of = app,
  ) => client.scm(method, of, `/api/vfs/${where}`, options);

  it('are listed only if the path ends in a slash', async () => {
    const redirect = await vfs('GET', 'site/wwwroot');
    assert.deepEqual(
      [redirect.status, redirect.headers.location],
      [307, `${client.scmUrl(app)}/api/vfs/site/wwwroot/`],
    );
    const entries = (await vfs('GET', 'site/wwwroot/')).json<Record<string, unknown>[]>();
    assert.deepEqual(Object.keys(entries[0] ?? {}), [
      'name',
      'size',
      'mtime',
      'crtime',
      'mime',
      'href',
      'path',
    ]);
    const folder = entries.find(({ name }) => name === 'ReadSecret');
    assert.deepEqual(
      [folder?.['mime'], folder?.['size'], folder?.['path']],
      ['inode/directory', 0, 'D:\\home\\site\\wwwroot\\ReadSecret'],
    );
    assert.equal(folder?.['href'], `${client.scmUrl(app)}/api/vfs/site/wwwroot/ReadSecret/`);
    const root = (await vfs('GET', '')).json<{ name: string; mime: string }[]>();
    assert.deepEqual(
      root.filter(({ mime }) => mime === 'inode/shortcut').map(({ name }) => name),
      ['SystemDrive', 'LocalSiteRoot'],
    );
    const file = await vfs('GET', 'site/wwwroot/host.json/');
    assert.deepEqual(
      [file.status, file.headers.location],
      [307, `${client.scmUrl(app)}/api/vfs/site/wwwroot/host.json`],
    );
    const missing = await vfs('GET', 'site/nothing.txt');
    assert.deepEqual(
      [missing.status, missing.json()],
      [404, { Message: "'D:\\home\\site\\nothing.txt' not found." }],
    );
  });

  it('are read whole or in parts, and not again while unchanged', async () => {
    assert.equal((await vfs('PUT', 'data/parts.txt', { body: '0123456789' })).status, 201);
    const whole = await vfs('GET', 'data/parts.txt');
    const etag = String(whole.headers.etag);
    assert.match(etag, /^"[0-9a-f]{16}"$/);
    assert.deepEqual([whole.text, whole.headers['content-type']], ['0123456789', 'text/plain']);
    const range = (value: string, more: Record<string, string> = {}) =>
      vfs('GET', 'data/parts.txt', { headers: { range: value, ...more } });
    const part = await range('bytes=4-');
    assert.deepEqual(
      [part.status, part.text, part.headers['content-range']],
      [206, '456789', 'bytes 4-9/10'],
    );
    assert.equal((await range('bytes=-3')).text, '789');
    assert.equal((await range('bytes=2-3')).text, '23');
    const nothingNew = await range('bytes=10-');
    assert.deepEqual([nothingNew.status, nothingNew.headers['content-range']], [416, 'bytes */10']);
    assert.equal((await range('bytes=4-', { 'if-range': etag })).status, 206);
    assert.equal((await range('bytes=4-', { 'if-range': '"0000000000000000"' })).text, '0123456789');
    assert.equal((await vfs('GET', 'data/parts.txt', { headers: { 'if-none-match': etag } })).status, 304);
    assert.equal((await range('bytes=4-', { 'if-none-match': etag })).status, 206);
  });

  it('are overwritten only if the writer has seen the current version', async () => {
    const created = await vfs('PUT', 'data/new/deep/file.txt', { body: 'one' });
    assert.equal(created.status, 201);
    assert.equal((await vfs('PUT', 'data/new/deep/file.txt', { body: 'two' })).status, 412);
    const stale = await vfs('PUT', 'data/new/deep/file.txt', {
      body: 'two',
      headers: { 'if-match': '"0000000000000000"' },
    });
    assert.deepEqual([stale.status, stale.headers.etag], [412, created.headers.etag]);
    const written = await vfs('PUT', 'data/new/deep/file.txt', {
      body: 'two',
      headers: { 'if-match': String(created.headers.etag) },
    });
    assert.equal(written.status, 204);
    assert.notEqual(written.headers.etag, created.headers.etag);
    assert.equal(
      (await vfs('PUT', 'data/new/deep/file.txt', { body: 'three', headers: { 'if-match': '*' } })).status,
      204,
    );
    assert.equal(
      (await vfs('GET', 'DATA/New/deep/FILE.txt')).text,
      'three',
      'Windows compares names without case',
    );
  });

  it('are removed, and folders are created and removed', async () => {
    assert.equal((await vfs('PUT', 'data/folder/')).status, 201);
    assert.equal((await vfs('PUT', 'data/folder/')).status, 409);
    await vfs('PUT', 'data/folder/file.txt', { body: 'x' });
    assert.equal((await vfs('DELETE', 'data/folder/file.txt')).status, 412);
    assert.equal((await vfs('DELETE', 'data/folder/')).status, 409);
    assert.equal((await vfs('DELETE', 'data/folder/?recursive=true')).status, 200);
    assert.equal((await vfs('GET', 'data/folder/')).status, 404);
    assert.equal((await vfs('DELETE', 'data/folder/')).status, 404);
  });

  it('never lie outside the home folder', async () => {
    for (const where of [
      '../../../../../../etc/passwd',
      '..%2f..%2f..%2f..%2fetc/passwd',
      'site/%2e%2e/%2e%2e/%2e%2e/x',
      'site/..%5c..%5cx',
    ]) {
      const reply = await vfs('GET', where);
      assert.equal(reply.status, 403, where);
    }
    const home = await client
      .putFunction(
        app,
        'Home',
        `module.exports = async (context) => { context.res = { body: process.env.HOME }; };`,
      )
      .then(() => client.site('GET', app, '/api/home'));
    fs.symlinkSync('/', path.join(home.text, 'data', 'way-out'));
    assert.equal((await vfs('GET', 'data/way-out/')).status, 403);
    assert.equal((await vfs('PUT', 'data/way-out/tmp/keyless-escape', { body: 'x' })).status, 403);
    const listed = (await vfs('GET', 'data/')).json<{ name: string }[]>();
    assert.ok(!listed.some(({ name }) => name === 'way-out'));
    fs.unlinkSync(path.join(home.text, 'data', 'way-out'));
  });

  it('are read-only below wwwroot while the app runs from a package', async () => {
    const { properties } = (await client.arm('POST', `${ids.app}/config/appsettings/list`)).json<{
      properties: Record<string, string>;
    }>();
    await client.arm('PUT', `${ids.app}/config/appsettings`, {
      properties: { ...properties, WEBSITE_RUN_FROM_PACKAGE: '1' },
    });
    const refused = await vfs('PUT', 'site/wwwroot/x.txt', { body: 'x' });
    assert.equal(refused.status, 409);
    assert.match(
      String(refused.json().Message),
      /^Could not write to local resource '.*' due to error 'Invalid access to memory location\. '\.$/,
    );
    assert.equal((await vfs('PUT', 'data/x.txt', { body: 'x' })).status, 201);
    await client.arm('PUT', `${ids.app}/config/appsettings`, { properties });
  });

  describe('are accessible', () => {
    const url = (): string => `${client.scmUrl(app)}/api/settings`;

    it('with a token for App Service or Resource Manager and permission to publish', async () => {
      for (const audience of ['https://appservice.azure.com', sandbox.ready.resourceManagerUrl]) {
        const reply = await client.send('GET', url(), { token: await client.token(audience) });
        assert.equal(reply.status, 200, audience);
        assert.equal(reply.json().WEBSITE_SITE_NAME, app);
      }
      assert.equal(
        (await client.send('GET', url(), { token: await client.token('https://vault.localhost') })).status,
        401,
      );
      const anonymous = await client.send('GET', url());
      assert.deepEqual(
        [anonymous.status, anonymous.headers['www-authenticate']],
        [401, 'Basic realm="site"'],
      );
      const environment = (await client.scm('GET', app, '/api/environment')).json();
      assert.equal(environment['os'], 'Windows');
    });

    it('but not to a Reader', async () => {
      await client.set({ rolePropagationMs: 0 });
      const { identity } = (
        await client.arm('PATCH', ids.app, { identity: { type: 'SystemAssigned' } })
      ).json<{ identity: { principalId: string } }>();
      await client.putFunction(
        app,
        'MyToken',
        `const http = require('node:http');
        module.exports = (context, req) => { http.get(process.env.IDENTITY_ENDPOINT + '?api-version=2019-08-01&resource=https://appservice.azure.com', { headers: { 'x-identity-header': process.env.IDENTITY_HEADER } }, (r) => { let t = ''; r.on('data', (d) => (t += d)); r.on('end', () => context.done(null, { res: { body: JSON.parse(t).access_token } })); }); };`,
      );
      const token = (await client.site('GET', app, '/api/mytoken')).text;
      const assign = async (role: string, name: string): Promise<void> => {
        const roleDefinitionId = `/subscriptions/${sandbox.ready.subscriptionIds[0] ?? ''}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
        const reply = await client.arm(
          'PUT',
          `${ids.group}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`,
          {
            properties: {
              roleDefinitionId,
              principalId: identity.principalId,
              principalType: 'ServicePrincipal',
            },
          },
        );
        assert.equal(reply.status, 201, reply.text);
      };
      await assign('acdd72a7-3385-48ef-bd42-f606fba81ae7', '10000000-0000-4000-8000-000000000001');
      assert.equal((await client.send('GET', url(), { token })).status, 403);
      await assign('b24988ac-6180-42a0-ab88-20f7382dd24c', '10000000-0000-4000-8000-000000000002');
      assert.equal((await client.send('GET', url(), { token })).status, 200);
    });

    it('to the publishing user, if the policy allows it', async () => {
      const { properties } = (await client.arm('POST', `${ids.app}/config/publishingcredentials/list`)).json<{
        properties: { publishingUserName: string; publishingPassword: string };
      }>();
      const basic = (password: string) => ({
        headers: {
          authorization: `Basic ${Buffer.from(`${properties.publishingUserName}:${password}`).toString('base64')}`,
        },
      });
      assert.equal((await client.send('GET', url(), basic(properties.publishingPassword))).status, 401);
      await client.arm('PUT', `${ids.app}/basicPublishingCredentialsPolicies/scm`, {
        properties: { allow: true },
      });
      assert.equal((await client.send('GET', url(), basic(properties.publishingPassword))).status, 200);
      assert.equal((await client.send('GET', url(), basic('wrong'))).status, 401);
      await client.arm('PUT', `${ids.app}/basicPublishingCredentialsPolicies/scm`, {
        properties: { allow: false },
      });
    });

    it('only from addresses that the access restrictions allow', async () => {
      const rule = (ipAddress: string) => ({
        properties: {
          scmIpSecurityRestrictions: [{ ipAddress, action: 'Allow', priority: 100, name: 'office' }],
        },
      });
      await client.arm('PATCH', `${ids.app}/config/web`, rule('203.0.113.0/24'));
      const refused = await client.scm('GET', app, '/api/settings');
      assert.equal(refused.status, 403);
      assert.equal(refused.headers['x-ms-forbidden-ip'], '127.0.0.1');
      assert.match(refused.text, /has blocked your access/);
      await client.arm('PATCH', `${ids.app}/config/web`, rule('127.0.0.0/8'));
      assert.equal((await client.scm('GET', app, '/api/settings')).status, 200);
    });
  });
});
