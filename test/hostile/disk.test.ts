import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { listSubscriptions } from '../../src/azure/directory/subscriptions';
import type { Connection } from '../../src/azure/core/connection';
import { LongOperations } from '../../src/commands/longOperations';
import { replaceByReference } from '../../src/grants/moveSetting';
import { LiveInventory } from '../../src/inventory/inventory';
import { RememberedTree, TreeMemory } from '../../src/tree/remembered';
import type * as errors from '../../src/ui/errors';
import { filesBelow } from '../support/filesBelow';
import { changedConnection } from '../support/connections';
import { temporaryFolder } from '../support/processes';
import { json, siteId, siteJson, tenantId, vaultId } from '../unit/azure/servers';
import { attack, seed } from './support/attack';
import { calls, targetsOf } from './support/calls';
import { endingOf } from './support/ending';
import { HostileAzure } from './support/hostileAzure';
import type { Quote } from './support/quoting';
import { leakIn, quotes, refusal, secretValues } from './support/quoting';
import { withVscode } from './support/vscode';

const load = createRequire(__filename);
const { showError } = withVscode(() => load('../../src/ui/errors') as typeof errors);

/** Everything that Keyless itself writes is in one folder: its log, its state, and the remembered tree. */
describe(`secret values on the disk (KEYLESS_SEED=${seed})`, () => {
  let azure: HostileAzure;
  let folder: { readonly path: string; remove(): void };
  before(async () => {
    azure = await HostileAzure.start();
  });
  after(() => azure.stop());
  afterEach(() => {
    azure.hangUp();
  });

  const inFolder = (name: string) => path.join(folder.path, name);
  const append = (text: string) => {
    fs.appendFileSync(inFolder('keyless.log'), `${text}\n`);
  };

  /** Writes everything at once, as a window does that may be killed at any time. */
  function memento() {
    const all = new Map<string, unknown>();
    return {
      keys: () => [...all.keys()],
      get: (key: string) => all.get(key),
      update: (key: string, value: unknown) => {
        all.set(key, value);
        fs.appendFileSync(inFolder('state.json'), JSON.stringify([...all]));
        return Promise.resolve();
      },
    };
  }

  /** A service that puts the value wherever it can, and quotes it in every refusal. */
  function begin(value: string, token: string, quote: Quote): Connection {
    const rows = [
      { ...siteJson({}), subscriptionId: 's' },
      { id: vaultId, name: 'kv', properties: { vaultUri: 'https://kv.vault.localhost', tenantId } },
    ].map((row) => ({
      ...row,
      value,
      properties: { ...row.properties, password: value, siteConfig: { appSettings: [{ name: 'A', value }] } },
    }));
    const begun = azure.begin(({ method, url = '', headers }, response) => {
      if (headers.authorization === undefined)
        json(
          response,
          401,
          {},
          {
            'WWW-Authenticate': `Bearer authorization="https://login.invalid/${tenantId}", resource="https://vault.localhost"`,
          },
        );
      else if (/ResourceGraph/.test(url))
        json(response, 200, { data: rows, totalRecords: rows.length, count: rows.length });
      else if (/\/subscriptions\?/.test(url))
        json(response, 200, {
          value: [{ subscriptionId: 's', displayName: 'Name', tenantId, state: value }],
        });
      else if (/appsettings\/list\?/.test(url)) json(response, 200, { properties: { A: value } });
      else {
        const { body, headers: more } = refusal(method === 'GET' ? token : value, quote);
        response.writeHead(quote.status, { 'Content-Type': 'application/json', ...more }).end(body);
      }
    });
    const getToken = () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 });
    return changedConnection(begun, { accountId: 'sandbox/someone', credential: { getToken } });
  }

  async function useAll(c: Connection, value: string): Promise<void> {
    const targets = targetsOf(azure.ports, value);
    const log = { error: append, show: () => undefined } as never;
    for (const name of ['write a secret', 'change a setting', 'write a function key', 'list secrets']) {
      const { error } = await endingOf(calls[name] ?? assert.fail(name), c, targets);
      if (error !== undefined) showError(log, name, error);
    }
    const account = { kind: 'sandbox', id: 'someone', label: 'someone' } as const;
    const session = { account } as never;
    const subscriptions = await listSubscriptions(c);
    const tenant = { tenantId, displayName: 'Tenant' };
    const inventory = new LiveInventory(() => Promise.resolve([{ tenant, connection: c, subscriptions }]));
    await Promise.all([inventory.functionApps(), inventory.keyVaults()]);
    const remembered = new RememberedTree(inFolder('trees'));
    const memory = new TreeMemory({
      ...{ accounts: { session: () => Promise.resolve(session) }, inventory, remembered, log: append },
      groupBy: () => 'type',
    });
    memory.save();
    await memory.saved();
    crashWhileSaving();
    memory.save();
    await memory.saved();
    // A move whose window is killed: nothing is forgotten.
    const reference = '@Microsoft.KeyVault(VaultName=kv;SecretName=s)';
    const names = { name: 'A', reference, trial: 'KEYLESS_TRIAL' };
    const move = { ...names, appId: siteId, vaultId, secretName: 's', grantId: 'g' };
    const operations = new LongOperations(memento());
    await operations.track(c, { move }, async () => {
      operations.close();
      const events = {
        writes: () => undefined,
        changed: (change: unknown) => {
          append(JSON.stringify(change));
        },
        looked: (look: unknown) => {
          append(JSON.stringify(look));
        },
      };
      const { app } = targets;
      const signal = new AbortController().signal;
      const replaced = await replaceByReference(c, { app, value, ...names }, events, signal);
      if ('why' in replaced && 'error' in replaced.why) showError(log, 'Move', replaced.why.error);
    });
  }

  /** The remembered tree is written beside the file that it replaces, which is no longer possible now. */
  function crashWhileSaving(): void {
    const [file = assert.fail('no tree was written')] = fs.globSync('trees/*/*.json', { cwd: folder.path });
    fs.rmSync(inFolder(file));
    fs.mkdirSync(path.join(inFolder(file), 'in the way'), { recursive: true });
  }

  it("aren't in the log, the stored state, or the remembered tree, even after a crash", async () => {
    await attack(fc.tuple(secretValues, quotes), 12, async ([value, quote]) => {
      folder = temporaryFolder('disk');
      try {
        await assertClean(value, quote);
      } finally {
        folder.remove();
      }
    });
  });

  async function assertClean(value: string, quote: Quote): Promise<void> {
    // Nothing of the value, so that hiding one doesn't cut the other.
    const token = createHash('sha512').update(value).digest('base64url');
    await useAll(begin(value, token, quote), value);
    for (const line of azure.log) append(line);
    const written = filesBelow(folder.path);
    assert.ok(
      written.some((file) => /\.json\.[\w-]{36}$/.test(file)),
      'nothing was left by the crash',
    );
    assert.ok(written.some((file) => file.endsWith('state.json')));
    for (const file of written) {
      const text = fs.readFileSync(file, 'utf8');
      for (const secret of [value, token])
        assert.equal(leakIn(text, secret, quote), undefined, `in ${file}: ${text.slice(0, 2000)}`);
      if (file.includes('trees')) assert.equal(fs.statSync(file).mode & 0o077, 0, `others can read ${file}`);
    }
  }
});
