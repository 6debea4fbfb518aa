import assert from 'node:assert/strict';
import path from 'node:path';
import { AccountError } from '../../../src/account/accountError';
import { accountKey, type Account } from '../../../src/account/session';
import { contextValueOf } from '../../../src/tree/contextValue';
import { errorNode } from '../../../src/tree/nodes/messageNodes';
import { remember, RememberedTree, TreeMemory } from '../../../src/tree/remembered';
import type { ViewState } from '../../../src/tree/rootNodes';
import { readRootNodes } from '../../../src/tree/rootNodes';
import { temporaryFolder } from '../../support/processes';
import { app, connection, subscription } from './samples';

describe('the root of the tree without a session', () => {
  let work: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    work = temporaryFolder('root');
  });
  afterEach(() => {
    work.remove();
  });

  /** What the tree shows for an account whose resources are remembered. */
  async function rootFor(remembered: Account | undefined, failure?: Error) {
    const tree = new RememberedTree(path.join(work.path, 'trees'));
    if (remembered) {
      const c = connection({ accountId: accountKey(remembered) });
      await tree.save(remember(c, [subscription()], { apps: [app()] }, undefined));
    }
    const states: ViewState[] = [];
    const options = {
      accounts: {
        remembered,
        session: () => (failure ? Promise.reject(failure) : Promise.resolve(undefined)),
        tenants: () => Promise.resolve([]),
      },
      inventory: { tenants: () => Promise.resolve([]), known: () => Promise.resolve({}) },
      onState: (state: ViewState) => states.push(state),
      remembered: tree,
      groupBy: () => 'type' as const,
      log: () => undefined,
    };
    const memory = new TreeMemory(options);
    const nodes = await readRootNodes(options, memory);
    return { nodes, memory, state: states.at(-1) };
  }
  const account = (kind: Account['kind']): Account => ({ kind, id: 'alex', label: 'alex@contoso.example' });

  it('says that the session has expired, and keeps what was last known', async () => {
    const { nodes, memory, state } = await rootFor(account('microsoft'));
    const [expired, known] = nodes;
    assert.ok(expired?.kind === 'sessionExpired' && known?.kind === 'remembered');
    assert.deepEqual([state, expired.account.label], ['ready', 'alex@contoso.example']);
    assert.equal(contextValueOf(expired), 'sessionExpired');
    const [apps] = memory.below(known);
    assert.ok(apps);
    assert.deepEqual(
      memory.below(apps).map(({ name, state: shown }) => [name, shown]),
      [['app', 'lastKnown']],
    );
  });

  it('also does if restoring the session fails for a reason that the user can fix', async () => {
    const failure = new AccountError("The Azure CLI isn't signed in", 'Run az login.');
    const { nodes } = await rootFor(account('azureCli'), failure);
    assert.deepEqual(
      nodes.map(({ kind }) => kind),
      ['sessionExpired', 'remembered'],
    );
    const other = await rootFor(account('azureCli'), new Error('no network'));
    assert.deepEqual(
      other.nodes.map(({ kind }) => kind),
      ['error'],
    );
  });

  it("is empty after signing out, and if the sandbox that was signed in to doesn't run", async () => {
    const out = await rootFor(undefined);
    const ended = await rootFor(account('sandbox'));
    assert.deepEqual([out.nodes, out.state, ended.nodes, ended.state], [[], 'signedOut', [], 'sandboxEnded']);
  });

  it('offers to sign in where only that helps', async () => {
    const tenant = { tenantId: 'tenant-1' };
    const action = {
      title: 'Sign In',
      command: 'keyless.signInToTenant',
      arguments: [{ tenant, scope: 's' }],
    };
    const node = await errorNode('p', new AccountError('Sign in again', undefined, action));
    assert.deepEqual([node.tenant, node.scope], [tenant, 's']);
    assert.equal(contextValueOf(node), 'error signIn');
    assert.equal(contextValueOf(await errorNode('p', new Error('no network'))), 'error');
  });
});
