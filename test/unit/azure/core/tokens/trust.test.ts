import assert from 'node:assert/strict';
import type { Cloud } from '../../../../../src/azure/core/cloud';
import { chinaCloud, publicCloud, usGovernmentCloud } from '../../../../../src/azure/core/cloud';
import type { ForeignHost, OriginKind } from '../../../../../src/azure/core/tokens/trust';
import { TrustRegistry, UntrustedOriginError } from '../../../../../src/azure/core/tokens/trust';

async function mayGo(trust: TrustRegistry, url: string, kind: OriginKind): Promise<boolean> {
  try {
    await trust.check(url, kind);
    return true;
  } catch (error) {
    assert.ok(error instanceof UntrustedOriginError, String(error));
    return false;
  }
}

const of = (cloud: Cloud) => new TrustRegistry({ cloud: () => cloud });

describe('trust registry', () => {
  it('allows each token only for its own service', async () => {
    const trust = of(publicCloud);
    const hosts: Record<Exclude<OriginKind, 'applicationInsights'>, string> = {
      resourceManager: 'https://management.azure.com/subscriptions',
      graph: 'https://graph.microsoft.com/v1.0/me',
      vault: 'https://kv.vault.azure.net/secrets',
      scm: 'https://app.scm.azurewebsites.net/api/logstream',
      site: 'https://app.azurewebsites.net/api/f',
    };
    for (const [kind] of Object.entries(hosts) as [OriginKind, string][]) {
      for (const [service, url] of Object.entries(hosts)) {
        assert.equal(await mayGo(trust, url, kind), service === kind, `${kind} token to ${url}`);
      }
    }
    assert.ok(await mayGo(trust, 'https://app-hash.scm.westeurope-01.azurewebsites.net/', 'scm'));
    assert.ok(await mayGo(trust, 'https://kv.vault.azure.net:443/', 'vault'));
  });

  it('knows the hosts of the other clouds', async () => {
    assert.ok(await mayGo(of(usGovernmentCloud), 'https://kv.vault.usgovcloudapi.net/', 'vault'));
    assert.ok(await mayGo(of(chinaCloud), 'https://app.scm.chinacloudsites.cn/', 'scm'));
    assert.ok(!(await mayGo(of(usGovernmentCloud), 'https://management.azure.com/', 'resourceManager')));
    assert.ok(!(await mayGo(of(chinaCloud), 'https://kv.vault.azure.net/', 'vault')));
  });

  it('rejects hosts that only look like a service', async () => {
    const trust = of(publicCloud);
    const refused: [string, OriginKind][] = [
      ['http://management.azure.com/', 'resourceManager'],
      ['https://management.azure.com:8443/', 'resourceManager'],
      ['https://management.azure.com.evil.example/', 'resourceManager'],
      ['https://evil.example/management.azure.com', 'resourceManager'],
      ['https://evil.management.azure.com/', 'resourceManager'],
      ['https://management.azure.com@evil.example/', 'resourceManager'],
      ['https://evil@management.azure.com/', 'resourceManager'],
      ['https://kvvault.azure.net/', 'vault'],
      ['https://vault.azure.net/', 'vault'],
      ['https://a.b.vault.azure.net/', 'vault'],
      ['https://kv.vault.azure.net:444/', 'vault'],
      ['http://kv.vault.azure.net/', 'vault'],
      ['https://kv.vault.azure.net.evil.example/', 'vault'],
      ['https://app.azurewebsites.net/', 'scm'],
      ['https://evil.scm.example/', 'scm'],
      ['https://app.scm.azurewebsites.net/', 'site'],
      ['https://azurewebsites.net/', 'site'],
    ];
    for (const [url, kind] of refused) assert.ok(!(await mayGo(trust, url, kind)), `${kind} ${url}`);
  });

  describe('in a custom cloud', () => {
    const resourceManager = 'https://management.contoso.example';
    const custom: Cloud = {
      ...publicCloud,
      name: 'Contoso',
      resourceManager,
      resourceManagerAudience: `${resourceManager}/`,
      graph: 'https://graph.contoso.example',
      vaultAudience: 'https://vault.contoso.example',
      vaultSuffix: '.vault.contoso.example',
      appServiceAudience: 'https://appservice.contoso.example',
      sitesSuffix: '.sites.contoso.example',
    };
    const allowing = (cloud: Cloud) => {
      const trust = new TrustRegistry({ cloud: () => cloud, askForeignHost: () => Promise.resolve(true) });
      trust.learn('kv.evil.example', 'vault', '/subscriptions/s/kv');
      trust.learn('app.scm.evil.example', 'scm', '/subscriptions/s/app');
      return trust;
    };

    it("sends the cloud's own tokens to its hosts", async () => {
      const trust = allowing(custom);
      assert.ok(await mayGo(trust, `${resourceManager}/subscriptions`, 'resourceManager'));
      assert.ok(await mayGo(trust, 'https://graph.contoso.example/v1.0', 'graph'));
      assert.ok(await mayGo(trust, 'https://kv.vault.contoso.example/', 'vault'));
      assert.ok(await mayGo(trust, 'https://app.scm.sites.contoso.example/', 'scm'));
      assert.ok(await mayGo(trust, 'https://app.scm.evil.example/', 'scm'), 'the user allowed it');
    });

    it("sends a token for Microsoft's clouds only to the hosts of its service", async () => {
      for (const resourceManagerAudience of [
        'https://management.core.windows.net/',
        'https://management.azure.com',
        'https://management.core.usgovcloudapi.net/',
        'https://graph.microsoft.com',
        'https://storage.azure.com',
        '797f4846-ba00-4fd7-ba43-dac1f8f63013',
      ]) {
        const trust = of({ ...custom, resourceManagerAudience });
        assert.ok(!(await mayGo(trust, `${resourceManager}/`, 'resourceManager')), resourceManagerAudience);
      }
      const { vaultAudience, vaultSuffix, graph, appServiceAudience } = publicCloud;
      // Azure Stack Hub's metadata may name the public cloud's Graph and vaults.
      const trust = allowing({ ...custom, vaultAudience, vaultSuffix, graph });
      assert.ok(await mayGo(trust, 'https://graph.microsoft.com/v1.0/', 'graph'));
      assert.ok(await mayGo(trust, 'https://kv.vault.azure.net/', 'vault'));
      assert.ok(!(await mayGo(trust, 'https://kv.evil.example/', 'vault')));
      const apps = allowing({ ...custom, appServiceAudience });
      assert.ok(!(await mayGo(apps, 'https://app.scm.sites.contoso.example/', 'scm')));
      assert.ok(!(await mayGo(apps, 'https://app.scm.evil.example/', 'scm')));
    });

    it('asks even about its own SCM sites if they get a token for Resource Manager', async () => {
      const asked: ForeignHost[] = [];
      const { appServiceAudience: _, ...cloud } = custom;
      const trust = new TrustRegistry({
        cloud: () => cloud,
        askForeignHost: (host) => Promise.resolve(asked.push(host) > 0),
      });
      const host = 'app.scm.sites.contoso.example';
      assert.ok(!trust.knows(`https://${host}/`, 'scm'));
      assert.ok(!(await mayGo(trust, `https://${host}/`, 'scm')));
      trust.learn(host, 'scm', '/subscriptions/s/app');
      assert.ok(await mayGo(trust, `https://${host}/`, 'scm'));
      assert.deepEqual(asked, [
        { host, kind: 'scm', resourceId: '/subscriptions/s/app', getsResourceManagerToken: true },
      ]);
    });
  });

  it('asks once about a host outside the cloud that Resource Manager returned', async () => {
    const asked: ForeignHost[] = [];
    const trust = new TrustRegistry({
      cloud: () => publicCloud,
      askForeignHost: (host) => {
        asked.push(host);
        return Promise.resolve(host.host === 'app.scm.ase.contoso.example');
      },
    });
    trust.learn('app.scm.ase.contoso.example', 'scm', '/subscriptions/s/a');
    trust.learn('bad.example', 'scm', '/subscriptions/s/b');
    const url = 'https://app.scm.ase.contoso.example/api/logstream';
    assert.deepEqual(await Promise.all([mayGo(trust, url, 'scm'), mayGo(trust, url, 'scm')]), [true, true]);
    assert.ok(!(await mayGo(trust, url, 'vault')), 'returned as an SCM site, not as a vault');
    assert.ok(!(await mayGo(trust, 'https://app.scm.ase.contoso.example:444/', 'scm')), 'another port');
    assert.ok(!(await mayGo(trust, 'https://bad.example/', 'scm')));
    assert.ok(!(await mayGo(trust, 'https://bad.example/', 'scm')));
    assert.ok(!(await mayGo(trust, 'https://never.example/', 'scm')));
    assert.deepEqual(
      asked.map(({ host, resourceId, getsResourceManagerToken }) => [
        host,
        resourceId,
        getsResourceManagerToken,
      ]),
      [
        ['app.scm.ase.contoso.example', '/subscriptions/s/a', false],
        ['bad.example', '/subscriptions/s/b', false],
      ],
    );
  });

  it('asks again if the dialog could not be shown', async () => {
    let times = 0;
    const trust = new TrustRegistry({
      cloud: () => publicCloud,
      askForeignHost: () => (++times === 1 ? Promise.reject(new Error('no window')) : Promise.resolve(true)),
    });
    trust.learn('app.scm.example', 'scm', '/subscriptions/s/a');
    await assert.rejects(trust.check('https://app.scm.example/', 'scm'), /no window/);
    assert.ok(await mayGo(trust, 'https://app.scm.example/', 'scm'));
  });

  it("accepts a sandbox's hosts only with the ports in its record", async () => {
    const local = {
      caCertificate: '',
      hosts: ['localhost:1111', '*.vault.localhost:2222', '*.scm.localhost:3333', '*.sites.localhost:4444'],
    };
    const trust = of({
      ...publicCloud,
      resourceManager: 'https://localhost:1111',
      vaultSuffix: '.vault.localhost',
      sitesSuffix: '.sites.localhost',
      local,
    });
    assert.ok(await mayGo(trust, 'https://kv.vault.localhost:2222/', 'vault'));
    assert.ok(await mayGo(trust, 'https://app.scm.localhost:3333/', 'scm'));
    assert.ok(await mayGo(trust, 'https://app.sites.localhost:4444/', 'site'));
    assert.ok(!(await mayGo(trust, 'https://kv.vault.localhost:2223/', 'vault')));
    assert.ok(!(await mayGo(trust, 'https://kv.vault.localhost/', 'vault')));
    assert.ok(!(await mayGo(trust, 'https://app.scm.localhost:2222/', 'scm')));
    assert.ok(!(await mayGo(trust, 'https://kv.vault.azure.net/', 'vault')));
  });
});
