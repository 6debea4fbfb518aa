import assert from 'node:assert/strict';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { explain } from '../../../../src/azure/explain/explain';
import { invokeFunction } from '../../../../src/azure/appService/invoke';
import { listScmFolder, scmPlaceOf } from '../../../../src/azure/appService/scm';
import { getFunctionApp } from '../../../../src/azure/appService/sites';
import { listSubscriptions } from '../../../../src/azure/directory/subscriptions';
import type { ForeignHost } from '../../../../src/azure/core/tokens/trust';
import { markSecret, UntrustedOriginError } from '../../../../src/azure/core/tokens/trust';
import type { Handler, TestCloud } from '../servers';
import { json, siteId, siteJson, testCloud, TestServer } from '../servers';

/** The response of a foreign server: one that a careless client would accept. */
const welcome: Handler = ({ url = '' }, response) => {
  json(response, 200, url.startsWith('/api/vfs/') ? [] : { value: [], data: [] });
};

describe('hostile responses:', () => {
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

  it('does not follow a next link to another origin', async () => {
    const { c } = await cloudWith({
      arm: (_request, response) => {
        json(response, 200, { value: [], nextLink: `https://localhost:${evil.port}/subscriptions` });
      },
    });
    await assert.rejects(listSubscriptions(c), UntrustedOriginError);
    nothingArrived();
  });

  it('does not follow a next link that is plain http or not a URL', async () => {
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

  it('stops a list that repeats a page', async () => {
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

  it('does not follow redirects or send the token to their target', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const { c } = await cloudWith({
        arm: (_request, response) =>
          response.writeHead(status, { Location: `https://localhost:${evil.port}/subscriptions` }).end(),
      });
      await assert.rejects(listSubscriptions(c), { status });
    }
    nothingArrived();
  });

  describe('of a site', () => {
    const siteAt =
      (hosts: { scm?: string; site?: string }): Handler =>
      (_request, response) => {
        json(response, 200, siteJson(hosts));
      };

    it('sends a token to an SCM host outside the cloud only after the user allows it', async () => {
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

    it('never gets a token for Resource Manager instead of the one for App Service', async () => {
      const noToken = new Error('consent is missing');
      for (const refuse of [true, false]) {
        const scm = await start((_request, response) => response.writeHead(401).end());
        const arm = await start(siteAt({ scm: `app.scm.localhost:${scm.port}` }));
        const { c, tokens } = await testCloud({ arm: arm.port, scm: scm.port });
        const app = await getFunctionApp(c, siteId);
        tokens.length = 0;
        if (refuse) c.credential.getToken = () => Promise.reject(noToken);
        await assert.rejects(
          listScmFolder(c, app, 'LogFiles'),
          refuse ? { message: noToken.message } : { status: 401 },
        );
        assert.ok(tokens.every(({ scopes }) => String(scopes).includes('appservice')));
        assert.ok(scm.seen.every(({ authorization }) => authorization?.includes('appservice')));
        assert.equal((await scmPlaceOf(c, app)).audience, 'https://appservice.azure.com');
      }
    });

    it('gets a token for Resource Manager only in a cloud without another, and after the user allows it', async () => {
      const scm = await start((_request, response) => {
        json(response, 200, []);
      });
      const scmHost = `app.scm.localhost:${scm.port}`;
      const arm = await start(siteAt({ scm: scmHost }));
      const asked: ForeignHost[] = [];
      let answer = false;
      const custom = () =>
        testCloud({ arm: arm.port, scm: scm.port, hasAppServiceAudience: false }, (host) => {
          asked.push(host);
          return Promise.resolve(answer);
        });
      const { c } = await custom();
      // An app of an earlier session, so that its host isn't known yet.
      const app = { ...(await getFunctionApp((await custom()).c, siteId)), scmHostName: scmHost };
      await assert.rejects(listScmFolder(c, app, 'LogFiles'), { why: 'refused' });
      assert.equal(scm.seen.length, 0);
      assert.deepEqual(asked, [
        { host: scmHost, kind: 'scm', resourceId: siteId, getsResourceManagerToken: true },
      ]);
      answer = true;
      const { c: allowed, cloud } = await custom();
      await listScmFolder(allowed, app, 'LogFiles');
      await listScmFolder(allowed, app, 'LogFiles');
      assert.equal(asked.length, 2);
      assert.ok(scm.seen[0]?.authorization?.startsWith(`Bearer ${cloud.resourceManagerAudience}.default`));
      assert.equal((await scmPlaceOf(allowed, app)).audience, cloud.resourceManagerAudience);
    });

    it('can be canceled while the user is being asked', async () => {
      const stop = new AbortController();
      const ask = () =>
        new Promise<boolean>(() =>
          setImmediate(() => {
            stop.abort();
          }),
        );
      const { c } = await cloudWith({ arm: siteAt({ scm: `localhost:${evil.port}` }) }, ask);
      const app = await getFunctionApp(c, siteId);
      await assert.rejects(listScmFolder(c, app, 'LogFiles', stop.signal), { name: 'AbortError' });
      nothingArrived();
    });

    it('sends no token to an SCM host that Resource Manager did not return', async () => {
      const { c } = await cloudWith({ arm: siteAt({ scm: `localhost:${evil.port}` }) });
      const app = { ...(await getFunctionApp(c, siteId)), scmHostName: `evil.localhost:${evil.port}` };
      await assert.rejects(listScmFolder(c, app, 'LogFiles'), UntrustedOriginError);
      nothingArrived();
    });

    it('leaves out invalid host names', async () => {
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

    it('does not follow redirects of an SCM site', async () => {
      const scm = await start((_request, response) =>
        response.writeHead(307, { Location: `https://localhost:${evil.port}/` }).end(),
      );
      const arm = await start(siteAt({ scm: `app.scm.localhost:${scm.port}` }));
      const { c } = await testCloud({ arm: arm.port, scm: scm.port, strange: [evil.port] });
      await assert.rejects(listScmFolder(c, await getFunctionApp(c, siteId), 'LogFiles'), { status: 307 });
      assert.equal(scm.seen.length, 1);
      nothingArrived();
    });

    it("sends a function's key to the site that Resource Manager returned, whatever the function's own URL is", async () => {
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

  it('sends no secret that is not marked for the host', async () => {
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
