import * as l10n from '@vscode/l10n';
import { button, html } from '../../webview/view/dom';
import type { KeyAction } from '../model/keyRows';
import type { Choice, Column, Group, GroupKind, PlacedKey } from '../model/keyTable';
import { wayName } from '../model/wayNames';

export interface TableEvents {
  readonly sort: (by: Column) => void;
  readonly act: (action: KeyAction, key: PlacedKey) => void;
  readonly replaceAll: (kind: GroupKind, id: string) => void;
}

/** The groups as one table, up to `most` keys. */
export function tableOf(
  groups: readonly Group[],
  choice: Choice,
  most: number,
  events: TableEvents,
): HTMLElement {
  // What the groups are named after isn't repeated in each row.
  const named = { resource: 'opens', app: 'app', none: undefined }[choice.groupBy];
  const columns = columnNames().filter(([column]) => column !== named);
  let left = most;
  const bodies = groups.flatMap((group) => {
    const keys = group.keys.slice(0, left);
    left -= keys.length;
    return keys.length === 0 ? [] : [bodyOf(group, keys, columns, events)];
  });
  return html(
    'table',
    {},
    html(
      'thead',
      {},
      html(
        'tr',
        {},
        ...columns.map(([column, name]) => headerOf(column, name, choice, events)),
        html('th', { scope: 'col' }, html('span', { class: 'spoken' }, l10n.t('Actions'))),
      ),
    ),
    ...bodies,
  );
}

function columnNames(): (readonly [Column, string])[] {
  return [
    ['app', l10n.t('App')],
    ['name', l10n.t('Setting')],
    ['kind', l10n.t('Credential')],
    ['opens', l10n.t('Opens')],
    ['usedBy', l10n.t('Used by')],
    ['way', l10n.t('Way out')],
  ];
}

function headerOf(column: Column, name: string, { sortBy, descending }: Choice, events: TableEvents): Node {
  const sorted = column === sortBy;
  const order = sorted ? (descending ? 'descending' : 'ascending') : 'none';
  const sort = button(
    name,
    () => {
      events.sort(column);
    },
    { class: 'link', 'data-key': `sort.${column}` },
  );
  const arrow = sorted ? [html('span', { 'aria-hidden': 'true' }, descending ? ' ↓' : ' ↑')] : [];
  return html('th', { scope: 'col', 'aria-sort': order }, sort, ...arrow);
}

function bodyOf(
  group: Group,
  keys: readonly PlacedKey[],
  columns: readonly (readonly [Column, string])[],
  events: TableEvents,
): HTMLElement {
  return html(
    'tbody',
    {},
    ...groupHeading(group, columns.length + 1, events),
    ...keys.map((key) =>
      html(
        'tr',
        {},
        ...columns.map(([column, name]) => html('td', { 'data-label': name }, ...cellOf(column, key))),
        html(
          'td',
          { class: 'row-actions' },
          ...key.actions.map((action) => actionButton(action, key, events)),
        ),
      ),
    ),
  );
}

function groupHeading(
  { of, keys, apps, different }: Group,
  span: number,
  events: TableEvents,
): HTMLElement[] {
  if (!of) return [];
  const [first] = keys;
  const name = of.name === '' ? l10n.t('Unknown resource') : of.name;
  const counts = [
    keys.length === 1 ? l10n.t('1 key') : l10n.t('{0} keys', keys.length),
    ...(of.kind === 'app' ? [] : [apps === 1 ? l10n.t('in 1 app') : l10n.t('in {0} apps', apps)]),
    ...(different < keys.length
      ? [different === 1 ? l10n.t('all the same') : l10n.t('{0} different', different)]
      : []),
  ];
  return [
    html(
      'tr',
      { class: 'group' },
      html(
        'th',
        { scope: 'rowgroup', colspan: span },
        html('span', { class: 'name' }, name),
        html('span', { class: 'note' }, [of.note, counts.join(', ')].filter(Boolean).join(' · ')),
        ...(keys.some(({ actions, way }) => way === 'identity' && actions.includes('replaceWithIdentity'))
          ? [replaceAllButton(of, events.replaceAll)]
          : []),
        ...(of.kind === 'resource' && first
          ? first.ofResource.map((action) => actionButton(action, first, events))
          : []),
      ),
    ),
  ];
}

function replaceAllButton(
  { kind, id, name }: NonNullable<Group['of']>,
  replaceAll: TableEvents['replaceAll'],
): HTMLElement {
  const spoken =
    kind === 'app' ? l10n.t('Replace All…: keys of {0}', name) : l10n.t('Replace All…: keys to {0}', name);
  return button(
    l10n.t('Replace All…'),
    () => {
      replaceAll(kind, id);
    },
    { class: 'link', 'aria-label': spoken, 'data-key': `replaceAll.${id}` },
  );
}

function cellOf(column: Column, key: PlacedKey): (Node | string)[] {
  const small = (text: string) => html('span', { class: 'small' }, text);
  switch (column) {
    case 'app':
      return [key.app.name, small(key.app.place)];
    case 'name':
      return [key.name];
    case 'kind':
      return [
        key.kind,
        ...(key.places > 1 ? [small(l10n.t('the same key in {0} places', key.places))] : []),
        ...(key.expires === undefined ? [] : [small(l10n.t('expires on {0}', key.expires))]),
      ];
    case 'opens':
      return [key.opens === '' ? l10n.t('unknown') : key.opens];
    case 'usedBy':
      return [key.usedBy];
    case 'way':
      return [html('span', { class: `way ${key.way}`, title: key.why }, wayName(key.way)), small(key.why)];
  }
}

function actionButton(action: KeyAction, key: PlacedKey, { act }: TableEvents): HTMLElement {
  const [title, spoken] = wordsOf(action, key);
  return button(
    title,
    () => {
      act(action, key);
    },
    { class: 'link', 'aria-label': spoken, 'data-key': `${action} ${key.app.id} ${key.id}` },
  );
}

function wordsOf(
  action: KeyAction,
  { name, app, opens }: PlacedKey,
): readonly [title: string, spoken: string] {
  switch (action) {
    case 'replaceWithIdentity':
      return [l10n.t('Replace with Identity…'), l10n.t('Replace with Identity…: {0} of {1}', name, app.name)];
    case 'moveToKeyVault':
      return [l10n.t('Move to Key Vault…'), l10n.t('Move to Key Vault…: {0} of {1}', name, app.name)];
    case 'rotateKey':
      return [l10n.t('Rotate Key'), l10n.t('Rotate Key: {0}', opens)];
    case 'turnOffKeyAccess':
      return [l10n.t('Turn Off Key Access…'), l10n.t('Turn Off Key Access…: {0}', opens)];
    case 'reveal':
      return [l10n.t('Show in Tree'), l10n.t('Show in Tree: {0} of {1}', name, app.name)];
  }
}
