import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { startSandbox, type RunningSandbox, type SandboxReady } from '../../../support/sandbox';
import { control, sandboxFetch } from '../../../support/sandboxClient';
import { Browser } from './browser';
import { Flow, azureCli, vscode, type TokenError } from './flow';

describe('The authorization code flow of the sandbox', function () {
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

  it('ends in an access token, an ID token with the nonce, and a refresh token', async () => {
    const done = await flow.signIn();
    assert.equal(done.status, 302);
    const location = new URL(done.headers.location ?? '');
    assert.equal(location.origin, 'http://localhost:54321');
    assert.equal(location.searchParams.get('state'), 'the state');
    const answer = await flow.redeem(new URL(done.headers.location ?? '').searchParams.get('code') ?? '');
    const tokens = answer.json<Record<string, string>>();
    const id = decodeJwt(tokens.id_token ?? '');
    assert.deepEqual(
      [id.aud, id.iss, id.nonce, id.preferred_username, id.tid, id.ver],
      [
        vscode,
        `${ready.authorityUrl}/${ready.tenantId}/v2.0`,
        'the nonce',
        ready.userName,
        ready.tenantId,
        '2.0',
      ],
    );
    assert.deepEqual(JSON.parse(Buffer.from(tokens.client_info ?? '', 'base64url').toString()), {
      uid: id.oid,
      utid: ready.tenantId,
    });
    assert.match(tokens.scope ?? '', /https:\/\/management\.core\.windows\.net\/\.default/);
    const refreshed = await flow.refresh(tokens.refresh_token);
    assert.equal(
      decodeJwt(refreshed.json<{ access_token: string }>().access_token).aud,
      'https://vault.localhost',
    );
    const stolen = await flow.refresh(tokens.refresh_token, { client_id: azureCli });
    assert.equal(stolen.json<TokenError>().error, 'invalid_grant');
  });

  it('ends in tokens for every tenant that knows the person, and no other', async () => {
    const tokens = (await flow.redeem(await flow.code())).json<Record<string, string>>();
    const scope = `${ready.resourceManagerUrl}/.default openid`;
    const refresh = (tenant: string) => flow.refresh(tokens.refresh_token, { scope }, tenant);
    const ask = (path: string, token = '') =>
      sandboxFetch(ready, `${ready.resourceManagerUrl}${path}?api-version=2022-12-01`, {
        headers: { authorization: `Bearer ${token}` },
      });
    const listed = (
      await ask('/tenants', (await refresh(ready.tenantId)).json<Record<string, string>>().access_token)
    ).json<{ value: { tenantId: string }[] }>().value;
    const other = listed.find(({ tenantId }) => tenantId !== ready.tenantId)?.tenantId ?? '';
    const guest = (await refresh(other)).json<Record<string, string>>();
    const claims = decodeJwt(guest.access_token ?? '');
    assert.deepEqual(
      [claims.tid, claims.upn, claims.iss],
      [other, ready.userName, `https://sts.windows.net/${other}/`],
    );
    const home = JSON.parse(Buffer.from(guest.client_info ?? '', 'base64url').toString()) as {
      uid: string;
      utid: string;
    };
    assert.equal(home.utid, ready.tenantId, 'a guest is the same account');
    assert.notEqual(home.uid, claims.oid, 'but has a separate object');
    assert.deepEqual(
      (await ask('/subscriptions', guest.access_token)).json<{ value: unknown[] }>().value,
      [],
    );
    const refused = await ask(`/subscriptions/${ready.subscriptionIds[0] ?? ''}`, guest.access_token);
    assert.equal(refused.status, 401);
    assert.match(refused.text, /InvalidAuthenticationTokenTenant/);
  });

  it('also works on the plain HTTP page, for browsers that do not know the CA', async () => {
    const done = await flow.signIn(flow.authorizeUrl({}, ready.signInPageUrl));
    assert.equal(
      (await flow.redeem(new URL(done.headers.location ?? '').searchParams.get('code') ?? '')).status,
      200,
    );
  });

  it('answers in the fragment or as a form on request', async () => {
    const fragment = await flow.signIn(flow.authorizeUrl({ response_mode: 'fragment' }));
    assert.match(
      new URL(fragment.headers.location ?? '').hash,
      /^#code=[\w-]+&session_state=.*&state=the\+state$/,
    );
    const form = await flow.signIn(flow.authorizeUrl({ response_mode: 'form_post' }));
    assert.equal(form.status, 200);
    assert.match(form.text, /<form method="post" action="http:\/\/localhost:54321\/">/);
  });

  for (const redirect of [
    'http://localhost/',
    'http://localhost:1234',
    'http://127.0.0.1:8400/callback',
    'https://vscode.dev/redirect',
    'vscode://vscode.microsoft-authentication',
    'vscode-insiders://vscode.microsoft-authentication/x',
  ])
    it(`can redirect to ${redirect}`, async () => {
      const done = await flow.signIn(flow.authorizeUrl({ redirect_uri: redirect }));
      assert.equal(done.status, 302);
      assert.ok(done.headers.location?.startsWith(redirect.replace(/(\d)$/, '$1/')), done.headers.location);
    });

  for (const redirect of [
    'https://evil.example/',
    'http://localhost.evil.example/',
    'http://localhost@evil.example/',
    'http://evil.example:80/',
    'https://localhost/',
    'https://vscode.dev/redirect/../x',
    'https://vscode.dev.evil.example/redirect',
    'https://vscode.dev:444/redirect',
    'vscode://evil.extension/',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://localhost/#x',
    '',
  ])
    it(`never redirects to '${redirect}'`, async () => {
      const page = await new Browser(ready).open(flow.authorizeUrl({ redirect_uri: redirect }));
      assert.equal(page.status, 400);
      assert.equal(page.headers.location, undefined);
      assert.match(page.text, /AADSTS50011/);
      assert.equal(page.field('password'), undefined);
    });

  it('reports an invalid request to the application, not to the person', async () => {
    for (const [changes, error] of [
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ code_challenge: '' }, 'invalid_request'],
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
      [{ prompt: 'none' }, 'login_required'],
      [{ scope: 'https://nowhere.example/.default' }, 'invalid_resource'],
    ] as const) {
      const answer = await sandboxFetch(ready, flow.authorizeUrl(changes));
      const location = new URL(answer.headers.location ?? '');
      assert.deepEqual(
        [location.searchParams.get('error'), location.searchParams.get('state')],
        [error, 'the state'],
      );
    }
  });

  it('shows only an error for an unknown application', async () => {
    const page = await new Browser(ready).open(
      flow.authorizeUrl({ client_id: '00000000-0000-0000-0000-000000000001' }),
    );
    assert.equal(page.status, 400);
    assert.match(page.text, /AADSTS700016/);
  });

  it('issues codes that work once, for one application, one redirect URI and one verifier', async () => {
    const fresh = () => flow.code();
    for (const changes of [
      { client_id: azureCli },
      { redirect_uri: 'http://localhost:9/' },
      { code_verifier: 'x'.repeat(43) },
    ] as Record<string, string>[])
      assert.equal((await flow.redeem(await fresh(), changes)).json<TokenError>().error, 'invalid_grant');
    const code = await fresh();
    assert.equal((await flow.redeem(code)).status, 200);
    assert.equal((await flow.redeem(code)).json<TokenError>().error_codes[0], 70008);
  });

  it('requires the cookie of its own page', async () => {
    const page = await new Browser(ready).open(flow.authorizeUrl());
    for (const cookie of ['', 'sandbox_csrf=forged']) {
      const done = await page.submit({ username: ready.userName, password: ready.userPassword }, { cookie });
      assert.equal(done.status, 400);
      assert.equal(done.headers.location, undefined);
    }
    const forged = await page.submit({
      username: ready.userName,
      password: ready.userPassword,
      csrf: 'forged',
    });
    assert.equal(forged.status, 400);
  });

  it('cannot be framed, and runs no scripts', async () => {
    const page = await new Browser(ready).open(flow.authorizeUrl());
    const policy = page.headers['content-security-policy'];
    assert.match(
      String(policy),
      /default-src 'none';.*form-action 'self' http:\/\/localhost:54321; frame-ancestors 'none'/,
    );
    assert.doesNotMatch(page.text, /<script/i);
    assert.match(page.text, /<label for="password">/);
    assert.match(page.headers['set-cookie']?.[0] ?? '', /HttpOnly; SameSite=Strict/);
  });

  it('shows names from requests as text', async () => {
    const page = await sandboxFetch(ready, flow.authorizeUrl({ login_hint: '"><script>alert(1)</script>' }));
    assert.doesNotMatch(page.text, /<script/);
  });

  it('accepts a sign-in with the claims of Conditional Access', async () => {
    await control(ready, 'PATCH', '/settings', { interactionRequired: true });
    try {
      const plain = (await flow.redeem(await flow.code())).json<Record<string, string>>();
      const refused = (await flow.refresh(plain.refresh_token)).json<
        TokenError & { claims: string; suberror: string }
      >();
      assert.deepEqual(
        [refused.error, refused.error_codes, refused.suberror],
        ['interaction_required', [50076], 'basic_action'],
      );
      const stepped = (
        await flow.redeem(await flow.code(flow.authorizeUrl({ claims: refused.claims })))
      ).json<Record<string, string>>();
      assert.equal((await flow.refresh(stepped.refresh_token)).status, 200);
    } finally {
      await control(ready, 'PATCH', '/settings', { interactionRequired: false });
    }
  });

  it('asks for consent to a service until the person has signed in for it', async () => {
    await control(ready, 'PATCH', '/settings', { consentNeeded: ['appService', 'applicationInsights'] });
    try {
      const appService = { scope: 'https://appservice.azure.com/.default' };
      const plain = (await flow.redeem(await flow.code())).json<Record<string, string>>();
      const refused = await flow.refresh(plain.refresh_token, appService);
      const error = refused.json<TokenError & { suberror: string }>();
      assert.deepEqual(
        [refused.status, error.error, error.error_codes, error.suberror],
        [400, 'invalid_grant', [65001], 'consent_required'],
      );
      assert.match(error.error_description, /^AADSTS65001: .* named 'Visual Studio Code'/);
      assert.equal((await flow.refresh(plain.refresh_token)).status, 200, 'a token for vaults');
      const code = await flow.code(flow.authorizeUrl({ scope: `${appService.scope} offline_access` }));
      assert.equal((await flow.redeem(code, appService)).status, 200);
      assert.equal((await flow.refresh(plain.refresh_token, appService)).status, 200);
      const insights = { scope: `${ready.applicationInsightsUrl}/.default` };
      assert.equal((await flow.refresh(plain.refresh_token, insights)).status, 400);
    } finally {
      await control(ready, 'PATCH', '/settings', { consentNeeded: [] });
    }
  });

  describe('asking for the password', () => {
    it('rejects wrong ones, and after five of them any for a minute', async () => {
      const page = await new Browser(ready).open(flow.authorizeUrl());
      const attempt = (password: string, username = ready.userName) => page.submit({ username, password });
      assert.match((await attempt(ready.userPassword, 'sam@contoso.example')).alert ?? '', /AADSTS50126/);
      for (let wrong = 0; wrong < 5; wrong++) {
        // Every answer is a new page with a new cookie, and the old page's form is rejected, so each attempt
        // opens its own.
        const tried = await (
          await new Browser(ready).open(flow.authorizeUrl())
        ).submit({ username: ready.userName, password: `wrong${wrong}` });
        assert.match(tried.alert ?? '', /AADSTS50126/);
        assert.equal(tried.headers.location, undefined);
      }
      const right = () => flow.signIn();
      assert.match((await right()).alert ?? '', /AADSTS50053/);
      await control(ready, 'POST', '/clock', { advanceMs: 61_000 });
      assert.equal((await right()).status, 302);
    });
  });
});
