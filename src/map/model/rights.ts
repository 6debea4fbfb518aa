import { isWithheld } from '../../access/model/facts';
import type { AccessMap, MapEdge, MapFix } from './map';
import type { AppOnMap } from './mapFacts';
import { appNode } from './resourceNodes';

/**
 * Says of the rights of apps and identities what other edges tell: which are unused, and how broken ones can be fixed.
 * Nothing is said about the use by an app whose references aren't known.
 */
export function withRightsExplained({ nodes, edges }: AccessMap, apps: readonly AppOnMap[]): AccessMap {
  const unread = new Set(
    apps
      .filter(({ references }) => references === undefined || isWithheld(references))
      .map(({ app }) => appNode(app)),
  );
  const readers = new Set(nodes.filter(({ kind }) => kind !== 'other').map(({ id }) => id));
  const vaults = new Map(nodes.map(({ id, vaultId }) => [id, vaultId ?? id]));
  const pair = (from: string, to: string) => `${from} ${vaults.get(to) ?? to}`;
  const referenced = new Set(
    edges.filter(({ kind }) => kind === 'reference').map(({ from, to }) => pair(from, to)),
  );
  const users = Map.groupBy(
    edges.filter(({ kind }) => kind === 'uses'),
    ({ to }) => to,
  );
  const mayNeed = (app: string, to: string) => unread.has(app) || referenced.has(pair(app, to));
  return {
    nodes,
    edges: edges.map((edge) => {
      const { kind, from, to, broken } = edge;
      if (kind !== 'access' || !readers.has(from)) return edge;
      const uses = users.get(from) ?? [];
      if (broken) return withFix(edge, uses);
      const needed = [from, ...uses.map((use) => use.from)].some((app) => mayNeed(app, to));
      return needed ? edge : { ...edge, unused: true };
    }),
  };
}

/** @param uses how apps use the identity that has the right */
function withFix(edge: MapEdge, uses: readonly MapEdge[]): MapEdge {
  const fix = fixOf(edge, uses);
  return fix ? { ...edge, paths: edge.paths.map((path) => ({ ...path, fix })) } : edge;
}

/** Keyless gives access to an app, and to an identity for an app. */
function fixOf({ from, to }: MapEdge, [use]: readonly MapEdge[]): MapFix | undefined {
  if (from.startsWith('app ')) return { kind: 'access', app: from, about: to };
  if (!use) return undefined;
  const [deleted] = use.paths.flatMap(({ fix }) => fix ?? []);
  return deleted ?? { kind: 'identityAccess', app: use.from, about: to };
}
