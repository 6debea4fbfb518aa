import assert from 'node:assert/strict';
import { connectionWords, summaryOf } from '../../../src/map/model/countWords';
import { drawMap } from '../../../src/map/model/drawMap';
import type { AccessMap, MapEdge, MapNode, MapNodeKind, MapPath } from '../../../src/map/model/map';
import { edgeOf } from '../../../src/map/model/map';
import type { Picture } from '../../../src/map/model/picture';
import type { AppOnMap } from '../../../src/map/model/mapFacts';
import { otherId, principalId, tenantId, vaultId, vaultWith } from '../access/readWorld';
import { withRightsExplained } from '../../../src/map/model/rights';
import { drawnPicture } from './pictures';

const broken: MapPath = { label: 'setting B', text: 'setting B', problem: 'denied' };
const works: MapPath = { label: 'setting A', text: 'setting A' };
const unsure: MapPath = { label: 'role', text: 'role, with a condition', unsure: true };

describe('the lines of the access map', () => {
  it('are one for each app and vault, with everything behind it', () => {
    const map = mapOf([
      edgeOf('access', 'app a', 'vault v', [works]),
      edgeOf('reference', 'app a', 'vault v', [works, broken]),
      edgeOf('access', 'app b', 'vault v', [works]),
    ]);
    assert.deepEqual(
      drawnPicture(map).lines.map(({ from, to, paths }) => [
        from,
        to,
        ...paths.map(({ kind, text }) => `${kind} ${text}`),
      ]),
      [
        ['app a', 'vault v', 'access setting A', 'reference setting A', 'reference setting B'],
        ['app b', 'vault v', 'access setting A'],
      ],
    );
  });

  it('show the worst, what nobody can tell, and rights that no reference uses', () => {
    const access = edgeOf('access', 'app a', 'vault v', [works]);
    const unused: MapEdge = { ...access, unused: true };
    const reference = (path: MapPath) => edgeOf('reference', 'app a', 'vault v', [path]);
    const state = (...edges: readonly MapEdge[]) => drawnPicture(mapOf(edges)).lines[0]?.state;
    assert.equal(state(access), 'fine');
    assert.equal(state(unused), 'unused');
    assert.equal(state(access, reference(works)), 'fine');
    assert.equal(state(access, reference(broken)), 'broken');
    assert.equal(state(edgeOf('access', 'app a', 'vault v', [broken]), reference(works)), 'broken');
    assert.equal(state(access, reference(unsure)), 'unknown', 'not fetched yet');
    assert.equal(state(edgeOf('access', 'app a', 'vault v', [unsure])), 'unknown', 'with a condition');
    assert.equal(
      state(edgeOf('access', 'app a', 'vault v', [unsure]), reference(works)),
      'fine',
      'a reference that resolves proves it',
    );
    assert.equal(state(edgeOf('uses', 'app a', 'identity i', [works])), 'structure');
  });

  it('say that a right is unused only if the references of all its apps are known', () => {
    const edges = [
      edgeOf('access', 'app /a', 'vault v', [works]),
      edgeOf('access', 'app /b', 'vault v', [works]),
      edgeOf('reference', 'app /b', 'secret s', [works]),
      edgeOf('access', 'app /c', 'vault v', [works]),
      edgeOf('uses', 'app /a', 'identity i', [works]),
      edgeOf('access', 'identity i', 'vault v', [works]),
      edgeOf('uses', 'app /c', 'identity j', [works]),
      edgeOf('access', 'identity j', 'vault v', [works]),
      edgeOf('access', 'other p', 'vault v', [works]),
      edgeOf('access', 'app /a', 'vault w', [broken]),
      edgeOf('access', 'identity j', 'vault w', [broken]),
      edgeOf('access', 'other p', 'vault w', [broken]),
    ];
    const ids = ['app /a', 'app /b', 'app /c', 'identity i', 'identity j', 'other p', 'vault v', 'vault w'];
    const secret = { ...nodeOf('secret s'), vaultId: 'vault v' };
    const apps = (['/a', '/b', '/c'] as const).map((id) => ({
      ...appOf(id),
      ...(id === '/c' ? {} : { references: [] }),
    }));
    const marked = withRightsExplained({ nodes: [...ids.map(nodeOf), secret], edges }, apps);
    assert.deepEqual(
      marked.edges.filter(({ unused }) => unused).map(({ id }) => id),
      ['access app /a vault v', 'access identity i vault v'],
    );
    assert.deepEqual(
      marked.edges.flatMap(({ paths }) => paths.flatMap(({ fix }) => fix ?? [])),
      [
        { kind: 'access', app: 'app /a', about: 'vault w' },
        { kind: 'identityAccess', app: 'app /c', about: 'vault w' },
      ],
    );
  });

  it('can be fixed where Keyless knows how', () => {
    const [a, b] = ['/a', '/b'].map(appOf);
    assert.ok(a && b);
    const gone = { resourceId: '/identities/gone', principalId: otherId, clientId: otherId };
    const identity = { systemAssigned: { principalId, tenantId }, userAssigned: [gone] };
    const references = [
      { name: 'A', status: 'SecretNotFound', vaultName: 'kv', secretName: 's' },
      { name: 'B', status: 'InvalidSyntax' },
    ];
    const policy = { tenantId, objectId: principalId, permissions: { secrets: ['get'] } };
    const vault = vaultWith({ permissionModel: 'rbac', accessPolicies: [policy] });
    const roles = { assignments: [], definitions: [], denyAssignments: [], unreadableScopes: [] };
    const map = drawMap({
      apps: [
        { app: { ...a.app, identity }, references },
        { app: { ...b.app, keyVaultReferenceIdentity: '/identities/unassigned' } },
      ],
      ...{ identities: [], gone: new Set(['/identities/gone']), names: new Map() },
      vaults: [{ vault, roles }],
    });
    const fixes = map.edges.flatMap(({ paths }) => paths.flatMap(({ fix }) => fix ?? []));
    assert.deepEqual(fixes, [
      { kind: 'deletedIdentity', app: 'app /a', about: 'identity /identities/gone' },
      { kind: 'access', app: 'app /a', about: `vault ${vaultId}`.toLowerCase() },
      { kind: 'reference', app: 'app /a', about: 'A' },
    ]);
    assert.deepEqual(
      map.nodes.flatMap(({ fix }) => fix ?? []),
      [
        { kind: 'reference', app: 'app /a', about: 'B' },
        { kind: 'referenceIdentity', app: 'app /b', about: '' },
      ],
    );
  });
});

