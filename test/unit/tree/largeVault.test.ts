import assert from 'node:assert/strict';
import type { LiveInventory } from '../../../src/inventory/inventory';
import { childrenOf } from '../../../src/tree/children/childrenOf';
import type { Page } from '../../../src/tree/nodes/nodes';
import { limits } from '../../bench/limits';
import type { RunningSandbox } from '../../support/sandbox';
import { crowdedWorld, startWorld } from '../../support/worlds/largeWorlds';
import type { TestConnection } from '../azure/support';
import { connect, control, only } from '../azure/support';
import { openInventory } from '../inventory/openInventory';

const people = 4000;

describe('a vault with 4,000 role assignments', () => {
  const { signal } = new AbortController();
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let inventory: LiveInventory;

  before(async () => {
    sandbox = await startWorld(crowdedWorld(people));
    c = connect(sandbox.ready);
    await control(c, sandbox.ready, 'PATCH', '/settings', { graphRights: 'directory' });
    ({ inventory } = await openInventory(c));
  });
  after(() => sandbox.stop());

  const open = async (kind: 'access' | 'secrets'): Promise<Page> => {
    const [{ vault } = assert.fail()] = await inventory.keyVaults();
    await inventory.functionApps();
    await inventory.userAssignedIdentities();
    c.log.length = 0;
    return childrenOf({ kind, id: kind, connection: c, vault }, inventory, 'type', signal);
  };
  /** One to Resource Graph and one to Microsoft Graph for each part. */
  const nameRequests = () => c.log.filter((line) => /ResourceGraph|getByIds/.test(line)).length;
  const more = async (page: Page) => {
    c.log.length = 0;
    return page.more?.(signal) ?? assert.fail('there is no more');
  };

  it('shows 200 of them first, and looks up only their names', async () => {
    const page = await open('access');
    assert.equal(page.nodes.length, limits.scale.vaultFirstRows);
    const last = page.nodes.at(-1);
    assert.ok(last?.kind === 'roleAssignment');
    assert.match(last.principalName ?? '', /^Name of user/);
    assert.equal(nameRequests(), limits.scale.vaultNameRequests);
  });

  it('shows the rest on demand, 200 at a time, without reading the roles again', async () => {
    const second = await more(await open('access'));
    assert.equal(second.nodes.length, 200);
    assert.ok(!c.log.some((line) => line.includes('/roleAssignments')));
    assert.equal(nameRequests(), 2);
    const seen = new Set<string>();
    for (let page = await open('access'); ; page = await more(page)) {
      for (const node of page.nodes) seen.add(node.id);
      if (!page.more) break;
    }
    assert.ok(seen.size > people, `${seen.size} rows`);
  });

  it('hands over each part of its secrets once', async () => {
    const first = await open('secrets');
    const second = await more(first);
    assert.equal(c.log.length, 8);
    const third = await more(second);
    assert.deepEqual(
      [first, second, third].map(({ nodes }) => nodes.length),
      [25, 200, 75],
    );
    assert.equal(third.more, undefined);
    only(third.nodes, (node) => node.kind === 'secret' && node.secret.name === 'Secret99', 'the last one');
  });
});
