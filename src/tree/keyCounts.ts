import type { Connection } from '../azure/core/connection';
import type { Appearance, Icon } from './appearance';
import type { Node } from './nodes/nodes';
import { nodeId } from './nodes/nodes';

/** What is known of an app's keys, in words (keyCountWords.ts). */
export interface KeyCount {
  /** On the row of the app. */
  readonly words: string;
  /** On the row of its keys. */
  readonly short: string;
  readonly none: boolean;
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

/** Adds the count to a row. It comes first, because a narrow side bar cuts off the end. */
export function withKeyCount(shown: Appearance, node: Node, known: KeyCount | undefined): Appearance {
  if (!known) return shown;
  const words = node.kind === 'keysLeft' ? known.short : known.words;
  return {
    ...shown,
    description: [words, shown.description].filter(Boolean).join(', '),
    icon: known.none ? green(shown.icon) : shown.icon,
  };
}

/** An app's own icon in green, or a check mark. */
function green(icon: Icon): Icon {
  return 'file' in icon ? { file: `${icon.file}Keyless` } : { theme: 'pass', color: 'testing.iconPassed' };
}
