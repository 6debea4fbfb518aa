import assert from 'node:assert/strict';
import type { AppRows, KeyRow } from '../../../src/keys/model/keyRows';
import { csvRowsOf } from '../../../src/keys/model/keysCsv';
import { everything, groupsOf, totalsOf, type Choice } from '../../../src/keys/model/keyTable';
import { csvOf } from '../../../src/ui/csv';

const key = (name: string, changes: Partial<KeyRow> = {}): KeyRow => ({
  ...{ id: `appSetting/${name}`, name, kind: 'storage account key', opens: 'shop', resource: 'storage shop' },
  ...{ usedBy: 'the Functions host', way: 'identity', why: 'Settings replace it.', fingerprint: 'a' },
  ...{ actions: ['reveal'], ofResource: [] },
  ...changes,
});
const bus: Partial<KeyRow> = {
  ...{ kind: 'key of Service Bus', opens: 'bus', resource: 'namespace bus', fingerprint: 'b' },
};
const appWith = (name: string, ...keys: KeyRow[]): AppRows => ({ id: `/${name}`, name, place: 'rg', keys });

const apps: readonly AppRows[] = [
  appWith('shop-2', key('Storage'), key('Bus', { ...bus, way: 'code' })),
  appWith('shop-10', key('Storage'), key('Photos', { fingerprint: 'c', way: 'code' })),
  appWith('clean'),
  { ...appWith('broken'), unread: 'Access denied.' },
  {
    ...appWith(
      'half',
      key('Token', { kind: 'token', opens: '', resource: '', fingerprint: 'd', way: 'none' }),
    ),
    unread: "Couldn't read: the ways of publishing.",
  },
];

describe('the keys of many apps', () => {
  it('are counted, with the apps that are not known, or not as a whole', () => {
    const { byWay, unread, ...numbers } = totalsOf(apps);
    assert.deepEqual(numbers, { keys: 5, different: 4, resources: 2, apps: 5, appsWithKeys: 3 });
    assert.deepEqual(
      unread.map(({ name }) => name),
      ['broken', 'half'],
    );
    assert.deepEqual(
      [...byWay],
      [
        ['identity', 2],
        ['code', 2],
        ['keyVault', 0],
        ['none', 1],
        ['unknown', 0],
      ],
    );
  });

  const shown = (change: Partial<Choice>) =>
    groupsOf(apps, { ...everything, ...change }).map(({ of, keys, apps: some, different }) => [
      of?.name,
      keys.map((one) => `${one.app.name}.${one.name}`).join(' '),
      some,
      different,
    ]);

  it('are grouped by what they open, by app, or not at all', () => {
    assert.deepEqual(shown({}), [
      ['shop', 'shop-2.Storage shop-10.Photos shop-10.Storage', 2, 2],
      ['bus', 'shop-2.Bus', 1, 1],
      ['', 'half.Token', 1, 1],
    ]);
    assert.deepEqual(shown({ groupBy: 'app' }), [
      ['shop-10', 'shop-10.Photos shop-10.Storage', 1, 2],
      ['shop-2', 'shop-2.Bus shop-2.Storage', 1, 2],
      ['half', 'half.Token', 1, 1],
    ]);
    assert.deepEqual(shown({ groupBy: 'none', sortBy: 'way', descending: true }), [
      [undefined, 'half.Token shop-2.Bus shop-10.Photos shop-2.Storage shop-10.Storage', 3, 4],
    ]);
  });

  it('are filtered by all words, in any case, and by the way out', () => {
    assert.deepEqual(shown({ filter: 'SHOP-10 stor', groupBy: 'none' }), [
      [undefined, 'shop-10.Photos shop-10.Storage', 1, 2],
    ]);
    assert.deepEqual(shown({ filter: 'service bus' }), [['bus', 'shop-2.Bus', 1, 1]]);
    assert.deepEqual(shown({ way: 'none' }), [['', 'half.Token', 1, 1]]);
    assert.deepEqual(shown({ filter: 'absent', groupBy: 'none' }), []);
  });

  it('say in how many places the same key is', () => {
    const [group] = groupsOf(apps, { ...everything, groupBy: 'none' });
    const places = group?.keys.map(({ app, name, places }) => `${app.name}.${name} ${places}`);
    assert.ok(places?.includes('shop-2.Storage 2') && places.includes('shop-10.Photos 1'), places?.join());
    const passwords = [1, 2].map((number) => {
      const { fingerprint: _, ...password } = key('Publishing (SCM)');
      return appWith(`app-${number}`, password);
    });
    const [password] = groupsOf(passwords, everything);
    assert.deepEqual([password?.different, password?.keys[0]?.places], [2, 1]);
  });

  it('are exported as chosen, with a number in place of the fingerprint, and with what is unknown', () => {
    const [, ...rows] = csvRowsOf(apps, { ...everything, groupBy: 'none', way: 'identity' });
    assert.deepEqual(rows, [
      [
        ...['shop-2', 'rg', 'Storage', 'storage account key', 'shop', 'the Functions host'],
        ...['Identity by settings', 'Settings replace it.', '', '1'],
      ],
      [
        ...['shop-10', 'rg', 'Storage', 'storage account key', 'shop', 'the Functions host'],
        ...['Identity by settings', 'Settings replace it.', '', '1'],
      ],
      ['broken', 'rg', '', '', '', '', 'unknown', 'Access denied.', '', ''],
      ['half', 'rg', '', '', '', '', 'unknown', "Couldn't read: the ways of publishing.", '', ''],
    ]);
    const lengths = csvRowsOf(apps, everything).map(({ length }) => length);
    assert.deepEqual([...new Set(lengths)], [10]);
  });

  it('run no formula in a spreadsheet', () => {
    for (const name of [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      ' =1',
      '|x',
      '%0',
      '\uff1d1',
      '\uff0b1',
      '\uff0d1',
      '\uff201',
    ]) {
      const text = csvOf(csvRowsOf([appWith(name, key(name))], everything));
      const [, row = ''] = text.split('\r\n"');
      assert.ok(!text.includes(`"${name}"`), text);
      assert.ok(text.includes(`"'${name}"`), row);
    }
    assert.equal(csvOf([['a "b"', 'c,d\ne']]), '"a ""b""","c,d\ne"\r\n');
  });
});
