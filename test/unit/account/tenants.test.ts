import assert from 'node:assert/strict';
import { SubscriptionFilter } from '../../../src/account/subscriptionFilter';
import { listTenantStates } from '../../../src/account/tenants';
import { connection, subscription } from '../tree/samples';

describe('tenants', () => {
  const tenants = Array.from({ length: 12 }, (_, index) => ({
    tenantId: `t${index}`,
    displayName: `Tenant ${index}`,
  }));
  const connect = (tenantId?: string) => connection({ tenantId: tenantId ?? 'home' });

  it('are listed in parallel, five at a time', async () => {
    let running = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const listing = {
      listTenants: () => Promise.resolve(tenants),
      listSubscriptions: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          // As many as allowed are running, so let them continue.
          if (running < 5 && waiting.length < 2) return;
          setImmediate(() => {
            for (const go of waiting.splice(0)) go();
          });
        });
        running -= 1;
        return [subscription()];
      },
    };
    const states = await listTenantStates(connect, listing);
    assert.equal(states.length, 12);
    assert.equal(most, 5);
  });

  it("that fail are listed with their error and don't affect others", async () => {
    const listing = {
      listTenants: () => Promise.resolve(tenants.slice(0, 3)),
      listSubscriptions: (c: { tenantId: string }) =>
        c.tenantId === 't1'
          ? Promise.reject(new Error('MFA'))
          : Promise.resolve([subscription({ tenantId: c.tenantId, subscriptionId: c.tenantId })]),
    };
    const states = await listTenantStates(connect, listing);
    assert.deepEqual(
      states.map((state) => ('error' in state ? String(state.error) : state.subscriptions[0]?.tenantId)),
      ['t0', 'Error: MFA', 't2'],
    );
  });

  it('show a subscription that another tenant manages only in its own tenant', async () => {
    const listing = {
      listTenants: () => Promise.resolve(tenants.slice(0, 3)),
      listSubscriptions: () =>
        Promise.resolve([
          subscription({ subscriptionId: 'managed', tenantId: 't1' }),
          subscription({ subscriptionId: 'elsewhere', tenantId: 'unseen' }),
        ]),
    };
    const states = await listTenantStates(connect, listing);
    assert.deepEqual(
      states.map((state) =>
        'error' in state ? [] : state.subscriptions.map(({ subscriptionId }) => subscriptionId),
      ),
      [['elsewhere'], ['managed'], []],
    );
  });

  it('are no longer listed after cancellation', async () => {
    const abort = new AbortController();
    let asked = 0;
    const listing = {
      listTenants: () => Promise.resolve(tenants),
      listSubscriptions: () => {
        asked += 1;
        abort.abort();
        return Promise.reject(new Error('aborted'));
      },
    };
    await assert.rejects(listTenantStates(connect, listing, abort.signal), { name: 'AbortError' });
    assert.ok(asked <= 5);
  });
});

describe('the subscription filter', () => {
  const stored = new Map<string, unknown>();
  const filter = new SubscriptionFilter({
    get: (key) => stored.get(key),
    update: (key, value) => {
      stored.set(key, value);
      return Promise.resolve();
    },
  });
  const two = [subscription({ subscriptionId: 'AAA' }), subscription({ subscriptionId: 'BBB' })];
  const tenant = { tenantId: 't', displayName: 'T' };
  beforeEach(() => {
    stored.clear();
  });
  const shown = () =>
    filter
      .apply([{ tenant, connection: connection(), subscriptions: two }])
      .flatMap((state) =>
        'error' in state ? [] : state.subscriptions.map(({ subscriptionId }) => subscriptionId),
      );

  it('shows all subscriptions by default and when all are selected', async () => {
    assert.deepEqual(shown(), ['AAA', 'BBB']);
    await filter.select('sandbox/alex', ['aaa']);
    assert.deepEqual(shown(), ['AAA']);
    await filter.select('sandbox/alex', undefined);
    assert.deepEqual(shown(), ['AAA', 'BBB']);
  });

  it('is separate for each account and keeps tenants that failed', async () => {
    await filter.select('sandbox/alex', []);
    assert.deepEqual(shown(), []);
    const other = connection({ accountId: 'sandbox/sam' });
    assert.equal(filter.apply([{ tenant, connection: other, subscriptions: two }]).length, 1);
    const failed = { tenant, connection: connection(), error: new Error('x') };
    assert.deepEqual(filter.apply([failed]), [failed]);
  });
});
