import assert from 'node:assert/strict';
import https from 'node:https';
import fs from 'node:fs';
import { generateKeyPair, SignJWT, decodeJwt } from 'jose';
import { startSandbox, type RunningSandbox, type SandboxReady } from '../../../support/sandbox';
import { applicationToken, control, sandboxFetch } from '../../../support/sandboxClient';

describe('The sandbox', () => {
  let sandbox: RunningSandbox;
  let ready: SandboxReady;

  before(async function () {
    this.timeout(60_000);
    sandbox = await startSandbox();
    ready = sandbox.ready;
  });
  after(() => sandbox.stop());
  afterEach(() => control(ready, 'DELETE', '/faults'));

  const vault = () => `https://keyless-demo-kv.vault.localhost:${ready.vaultPort}`;

  describe('checking host names', () => {
    const urls = (): Record<string, string> => ({
      'Resource Manager': ready.resourceManagerUrl,
      'Entra ID': ready.authorityUrl,
      Graph: ready.graphUrl,
      control: ready.controlUrl,
      'the sign-in page': ready.signInPageUrl,
      vaults: vault(),
      storage: `https://keylessdemostorage.blob.localhost:${ready.storagePort}`,
      apps: `https://keyless-demo-app.sites.localhost:${ready.sitesPort}`,
      'SCM sites': `https://keyless-demo-app.scm.localhost:${ready.scmPort}`,
    });
    for (const name of [
      'Resource Manager',
      'Entra ID',
      'Graph',
      'control',
      'the sign-in page',
      'vaults',
      'storage',
      'apps',
      'SCM sites',
    ])
      it(`answers only those of ${name}`, async () => {
        const url = urls()[name] ?? '';
        const { port } = new URL(url);
        for (const host of [
          'evil.example',
          `evil.example:${port}`,
          `localhost.evil.example:${port}`,
          'localhost',
          `a.b.vault.localhost:${port}`,
        ]) {
          const { status } = await sandboxFetch(ready, `${url}/`, { headers: { host } });
          assert.equal(status, 421, host);
        }
      });

    it('rejects those of another service', async () => {
      const { port } = new URL(ready.resourceManagerUrl);
      const { status } = await sandboxFetch(ready, ready.resourceManagerUrl, {
        headers: { host: `kv.vault.localhost:${port}` },
      });
      assert.equal(status, 421);
    });
  });

  it('never lets a page of another site read an answer', async () => {
    for (const url of [
      ready.resourceManagerUrl,
      ready.authorityUrl,
      ready.controlUrl,
      ready.signInPageUrl,
      vault(),
    ])
      for (const method of ['GET', 'OPTIONS']) {
        const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
        const answer = await sandboxFetch(ready, `${url}/device`, { method, headers });
        assert.deepEqual(
          Object.keys(answer.headers).filter((name) => name.startsWith('access-control')),
          [],
        );
      }
  });

  it('listens on loopback on both address families, if there are two', async function () {
    const { port } = new URL(ready.resourceManagerUrl);
    const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => reach(ready, host, Number(port))));
    assert.equal(answers[0], 'answered');
    assert.notEqual(answers[1], 'closed'); // 'refused' would mean that ::1 exists but nothing listens there
  });

  describe('at its control endpoint', () => {
    for (const [name, headers] of [
      ['without its header', {}],
      ['with another secret', { 'x-sandbox-control': 'x'.repeat(32) }],
      ['with an empty secret', { 'x-sandbox-control': '' }],
    ] as const)
      it(`does nothing ${name}`, async () => {
        const answer = await sandboxFetch(ready, `${ready.controlUrl}/faults`, {
          method: 'POST',
          headers,
          body: { service: 'arm', status: 500 },
        });
        assert.equal(answer.status, 403);
        assert.deepEqual(await control(ready, 'GET', '/faults'), []);
      });

    it('rejects unknown settings and faults', async () => {
      await assert.rejects(
        control(ready, 'PATCH', '/settings', { latency: 5 }),
        /There is no setting 'latency'/,
      );
      await assert.rejects(
        control(ready, 'PATCH', '/settings', { latencyMs: '5' }),
        /must be of type number/,
      );
      await assert.rejects(
        control(ready, 'PATCH', '/settings', { consentNeeded: ['scm'] }),
        /must be a list of arm, vault/,
      );
      await assert.rejects(control(ready, 'POST', '/faults', { code: 500 }), /no 'code'/);
      await assert.rejects(control(ready, 'POST', '/faults', { path: '(' }), /Invalid regular expression/);
    });
  });

  describe('checking tokens', () => {
    const arm = (token?: string) =>
      sandboxFetch(ready, `${ready.resourceManagerUrl}/subscriptions?api-version=2022-12-01`, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
    const secrets = (token?: string) =>
      sandboxFetch(ready, `${vault()}/secrets?api-version=7.5`, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
    const me = (token?: string) =>
      sandboxFetch(ready, `${ready.graphUrl}/v1.0/me`, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });

    it('requires one', async () => {
      for (const ask of [arm, secrets, me]) assert.equal((await ask()).status, 401);
    });

    it('accepts each only at the service it is for', async () => {
      const forArm = await applicationToken(ready, ready.resourceManagerUrl);
      const forVault = await applicationToken(ready, 'https://vault.localhost');
      assert.equal((await arm(forArm)).status, 200);
      assert.equal((await secrets(forVault)).status, 200);
      for (const [ask, token] of [
        [arm, forVault],
        [secrets, forArm],
        [me, forArm],
      ] as const)
        assert.equal((await ask(token)).status, 401);
      const refused = (await arm(forVault)).json<{ error: { code: string } }>();
      assert.equal(refused.error.code, 'InvalidAuthenticationTokenAudience');
    });

    for (const audience of [
      'https://management.azure.com',
      'https://management.azure.com/',
      'https://management.core.windows.net',
      'https://management.core.windows.net/',
    ])
      it(`accepts the audience ${audience} for Resource Manager`, async () => {
        assert.equal((await arm(await applicationToken(ready, audience))).status, 200);
      });

    it('rejects an expired one with the text of the service', async () => {
      const token = await applicationToken(ready, ready.resourceManagerUrl);
      await control(ready, 'POST', '/faults', { service: 'arm', expiredToken: true });
      const answer = await arm(token);
      assert.equal(answer.status, 401);
      assert.equal(answer.json<{ error: { code: string } }>().error.code, 'ExpiredAuthenticationToken');
      assert.equal((await arm(token)).status, 200, 'the fault applies to one request');
    });

    it('rejects one that is unsigned, signed by another key, or changed', async () => {
      const token = await applicationToken(ready, ready.resourceManagerUrl);
      const claims = decodeJwt(token);
      const { privateKey } = await generateKeyPair('RS256');
      const forged = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
        .sign(privateKey);
      const [header = '', , signature = ''] = token.split('.');
      const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const changed = `${header}.${encode({ ...claims, oid: '00000000-0000-0000-0000-000000000001' })}.${signature}`;
      const unsigned = `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`;
      for (const bad of [forged, changed, unsigned, 'x', 'a.b.c'])
        assert.equal((await arm(bad)).status, 401, bad.slice(0, 20));
    });

    it('gives no access to a subscription with one of another tenant', async () => {
      // The application belongs to one tenant; the tests of Entra ID try the token of a guest in the other
      // one.
      const answer = await sandboxFetch(ready, `${ready.authorityUrl}/fabrikam.example/oauth2/v2.0/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: ready.clientId,
          client_secret: ready.clientSecret,
          scope: `${ready.resourceManagerUrl}/.default`,
        }),
      });
      assert.equal(answer.status, 400);
      assert.match(answer.json<{ error_description: string }>().error_description, /^AADSTS700016/);
    });
  });

  it('limits the size of request bodies', async () => {
    const answer = await sandboxFetch(ready, `${ready.authorityUrl}/${ready.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: 'x'.repeat(1024 * 1024),
    }).catch((error: unknown) => error);
    // The sandbox answers and stops reading; whether the client still gets the answer depends on timing.
    if (answer instanceof Error) assert.match(answer.message, /EPIPE|ECONNRESET|socket hang up/);
    else assert.equal((answer as { status: number }).status, 413);
  });

  it('reveals nothing about its internals when something goes wrong', async () => {
    const answer = await sandboxFetch(ready, `${ready.controlUrl}/settings`, {
      method: 'PATCH',
      headers: { 'x-sandbox-control': ready.controlSecret },
      body: '{',
    });
    assert.equal(answer.status, 400);
    assert.doesNotMatch(answer.text, /\.ts|\.js|node:/);
  });
});

function reach(ready: SandboxReady, host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    https
      .get(
        {
          host,
          port,
          servername: 'localhost',
          ca: fs.readFileSync(ready.caCertificateFile),
          agent: false,
          headers: { host: `localhost:${port}` },
        },
        (response) => {
          response.resume();
          resolve('answered');
        },
      )
      .once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code === 'ECONNREFUSED' ? 'closed' : 'no such address');
      });
  });
}