describe('a picture of a large access map', () => {
  const map = fleet(60, 50, 5);
  const names = ({ nodes }: Picture) => nodes.map(({ name }) => name);

  it('has one node for each resource group and column, unless its user wants all', () => {
    const picture = drawnPicture(map);
    assert.ok(picture.isGrouped);
    assert.deepEqual(names(picture), ['rg0', 'rg1', 'rg2', 'rg3', 'rg4', 'rg0', 'rg1', 'rg2', 'rg3', 'rg4']);
    assert.equal(drawnPicture(map, { grouped: false }).nodes.length, 110);
    assert.equal(drawnPicture(fleet(30, 20, 5)).isGrouped, false);
    assert.equal(drawnPicture(fleet(30, 20, 5), { grouped: true }).nodes.length, 10);
  });

  it('merges lines between groups and shows the worst of them', () => {
    const { lines } = drawnPicture(map);
    const all = drawnPicture(map, { grouped: false }).lines;
    assert.equal(
      lines.reduce((sum, { count }) => sum + count, 0),
      all.length,
    );
    assert.equal(
      lines.reduce((sum, line) => sum + line.broken, 0),
      3,
    );
    const groups = drawnPicture(map)
      .nodes.slice(0, 5)
      .map(({ group }) => group);
    assert.deepEqual(
      groups.map((group) => [group?.size, group?.problems, group?.isBroken]),
      [
        [12, 0, false],
        [12, 0, false],
        [12, 1, true],
        [12, 1, true],
        [12, 1, true],
      ],
    );
    const [line] = lines.filter(({ state }) => state === 'broken');
    assert.ok(line?.members?.some(({ from, state }) => from.endsWith('/app7') && state === 'broken'));
  });

  it('shows the members of an open group below it', () => {
    const closed = drawnPicture(map);
    const group = closed.nodes[1];
    assert.ok(group);
    const picture = drawnPicture(map, { expanded: [group.id] });
    assert.deepEqual(picture.nodes[1]?.group, { ...group.group, open: true });
    const members = picture.nodes.filter(({ within }) => within === group.id);
    assert.equal(members.length, 12);
    assert.ok(picture.lines.some(({ from }) => from === members[0]?.id));
    assert.ok(!picture.lines.some(({ from }) => from === group.id));
  });

  it('counts the same however it is shown', () => {
    const closed = drawnPicture(map);
    const said = summaryOf(closed);
    assert.equal(said, '60 apps, 50 vaults. Problems: 3.');
    const group = closed.nodes[0]?.id ?? '';
    for (const choice of [{ grouped: false }, { expanded: [group] }])
      assert.equal(summaryOf(drawnPicture(map, choice)), said);
    const vault = map.nodes.find(({ kind }) => kind === 'vault')?.id ?? '';
    const withSecrets = drawnPicture(map, { grouped: false, expanded: [vault] });
    assert.equal(summaryOf(withSecrets), '60 apps, 50 vaults, 1 secret. Problems: 3.');
    const brokenOnly = drawnPicture(map, { grouped: false, brokenOnly: true });
    assert.equal(summaryOf(brokenOnly), '3 apps, 3 vaults. Problems: 3.');
    assert.equal(brokenOnly.lines.length, 3);
    const perGroup = closed.nodes.filter(({ kind }) => kind === 'app');
    assert.equal(
      perGroup.reduce((sum, node) => sum + (node.group?.problems ?? 0), 0),
      3,
    );
    assert.equal(connectionWords(2, 1), '2 connections, 1 broken');
  });

  it('focuses on a node or a group with what is connected to it', () => {
    const app = map.nodes.find(({ name }) => name === 'app7');
    assert.deepEqual(names(drawnPicture(map, { focus: app?.id ?? '' })), ['app7', 'kv7']);
    const group = drawnPicture(map).nodes[2]?.id ?? '';
    const focused = drawnPicture(map, { focus: group });
    assert.ok(!focused.isGrouped, 'small enough to show all');
    assert.deepEqual(summaryOf(focused), '12 apps, 10 vaults. Problems: 1.');
  });

  it('groups other principals by type and tells groups of the same name apart', () => {
    const others = ['p', 'q'].map((id) => ({ ...nodeOf(`other ${id}`), note: 'user' }));
    const [one, two] = ['1111aaaa', '2222bbbb'].map((subscription) =>
      ['a', 'b'].map((name) => {
        const resourceId = `/subscriptions/${subscription}-0/resourceGroups/rg/providers/x/sites/${name}`;
        return { ...nodeOf(`app ${resourceId}`), resourceId };
      }),
    );
    const nodes = [...others, ...(one ?? []), ...(two ?? [])];
    const picture = drawnPicture({ nodes, edges: [] }, { grouped: true });
    assert.deepEqual(names(picture), ['user', 'rg (1111aaaa)', 'rg (2222bbbb)']);
  });
});

