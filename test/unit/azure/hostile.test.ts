import assert from 'node:assert/strict';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { explain } from '../../../src/azure/explain';
import { invokeFunction } from '../../../src/azure/invoke';
import { listScmFolder } from '../../../src/azure/scm';
import { getSecretValue, listSecrets } from '../../../src/azure/secrets';
import { getFunctionApp } from '../../../src/azure/sites';
import { listSubscriptions } from '../../../src/azure/subscriptions';
import { markSecret, UntrustedOriginError } from '../../../src/azure/trust';
import { getKeyVault, listSecretsThroughResourceManager } from '../../../src/azure/vaults';
import type { Handler, TestCloud } from './servers';
import { json, siteId, siteJson, tenantId, testCloud, TestServer, vaultId } from './servers';

/** What a stranger answers: whatever makes a careless client go on. */
const welcome: Handler = (_request, response) => {
  json(response, 200, { value: [], data: [] });
};

describe('hostile answers', () => {
  const servers: TestServer[] = [];
  let evil: TestServer;

  beforeEach(async () => {
    evil = await start(welcome);
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  async function start(handler: Handler): Promise<TestServer> {
    const server = await TestServer.start(handler);
    servers.push(server);
    return server;
  }

  async function cloudWith(
    handlers: { arm?: Handler; vault?: Handler; scm?: Handler; sites?: Handler },
    ask?: () => Promise<boolean>,
  ): Promise<TestCloud> {
    const arm = await start(handlers.arm ?? welcome);
    const vault = handlers.vault && (await start(handlers.vault));
    const scm = handlers.scm && (await start(handlers.scm));
    const sites = handlers.sites && (await start(handlers.sites));
    return await testCloud(
      {
        arm: arm.port,
        ...(vault ? { vault: vault.port } : {}),
        ...(scm ? { scm: scm.port } : {}),
        ...(sites ? { sites: sites.port } : {}),
        strange: [evil.port],
      },
      ask,
    );
  }

  const nothingArrived = () => {
    assert.deepEqual(evil.seen, []);
  };

  it('next links that lead elsewhere are not followed', async () => {
    const { c } = await cloudWith({
      arm: (_request, response) => {
        json(response, 200, { value: [], nextLink: `https://localhost:${evil.port}/subscriptions` });
      },
    });
    await assert.rejects(listSubscriptions(c), UntrustedOriginError);
    nothingArrived();
  });

  it('next links to plain http, or to no URL at all, are not followed', async () => {
    for (const nextLink of [
      'http://localhost/subscriptions',
      '/subscriptions?page=2',
      'nonsense',
      'javascript:1',
    ]) {
      const { c } = await cloudWith({
        arm: (_request, response) => {
          json(response, 200, { value: [], nextLink });
        },
      });
      await assert.rejects(listSubscriptions(c), UntrustedOriginError, nextLink);
    }
  });

  it('a list that repeats its page ends', async () => {
    const { c, cloud } = await cloudWith({
      arm: (request, response) => {
        json(response, 200, {
          value: [{ subscriptionId: 's' }],
          nextLink: `https://${request.headers.host ?? ''}/subscriptions?again`,
        });
      },
    });
    await assert.rejects(listSubscriptions(c), { code: 'RepeatedPage' }, cloud.name);
  });

  it('redirects are not followed, nor is their target told the token', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const { c } = await cloudWith({
        arm: (_request, response) =>
          response.writeHead(status, { Location: `https://localhost:${evil.port}/subscriptions` }).end(),
      });
      await assert.rejects(listSubscriptions(c), { status });
    }
    nothingArrived();
  });

  describe('of a vault', () => {
    const challenge = (resource: string, tenant: string = tenantId, host = 'https://login.invalid') => ({
      'WWW-Authenticate': `Bearer authorization="${host}/${tenant}", resource="${resource}"`,
    });

    async function vaultCloud(vaultHandler: Handler) {
      const vaultServer = await start(vaultHandler);
      const arm = await start((_request, response) => {
        json(response, 200, {
          id: vaultId,
          name: 'kv',
          properties: { tenantId, vaultUri: `https://kv.vault.localhost:${vaultServer.port}/` },
        });
      });
      const cloud = await testCloud({ arm: arm.port, vault: vaultServer.port, strange: [evil.port] });
      return { ...cloud, vault: await getKeyVault(cloud.c, vaultId), vaultServer };
    }

    it('challenges for another service get no token', async () => {
      for (const resource of [
        `https://localhost:${evil.port}`,
        'https://management.core.windows.net',
        'https://graph.microsoft.com',
        'https://localhost',
        'https://evil.vault.localhost',
      ]) {
        const { c, vault, vaultServer, tokens } = await vaultCloud((_request, response) => {
          json(response, 401, {}, challenge(resource));
        });
        const before = tokens.length;
        await assert.rejects(listSecrets(c, vault), Error, resource);
        await assert.rejects(getSecretValue(c, vault, 'a'), Error, resource);
        assert.equal(tokens.length, before, `${resource}: a token was asked for`);
        assert.ok(
          vaultServer.seen.every(({ authorization }) => authorization === undefined),
          resource,
        );
      }
      nothingArrived();
    });

    it('challenges for another tenant get no token', async () => {
      const { c, vault, vaultServer } = await vaultCloud((_request, response) => {
        json(response, 401, {}, challenge('https://vault.localhost', '99999999-9999-4999-8999-999999999999'));
      });
      await assert.rejects(listSecrets(c, vault), { code: 'WrongTenant' });
      assert.ok(vaultServer.seen.every(({ authorization }) => authorization === undefined));
    });

    it('challenges that name another authority reach nobody there', async () => {
      const { c, vault, tokens } = await vaultCloud((request, response) => {
        if (request.headers.authorization) json(response, 200, { value: [], nextLink: null });
        else
          json(
            response,
            401,
            {},
            challenge('https://vault.localhost', tenantId, `https://localhost:${evil.port}`),
          );
      });
      assert.deepEqual(await listSecrets(c, vault), { items: [] });
      assert.deepEqual(tokens.at(-1), { scopes: ['https://vault.localhost/.default'], tenantId });
      nothingArrived();
    });

    it('next pages elsewhere, and secrets of other vaults, are refused', async () => {
      const { c, vault } = await vaultCloud((request, response) => {
        if (!request.headers.authorization) json(response, 401, {}, challenge('https://vault.localhost'));
        else
          json(response, 200, { value: [], nextLink: `https://evil.vault.localhost:${evil.port}/secrets` });
      });
      await assert.rejects(listSecrets(c, vault), UntrustedOriginError);
      await assert.rejects(
        listSecrets(c, vault, `https://localhost:${evil.port}/secrets`),
        UntrustedOriginError,
      );
      nothingArrived();
      const liar = await vaultCloud((request, response) => {
        if (!request.headers.authorization) json(response, 401, {}, challenge('https://vault.localhost'));
        else
          json(response, 200, {
            value: [{ id: 'https://other.vault.localhost/secrets/a', attributes: {} }],
            nextLink: null,
          });
      });
      assert.deepEqual((await listSecrets(liar.c, liar.vault)).items, []);
    });

    it('identifiers of other vaults from Resource Manager are left out', async () => {
      const arm = await start((request, response) => {
        if (request.url?.includes('/secrets') !== true)
          json(response, 200, {
            id: vaultId,
            properties: { tenantId, vaultUri: 'https://kv.vault.localhost:1' },
          });
        else
          json(response, 200, {
            value: [
              'https://kv.vault.localhost:1/secrets/good',
              'https://evil.example/secrets/bad',
              'https://kv.vault.localhost:1/secrets/a b',
            ].map((secretUri) => ({ properties: { secretUri } })),
          });
      });
      const { c } = await testCloud({ arm: arm.port, vault: 1 });
      const vault = await getKeyVault(c, vaultId);
      assert.deepEqual(
        (await listSecretsThroughResourceManager(c, vault)).map(({ name }) => name),
        ['good'],
      );
    });
  });

  describe('of a site', () => {
    const siteAt =
      (hosts: { scm?: string; site?: string }): Handler =>
      (_request, response) => {
        json(response, 200, siteJson(hosts));
      };

    it('an SCM host outside the cloud gets no token before a person says so', async () => {
      const strange = `localhost:${evil.port}`;
      let answer = false;
      const { c } = await cloudWith({ arm: siteAt({ scm: strange }) }, () => Promise.resolve(answer));
      const app = await getFunctionApp(c, siteId);
      assert.equal(app.scmHostName, strange);
      const refusal = await listScmFolder(c, app, 'LogFiles').then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(refusal instanceof UntrustedOriginError);
      assert.match(explain(refusal).nextStep ?? '', /which cloud/);
      nothingArrived();
      answer = true;
      const other = await cloudWith({ arm: siteAt({ scm: strange }) }, () => Promise.resolve(answer));
      await listScmFolder(other.c, await getFunctionApp(other.c, siteId), 'LogFiles');
      assert.match(evil.seen[0]?.authorization ?? '', /^Bearer https:\/\/appservice\.azure\.com/);
    });

    it('an SCM host that was made up, not read, gets no token', async () => {
      const { c } = await cloudWith({ arm: siteAt({ scm: `localhost:${evil.port}` }) });
      const app = { ...(await getFunctionApp(c, siteId)), scmHostName: `evil.localhost:${evil.port}` };
      await assert.rejects(listScmFolder(c, app, 'LogFiles'), UntrustedOriginError);
      nothingArrived();
    });

    it('host names that are none are left out', async () => {
      for (const scm of [
        'evil.example/path',
        'user@evil.example',
        'evil.example#',
        'evil example',
        'evil.example:99:1',
        '',
      ]) {
        const { c } = await cloudWith({ arm: siteAt({ scm }) });
        assert.equal((await getFunctionApp(c, siteId)).scmHostName, undefined, scm);
      }
    });

    it('redirects of an SCM site are not followed', async () => {
      const scm = await start((_request, response) =>
        response.writeHead(307, { Location: `https://localhost:${evil.port}/` }).end(),
      );
      const arm = await start(siteAt({ scm: `app.scm.localhost:${scm.port}` }));
      const { c } = await testCloud({ arm: arm.port, scm: scm.port, strange: [evil.port] });
      await assert.rejects(listScmFolder(c, await getFunctionApp(c, siteId), 'LogFiles'), { status: 307 });
      assert.equal(scm.seen.length, 1);
      nothingArrived();
    });

    it("a function's key goes to the site that Resource Manager named, whatever the function's own URL says", async () => {
      const sites = await start((_request, response) =>
        response.writeHead(302, { Location: `https://localhost:${evil.port}/` }).end('moved'),
      );
      const arm = await start(siteAt({ site: `app.sites.localhost:${sites.port}` }));
      const { c } = await testCloud({ arm: arm.port, sites: sites.port, strange: [evil.port] });
      const app = await getFunctionApp(c, siteId);
      const fn = {
        id: `${siteId}/functions/f`,
        name: 'f',
        disabled: false,
        http: {
          invokeUrlTemplate: `https://localhost:${evil.port}/api/f`,
          authLevel: 'function',
          methods: [],
        },
      } as const;
      const answer = await invokeFunction(c, app, fn, { method: 'GET', key: 'the-key' });
      assert.equal(answer.status, 302);
      assert.equal(sites.seen[0]?.headers['x-functions-key'], 'the-key');
      assert.equal(sites.seen[0].url, '/api/f');
      const made = { ...app, defaultHostName: `localhost:${evil.port}` };
      await assert.rejects(
        invokeFunction(c, made, fn, { method: 'GET', key: 'the-key' }),
        UntrustedOriginError,
      );
      nothingArrived();
    });
  });

  it('the transport sends no secret that is not said to be for the host', async () => {
    const { c } = await cloudWith({});
    const request = () =>
      createPipelineRequest({
        url: `https://localhost:${evil.port}/`,
        headers: createHttpHeaders({ Authorization: 'Bearer secret' }),
      });
    await assert.rejects(c.http.sendRequest(request()), { why: 'unmarked' });
    const marked = request();
    markSecret(marked, 'resourceManager');
    await assert.rejects(c.http.sendRequest(marked), { why: 'foreign' });
    const plain = createPipelineRequest({
      url: 'http://localhost/',
      allowInsecureConnection: true,
      headers: createHttpHeaders({ 'x-functions-key': 'secret' }),
    });
    markSecret(plain, 'site');
    await assert.rejects(c.http.sendRequest(plain), { why: 'insecure' });
    nothingArrived();
  });
});
