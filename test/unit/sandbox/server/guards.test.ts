import assert from 'node:assert/strict';
import https from 'node:https';
import fs from 'node:fs';
import { generateKeyPair, SignJWT, decodeJwt } from 'jose';
import { startSandbox, type RunningSandbox, type SandboxReady } from '../../../support/sandbox';
import { applicationToken, control, sandboxFetch } from '../../../support/sandboxClient';

describe('Guards of the sandbox', () => {
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

  describe('host names', () => {
    const urls = (): Record<string, string> => ({
      'Resource Manager': ready.resourceManagerUrl,
      'Entra ID': ready.authorityUrl,
      Graph: ready.graphUrl,
      control: ready.controlUrl,
      'the sign-in page': ready.signInPageUrl,
      vaults: vault(),
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
      'apps',
      'SCM sites',
    ])
      it(`of ${name} are the only ones that are answered`, async () => {
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

    it('must not be one of another kind of service', async () => {
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

  it('listens on loopback on both address families, where there are two', async function () {
    const { port } = new URL(ready.resourceManagerUrl);
    const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => reach(ready, host, Number(port))));
    assert.equal(answers[0], 'answered');
    assert.notEqual(answers[1], 'closed'); // refused would mean that ::1 exists and nothing listens there
  });

  describe('the control endpoint', () => {
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

    it('refuses settings and faults that it does not know', async () => {
      await assert.rejects(
        control(ready, 'PATCH', '/settings', { latency: 5 }),
        /There is no setting 'latency'/,
      );
      await assert.rejects(control(ready, 'PATCH', '/settings', { latencyMs: '5' }), /must be of type number/);
      await assert.rejects(control(ready, 'POST', '/faults', { code: 500 }), /no 'code'/);
      await assert.rejects(control(ready, 'POST', '/faults', { path: '(' }), /Invalid regular expression/);
    });
  });

  describe('tokens', () => {
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

    it('are needed', async () => {
      for (const ask of [arm, secrets, me]) assert.equal((await ask()).status, 401);
    });

    it('are taken by the service they are for, and by no other', async () => {
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
      it(`of the audience ${audience} are taken by Resource Manager`, async () => {
        assert.equal((await arm(await applicationToken(ready, audience))).status, 200);
      });

    it('are refused when they are expired, in the words of the service', async () => {
      const token = await applicationToken(ready, ready.resourceManagerUrl);
      await control(ready, 'POST', '/faults', { service: 'arm', expiredToken: true });
      const answer = await arm(token);
      assert.equal(answer.status, 401);
      assert.equal(answer.json<{ error: { code: string } }>().error.code, 'ExpiredAuthenticationToken');
      assert.equal((await arm(token)).status, 200, 'the fault is for one request');
    });

    it('are refused when another key signed them, when their claims were changed, and when nothing signed them', async () => {
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

    it('of another tenant do not open a subscription', async () => {
      // The application is of one tenant; a token of a guest of the other one is tried in the tests of Entra ID.
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

  it('takes no body without end', async () => {
    const answer = await sandboxFetch(ready, `${ready.authorityUrl}/${ready.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: 'x'.repeat(1024 * 1024),
    }).catch((error: unknown) => error);
    // The sandbox answers and stops reading; whether the client still sees the answer depends on timing.
    if (answer instanceof Error) assert.match(answer.message, /EPIPE|ECONNRESET|socket hang up/);
    else assert.equal((answer as { status: number }).status, 413);
  });

  it('says nothing of its insides when something goes wrong', async () => {
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