/** An app without an identity, and without references that are known. */
function appOf(id: string): AppOnMap {
  return {
    app: {
      ...{ id, name: id.slice(1), subscriptionId: 's', resourceGroup: 'rg', location: 'westeurope' },
      ...{ kind: 'functionapp', linux: false, state: 'Running', defaultHostName: '', tags: {} },
      identity: { userAssigned: [] },
      keyVaultReferenceIdentity: 'SystemAssigned',
    },
  };
}

function mapOf(edges: readonly MapEdge[]): AccessMap {
  const ids = new Set(edges.flatMap(({ from, to }) => [from, to]));
  return { nodes: [...ids].map(nodeOf), edges };
}

function nodeOf(id: string): MapNode {
  const [kind = 'app', name = ''] = id.split(' ');
  return { id, kind: kind as MapNodeKind, name, note: '', problems: [] };
}

/** App number n reads a secret of vault n modulo the number of vaults. Apps 7, 19, and 33 can't. */
function fleet(apps: number, vaults: number, groups: number): AccessMap {
  const node = (kind: 'app' | 'vault', name: string, number: number): MapNode => {
    const resourceId = `/subscriptions/s/resourceGroups/rg${number % groups}/providers/x/${kind}s/${name}`;
    return { ...nodeOf(`${kind} ${resourceId.toLowerCase()}`), name, resourceId };
  };
  const all = {
    apps: Array.from({ length: apps }, (_, number) => node('app', `app${number}`, number)),
    vaults: Array.from({ length: vaults }, (_, number) => node('vault', `kv${number}`, number)),
  };
  const [first] = all.vaults;
  const secret: MapNode = { ...nodeOf('secret s'), name: 's', vaultId: first?.id ?? '' };
  return {
    nodes: [...all.apps, ...all.vaults, secret],
    edges: all.apps.flatMap((app, number) => {
      const to = all.vaults[number % vaults]?.id ?? '';
      const path = [7, 19, 33].includes(number) ? broken : works;
      const target = number === 0 ? secret.id : to;
      return [edgeOf('access', app.id, to, [works]), edgeOf('reference', app.id, target, [path])];
    }),
  };
}
