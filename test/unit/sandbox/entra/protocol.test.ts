import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { startSandbox, type RunningSandbox, type SandboxReady } from '../../../support/sandbox';
import { control, sandboxFetch } from '../../../support/sandboxClient';
import { Browser } from './browser';
import { Flow, azureCli, vscode, type TokenError } from './flow';

describe("The sandbox's Entra ID", function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let ready: SandboxReady;
  let flow: Flow;

  before(async () => {
    sandbox = await startSandbox();
    ready = sandbox.ready;
    flow = new Flow(ready);
  });
  after(() => sandbox.stop());

  describe('in its discovery', () => {
    it('points to its own origin, for a tenant by ID and by domain', async () => {
      for (const tenant of [ready.tenantId, 'contoso.example']) {
        const answer = await sandboxFetch(
          ready,
          `${ready.authorityUrl}/${tenant}/v2.0/.well-known/openid-configuration`,
        );
        const configuration = answer.json<Record<string, string>>();
        const base = `${ready.authorityUrl}/${ready.tenantId}`;
        assert.equal(configuration.issuer, `${base}/v2.0`);
        assert.equal(configuration.token_endpoint, `${base}/oauth2/v2.0/token`);
        assert.equal(configuration.authorization_endpoint, `${base}/oauth2/v2.0/authorize`);
        assert.equal(configuration.device_authorization_endpoint, `${base}/oauth2/v2.0/devicecode`);
        assert.equal(configuration.jwks_uri, `${base}/discovery/v2.0/keys`);
      }
    });

    it('leaves the tenant open for organizations', async () => {
      const answer = await sandboxFetch(
        ready,
        `${ready.authorityUrl}/organizations/v2.0/.well-known/openid-configuration`,
      );
      assert.equal(answer.json<Record<string, string>>().issuer, `${ready.authorityUrl}/{tenantid}/v2.0`);
    });

    it('rejects an unknown tenant', async () => {
      const answer = await sandboxFetch(
        ready,
        `${ready.authorityUrl}/nowhere.example/v2.0/.well-known/openid-configuration`,
      );
      assert.equal(answer.status, 400);
      assert.deepEqual(
        [answer.json<TokenError>().error, answer.json<TokenError>().error_codes],
        ['invalid_tenant', [90002]],
      );
    });

    it('does not answer on plain HTTP', async () => {
      const answer = await sandboxFetch(
        ready,
        `${ready.signInPageUrl}/${ready.tenantId}/v2.0/.well-known/openid-configuration`,
      );
      assert.equal(answer.status, 404);
      const token = await sandboxFetch(ready, `${ready.signInPageUrl}/${ready.tenantId}/oauth2/v2.0/token`, {
        method: 'POST',
        body: new URLSearchParams(),
      });
      assert.equal(token.status, 404);
    });
  });

  describe('in the AD FS form, which the az CLI in Debian needs,', () => {
    it('answers discovery and issues tokens', async () => {
      const discovery = await sandboxFetch(
        ready,
        `${ready.authorityUrl}/adfs/.well-known/openid-configuration`,
      );
      assert.equal(
        discovery.json<Record<string, string>>().token_endpoint,
        `${ready.authorityUrl}/adfs/oauth2/token`,
      );
      const answer = await flow.post('/adfs/oauth2/token', {
        grant_type: 'client_credentials',
        client_id: ready.clientId,
        client_secret: ready.clientSecret,
        scope: `${ready.resourceManagerUrl}//.default`,
      });
      const { access_token: token, expires_in: lifetime } = answer.json<{
        access_token: string;
        expires_in: number;
      }>();
      assert.equal(decodeJwt(token).aud, `${ready.resourceManagerUrl}/`);
      assert.equal(lifetime, 3600);
    });
  });

  it('accepts `resource` at the v1 endpoint, and sends numbers as strings there', async () => {
    const answer = await flow.post(`/${ready.tenantId}/oauth2/token`, {
      grant_type: 'client_credentials',
      client_id: ready.clientId,
      client_secret: ready.clientSecret,
      resource: 'https://management.core.windows.net/',
    });
    const token = answer.json<Record<string, string>>();
    assert.equal(token.resource, 'https://management.core.windows.net/');
    assert.equal(token.expires_in, '3600');
    assert.match(token.expires_on ?? '', /^\d{10}$/);
    assert.equal(decodeJwt(token.access_token ?? '').aud, 'https://management.core.windows.net/');
  });

  describe('in its errors', () => {
    for (const [what, form, status, error, code] of [
      ['a missing grant type', {}, 400, 'invalid_request', 900144],
      ['an unknown grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
      [
        'a missing secret',
        { grant_type: 'client_credentials', client_id: '$id' },
        401,
        'invalid_client',
        7000216,
      ],
      [
        'a wrong secret',
        { grant_type: 'client_credentials', client_id: '$id', client_secret: 'x' },
        401,
        'invalid_client',
        7000215,
      ],
      [
        'an unknown application',
        { grant_type: 'client_credentials', client_id: 'x', client_secret: 'x' },
        400,
        'unauthorized_client',
        700016,
      ],
      [
        'an unknown refresh token',
        { grant_type: 'refresh_token', client_id: vscode, refresh_token: 'x' },
        400,
        'invalid_grant',
        9002313,
      ],
      [
        'an unknown code',
        { grant_type: 'authorization_code', client_id: vscode, code: 'x' },
        400,
        'invalid_grant',
        70008,
      ],
      [
        'an unknown device code',
        { grant_type: 'device_code', client_id: vscode, device_code: 'x' },
        400,
        'bad_verification_code',
        70020,
      ],
      [
        'two resources',
        {
          grant_type: 'client_credentials',
          client_id: '$id',
          client_secret: '$secret',
          scope: 'https://vault.localhost/.default https://management.azure.com/.default',
        },
        400,
        'invalid_request',
        28000,
      ],
      [
        'claims that are no JSON',
        {
          grant_type: 'client_credentials',
          client_id: '$id',
          client_secret: '$secret',
          scope: 'https://vault.localhost/.default',
          claims: '{',
        },
        400,
        'invalid_request',
        9000411,
      ],
    ] as const)
      it(`uses the form of Entra ID for ${what}`, async () => {
        const filled = Object.fromEntries(
          Object.entries(form).map(([name, value]) => [
            name,
            value.replace('$id', ready.clientId).replace('$secret', ready.clientSecret),
          ]),
        );
        const answer = await flow.post(`/${ready.tenantId}/oauth2/v2.0/token`, filled);
        const body = answer.json<TokenError & Record<string, string>>();
        assert.deepEqual([answer.status, body.error, body.error_codes], [status, error, [code]]);
        assert.ok(body.error_description.startsWith(`AADSTS${code}: `), body.error_description);
        assert.match(
          body.error_description,
          /Trace ID: [\da-f-]{36} Correlation ID: [\da-f-]{36} Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/,
        );
        assert.ok(body.trace_id && body.correlation_id && body.timestamp);
      });

    it('repeats no secret that was sent', async () => {
      const answer = await flow.post(`/${ready.tenantId}/oauth2/v2.0/token`, {
        grant_type: 'client_credentials',
        client_id: ready.clientId,
        client_secret: 'TheWrongSecret',
      });
      assert.doesNotMatch(answer.text, /TheWrongSecret/);
    });
  });

  describe('for device codes', () => {
    const poll = (deviceCode: string, clientId = azureCli) =>
      flow.post('/organizations/oauth2/v2.0/token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        client_id: clientId,
        device_code: deviceCode,
      });
    const start = async () =>
      (
        await flow.post('/organizations/oauth2/v2.0/devicecode', {
          client_id: azureCli,
          scope: 'https://vault.localhost/.default',
        })
      ).json<Record<string, string>>();

    it('answers that they are pending, and lets them expire after fifteen minutes', async () => {
      const code = await start();
      assert.equal((await poll(code.device_code ?? '')).json<TokenError>().error, 'authorization_pending');
      await control(ready, 'POST', '/clock', { advanceMs: 15 * 60_000 });
      assert.equal((await poll(code.device_code ?? '')).json<TokenError>().error, 'expired_token');
      const page = await (
        await new Browser(ready).open(code.verification_uri ?? '')
      ).submit({ username: ready.userName, password: ready.userPassword });
      assert.match(page.alert ?? '', /That code did not work/);
    });

    it('accepts them once, from the application that asked', async () => {
      const code = await start();
      const page = await (
        await new Browser(ready).open(code.verification_url ?? '')
      ).submit({
        user_code: (code.user_code ?? '').toLowerCase(),
        username: ready.userName,
        password: ready.userPassword,
      });
      assert.match(page.text, /You are signed in/);
      assert.equal((await poll(code.device_code ?? '', vscode)).json<TokenError>().error, 'invalid_grant');
      assert.equal((await poll(code.device_code ?? '')).status, 200);
      assert.equal((await poll(code.device_code ?? '')).json<TokenError>().error, 'bad_verification_code');
    });
  });
});
