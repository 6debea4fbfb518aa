import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lexer } from 'marked';
import { createRequire } from 'node:module';
import type { TreeItem, Uri as VscodeUri } from 'vscode';
import type * as items from '../../src/tree/items';
import type * as pages from '../../src/tree/pages';
import type { Node } from '../../src/tree/nodes/nodes';
import { hostileNodes } from '../unit/tree/hostileNodes';
import { connection, secret, vault } from '../unit/tree/samples';
import { attack, seed } from './support/attack';
import type { MarkdownString } from './support/vscode';
import { Disposable, Uri, withVscode } from './support/vscode';

const load = createRequire(__filename);
const { treeItemOf } = withVscode(() => load('../../src/tree/items') as typeof items);
const { Pages } = withVscode(() => load('../../src/tree/pages') as typeof pages);

/** What does something in a label, in Markdown, in HTML, or in a terminal, and halves of it. */
const parts = [
  ...[
    '$(flame)',
    '$(',
    '$',
    '(',
    ')',
    '](',
    ']',
    '[',
    '[x](command:keyless.signOut)',
    '![i](https://evil.example)',
  ],
  ...[
    '<img src=x onerror=alert(1)>',
    '<',
    '>',
    '&lt;b&gt;',
    '&#60;',
    '&',
    'https://evil.example',
    'www.evil.example',
  ],
  ...[
    'mailto:a@evil.example',
    'a@evil.example',
    '`',
    '```',
    '**',
    '__',
    '~~',
    '# ',
    '- ',
    '1. ',
    '---',
    '===',
    '|',
    ':-',
  ],
  ...[
    '\u0000',
    '\u001b[31m',
    '\u202e',
    '\u2066',
    '\u200f',
    '\u2028',
    '\u0085',
    '\u007f',
    '\ufeff',
    '\u200b',
    '\ud83d',
    '😀',
  ],
  ...['\n', '\r\n', '\t', ' ', '    ', '\\', '"', "'", '{', '}', 'x'.repeat(3000), 'name'],
];
const texts = fc
  .array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 8 })
  .map((some) => some.join(''));

describe(`hostile names in the tree (KEYLESS_SEED=${seed})`, () => {
  const media: unknown = Uri.file('/media');
  const harmless = new Set(['paragraph', 'text', 'escape', 'br', 'space']);

  function assertPlain(text: unknown, limit: number): void {
    assert.ok(typeof text === 'string');
    assert.doesNotMatch(text, /\$\(|\]\(/);
    assert.doesNotMatch(text, /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
    assert.ok(text.length <= limit, `${text.length} characters`);
    assert.ok(text.isWellFormed(), 'half a character');
  }

  function assertHarmless(item: TreeItem): void {
    assertPlain(item.label, 200);
    if (item.description !== undefined) assertPlain(item.description, 400);
    assertPlain(item.accessibilityInformation?.label, 400);
    assert.equal(item.command, undefined);
    const tooltip = item.tooltip as unknown as MarkdownString & Record<string, unknown>;
    assert.ok(!tooltip.isTrusted && !tooltip.supportHtml && !tooltip.supportThemeIcons);
    assert.ok(tooltip.value.length < 500_000, `${tooltip.value.length} characters`);
    const kinds = (tokens: readonly { type: string; tokens?: unknown }[]): string[] =>
      tokens.flatMap(({ type, tokens: below }) => [type, ...kinds((below ?? []) as never)]);
    // VS Code's own parser.
    assert.deepEqual(
      kinds(lexer(tooltip.value)).filter((kind) => !harmless.has(kind)),
      [],
      tooltip.value,
    );
  }

  it('are plain text in labels, in what is read aloud, and in tooltips', async () => {
    await attack(texts, 60, (text) => {
      for (const node of hostileNodes(text))
        assertHarmless(treeItemOf(node, media as VscodeUri, { text, active: true }, undefined, new Date(0)));
      return Promise.resolve();
    });
  });

  it('make no endless tooltip if there are thousands', () => {
    const tags = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`tag ${n}`, 'x'.repeat(900)]));
    const of = { connection: connection(), vault: vault({ tags }), secret: secret({ tags }), id: 'id' };
    for (const kind of ['vault', 'secret'] as const)
      assertHarmless(treeItemOf({ ...of, kind }, media as VscodeUri, undefined));
  });

  it('have an ID of their own in each row, which VS Code requires, however often a service repeats them', async () => {
    const view = {
      visible: true,
      onDidExpandElement: () => new Disposable(() => undefined),
      onDidCollapseElement: () => new Disposable(() => undefined),
    };
    const names = fc.array(fc.constantFrom('a', 'A', 'a#2', 'b', 'x'.repeat(5000)), { maxLength: 30 });
    await attack(fc.tuple(names, names), 30, async ([first, second]) => {
      const rows = (some: readonly string[]): Node[] =>
        some.map((name) => ({ kind: 'message', id: name.toLowerCase(), text: name, icon: 'info' }));
      const parent: Node = { kind: 'message', id: 'parent', text: '', icon: 'info' };
      const rest: Node = {
        ...{ kind: 'loadMore', id: 'parent#more', parentId: 'parent', shown: first.length },
        more: () => Promise.resolve({ nodes: rows(second) }),
      };
      const about = (node: Node) => ('text' in node ? node.text.toLowerCase() : '');
      const below = (node: Node) => rows(['x', 'X', 'y'].map((name) => `${about(node)}/${name}`));
      const all = new Pages(view, (node) =>
        Promise.resolve({
          nodes: node === rest ? rows(second) : node === parent ? rows(first) : below(node),
        }),
      );
      const one = await all.below(parent);
      const two = await all.below(rest);
      const nodes = [...one.nodes, ...two.nodes];
      assert.equal(nodes.length, first.length + second.length, 'a row is missing');
      const ids = nodes.map(({ id }) => id);
      // What is below a row has the same ID below each row that repeats it.
      for (const row of nodes) {
        for (const inside of (await all.below(row)).nodes) {
          ids.push(inside.id);
          ids.push(...(await all.below(inside)).nodes.map(({ id }) => id));
        }
      }
      assert.equal(new Set(ids).size, ids.length);
    });
  });
});
