import type { AppRows, KeyRow } from './keyRows';

export type Way = KeyRow['way'];
export type Column = 'app' | 'name' | 'kind' | 'opens' | 'usedBy' | 'way';

/** What to show of the keys, and in which order. */
export interface Choice {
  /** Words that must all occur. */
  readonly filter: string;
  readonly way: Way | 'all';
  readonly groupBy: 'resource' | 'app' | 'none';
  readonly sortBy: Column;
  readonly descending: boolean;
}

export const everything: Choice = {
  ...{ filter: '', way: 'all', groupBy: 'resource', sortBy: 'app', descending: false },
};

/** The easiest way first. */
export const ways: readonly Way[] = ['identity', 'code', 'keyVault', 'none', 'unknown'];

/** A key, and the app that holds it. */
export interface PlacedKey extends KeyRow {
  readonly app: AppRows;
  /** In how many places the same key is. */
  readonly places: number;
}

/** What keys are grouped by: what they open, or who holds them. */
export type GroupKind = 'resource' | 'app';

export interface Group {
  /** Absent if the keys aren't grouped. `id`: the resource of its keys, or the ARM ID of the app. */
  readonly of?: {
    readonly kind: GroupKind;
    readonly id: string;
    readonly name: string;
    readonly note: string;
  };
  readonly keys: readonly PlacedKey[];
  readonly apps: number;
  /** How many different keys there are among them. */
  readonly different: number;
}

export interface Totals {
  readonly keys: number;
  readonly different: number;
  readonly resources: number;
  readonly apps: number;
  readonly appsWithKeys: number;
  /** Apps that couldn't be read, or not as a whole. */
  readonly unread: readonly AppRows[];
  readonly byWay: ReadonlyMap<Way, number>;
}

export function totalsOf(apps: readonly AppRows[]): Totals {
  const keys = placedKeys(apps);
  return {
    keys: keys.length,
    different: differentAmong(keys),
    resources: new Set(keys.flatMap(({ resource }) => resource || [])).size,
    apps: apps.length,
    appsWithKeys: apps.filter((app) => app.keys.length > 0).length,
    unread: apps.filter(({ unread }) => unread !== undefined),
    byWay: new Map(ways.map((way) => [way, keys.filter((key) => key.way === way).length])),
  };
}

/** The chosen keys in groups, those with the most keys first, and those that open nothing known last. */
export function groupsOf(apps: readonly AppRows[], choice: Choice): Group[] {
  const { groupBy } = choice;
  const chosen = placedKeys(apps)
    .filter((key) => isChosen(key, choice))
    .sort(orderOf(choice));
  if (groupBy === 'none') return chosen.length === 0 ? [] : [groupOf(chosen)];
  const keyOf = ({ app, resource }: PlacedKey) => (groupBy === 'app' ? app.id : resource);
  const groups = [...Map.groupBy(chosen, keyOf)].map(([, keys]) =>
    groupOf(keys, nameOf(keys[0] as PlacedKey, groupBy)),
  );
  const isUnknown = ({ of }: Group) => of?.kind === 'resource' && of.name === '';
  return groups.sort(
    (one, other) =>
      Number(isUnknown(one)) - Number(isUnknown(other)) ||
      other.keys.length - one.keys.length ||
      (one.of?.name ?? '').localeCompare(other.of?.name ?? ''),
  );
}

function placedKeys(apps: readonly AppRows[]): PlacedKey[] {
  const places = new Map<string, number>();
  for (const { keys } of apps)
    for (const { fingerprint } of keys)
      if (fingerprint !== undefined) places.set(fingerprint, (places.get(fingerprint) ?? 0) + 1);
  return apps.flatMap((app) =>
    app.keys.map((key) => ({ ...key, app, places: places.get(key.fingerprint ?? '') ?? 1 })),
  );
}

function groupOf(keys: readonly PlacedKey[], of?: Group['of']): Group {
  return {
    ...(of ? { of } : {}),
    keys,
    apps: new Set(keys.map(({ app }) => app.id)).size,
    different: differentAmong(keys),
  };
}

function nameOf(key: PlacedKey, kind: GroupKind): Group['of'] {
  return kind === 'app'
    ? { kind, id: key.app.id, name: key.app.name, note: key.app.place }
    : { kind, id: key.resource, name: key.opens, note: key.resource === '' ? '' : key.kind };
}

/** A password for publishing has no fingerprint, and no other app's password is the same. */
function differentAmong(keys: readonly PlacedKey[]): number {
  const alone = keys.filter(({ fingerprint }) => fingerprint === undefined).length;
  return alone + new Set(keys.flatMap(({ fingerprint }) => fingerprint ?? [])).size;
}

function isChosen({ app, ...key }: PlacedKey, { filter, way }: Choice): boolean {
  if (way !== 'all' && key.way !== way) return false;
  const text = [app.name, app.place, key.name, key.kind, key.opens, key.usedBy].join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** By the chosen column, then by app and name. */
function orderOf({ sortBy, descending }: Choice): (one: PlacedKey, other: PlacedKey) => number {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  const textOf = (key: PlacedKey) =>
    sortBy === 'way' ? String(ways.indexOf(key.way)) : sortBy === 'app' ? key.app.name : key[sortBy];
  return (one, other) =>
    (descending ? -1 : 1) * compare(textOf(one), textOf(other)) ||
    compare(one.app.name, other.app.name) ||
    compare(one.name, other.name);
}
