import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { createTlsMaterial } from '../../src/sandbox/server/tls';
import { ensureCodeServer } from '../support/host/codeServer';
import { runInCodeServer } from '../support/host/extensionTests';
import { out } from '../support/paths';
import { temporaryFolder } from '../support/processes';
import { TestProxy } from '../support/host/proxy';
import { judge } from '../support/results';
import type { RunningSandbox } from '../support/sandbox';
import { startSandbox } from '../support/sandbox';

describe('the http.proxy setting in a real VS Code', () => {
  let sandbox: RunningSandbox;
  let vaultHost: string;
  let scmHost: string;
  before(async () => {
    sandbox = await startSandbox();
    vaultHost = `keyless-demo-kv.vault.localhost:${sandbox.ready.vaultPort}`;
    scmHost = `keyless-demo-app.scm.localhost:${sandbox.ready.scmPort}`;
  });
  after(() => sandbox.stop());

  /** Runs test/proxied in a window that uses the proxy and trusts these CAs through NODE_EXTRA_CA_CERTS. */
  async function runBehind(proxy: TestProxy, resourceManager: string, trusted: string[]): Promise<void> {
    const folder = temporaryFolder('proxy-ca');
    const caFile = path.join(folder.path, 'ca.pem');
    fs.writeFileSync(caFile, trusted.join('\n'));
    try {
      const outcome = await runInCodeServer(await ensureCodeServer('latest'), {
        module: path.join(out, 'test/integration/index.js'),
        env: {
          ...{
            TEST_FOLDER: path.join(out, 'test/proxied'),
            NODE_EXTRA_CA_CERTS: caFile,
            TEST_GREP: undefined,
          },
          ...{ KEYLESS_PROXIED_SANDBOX: sandbox.readyFile, KEYLESS_PROXIED_ARM: resourceManager },
          ...{ HTTP_PROXY: undefined, HTTPS_PROXY: undefined, http_proxy: undefined, https_proxy: undefined },
          ...{ NO_PROXY: undefined, no_proxy: undefined },
        },
        // VS Code's own list of CAs ignores NODE_EXTRA_CA_CERTS.
        settings: { 'http.proxy': proxy.url, 'http.systemCertificates': false },
        limit: 60_000,
      });
      const failures = outcome.results?.failed.map(({ title, stack }) => `${title}\n${stack}`) ?? [];
      const { passed, failed, problems } = judge(outcome);
      assert.deepEqual(
        { passed, failed, problems, failures },
        { passed: 3, failed: 0, problems: [], failures: [] },
      );
    } finally {
      folder.remove();
    }
  }

  it('applies to every request, including the log stream', async () => {
    const proxy = await TestProxy.start();
    try {
      const ca = fs.readFileSync(sandbox.ready.caCertificateFile, 'utf8');
      await runBehind(proxy, sandbox.ready.resourceManagerUrl, [ca]);
      assert.ok(proxy.connects.includes(vaultHost), proxy.connects.join());
      assert.ok(proxy.connects.includes(scmHost), proxy.connects.join());
      // VS Code doesn't proxy localhost (@vscode/proxy-agent), which is the sandbox's Resource Manager.
      assert.ok(!proxy.connects.includes(new URL(sandbox.ready.resourceManagerUrl).host));
    } finally {
      await proxy.stop();
    }
  });

  it('works with a proxy that terminates TLS with its own certificate', async () => {
    const { caCertificate, certificate, privateKey } = await createTlsMaterial();
    const armPort = new URL(sandbox.ready.resourceManagerUrl).port;
    // A name that VS Code doesn't treat as this machine.
    const arm = `management.sites.localhost:${armPort}`;
    const proxy = await TestProxy.start({
      ...{ certificate, privateKey, ca: fs.readFileSync(sandbox.ready.caCertificateFile, 'utf8') },
      hostOf: (host) => (host === arm ? `localhost:${armPort}` : host),
    });
    try {
      await runBehind(proxy, `https://${arm}`, [caCertificate]);
      for (const request of [
        `GET ${arm}/metadata/endpoints`,
        `POST ${arm}/providers/Microsoft.ResourceGraph/resources`,
        `GET ${vaultHost}/secrets`,
        `GET ${scmHost}/api/logstream`,
      ])
        assert.ok(proxy.requests.includes(request), `${request} in\n${proxy.requests.join('\n')}`);
    } finally {
      await proxy.stop();
    }
  });
});
