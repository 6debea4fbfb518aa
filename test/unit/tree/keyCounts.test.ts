import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe as appearance } from '../../../src/tree/describe/describe';
import { KeyCounts, withKeyCount, type KeyCount } from '../../../src/tree/keyCounts';
import { countIn, keyCountOf } from '../../../src/tree/keyCountWords';
import { messageNode } from '../../../src/tree/nodes/messageNodes';
import type { Node } from '../../../src/tree/nodes/nodes';
import { root } from '../../support/paths';
import { app, connection } from './samples';

describe('the number of keys on the row of an app', () => {
  const of = { id: 'a', connection: connection(), app: app({ state: 'Running' }) };
  const nodes = (['app', 'slot', 'keysLeft'] as const).map((kind): Node => ({ kind, ...of }));
  const shown = (node: Node, known: KeyCount | undefined) =>
    withKeyCount(appearance(node, new Date()), node, known);

  it('comes first, and is missing until it is known', () => {
    for (const node of nodes) assert.deepEqual(shown(node, undefined), appearance(node, new Date()));
    const descriptions = (known: KeyCount | undefined) =>
      nodes.map((node) => shown(node, known).description?.replace(/, .*/, ''));
    assert.deepEqual(descriptions(keyCountOf(1, true)), ['1 key left', '1 key left', '1']);
    assert.deepEqual(descriptions(keyCountOf(3, true)), ['3 keys left', '3 keys left', '3']);
    const atLeast = 'at least 3 keys left';
    assert.deepEqual(descriptions(keyCountOf(3, false)), [atLeast, atLeast, 'at least 3']);
    assert.deepEqual(descriptions(keyCountOf(0, true)), ['no keys left', 'no keys left', 'none']);
  });

  it('is green when there is none, but not if something is unknown', () => {
    const icons = (known: KeyCount | undefined) => nodes.map((node) => shown(node, known).icon);
    const usual = nodes.map((node) => appearance(node, new Date()).icon);
    assert.deepEqual(icons(keyCountOf(0, false)), usual);
    assert.deepEqual(icons(keyCountOf(2, true)), usual);
    const green = icons(keyCountOf(0, true));
    assert.deepEqual(green, [
      { file: 'functionAppKeyless' },
      { file: 'slotKeyless' },
      { theme: 'pass', color: 'testing.iconPassed' },
    ]);
    for (const icon of green)
      for (const theme of ['light', 'dark'])
        if ('file' in icon) assert.ok(fs.existsSync(path.join(root, 'media', theme, `${icon.file}.svg`)));
  });

  it('is counted in the list of keys, which says if not everything could be read', () => {
    const key = { kind: 'keyLeft' } as Node;
    const none = messageNode('p', 'No keys left', 'info');
    const unread = messageNode('p', "Couldn't check everything", 'warning');
    assert.deepEqual(countIn({ nodes: [key, key] }), keyCountOf(2, true));
    assert.deepEqual(countIn({ nodes: [none] }), keyCountOf(0, true));
    assert.deepEqual(countIn({ nodes: [key, unread] }), keyCountOf(1, false));
  });

  it('is that of the same app under the same account', () => {
    const counts = new KeyCounts();
    counts.set(of.connection, of.app.id.toUpperCase(), keyCountOf(2, true));
    assert.deepEqual(
      nodes.map((node) => counts.of(node)?.short),
      ['2', '2', '2'],
    );
    assert.equal(counts.of({ kind: 'identity', ...of }), undefined);
    const [node = assert.fail()] = nodes;
    const other = Object.assign(connection(), { tenantId: 'other' });
    assert.equal(counts.of({ ...node, connection: other } as Node), undefined);
    counts.set(of.connection, of.app.id, undefined);
    assert.equal(counts.of(node), undefined);
  });
});
