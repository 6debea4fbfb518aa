import assert from 'node:assert/strict';
import { drawMap, drawMapInSteps } from '../../../src/map/model/drawMap';
import { visibleMap, wholeMap, withoutOthers } from '../../../src/map/model/mapView';
import type { Line } from '../../../src/map/model/picture';
import { linesAt } from '../../../src/map/model/picture';
import { MapReader } from '../../../src/map/readMap';
import { limits } from '../../bench/limits';
import { RoundTrips } from '../../support/roundTrips';
import { startSandbox } from '../../support/sandbox';
import { connect } from '../azure/support';
import { openInventory } from '../inventory/openInventory';
import { role, secretsUserDefinition, subscription, vaultId, vaultWith } from '../access/readWorld';

describe('a large access map', () => {
  const roles = {
    assignments: Array.from({ length: 2000 }, (_, number) =>
      role({ id: `a${number}`, principalId: `p${number}`, scope: subscription }),
    ),
    definitions: [secretsUserDefinition],
    denyAssignments: [],
    unreadableScopes: [],
  };
  const vaults = Array.from({ length: 10 }, (_, number) => ({
    vault: vaultWith({ id: `${vaultId}${number}`, name: `kv${number}`, permissionModel: 'rbac' }),
    roles,
  }));
  const facts = { apps: [], identities: [], names: new Map(), vaults };

  it('lets others work while it is drawn, and is the same', async () => {
    let turns = 0;
    let done = false;
    const count = () => {
      if (done) return;
      turns += 1;
      setImmediate(count);
    };
    setImmediate(count);
    const map = await drawMapInSteps(facts, new AbortController().signal);
    done = true;
    assert.deepEqual(map, drawMap(facts));
    assert.ok(turns >= 2, `others worked ${turns} times`);
  });

  it('is read in as many requests that wait for one another as its size takes', async function () {
    this.timeout(60_000);
    const sandbox = await startSandbox(['--scale', 'subscriptions=8,apps=72,vaults=50']);
    try {
      const trips = new RoundTrips(connect(sandbox.ready));
      const { inventory } = await openInventory(trips.connection);
      trips.rounds.length = 0;
      const readings = new MapReader(inventory).read('', new AbortController().signal);
      assert.ok(!(await readings.next()).done);
      assert.equal(trips.rounds.length, limits.trips.mapFirst);
      const last = await readings.next();
      assert.ok(!last.done);
      assert.equal(last.value.done, 72);
      assert.equal(trips.rounds.length, limits.trips.mapComplete);
    } finally {
      await sandbox.stop();
    }
  });

  it('is sent without its 2,000 principals unless they are shown', () => {
    const map = drawMap(facts);
    const [whole, sent] = [map, withoutOthers(map)].map((one) => JSON.stringify(one).length);
    assert.ok(whole && sent && whole > 1_000_000 && sent < 10_000, `${whole} and ${sent} characters`);
    assert.deepEqual(visibleMap(withoutOthers(map), wholeMap), visibleMap(map, wholeMap));
  });

  it('stops being drawn when canceled', async () => {
    const stop = new AbortController();
    setImmediate(() => {
      stop.abort();
    });
    await assert.rejects(drawMapInSteps(facts, stop.signal), { name: 'AbortError' });
  });

  it('says the lines of each node after one look at each line', () => {
    let looks = 0;
    const all = Array.from({ length: 600 }, (_, number): Line => {
      const from = `app ${number % 300}`;
      const to = `vault ${number % 200}`;
      return {
        ...{ id: `${from} ${to}`, to, state: 'fine', paths: [], count: 1, broken: 0 },
        get from() {
          looks += 1;
          return from;
        },
      };
    });
    const lines = linesAt(all);
    assert.equal(lines.get('app 7')?.length, 2);
    assert.equal(lines.get('vault 7')?.length, 3);
    assert.equal(looks, 600);
  });
});
