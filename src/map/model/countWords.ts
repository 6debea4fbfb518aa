import * as l10n from '@vscode/l10n';
import type { MapNodeKind } from './map';
import type { Picture } from './picture';

/** Says how many nodes of a kind there are. */
export function countWords(kind: MapNodeKind, count: number): string {
  switch (kind) {
    case 'app':
      return count === 1 ? l10n.t('1 app') : l10n.t('{0} apps', count);
    case 'identity':
      return count === 1 ? l10n.t('1 user-assigned identity') : l10n.t('{0} user-assigned identities', count);
    case 'other':
      return count === 1 ? l10n.t('1 other principal') : l10n.t('{0} other principals', count);
    case 'vault':
      return count === 1 ? l10n.t('1 vault') : l10n.t('{0} vaults', count);
    case 'resource':
      return count === 1 ? l10n.t('1 other resource') : l10n.t('{0} other resources', count);
    case 'secret':
      return count === 1 ? l10n.t('1 secret') : l10n.t('{0} secrets', count);
  }
}

/** Says what a picture shows, and how many problems it has. */
export function summaryOf({ counts, problems }: Picture): string {
  const kinds: readonly MapNodeKind[] = ['app', 'identity', 'other', 'vault', 'resource', 'secret'];
  const parts = kinds.flatMap((kind) => (counts[kind] > 0 ? [countWords(kind, counts[kind])] : []));
  if (parts.length === 0) return l10n.t('Nothing to show.');
  return problems.count === 0
    ? l10n.t('{0}. No problems.', parts.join(', '))
    : l10n.t('{0}. Problems: {1}.', parts.join(', '), problems.count);
}

/** Says how many problems there are. */
export function problemWords(count: number): string {
  return count === 0 ? l10n.t('No problems') : l10n.t('Problems: {0}', count);
}

/** Says how many lines a node has. */
export function connectionWords(count: number, broken: number): string {
  if (count === 1) return broken === 1 ? l10n.t('1 connection, broken') : l10n.t('1 connection');
  return broken > 0 ? l10n.t('{0} connections, {1} broken', count, broken) : l10n.t('{0} connections', count);
}
