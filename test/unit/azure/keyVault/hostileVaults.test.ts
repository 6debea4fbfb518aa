import assert from 'node:assert/strict';
import { getSecretValue, listSecrets } from '../../../../src/azure/keyVault/secrets';
import { UntrustedOriginError } from '../../../../src/azure/core/tokens/trust';
import { getKeyVault, listSecretsThroughResourceManager } from '../../../../src/azure/keyVault/vaults';
import type { Handler } from '../servers';
import { json, tenantId, testCloud, TestServer, vaultId } from '../servers';

describe('hostile vaults:', () => {
  const servers: TestServer[] = [];
  let evil: TestServer;
  beforeEach(async () => {
    evil = await start((_request, response) => {
      json(response, 200, { value: [] });
    });
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });
  async function start(handler: Handler): Promise<TestServer> {
    const server = await TestServer.start(handler);
    servers.push(server);
    return server;
  }
  const nothingArrived = () => {
    assert.deepEqual(evil.seen, []);
  };

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

  it('sends no token for a challenge of another service', async () => {
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
      assert.equal(tokens.length, before, `${resource}: a token was requested`);
      assert.ok(
        vaultServer.seen.every(({ authorization }) => authorization === undefined),
        resource,
      );
    }
    nothingArrived();
  });

  it('sends no token for a challenge of another tenant', async () => {
    const { c, vault, vaultServer } = await vaultCloud((_request, response) => {
      json(response, 401, {}, challenge('https://vault.localhost', '99999999-9999-4999-8999-999999999999'));
    });
    await assert.rejects(listSecrets(c, vault), { code: 'WrongTenant' });
    assert.ok(vaultServer.seen.every(({ authorization }) => authorization === undefined));
  });

  it('never contacts the authority that a challenge names', async () => {
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

  it('rejects next links to other hosts and leaves out secrets of other vaults', async () => {
    const { c, vault } = await vaultCloud((request, response) => {
      if (!request.headers.authorization) json(response, 401, {}, challenge('https://vault.localhost'));
      else json(response, 200, { value: [], nextLink: `https://evil.vault.localhost:${evil.port}/secrets` });
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

  it("leaves out other vaults' identifiers from Resource Manager", async () => {
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
