import type { IncomingMessage, ServerResponse } from 'node:http';
import { getFunctionApp } from '../../../src/azure/appService/sites';
import { getKeyVault } from '../../../src/azure/keyVault/vaults';
import type { Handler, TestCloud } from './servers';
import { json, siteId, siteJson, tenantId, testCloud, TestServer, vaultId } from './servers';

/** One server for a whole cloud. It shows a vault and an app, and lets the test answer everything else. */
export class OneServer {
  answer: Handler = () => undefined;

  private constructor(
    private readonly server: TestServer,
    readonly cloud: TestCloud,
  ) {}

  /** @param first answers a request before the test does, and returns true if it did */
  static async start(
    first: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
  ): Promise<OneServer> {
    const started: { one?: OneServer } = {};
    const server = await TestServer.start((request, response, seen, itself) => {
      const { url = '', headers, method } = request;
      const challenge = `Bearer authorization="https://login.invalid/${tenantId}", resource="https://vault.localhost"`;
      if (headers.host?.startsWith('kv.') === true && headers.authorization === undefined)
        json(response, 401, {}, { 'WWW-Authenticate': challenge });
      else if (method === 'GET' && /\/vaults\/kv\?/.test(url)) json(response, 200, vaultJson(itself.port));
      else if (method === 'GET' && /\/sites\/app\?/.test(url))
        json(response, 200, siteJson({ scm: `app.scm.localhost:${itself.port}` }));
      else if (!first(request, response)) started.one?.answer(request, response, seen, itself);
    });
    const { port } = server;
    started.one = new OneServer(server, await testCloud({ arm: port, vault: port, scm: port }));
    return started.one;
  }

  get port(): number {
    return this.server.port;
  }

  readonly vault = () => getKeyVault(this.cloud.c, vaultId);
  readonly app = () => getFunctionApp(this.cloud.c, siteId);

  stop(): Promise<void> {
    return this.server.stop();
  }
}

function vaultJson(port: number) {
  const vaultUri = `https://kv.vault.localhost:${port}`;
  return { id: vaultId, name: 'kv', properties: { tenantId, vaultUri } };
}
