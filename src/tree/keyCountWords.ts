import * as l10n from '@vscode/l10n';
import type { KeyCount } from './keyCounts';
import type { Page } from './nodes/nodes';

/** The count in a list of keys that was read for the tree. */
export function countIn({ nodes }: Page): KeyCount | undefined {
  const isUnread = nodes.some((node) => node.kind === 'message' && node.icon === 'warning');
  return keyCountOf(nodes.filter(({ kind }) => kind === 'keyLeft').length, !isUnread);
}

/**
 * How many keys an app holds, in words.
 * @param complete whether everything could be checked, so that there are no more
 * @returns undefined if it's not known that there's any, nor that there's none
 */
export function keyCountOf(count: number, complete: boolean): KeyCount | undefined {
  if (count === 0)
    return complete ? { words: l10n.t('no keys left'), short: l10n.t('none'), none: true } : undefined;
  if (complete)
    return {
      words: count === 1 ? l10n.t('1 key left') : l10n.t('{0} keys left', count),
      short: String(count),
      none: false,
    };
  return {
    words: count === 1 ? l10n.t('at least 1 key left') : l10n.t('at least {0} keys left', count),
    short: l10n.t('at least {0}', count),
    none: false,
  };
}
