import assert from 'node:assert/strict';
import { drawnPicture } from './pictures';
import type { AccessMap, MapNode, MapNodeKind } from '../../../src/map/model/map';
import { edgeOf } from '../../../src/map/model/map';
import { wholeMap } from '../../../src/map/model/mapView';
import { mapCsvOf, svgOf } from '../../../src/map/exports';
import { layOut } from '../../../src/map/layout';
import { parseHostMessage, parseState, parseViewMessage } from '../../../src/map/messages';
import { lineShape, nodeShape } from '../../../src/map/shapes';
import type { LineState } from '../../../src/map/model/picture';
import { drawingStyle, lightPalette } from '../../../src/map/style';
import { fitted, widthOf } from '../../../src/map/textFit';

const hostile = '</text><script>alert(1)</script>"\'&\u0000\u0007';

describe('the drawing of the access map', () => {
  it("has a column for each kind, doesn't overlap nodes, and draws lines from a right to a left side", () => {
    const picture = drawnPicture(mapOf(50), { expanded: ['vault 0'], grouped: false });
    const { nodes, lines, columns, nodeWidth, nodeHeight, width, height } = layOut(picture);
    assert.deepEqual(
      columns.map(({ kinds, count }) => [...kinds, count]),
      [
        ['app', 50],
        ['identity', 5],
        ['vault', 50],
        ['secret', 5],
      ],
    );
    for (const column of Map.groupBy(nodes, ({ x }) => x).values())
      column.slice(1).forEach(({ y }, index) => {
        assert.ok(y >= (column[index]?.y ?? 0) + nodeHeight, 'one below the other');
      });
    assert.ok(
      nodes.every(({ x, y }) => x >= 0 && y >= 0 && x + nodeWidth <= width && y + nodeHeight <= height),
    );
    assert.equal(lines.length, picture.lines.length);
    const places = new Map(nodes.map((placed) => [placed.node.id, placed]));
    for (const { line, points } of lines) {
      const [from, to] = [places.get(line.from), places.get(line.to)];
      const [start, end] = [points[0], points.at(-1)];
      assert.ok(from && to && start && end);
      assert.deepEqual([start.x, end.x], [from.x + nodeWidth, to.x]);
      assert.ok(start.y > from.y && start.y < from.y + nodeHeight, 'leaves its node');
      assert.ok(end.y > to.y && end.y < to.y + nodeHeight, 'reaches its node');
    }
  });

  it('leads lines past the nodes of the columns in between', () => {
    const { nodes, lines, nodeWidth, nodeHeight } = layOut(
      drawnPicture(mapOf(50), { expanded: ['vault 0'], grouped: false }),
    );
    const crossed = lines.flatMap(({ line, points }) =>
      points
        .slice(1, -1)
        .flatMap(({ x, y }) =>
          nodes
            .filter((at) => x > at.x - 20 && x < at.x + nodeWidth + 20 && y > at.y && y < at.y + nodeHeight)
            .map(({ node }) => `${line.id} crosses ${node.id}`),
        ),
    );
    assert.ok(lines.some(({ points }) => points.length > 2));
    assert.deepEqual(crossed, []);
  });

  it('draws nodes beside what they are connected to', () => {
    const numbers = Array.from({ length: 12 }, (_, number) => number);
    const map: AccessMap = {
      nodes: numbers.flatMap((number) => [nodeOf('app', `${number}`), nodeOf('vault', `${number}`)]),
      edges: numbers.map((number) => edgeOf('access', `app ${number}`, `vault ${(number * 5) % 12}`, [])),
    };
    for (const { points } of layOut(drawnPicture(map)).lines)
      assert.equal(points[0]?.y, points.at(-1)?.y, 'a straight line');
  });

  it('is the same whatever the order of the facts', () => {
    const { nodes, edges } = mapOf(20);
    const places = (map: AccessMap) =>
      layOut(drawnPicture(map)).nodes.map(({ node, x, y }) => [node.id, x, y]);
    assert.deepEqual(
      places({ nodes: nodes.toReversed(), edges: edges.toReversed() }),
      places({ nodes, edges }),
    );
  });

  it('leaves out empty columns and has no size without nodes', () => {
    const map = { nodes: [nodeOf('app', 'a'), nodeOf('vault', 'v')], edges: [] };
    assert.equal(layOut(drawnPicture(map)).columns.length, 2);
    const empty = layOut(drawnPicture({ nodes: [], edges: [] }));
    assert.deepEqual([empty.width, empty.height], [0, 0]);
  });

  it('marks each state with a form or a sign, not with color alone', () => {
    const signs = (state: LineState) => {
      const line = { id: 'l', from: 'a', to: 'v', state, paths: [], count: 1, broken: 0 };
      const points = [0, 9].map((at) => ({ x: at, y: at }));
      const { children = [] } = lineShape({ line, points });
      return children.filter(({ attributes }) => attributes['class'] === 'sign').length;
    };
    assert.deepEqual((['broken', 'unknown', 'key', 'fine', 'unused'] as const).map(signs), [1, 1, 1, 0, 0]);
    const style = drawingStyle(lightPalette);
    const dashes = (state: LineState) =>
      new RegExp(`\\.${state}>\\.line\\{[^}]*stroke-dasharray:([^;}]+)`).exec(style)?.[1];
    assert.equal(new Set([dashes('fine'), dashes('unknown'), dashes('key'), dashes('unused')]).size, 4);
    const layout = layOut(drawnPicture({ nodes: [{ ...nodeOf('app', 'a'), problems: ['x'] }], edges: [] }));
    const [first] = layout.nodes;
    assert.ok(first);
    const classes = nodeShape(first, layout, false).children?.map(({ attributes }) => attributes['class']);
    assert.ok(classes?.includes('warning'));
  });

  it('ends long names in an ellipsis', () => {
    assert.equal(fitted('short', 100, 12), 'short');
    const long = fitted('contoso-orders-production-westeurope', 100, 12);
    assert.match(long, /^contoso-.*…$/);
    assert.ok(widthOf(long, 12) <= 100);
    assert.equal(fitted('😀'.repeat(9), 45, 12), '😀😀…');
  });
});

