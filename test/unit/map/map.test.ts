import assert from 'node:assert/strict';
import type { AccessMap, MapNode, MapNodeKind } from '../../../src/map/model/map';
import { edgeOf } from '../../../src/map/model/map';
import { wholeMap } from '../../../src/map/model/mapView';
import { mapCsvOf, svgOf } from '../../../src/map/exports';
import { layOut } from '../../../src/map/layout';
import { parseHostMessage, parseState, parseViewMessage } from '../../../src/map/messages';
import { nodeShape, shorten } from '../../../src/map/shapes';

const hostile = '</text><script>alert(1)</script>"\'&\u0000\u0007';

describe('the drawing of the access map', () => {
  it("has a column for each kind, doesn't overlap nodes, and draws lines from a right to a left side", () => {
    const map = mapOf(50);
    const { nodes, edges, nodeWidth, nodeHeight, width, height } = layOut(map);
    const columns = Map.groupBy(nodes, ({ x }) => x);
    assert.deepEqual(
      [...columns.values()].map((column) => [...new Set(column.map(({ node }) => node.kind))]),
      [['app'], ['identity'], ['vault'], ['secret']],
    );
    for (const column of columns.values())
      column.slice(1).forEach(({ y }, index) => {
        assert.ok(y >= (column[index]?.y ?? 0) + nodeHeight, 'one below the other');
      });
    assert.ok(
      nodes.every(({ x, y }) => x >= 0 && y >= 0 && x + nodeWidth <= width && y + nodeHeight <= height),
    );
    assert.equal(edges.length, map.edges.length);
    const left = new Map(nodes.map(({ node, x }) => [node.id, x]));
    for (const { edge, points } of edges) {
      assert.equal(points[0]?.x, (left.get(edge.from) ?? 0) + nodeWidth);
      assert.equal(points.at(-1)?.x, left.get(edge.to));
    }
  });

  it('leaves out empty columns and has no size without nodes', () => {
    const { nodes } = layOut({ nodes: [nodeOf('app', 'a'), nodeOf('vault', 'v')], edges: [] });
    assert.equal(nodes.length, 2);
    assert.equal(new Set(nodes.map(({ x }) => x)).size, 2);
    assert.deepEqual(
      [layOut({ nodes: [], edges: [] }).width, layOut({ nodes: [], edges: [] }).height],
      [0, 0],
    );
  });

  it('takes less than 10 seconds for 50 apps, 50 vaults and 500 lines', () => {
    const start = performance.now();
    layOut(mapOf(50, 10));
    assert.ok(performance.now() - start < 10_000);
  });

  it('marks problems with signs, not with color alone', () => {
    const map: AccessMap = {
      nodes: [{ ...nodeOf('app', 'a'), problems: ['broken'] }, nodeOf('vault', 'v')],
      edges: [
        edgeOf('reference', 'app a', 'vault v', [
          { label: 'setting S', text: 'setting S', problem: 'denied' },
        ]),
      ],
    };
    const layout = layOut(map);
    const [first] = layout.nodes;
    assert.ok(first);
    const classes = nodeShape(first, layout).children?.map(({ attributes }) => attributes['class']);
    assert.ok(classes?.includes('warning'));
    assert.match(svgOf(map, ''), /class="cross"/);
    assert.match(svgOf(map, ''), /✕ setting S: denied/);
  });

  it('shortens long names in the middle', () => {
    assert.equal(shorten('short', 5), 'short');
    assert.equal(shorten('contoso-orders-production', 12), 'contoso…tion');
    assert.equal(shorten('😀'.repeat(9), 4), '😀😀…😀');
  });
});

