/** The access map: who reaches which vaults and secrets, and over which path. What is drawn of it is in mapView.ts. */

export interface AccessMap {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

/** The column of a node: apps, then who else has rights, then vaults, then their secrets. */
export type MapNodeKind = 'app' | 'identity' | 'other' | 'vault' | 'secret';

export interface MapNode {
  /** Kind and ARM ID (or object ID) in lower case. */
  readonly id: string;
  readonly kind: MapNodeKind;
  readonly name: string;
  /** A few words below the name, e.g. `no identity`; may be empty. */
  readonly note: string;
  /** ARM ID; absent for users and groups, and for a vault that is only named by a reference. */
  readonly resourceId?: string;
  /** Of a secret: the node of its vault. */
  readonly vaultId?: string;
  /** What is wrong with it, each a few words. */
  readonly problems: readonly string[];
}

/**
 * `uses`: an app has a user-assigned identity. `access`: a principal may read, or was meant to. `reference`: a setting of
 * an app is a Key Vault reference. `holds`: a secret is in a vault.
 */
export type MapEdgeKind = 'uses' | 'access' | 'reference' | 'holds';

export interface MapEdge {
  readonly id: string;
  readonly kind: MapEdgeKind;
  readonly from: string;
  readonly to: string;
  readonly paths: readonly MapPath[];
  readonly broken: boolean;
}

/** One way from one node to another. */
export interface MapPath {
  /** A word or two beside the line, e.g. `Key Vault Secrets User`; may be empty. */
  readonly label: string;
  /** e.g. `Key Vault Secrets User, inherited from resource group rg`. */
  readonly text: string;
  /** Why nothing comes through. */
  readonly problem?: string;
}

/** An access is broken where no path is left; a reference where any of its settings does not resolve. */
export function edgeOf(kind: MapEdgeKind, from: string, to: string, paths: readonly MapPath[]): MapEdge {
  const failing = paths.filter(({ problem }) => problem !== undefined).length;
  const broken = kind === 'reference' ? failing > 0 : failing > 0 && failing === paths.length;
  return { id: `${kind} ${from} ${to}`, kind, from, to, paths, broken };
}
