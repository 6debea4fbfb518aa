import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as clouds from '../../../src/account/configuredCloud';
import type * as microsoft from '../../../src/account/microsoft';
import type { TokenOptions } from '../../../src/azure/core/connection';
import { chinaCloud, publicCloud, usGovernmentCloud } from '../../../src/azure/core/cloud';
import type { Cloud } from '../../../src/azure/core/cloud';
import { scopeOf } from '../../../src/azure/core/tokens/scopes';
import { authentication, settings, window, withVscodeStub } from './vscodeStub';

const load = createRequire(__filename);
const { signInWithMicrosoft, restoreMicrosoft } = withVscodeStub(
  () => load('../../../src/account/microsoft') as typeof microsoft,
);
const { ConfiguredCloud } = withVscodeStub(
  () => load('../../../src/account/configuredCloud') as typeof clouds,
);

const never = () => assert.fail('no code is shown');

const account = { id: 'uid.utid', label: 'alex@contoso.example' };
const sovereign = 'microsoft-sovereign-cloud';

describe('signing in with an account from VS Code', () => {
  beforeEach(() => {
    authentication.calls = [];
    authentication.provider = undefined;
    authentication.answer = { id: '1', account, scopes: [], accessToken: tokenUntil(2_000_000_000) };
    for (const name of Object.keys(settings)) settings[name] = undefined;
    window.asked = [];
    window.answer = 'Change Settings';
  });

  const expected: [setting: string, cloud: Cloud, provider: string, scope: string, environment?: string][] = [
    ['public', publicCloud, 'microsoft', 'https://management.core.windows.net/.default'],
    [
      'usGovernment',
      usGovernmentCloud,
      sovereign,
      'https://management.core.usgovcloudapi.net/.default',
      'USGovernment',
    ],
    ['china', chinaCloud, sovereign, 'https://management.core.chinacloudapi.cn/.default', 'ChinaCloud'],
  ];
  for (const [setting, cloud, provider, scope, environment] of expected) {
    it(`with keyless.cloud set to ${setting} uses provider ${provider} and scope ${scope}`, async () => {
      settings['keyless.cloud'] = setting;
      const chosen = await new ConfiguredCloud().get();
      assert.equal(chosen, cloud);

      await signInWithMicrosoft(chosen);

      assert.equal(settings['microsoft-sovereign-cloud.environment'], environment);
      assert.equal(window.asked.length, environment ? 1 : 0);
      assert.deepEqual(authentication.calls, [
        { provider, scopes: [scope], options: { createIfNone: true, clearSessionPreference: true } },
      ]);
    });

    it(`to ${cloud.name} silently gets all tokens of a tenant from the same provider`, async () => {
      const session = await restoreMicrosoft(cloud, { kind: 'microsoft', ...account });
      assert.ok(session);
      authentication.calls = [];
      const { resourceManagerAudience, vaultAudience, appServiceAudience = '' } = cloud;
      const audiences = [resourceManagerAudience, vaultAudience, appServiceAudience];

      for (const audience of audiences) await session.credential('t1').getToken(scopeOf(audience));

      assert.deepEqual(
        authentication.calls,
        audiences.map((audience) => ({
          provider,
          scopes: [scopeOf(audience), 'VSCODE_TENANT:t1'],
          options: { silent: true, account },
        })),
      );
    });
  }

  it("fails without changing VS Code's settings if the user declines", async () => {
    window.answer = undefined;
    await assert.rejects(
      signInWithMicrosoft(usGovernmentCloud),
      /isn't configured to sign in to AzureUSGovernment/,
    );
    assert.equal(settings['microsoft-sovereign-cloud.environment'], undefined);
    assert.deepEqual(authentication.calls, []);
  });

  it('writes the full environment that VS Code requires for a custom cloud', async () => {
    const custom: Cloud = {
      ...publicCloud,
      name: 'Contoso',
      resourceManager: 'https://management.contoso.example',
      resourceManagerAudience: 'https://management.contoso.example/',
      authority: 'https://login.contoso.example',
    };
    await signInWithMicrosoft(custom);
    assert.equal(settings['microsoft-sovereign-cloud.environment'], 'custom');
    assert.deepEqual(settings['microsoft-sovereign-cloud.customEnvironment'], {
      name: 'Contoso',
      portalUrl: 'https://portal.azure.com',
      managementEndpointUrl: 'https://management.contoso.example/',
      resourceManagerEndpointUrl: 'https://management.contoso.example',
      activeDirectoryEndpointUrl: 'https://login.contoso.example/',
      activeDirectoryResourceId: 'https://management.contoso.example/',
    });
    assert.equal(authentication.calls[0]?.provider, sovereign);
  });

  for (const [service, audience] of [
    ['App Service', 'https://appservice.azure.com'],
    ['Key Vault', 'https://vault.azure.net'],
    ['Microsoft Graph', 'https://graph.microsoft.com'],
    ['Application Insights', 'https://api.applicationinsights.io'],
  ] as const)
    it(`asks for consent to ${service}, and offers to ask again if the user declines`, async () => {
      const session = await restoreMicrosoft(publicCloud, { kind: 'microsoft', ...account });
      assert.ok(session?.signInToTenant);
      const scope = `${audience}/.default`;
      authentication.calls = [];
      authentication.provider = (_scopes, options) =>
        'silent' in Object(options)
          ? Promise.resolve(undefined)
          : Promise.reject(new Error('User did not consent to login.'));
      await assert.rejects(session.credential('t1').getToken(scope), {
        reason: `Tenant t1 requires you to sign in or give consent for ${service}`,
        action: {
          title: 'Sign In',
          command: 'keyless.signInToTenant',
          arguments: [{ tenant: { tenantId: 't1' }, scope }],
        },
      });
      authentication.provider = undefined;
      await session.signInToTenant('t1', { scope, withCode: never });
      const scopes = [scope, 'VSCODE_TENANT:t1'];
      assert.deepEqual(authentication.calls, [
        { provider: 'microsoft', scopes, options: { silent: true, account } },
        { provider: 'microsoft', scopes, options: { createIfNone: true, account } },
        { provider: 'microsoft', scopes, options: { createIfNone: true, account } },
      ]);
    });

  it('asks for another session if the service refused the token that VS Code has', async () => {
    const session = await restoreMicrosoft(publicCloud, { kind: 'microsoft', ...account });
    authentication.calls = [];
    const scope = 'https://api.applicationinsights.io/.default';
    await session?.signInToTenant?.('t1', { scope, again: true, withCode: never });
    assert.deepEqual(authentication.calls, [
      {
        provider: 'microsoft',
        scopes: [scope, 'VSCODE_TENANT:t1'],
        options: { forceNewSession: true, account },
      },
    ]);
  });

  it('prompts neither for Resource Manager nor for what is optional', async () => {
    const session = await restoreMicrosoft(publicCloud, { kind: 'microsoft', ...account });
    assert.ok(session);
    authentication.calls = [];
    authentication.answer = undefined;
    const options: TokenOptions = { silent: true };
    for (const getting of [
      session.credential('t1').getToken('https://management.core.windows.net/.default'),
      session.credential('t1').getToken('https://graph.microsoft.com/.default', options),
    ])
      await assert.rejects(getting, { name: 'AccountError' });
    assert.equal(authentication.calls.length, 2);
    for (const { options: asked } of authentication.calls) assert.deepEqual(asked, { silent: true, account });
  });

  describe('when a session ends', () => {
    const vault = scopeOf(publicCloud.vaultAudience);
    const prompts = () => authentication.calls.filter(({ options }) => 'createIfNone' in Object(options));
    let session: Awaited<ReturnType<typeof restoreMicrosoft>>;
    beforeEach(async () => {
      session = await restoreMicrosoft(publicCloud, { kind: 'microsoft', ...account });
      authentication.calls = [];
      // Nothing is available without a prompt, and each prompt ends in another token.
      authentication.provider = (_scopes, options) =>
        Promise.resolve(
          'silent' in Object(options)
            ? undefined
            : { id: '1', account, scopes: [], accessToken: `token ${prompts().length}` },
        );
    });
    const token = async (claims?: string) =>
      (await session?.credential('t1').getToken(vault, claims === undefined ? {} : { claims }))?.token;

    it('prompts again, and never uses the token of an earlier prompt', async () => {
      assert.deepEqual([await token(), await token()], ['token 1', 'token 2']);
    });

    it('answers the same claims challenge again', async () => {
      assert.deepEqual([await token('{}'), await token('{}')], ['token 1', 'token 2']);
    });

    it('prompts only once at a time', async () => {
      assert.deepEqual(await Promise.all([token(), token()]), ['token 1', 'token 1']);
      assert.deepEqual(await Promise.all([token('{}'), token('{}')]), ['token 2', 'token 2']);
    });

    it('repeats a prompt that the user dismissed, but not right away', async () => {
      const answering = authentication.provider;
      authentication.provider = (_scopes, options) =>
        'silent' in Object(options)
          ? Promise.resolve(undefined)
          : Promise.reject(new Error('User did not consent to login.'));
      const { now } = Date;
      let time = now();
      Date.now = () => time;
      try {
        for (const milliseconds of [0, 0, 1000]) {
          time += milliseconds;
          await assert.rejects(token(), { name: 'AccountError' });
        }
        assert.equal(prompts().length, 1);
        time += 3000;
        await assert.rejects(token(), { name: 'AccountError' });
        assert.equal(prompts().length, 2);
        authentication.provider = answering;
        await session?.signInToTenant?.('t1', { scope: vault, withCode: never });
        assert.equal(await token(), 'token 4');
      } finally {
        Date.now = now;
      }
    });
  });

  it("passes a claims challenge to VS Code once, with the tenant's scopes", async () => {
    const session = await restoreMicrosoft(usGovernmentCloud, { kind: 'microsoft', ...account });
    assert.ok(session);
    authentication.calls = [];
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
    const credential = session.credential('t1');
    const scope = scopeOf(usGovernmentCloud.resourceManagerAudience);

    await Promise.all([credential.getToken(scope, { claims }), credential.getToken(scope, { claims })]);

    const encoded = Buffer.from(claims).toString('base64');
    assert.deepEqual(authentication.calls, [
      {
        provider: sovereign,
        scopes: {
          wwwAuthenticate: `Bearer realm="", error="insufficient_claims", claims="${encoded}"`,
          fallbackScopes: [scope, 'VSCODE_TENANT:t1'],
        },
        options: { createIfNone: true, account },
      },
    ]);
  });
});

function tokenUntil(exp: number): string {
  return `h.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.s`;
}
