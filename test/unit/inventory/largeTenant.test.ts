import assert from 'node:assert/strict';
import type { Subscription } from '../../../src/azure/core/model';
import type { LiveInventory } from '../../../src/inventory/inventory';
import { limits } from '../../bench/limits';
import { changedConnection } from '../../support/connections';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import type { TestConnection } from '../azure/support';
import { connect } from '../azure/support';
import { openInventory } from './openInventory';

describe('a tenant with 150 subscriptions, 600 apps, and 600 vaults', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let subscriptions: Subscription[];
  let inventory: LiveInventory;
  /** The length of all answers. */
  let received = 0;

  before(async () => {
    sandbox = await startSandbox(['--scale', 'subscriptions=150,apps=600,vaults=600']);
    c = connect(sandbox.ready);
    const { http } = c;
    const sendRequest: typeof http.sendRequest = async (request) => {
      const response = await http.sendRequest(request);
      received += response.bodyAsText?.length ?? 0;
      return response;
    };
    const counted = Object.create(http, { sendRequest: { value: sendRequest } }) as typeof http;
    c = Object.assign(changedConnection(c, { http: counted }), {
      log: c.log,
      tokenRequests: c.tokenRequests,
    });
    ({ inventory, subscriptions } = await openInventory(c));
  });
  after(() => sandbox.stop());
  beforeEach(() => {
    inventory.refresh();
    c.log.length = 0;
    received = 0;
  });

  const queries = () => c.log.filter((line) => line.includes('ResourceGraph'));
  const id = (number: number) => subscriptions[number]?.subscriptionId ?? assert.fail();

  it('shows the apps of a subscription after one query, not all 600', async () => {
    assert.equal((await inventory.appsOf(c, id(3))).length, 4);
    assert.equal(queries().length, limits.scale.tenantFirstRequests);
    assert.equal((await inventory.appsOf(c, id(3).toUpperCase())).length, 4);
    assert.equal(queries().length, 1);
    assert.deepEqual(await inventory.known(c), {});
    assert.ok(received > 0 && received < 30_000, `received ${received} bytes`);
  });

  it('reads all expanded subscriptions in one query for each kind after each refresh', async () => {
    const open = Array.from({ length: 40 }, (_, number) => id(number * 3));
    for (let refresh = 0; refresh < 3; refresh++) {
      inventory.refresh();
      c.log.length = 0;
      const found = await Promise.all(
        open.flatMap((one) => [
          inventory.appsOf(c, one),
          inventory.vaultsOf(c, one),
          inventory.identitiesOf(c, one),
        ]),
      );
      assert.equal(found.flat().length, 40 * 8);
      assert.equal(queries().length, limits.scale.tenantRefreshRequests);
    }
  });

  it('answers from the whole list once something needs it', async () => {
    assert.equal((await inventory.keyVaults()).length, 600);
    c.log.length = 0;
    for (const { subscriptionId } of subscriptions)
      assert.equal((await inventory.vaultsOf(c, subscriptionId)).length, 4);
    assert.deepEqual(queries(), []);
  });

  it('reads a written resource again', async () => {
    const [app = assert.fail()] = await inventory.appsOf(c, id(5));
    c.log.length = 0;
    await inventory.reread(c, app.id);
    assert.equal((await inventory.appsOf(c, id(5))).length, 4);
    assert.ok(c.log.some((line) => line.startsWith('GET') && line.includes(app.name)));
    assert.deepEqual(inventory.recentlyWritten(c), [id(5).toLowerCase()]);
  });
});
