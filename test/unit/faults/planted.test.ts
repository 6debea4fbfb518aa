import assert from 'node:assert/strict';
import fs from 'node:fs';
import { inspect } from 'node:util';
import { changeAppSettings, listAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { explain } from '../../../src/azure/explain/explain';
import { listFunctionApps, listKeyVaults } from '../../../src/inventory/listResources';
import { functionUrl, invokeFunction } from '../../../src/azure/appService/invoke';
import type { FunctionApp, FunctionInfo, KeyVault } from '../../../src/azure/core/model';
import { getSecretValue, setSecret } from '../../../src/azure/keyVault/secrets';
import {
  getFunctionApp,
  getFunctionKeys,
  getHostKeys,
  listFunctions,
} from '../../../src/azure/appService/sites';
import { childrenOf, rootOf } from '../../../src/tree/children/childrenOf';
import { errorNode } from '../../../src/tree/nodes/messageNodes';
import { describe as appearance } from '../../../src/tree/describe/describe';
import type { Node } from '../../../src/tree/nodes/nodes';
import { remember, RememberedTree } from '../../../src/tree/remembered';
import { filesBelow } from '../../support/filesBelow';
import { changedConnection } from '../../support/connections';
import { temporaryFolder } from '../../support/processes';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import { applicationToken, control, sandboxFetch } from '../../support/sandboxClient';
import type { TestConnection } from '../azure/support';
import { connect, only } from '../azure/support';
import { plainly } from './operations';
import { openInventory } from '../inventory/openInventory';

describe('planted secret values', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let app: FunctionApp;
  let vault: KeyVault;
  /** Secret values by description. */
  const planted: Record<string, string> = {};
  /** Everything that Keyless wrote or would show. */
  const written: string[] = [];

  before(async () => {
    sandbox = await startSandbox();
    c = withTokensKept(connect(sandbox.ready));
    const { subscriptionIds } = sandbox.ready;
    const isDemo = ({ name }: { name: string }) => name.startsWith('keyless-demo-');
    app = only((await listFunctionApps(c, subscriptionIds)).items, isDemo, 'the seeded app');
    vault = only((await listKeyVaults(c, subscriptionIds)).items, isDemo, 'the seeded vault');
    await plant();
    await readOnPurpose();
  });
  after(() => sandbox.stop());
  beforeEach(() => {
    written.length = 0;
  });
  afterEach(async () => {
    await control(sandbox.ready, 'DELETE', '/faults');
    assert.deepEqual(found([...written, ...c.log]), []);
  });

  it('do not appear in the tree or in the stored copy of it', async () => {
    const { inventory, subscriptions } = await openInventory(c);
    const kinds = new Set<string>();
    const walk = async (nodes: readonly Node[]): Promise<void> => {
      for (const node of nodes) {
        kinds.add(node.kind);
        written.push(node.id, JSON.stringify(appearance(node, new Date())));
        await walk((await childrenOf(node, inventory, 'type', new AbortController().signal)).nodes);
      }
    };
    await walk(await rootOf(inventory));
    for (const kind of ['appSetting', 'function', 'secret', 'version', 'policy'])
      assert.ok(kinds.has(kind), kind);
    const folder = temporaryFolder('remembered');
    try {
      const known = { apps: [app], vaults: [vault] };
      await new RememberedTree(folder.path).save(remember(c, subscriptions, known, undefined));
      for (const file of filesBelow(folder.path)) written.push(fs.readFileSync(file, 'utf8'));
    } finally {
      folder.remove();
    }
    assert.ok(written.length > 50 && c.log.length > 50, `${written.length} texts, ${c.log.length} lines`);
    assert.deepEqual(found([...written, ...c.log]), []);
  });

  it('do not appear in the log when they are read on purpose', async () => {
    const lines = c.log.length;
    await readOnPurpose();
    assert.ok(c.log.length > lines);
    assert.deepEqual(found(c.log), []);
  });

  /** Plants also what Azure makes. */
  async function readOnPurpose(): Promise<void> {
    const fn = await readSecretFunction();
    assert.equal(await getSecretValue(c, vault, 'ASampleKey'), planted['a secret']);
    const keys = await getFunctionKeys(c, app, fn);
    planted['a function key'] = keys['default'] ?? '';
    planted['a host key'] = (await getHostKeys(c, app)).masterKey ?? '';
    planted['a URL with a key'] = functionUrl(app, fn, { key: keys['default'] ?? '' });
    const answer = await invokeFunction(c, app, fn, { method: 'GET', key: keys['default'] ?? '' });
    assert.notEqual(answer.body, '');
    planted['the answer of a function'] = answer.body;
    await setSecret(c, vault, {
      name: 'Another',
      value: (planted['a new secret'] = 'planted-4f1e-new-secret'),
    });
  }

  /** Faults that can hit a response that contains a secret value. */
  const faults = [
    { truncateJson: true },
    { status: 500 },
    { status: 403 },
    { status: 400 },
    { disconnect: true },
    { cutAfterBytes: 40 },
    { expiredToken: true },
  ];
  for (const fault of faults)
    it(`do not appear in errors after ${inspect(fault)}`, async function () {
      this.timeout(60_000);
      const fn = await readSecretFunction();
      const key = planted['a function key'] ?? '';
      for (const service of ['arm', 'vault', 'sites'])
        await control(sandbox.ready, 'POST', '/faults', { service, ...fault, count: 0 });
      const tasks: (() => Promise<unknown>)[] = [
        () => getSecretValue(c, vault, 'ASampleKey'),
        () => setSecret(c, vault, { name: 'Another', value: planted['a new secret'] ?? '' }),
        () => listAppSettings(c, app),
        () => changeAppSettings(c, app, { kind: 'set', name: 'NEW', value: planted['a new secret'] ?? '' }),
        () => getFunctionKeys(c, app, fn),
        () => getHostKeys(c, app),
        () => getFunctionApp(c, app.id),
        () => invokeFunction(c, app, fn, { method: 'GET', query: `code=${encodeURIComponent(key)}` }),
      ];
      const errors = (await Promise.allSettled(tasks.map((task) => task()))).flatMap((result) =>
        result.status === 'rejected' ? [result.reason as Error] : [],
      );
      assert.ok(errors.length >= 3, `${errors.length} errors`);
      for (const error of errors) {
        const node = await errorNode(undefined, error);
        written.push(JSON.stringify([explain(error), appearance(node, new Date())]));
        written.push(error.message, error.stack ?? '', inspect(error, { depth: 8 }), JSON.stringify(error));
      }
      assert.deepEqual(found(written), []);
    });

  async function readSecretFunction(): Promise<FunctionInfo> {
    return only(await listFunctions(c, app), ({ name }) => name === 'ReadSecret', 'the seeded function');
  }

  async function plant(): Promise<void> {
    const { ready } = sandbox;
    planted['a secret'] = 'planted-9b1d-secret-value';
    const token = await applicationToken(ready, 'https://vault.localhost');
    const answer = await sandboxFetch(ready, `${vault.vaultUri}/secrets/ASampleKey?api-version=7.5`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}` },
      body: { value: planted['a secret'] },
    });
    assert.equal(answer.status, 200, answer.text);
    planted['an app setting'] = 'planted-77aa-app-setting';
    planted['a connection string'] = 'planted-51c0-connection-string';
    planted['a key in a URL'] = 'planted-cafe-code';
    const settings = `${app.id}/config/appsettings`;
    const { properties } = await plainly<{ properties: Record<string, string> }>(
      ready,
      'POST',
      `${settings}/list`,
      '2024-04-01',
    );
    await plainly(ready, 'PUT', settings, '2024-04-01', {
      properties: {
        ...properties,
        PLAIN: planted['an app setting'],
        // Looks like a Key Vault reference but isn't one.
        ALMOST: `@Microsoft.KeyVault(${planted['an app setting']})`,
        CALLBACK: `https://keyless-demo-app.sites.localhost/api/f?code=${planted['a key in a URL']}`,
      },
    });
    await plainly(ready, 'PUT', `${app.id}/config/connectionstrings`, '2024-04-01', {
      properties: { Db: { value: `Server=db;Password=${planted['a connection string']}`, type: 'SQLAzure' } },
    });
  }

  /** The planted values that appear in the texts. */
  function found(texts: readonly string[]): string[] {
    return Object.entries(planted).flatMap(([what, value]) => {
      assert.ok(value.length > 8, what);
      const forms = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)];
      const text = texts.find((candidate) => forms.some((form) => candidate.includes(form)));
      return text === undefined ? [] : [`${what} in ${text}`];
    });
  }

  function withTokensKept(connection: TestConnection): TestConnection {
    const credential: TestConnection['credential'] = {
      async getToken(...args) {
        const token = await connection.credential.getToken(...args);
        planted[`a token for ${String(args[0])}`] = token?.token ?? '';
        return token;
      },
    };
    const { log, tokenRequests } = connection;
    return Object.assign(changedConnection(connection, { credential }), { log, tokenRequests });
  }
});
