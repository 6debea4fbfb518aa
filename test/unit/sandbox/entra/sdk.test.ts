import assert from 'node:assert/strict';
import fs from 'node:fs';
import {
  ClientSecretCredential,
  DeviceCodeCredential,
  AuthenticationRequiredError,
  type DeviceCodeInfo,
} from '@azure/identity';
import { createRemoteJWKSet, customFetch, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { startSandbox, type RunningSandbox, type SandboxReady } from '../../../support/sandbox';
import { control, sandboxFetch } from '../../../support/sandboxClient';
import { Browser } from './browser';

/** Microsoft's own client library against the sandbox's Entra ID, over TLS. */
describe("With @azure/identity and the sandbox's Entra ID,", function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let ready: SandboxReady;

  before(async () => {
    sandbox = await startSandbox();
    ready = sandbox.ready;
  });
  after(() => sandbox.stop());

  const options = () => ({
    authorityHost: ready.authorityUrl,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: fs.readFileSync(ready.caCertificateFile, 'utf8') },
    retryOptions: { maxRetries: 0 },
  });

  describe('an application with a secret', () => {
    it('gets a token with the documented claims', async () => {
      const credential = new ClientSecretCredential(
        ready.tenantId,
        ready.clientId,
        ready.clientSecret,
        options(),
      );
      const { token, expiresOnTimestamp } = await credential.getToken('https://vault.localhost/.default');
      const claims = decodeJwt(token);
      assert.deepEqual(
        {
          aud: claims.aud,
          iss: claims.iss,
          appid: claims.appid,
          appidacr: claims.appidacr,
          idtyp: claims.idtyp,
          tid: claims.tid,
          ver: claims.ver,
          scp: claims.scp,
        },
        {
          aud: 'https://vault.localhost',
          iss: `https://sts.windows.net/${ready.tenantId}/`,
          appid: ready.clientId,
          appidacr: '1',
          idtyp: 'app',
          tid: ready.tenantId,
          ver: '1.0',
          scp: undefined,
        },
      );
      assert.equal(claims.sub, claims.oid);
      assert.equal(claims.idp, claims.iss);
      assert.ok(Math.abs(expiresOnTimestamp - Date.now() - 3_600_000) < 60_000);
      assert.equal(decodeProtectedHeader(token).alg, 'RS256');
    });

    it('gets tokens whose signature can be verified with the published keys', async () => {
      const credential = new ClientSecretCredential(
        ready.tenantId,
        ready.clientId,
        ready.clientSecret,
        options(),
      );
      const { token } = await credential.getToken(`${ready.resourceManagerUrl}/.default`);
      const discovery = await sandboxFetch(
        ready,
        `${ready.authorityUrl}/${ready.tenantId}/v2.0/.well-known/openid-configuration`,
      );
      const fetchKeys = async (url: string) =>
        new Response((await sandboxFetch(ready, url)).text, { status: 200 });
      const keys = createRemoteJWKSet(new URL(discovery.json<{ jwks_uri: string }>().jwks_uri), {
        [customFetch]: fetchKeys,
      });
      await jwtVerify(token, keys, {
        issuer: `https://sts.windows.net/${ready.tenantId}/`,
        audience: ready.resourceManagerUrl,
      });
    });

    it('gets an error if its secret is wrong', async () => {
      const credential = new ClientSecretCredential(ready.tenantId, ready.clientId, 'wrong', options());
      await assert.rejects(
        credential.getToken('https://vault.localhost/.default'),
        /AADSTS7000215: Invalid client secret provided/,
      );
    });

    it('gets an error if it is unknown', async () => {
      const credential = new ClientSecretCredential(
        ready.tenantId,
        '00000000-0000-0000-0000-000000000001',
        'x',
        options(),
      );
      await assert.rejects(
        credential.getToken('https://vault.localhost/.default'),
        /AADSTS700016: Application with identifier/,
      );
    });

    it('gets an error if the tenant does not exist', async () => {
      const credential = new ClientSecretCredential(
        '00000000-0000-0000-0000-000000000002',
        ready.clientId,
        ready.clientSecret,
        options(),
      );
      await assert.rejects(
        credential.getToken('https://vault.localhost/.default'),
        /not found|invalid_tenant|AADSTS90002|endpoints_resolution_error|openid_config_error/i,
      );
    });

    it('gets an error if the resource does not exist', async () => {
      const credential = new ClientSecretCredential(
        ready.tenantId,
        ready.clientId,
        ready.clientSecret,
        options(),
      );
      await assert.rejects(credential.getToken('https://nowhere.example/.default'), /AADSTS500011/);
    });

    it('gets tokens with a shorter lifetime if the settings say so', async () => {
      await control(ready, 'PATCH', '/settings', { tokenLifetimeSeconds: 301 });
      try {
        const credential = new ClientSecretCredential(
          ready.tenantId,
          ready.clientId,
          ready.clientSecret,
          options(),
        );
        const { token } = await credential.getToken('https://vault.localhost/.default');
        const { exp = 0, iat = 0 } = decodeJwt(token);
        assert.equal(exp - iat, 301);
      } finally {
        await control(ready, 'PATCH', '/settings', { tokenLifetimeSeconds: 3600 });
      }
    });
  });

  describe('a person with a device code', () => {
    const credentialFor = (
      tenantId: string,
      prompt: (info: DeviceCodeInfo) => void,
      disableAutomaticAuthentication = false,
    ) =>
      new DeviceCodeCredential({
        ...options(),
        tenantId,
        userPromptCallback: prompt,
        disableAutomaticAuthentication,
      });

    const approve = async (info: DeviceCodeInfo) => {
      const page = await new Browser(ready).open(info.verificationUri);
      assert.equal(page.field('user_code'), info.userCode);
      const done = await page.submit({ username: ready.userName, password: ready.userPassword });
      assert.match(done.text, /You have signed in to Microsoft Azure CLI as alex@contoso.example/);
    };

    it('signs in on the plain HTTP page and gets their own token', async () => {
      const pages: Promise<void>[] = [];
      const credential = credentialFor(ready.tenantId, (info) => pages.push(approve(info)));
      const { token } = await credential.getToken(`${ready.resourceManagerUrl}/.default`);
      await Promise.all(pages);
      const claims = decodeJwt(token);
      assert.deepEqual(
        {
          aud: claims.aud,
          upn: claims.upn,
          scp: claims.scp,
          appid: claims.appid,
          appidacr: claims.appidacr,
          idtyp: claims.idtyp,
        },
        {
          aud: ready.resourceManagerUrl,
          upn: ready.userName,
          scp: 'user_impersonation',
          appid: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
          appidacr: '0',
          idtyp: 'user',
        },
      );
      assert.notEqual(claims.oid, decodeJwt(await applicationTokenOf()).oid);
      const answer = await sandboxFetch(
        ready,
        `${ready.resourceManagerUrl}/subscriptions?api-version=2022-12-01`,
        { headers: { authorization: `Bearer ${token}` } },
      );
      assert.equal(answer.json<{ value: unknown[] }>().value.length, 2);
    });

    it('needs no second sign-in for another resource', async () => {
      let prompts = 0;
      const credential = credentialFor(ready.tenantId, (info) => {
        prompts++;
        void approve(info);
      });
      await credential.getToken(`${ready.resourceManagerUrl}/.default`);
      const { token } = await credential.getToken('https://vault.localhost/.default');
      assert.equal(decodeJwt(token).aud, 'https://vault.localhost');
      assert.equal(prompts, 1);
    });

    it('answers a claims challenge with a new token, which is accepted', async () => {
      const credential = credentialFor(ready.tenantId, (info) => void approve(info));
      const scope = `${ready.resourceManagerUrl}/.default`;
      const ask = (token: string) =>
        sandboxFetch(ready, `${ready.resourceManagerUrl}/subscriptions?api-version=2022-12-01`, {
          headers: { authorization: `Bearer ${token}` },
        });
      const before = await credential.getToken(scope);
      await control(ready, 'POST', '/claims-challenge', { audiences: ['arm'] });
      try {
        const challenged = await ask(before.token);
        assert.equal(challenged.status, 401);
        const header = challenged.headers['www-authenticate'] ?? '';
        assert.match(header, /error="insufficient_claims"/);
        const claims = Buffer.from(/claims="([^"]+)"/.exec(header)?.[1] ?? '', 'base64').toString();
        const renewed = await credential.getToken(scope, { claims, enableCae: true });
        assert.match(JSON.stringify(decodeJwt(renewed.token).xms_cc), /^\["cp1"\]$/i);
        assert.equal((await ask(renewed.token)).status, 200);
      } finally {
        await control(ready, 'DELETE', '/claims-challenge');
      }
    });

    it('is asked to sign in again if Conditional Access requires it', async () => {
      const prompts: DeviceCodeInfo[] = [];
      const credential = credentialFor(
        ready.tenantId,
        (info) => {
          prompts.push(info);
          void approve(info);
        },
        true,
      );
      const record = await credential.authenticate(`${ready.resourceManagerUrl}/.default`);
      assert.equal(record?.username, ready.userName);
      assert.equal(prompts.length, 1);
      await control(ready, 'PATCH', '/settings', { interactionRequired: true });
      try {
        await assert.rejects(
          credential.getToken('https://vault.localhost/.default'),
          AuthenticationRequiredError,
        );
      } finally {
        await control(ready, 'PATCH', '/settings', { interactionRequired: false });
      }
    });
  });

  async function applicationTokenOf(): Promise<string> {
    return (
      await new ClientSecretCredential(
        ready.tenantId,
        ready.clientId,
        ready.clientSecret,
        options(),
      ).getToken('https://vault.localhost/.default')
    ).token;
  }
});
