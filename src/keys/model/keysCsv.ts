import * as l10n from '@vscode/l10n';
import type { AppRows } from './keyRows';
import type { Choice } from './keyTable';
import { groupsOf } from './keyTable';
import { wayName } from './wayNames';

/**
 * The chosen keys as rows of a table, and the apps that couldn't be read. Equal keys have the same number, which means
 * nothing beyond the table.
 */
export function csvRowsOf(apps: readonly AppRows[], choice: Choice): string[][] {
  const numbers = new Map<string, number>();
  const numberOf = (fingerprint: string | undefined) => {
    if (fingerprint === undefined) return '';
    const number = numbers.get(fingerprint) ?? numbers.size + 1;
    numbers.set(fingerprint, number);
    return String(number);
  };
  const keys = groupsOf(apps, choice).flatMap((group) => group.keys);
  return [
    [
      ...[l10n.t('App'), l10n.t('Resource group'), l10n.t('Setting'), l10n.t('Credential'), l10n.t('Opens')],
      ...[l10n.t('Used by'), l10n.t('Way out'), l10n.t('What to do'), l10n.t('Expires'), l10n.t('Same key')],
    ],
    ...keys.map(({ app, name, kind, opens, usedBy, way, why, expires = '', fingerprint }) => [
      ...[app.name, app.place, name, kind, opens],
      ...[usedBy, wayName(way), why, expires, numberOf(fingerprint)],
    ]),
    ...apps.flatMap(({ name, place, unread }) =>
      unread === undefined ? [] : [[name, place, '', '', '', '', l10n.t('unknown'), unread, '', '']],
    ),
  ];
}
