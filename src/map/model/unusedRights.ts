import { isWithheld } from '../../access/model/facts';
import type { AccessMap } from './map';
import type { AppOnMap } from './mapFacts';
import { appNode } from './resourceNodes';

/**
 * Marks rights of apps and identities that no Key Vault reference uses. Nothing is said about the rights of an app whose
 * references aren't known.
 */
export function withUnusedRights({ nodes, edges }: AccessMap, apps: readonly AppOnMap[]): AccessMap {
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
      if (kind !== 'access' || broken || !readers.has(from)) return edge;
      const needed = [from, ...(users.get(from) ?? []).map((use) => use.from)].some((app) =>
        mayNeed(app, to),
      );
      return needed ? edge : { ...edge, unused: true };
    }),
  };
}
