// Runs in the extension host of a window with a proxy. test/e2e/proxy.test.ts starts it and checks the proxy's requests.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import type { Cloud } from '../../src/azure/core/cloud';
import { publicCloud } from '../../src/azure/core/cloud';
import { discoverCloud } from '../../src/azure/core/clouds';
import { Connection } from '../../src/azure/core/connection';
import { listFunctionApps, listKeyVaults } from '../../src/inventory/listResources';
import { openLogStream } from '../../src/azure/logs/logStream';
import type { FunctionApp, KeyVault } from '../../src/azure/core/model';
import { getSecretValue, listSecrets } from '../../src/azure/keyVault/secrets';
import { createTransport } from '../../src/azure/core/transport';
import { TrustRegistry } from '../../src/azure/core/tokens/trust';
import type { SandboxReady } from '../support/sandbox';
import { applicationToken } from '../support/sandboxClient';

/** Environment variables of the window. */
const { KEYLESS_PROXIED_SANDBOX: readyFile = '', KEYLESS_PROXIED_ARM: resourceManager = '' } = process.env;

describe('behind a proxy', () => {
  let c: Connection;
  let app: FunctionApp | undefined;
  let vault: KeyVault | undefined;

  before(async () => {
    assert.ok(vscode.workspace.getConfiguration('http').get('proxy'), 'the window has a proxy');
    const ready = JSON.parse(fs.readFileSync(readyFile, 'utf8')) as SandboxReady;
    c = connectionTo(ready);
    const found = await discoverCloud(resourceManager, c.http);
    assert.equal(found.resourceManager, resourceManager);
    app = (await listFunctionApps(c, ready.subscriptionIds)).items.find(
      ({ name }) => name === 'keyless-demo-app',
    );
    vault = (await listKeyVaults(c, ready.subscriptionIds)).items.find(
      ({ name }) => name === 'keyless-demo-kv',
    );
  });

  it('apps and vaults are listed', () => {
    assert.ok(app && vault);
  });

  it('secrets are listed and read', async () => {
    assert.ok(vault);
    const { items } = await listSecrets(c, vault);
    assert.deepEqual(
      items.map(({ name }) => name),
      ['ASampleKey'],
    );
    assert.notEqual(await getSecretValue(c, vault, 'ASampleKey'), '');
  });

  it('the log stream delivers its first line immediately', async () => {
    assert.ok(app);
    const stop = new AbortController();
    const states: unknown[] = [];
    const lines: string[] = [];
    const sink = {
      lines: (batch: readonly string[]) => {
        lines.push(...batch);
        stop.abort();
      },
      state: (state: unknown) => void states.push(state),
    };
    const last = await openLogStream(c, app, {}, sink, stop.signal);
    assert.equal(last.kind, 'stopped', JSON.stringify(states));
    assert.match(lines.join('\n'), /Welcome, you are now connected to log-streaming service/);
  });
});

/** A custom cloud for the sandbox, so that Keyless doesn't treat it as a sandbox and requests take the usual route. */
function connectionTo(ready: SandboxReady): Connection {
  // Without an audience of its own for SCM sites, so that they get the token for Resource Manager after a question.
  const { appServiceAudience: _none, ...others } = publicCloud;
  const cloud: Cloud = {
    ...others,
    name: 'Custom',
    resourceManager,
    resourceManagerAudience: `${ready.resourceManagerUrl}/`,
    vaultAudience: 'https://vault.localhost',
    vaultSuffix: '.vault.localhost',
    sitesSuffix: '.sites.localhost',
  };
  // Hosts with ports don't belong to the cloud. Resource Manager names them, and the user trusts them.
  const askForeignHost = () => Promise.resolve(true);
  const trust = new TrustRegistry({ cloud: () => cloud, askForeignHost });
  const http = createTransport({ cloud: () => cloud, trust });
  const credential = {
    async getToken(scopes: string | string[]) {
      const resource = [scopes]
        .flat()
        .join(' ')
        .replace(/\/\.default$/, '');
      const token = await applicationToken(ready, resource);
      return { token, expiresOnTimestamp: Date.now() + 1_800_000 };
    },
  };
  return new Connection({ accountId: 'test', tenantId: ready.tenantId, cloud, credential, http });
}
