import * as l10n from '@vscode/l10n';
import type { Connection } from '../azure/core/connection';
import type { Appearance, Icon } from './appearance';
import type { Node, Page } from './nodes/nodes';
import { nodeId } from './nodes/nodes';

/** How many keys an app holds. */
export interface KeyCount {
  readonly count: number;
  /** Whether everything could be checked, so that there are no more. */
  readonly complete: boolean;
}

/** What was last found out about the keys of apps. Nothing is read only to draw a row. */
export class KeyCounts {
  private readonly known = new Map<string, KeyCount>();

  /** What is known of the app that a node represents, or whose keys it lists. */
  of(node: Node): KeyCount | undefined {
    if (node.kind !== 'app' && node.kind !== 'slot' && node.kind !== 'keysLeft') return undefined;
    return this.known.get(nodeId(node.connection, node.app.id));
  }

  /** @param count undefined if it isn't known, or no longer */
  set(connection: Connection, appId: string, count: KeyCount | undefined): void {
    if (count) this.known.set(nodeId(connection, appId), count);
    else this.known.delete(nodeId(connection, appId));
  }

  clear(): void {
    this.known.clear();
  }
}

/** The count in a list of keys that was read for the tree. */
export function countIn({ nodes }: Page): KeyCount {
  return {
    count: nodes.filter(({ kind }) => kind === 'keyLeft').length,
    complete: !nodes.some((node) => node.kind === 'message' && node.icon === 'warning'),
  };
}

/** Adds the count to the row of an app, and to that of its keys. It comes first, because a narrow side bar cuts off the end. */
export function withKeyCount(shown: Appearance, node: Node, known: KeyCount | undefined): Appearance {
  if (!known) return shown;
  const words = node.kind === 'keysLeft' ? shortWords(known) : longWords(known);
  if (words === undefined) return shown;
  return {
    ...shown,
    description: [words, shown.description].filter(Boolean).join(', '),
    icon: known.count === 0 ? green(shown.icon) : shown.icon,
  };
}

function longWords({ count, complete }: KeyCount): string | undefined {
  if (count === 0) return complete ? l10n.t('no keys left') : undefined;
  if (!complete) return count === 1 ? l10n.t('at least 1 key left') : l10n.t('at least {0} keys left', count);
  return count === 1 ? l10n.t('1 key left') : l10n.t('{0} keys left', count);
}

function shortWords({ count, complete }: KeyCount): string | undefined {
  if (count === 0) return complete ? l10n.t('none') : undefined;
  return complete ? String(count) : l10n.t('at least {0}', count);
}

/** An app's own icon in green, or a check mark. */
function green(icon: Icon): Icon {
  return 'file' in icon ? { file: `${icon.file}Keyless` } : { theme: 'pass', color: 'testing.iconPassed' };
}