describe('exports of the access map', () => {
  const map: AccessMap = {
    nodes: [nodeOf('app', hostile), nodeOf('vault', 'v')],
    edges: [edgeOf('access', `app ${hostile}`, 'vault v', [{ label: hostile, text: hostile }])],
  };

  const svgIn = (one: AccessMap, palette = lightPalette) =>
    svgOf(drawnPicture(one), hostile, palette, new Set());

  it('look like the page', () => {
    const palette = { ...lightPalette, background: '#1f1f1f', broken: '#f14c4c' };
    const problem = { label: '', text: 'setting S', problem: 'denied' };
    const svg = svgIn(
      { ...map, edges: [edgeOf('reference', `app ${hostile}`, 'vault v', [problem])] },
      palette,
    );
    assert.match(svg, /<rect [^>]*fill="#1f1f1f"/);
    assert.match(svg, /\.broken>\.line\{stroke:#f14c4c/);
    assert.match(svg, /class="edge broken"><title>✕ setting S: denied</);
    assert.match(svg, /class="heading"[^>]*>Apps \(1\)<.*class="heading"[^>]*>Vaults \(1\)</s);
  });

  it('escape names in SVG images', () => {
    const svg = svgIn(map);
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
        mapCsvOf({ nodes: [{ ...nodeOf('app', name), problems: ['x'] }], lines: [] }).split('\r\n')[1],
        `"'${name}","Function app","","","","","","x",""`,
      );
    const row = mapCsvOf(
      drawnPicture({
        ...map,
        edges: [edgeOf('access', `app ${hostile}`, 'vault v', [{ label: '', text: 'say "a"' }])],
      }),
    );
    assert.ok(row.endsWith(',"v","Key vault","","access","say ""a""","","works"\r\n'), row);
  });
});

describe("messages of the map's page", () => {
  it('are accepted only if they are well-formed', () => {
    const choice = { ...wholeMap, filter: 'x', expanded: ['v'] };
    for (const message of [
      { type: 'ready', others: true, keys: true },
      { type: 'refresh' },
      { type: 'open', id: 'n', focus: true },
      { type: 'secrets', id: 'n' },
      { type: 'title', name: 'kv' },
      { type: 'fix', fix: { kind: 'reference', app: 'app a', about: 'SETTING' } },
      { type: 'fix', fix: { kind: 'key', app: 'app a', about: 'SETTING' } },
      { type: 'export', format: 'svg', name: '', choice, palette: lightPalette },
    ])
      assert.deepEqual(parseViewMessage(message), message);
    for (const message of [
      ...[undefined, null, 1, 'ready', [], {}, { type: 'run' }, { type: 'open' }, { type: 'open', id: 1 }],
      ...[
        { type: 'secrets', id: 'x'.repeat(3000) },
        { type: 'export', format: 'exe', name: '', choice, palette: lightPalette },
        { type: 'fix', fix: { kind: 'other', app: 'app a', about: '' } },
        { type: 'title' },
      ],
    ])
      assert.equal(parseViewMessage(message), undefined);
    const palette = { ...lightPalette, text: 'red}svg{display:none' };
    assert.deepEqual(parseViewMessage({ type: 'export', format: 'svg', name: '', choice, palette }), {
      ...{ type: 'export', format: 'svg', name: '', choice, palette: lightPalette },
    });
    const again = { type: 'scope', scope: '/s', scopeName: 'S' };
    assert.deepEqual(parseHostMessage(again), again);
    const map = { nodes: [nodeOf('app', 'a')], edges: [] };
    const told = { type: 'map', map, scope: '', scopeName: '', progress: '', unlisted: '' };
    assert.deepEqual(parseHostMessage(told), told);
    for (const wrong of [
      { map: {} },
      { map: { nodes: [{}], edges: [] } },
      { progress: 1 },
      { unlisted: 1 },
      { type: 'x' },
    ])
      assert.equal(parseHostMessage({ ...told, ...wrong }), undefined);
  });

  it('restore the valid parts of saved state', () => {
    const none = { scopeName: '', selected: '', focusName: '', folded: false };
    assert.deepEqual(parseState(undefined), { ...none, choice: wholeMap });
    const choice = { filter: 1, others: 'yes', expanded: [1], scope: '/s', grouped: 1 };
    assert.deepEqual(parseState({ choice, selected: {} }), {
      ...none,
      choice: { ...wholeMap, scope: '/s' },
    });
    const kept = { choice: { ...wholeMap, grouped: false, focus: 'app a' }, focusName: 'a', folded: true };
    assert.deepEqual(parseState(kept), { ...none, ...kept });
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
      ...tenth.flatMap((number) => [
        nodeOf('identity', `${number}`),
        { ...nodeOf('secret', `${number}`), vaultId: 'vault 0' },
      ]),
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
