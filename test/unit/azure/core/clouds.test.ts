import type { PipelineRequest } from '@azure/core-rest-pipeline';
import { createHttpHeaders } from '@azure/core-rest-pipeline';
import assert from 'node:assert/strict';
import { chinaCloud, publicCloud, usGovernmentCloud } from '../../../../src/azure/core/cloud';
import { discoverCloud } from '../../../../src/azure/core/clouds';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { Handler } from '../servers';
import { json, testCloud, TestServer } from '../servers';
import { connect } from '../support';

describe('clouds', () => {
  const servers: TestServer[] = [];
  let sandbox: RunningSandbox | undefined;
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    await sandbox?.stop();
    sandbox = undefined;
  });
  async function metadata(handler: Handler) {
    const server = await TestServer.start(handler);
    servers.push(server);
    const { c } = await testCloud({ arm: server.port });
    return { url: `https://localhost:${server.port}`, http: c.http, server };
  }

  /** A Resource Manager that names these audiences. */
  const naming = (...audiences: string[]) => ({
    sendRequest: (request: PipelineRequest) =>
      Promise.resolve({
        request,
        status: 200,
        headers: createHttpHeaders(),
        bodyAsText: JSON.stringify({ authentication: { loginEndpoint: 'https://login.example', audiences } }),
      }),
  });
  const unasked = { sendRequest: () => Promise.reject(new Error('asked')) };

  it("never take an audience of Microsoft's clouds from metadata", async () => {
    const url = 'https://management.contoso.example';
    const audienceOf = async (...audiences: string[]) =>
      (await discoverCloud(url, naming(...audiences))).resourceManagerAudience;
    for (const audience of [
      'https://management.core.windows.net/',
      'https://management.azure.com',
      'HTTPS://Management.Core.Windows.NET',
      'https://management.core.windows.net./',
      'https://management.core.windows.net/.default openid',
      'https://management.core.usgovcloudapi.net/',
      'https://management.core.chinacloudapi.cn/',
      'https://graph.microsoft.com',
      'https://vault.azure.net',
      'https://appservice.azure.com',
      'https://storage.azure.com',
      '797f4846-ba00-4fd7-ba43-dac1f8f63013',
    ]) {
      assert.equal(await audienceOf(audience), `${url}/`, audience);
      assert.equal(
        await audienceOf(audience, 'https://management.core.contoso.example'),
        'https://management.core.contoso.example',
      );
    }
    // Azure Stack Hub's (learn.microsoft.com/azure-stack/user/azure-stack-rest-api-use).
    const ofTenant = 'https://contoso.onmicrosoft.com/4de154de-f8a8-4017-af41-df619da68155';
    assert.equal(await audienceOf(ofTenant), ofTenant);
  });

  it('are known by the regional endpoints of Resource Manager too', async () => {
    const cloud = await discoverCloud('https://eastus2euap.management.azure.com', unasked);
    assert.deepEqual(cloud, { ...publicCloud, resourceManager: 'https://eastus2euap.management.azure.com' });
    for (const url of ['https://evilmanagement.azure.com', 'https://management.azure.com:8443'])
      await assert.rejects(discoverCloud(url, unasked), /asked/);
  });

  it('get an App Service audience only if they are known to have one', async () => {
    assert.equal(
      (await discoverCloud('https://management.azure.com', unasked)).appServiceAudience,
      'https://appservice.azure.com',
    );
    for (const [resourceManager, audience] of [
      // microsoft/vscode-azuretools, appservice/test/appServiceEnvironment.test.ts
      ['https://management.azure.eaglex.ic.gov', 'https://appservice.azure.eaglex.ic.gov'],
      ['https://management.azure.microsoft.scloud', 'https://appservice.azure.microsoft.scloud'],
      ['https://management.sovcloud-api.fr', 'https://appservice.azure.sovcloud-api.fr'],
      ['https://management.sovcloud-api.de', 'https://appservice.azure.sovcloud-api.de'],
      ['https://management.contoso.example', undefined],
      ['https://management.sovcloud-api.fr.example', undefined],
    ] as const)
      assert.equal(
        (await discoverCloud(resourceManager, naming(`${resourceManager}/`))).appServiceAudience,
        audience,
      );
  });

  it('differ in every endpoint', () => {
    const clouds = [publicCloud, usGovernmentCloud, chinaCloud];
    for (const key of Object.keys(publicCloud) as (keyof typeof publicCloud)[]) {
      assert.equal(new Set(clouds.map((cloud) => cloud[key])).size, 3, key);
    }
  });

  it('are not queried if Keyless knows them', async () => {
    assert.equal(
      (await discoverCloud('https://management.usgovcloudapi.net/', unasked)).vaultSuffix,
      '.vault.usgovcloudapi.net',
    );
  });

  it('are discovered from a sandbox', async () => {
    sandbox = await startSandbox();
    const { ready } = sandbox;
    const cloud = await discoverCloud(ready.resourceManagerUrl, connect(ready).http);
    assert.deepEqual(
      [cloud.resourceManager, cloud.authority, cloud.graph, cloud.vaultSuffix, cloud.vaultAudience],
      [
        ready.resourceManagerUrl,
        ready.authorityUrl,
        ready.graphUrl,
        '.vault.localhost',
        'https://vault.localhost',
      ],
    );
  });

  it('are found by their Resource Manager in a list', async () => {
    const entry = (resourceManager: string, login: string) => ({
      name: login,
      resourceManager,
      authentication: { loginEndpoint: `https://${login}/`, audiences: [`${resourceManager}/`] },
      suffixes: { keyVaultDns: 'kv.example' },
    });
    const { url, http, server } = await metadata((request, response) => {
      json(response, 200, [
        entry('https://other.example', 'a.example'),
        entry(`https://${request.headers.host ?? ''}/`, 'b.example'),
      ]);
    });
    const cloud = await discoverCloud(url, http);
    assert.deepEqual([cloud.authority, cloud.vaultSuffix], ['https://b.example', '.kv.example']);
    assert.equal(server.seen[0]?.authorization, undefined);
  });

  it("are read from the old format, with defaults in the cloud's own domain", async () => {
    const { url, http } = await metadata((request, response) => {
      if (request.url?.includes('2015-01-01') !== true)
        json(response, 400, { error: { code: 'InvalidApiVersionParameter', message: 'x' } });
      else
        json(response, 200, {
          galleryEndpoint: '',
          graphEndpoint: 'https://graph.stack.example/',
          portalEndpoint: 'https://portal.stack.example/',
          authentication: {
            loginEndpoint: 'https://adfs.stack.example/adfs',
            audiences: ['https://management.stack.example/1'],
          },
        });
    });
    const cloud = await discoverCloud(url, http, undefined, { sitesSuffix: '.sites.stack.example' });
    assert.deepEqual(
      [cloud.authority, cloud.graph, cloud.portal, cloud.resourceManagerAudience, cloud.sitesSuffix],
      [
        'https://adfs.stack.example/adfs',
        'https://graph.stack.example',
        'https://portal.stack.example',
        'https://management.stack.example/1',
        '.sites.stack.example',
      ],
    );
    for (const value of [cloud.vaultSuffix, cloud.applicationInsightsAudience])
      assert.doesNotMatch(value, /azure\.net|microsoft/);
  });

  it('are rejected without metadata or https', async () => {
    const { url, http } = await metadata((_request, response) => {
      json(response, 200, { hello: 1 });
    });
    await assert.rejects(discoverCloud(url, http), { code: 'NoMetadata' });
    await assert.rejects(discoverCloud('http://management.example', http), RangeError);
    await assert.rejects(discoverCloud('nonsense', http), RangeError);
  });
});