describe('exports of the access map', () => {
  const map: AccessMap = {
    nodes: [nodeOf('app', hostile), nodeOf('vault', 'v')],
    edges: [edgeOf('access', `app ${hostile}`, 'vault v', [{ label: hostile, text: hostile }])],
  };

  it('escape names in SVG images', () => {
    const svg = svgOf(map, hostile);
    assert.ok(!svg.includes('<script'));
    assert.ok(!/[\u0000\u0007]/.test(svg));
    assert.ok(svg.includes('&#60;/text&#62;&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;'));
    const tags = [...svg.matchAll(/<([a-z]+)/g)].map(([, tag]) => tag);
    assert.deepEqual([...new Set(tags)].sort(), ['g', 'path', 'rect', 'style', 'svg', 'text', 'title']);
    assert.ok(!/(href|on\w+)=/.test(svg));
  });

  it('quote CSV cells that a spreadsheet would run as formulas', () => {
    for (const name of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '|calc', '%0A'])
      assert.equal(
        mapCsvOf({ nodes: [{ ...nodeOf('app', name), problems: ['x'] }], edges: [] }).split('\r\n')[1],
        `"'${name}","Function app","","","","","","x"`,
      );
    const row = mapCsvOf({
      ...map,
      edges: [edgeOf('access', `app ${hostile}`, 'vault v', [{ label: '', text: 'say "a"' }])],
    });
    assert.ok(row.endsWith(',"v","Key vault","","access","say ""a""",""\r\n'), row);
  });
});

describe("messages of the map's page", () => {
  it('are accepted only if they are well-formed', () => {
    const choice = { ...wholeMap, filter: 'x', expanded: ['v'] };
    for (const message of [
      { type: 'ready', others: true },
      { type: 'refresh' },
      { type: 'open', id: 'n', focus: true },
      { type: 'secrets', id: 'n' },
      { type: 'export', format: 'svg', choice },
    ])
      assert.deepEqual(parseViewMessage(message), message);
    for (const message of [
      ...[undefined, null, 1, 'ready', [], {}, { type: 'run' }, { type: 'open' }, { type: 'open', id: 1 }],
      ...[
        { type: 'secrets', id: 'x'.repeat(3000) },
        { type: 'export', format: 'exe', choice },
      ],
    ])
      assert.equal(parseViewMessage(message), undefined);
    const map = { nodes: [nodeOf('app', 'a')], edges: [] };
    const told = { type: 'map', map, scope: '', scopeName: '', progress: '' };
    assert.deepEqual(parseHostMessage(told), told);
    for (const wrong of [{ map: {} }, { map: { nodes: [{}], edges: [] } }, { progress: 1 }, { type: 'x' }])
      assert.equal(parseHostMessage({ ...told, ...wrong }), undefined);
  });

  it('restore the valid parts of saved state', () => {
    assert.deepEqual(parseState(undefined), { choice: wholeMap, scopeName: '', selected: '' });
    assert.deepEqual(
      parseState({ choice: { filter: 1, others: 'yes', expanded: [1], scope: '/s' }, selected: {} }),
      {
        choice: { ...wholeMap, scope: '/s' },
        scopeName: '',
        selected: '',
      },
    );
  });
});

function nodeOf(kind: MapNodeKind, name: string): MapNode {
  return { id: `${kind} ${name}`, kind, name, note: '', problems: [] };
}

/** Has `size` apps and vaults and a tenth as many identities and secrets. Each app reaches `reach` vaults. */
function mapOf(size: number, reach = 3): AccessMap {
  const numbers = Array.from({ length: size }, (_, number) => number);
  const tenth = numbers.slice(0, size / 10);
  return {
    nodes: [
      ...numbers.flatMap((number) => [nodeOf('app', `${number}`), nodeOf('vault', `${number}`)]),
      ...tenth.flatMap((number) => [nodeOf('identity', `${number}`), nodeOf('secret', `${number}`)]),
    ],
    edges: [
      ...numbers.flatMap((number) =>
        Array.from({ length: reach }, (_, step) =>
          edgeOf('access', `app ${number}`, `vault ${(number * 7 + step * 13) % size}`, []),
        ),
      ),
      ...tenth.flatMap((number) => [
        edgeOf('uses', `app ${number}`, `identity ${number}`, []),
        edgeOf('access', `identity ${number}`, `vault ${number}`, []),
        edgeOf('reference', `app ${number}`, `secret ${number}`, []),
      ]),
    ],
  };
}
