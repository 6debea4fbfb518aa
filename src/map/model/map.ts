/** The access map: who can access which vaults and secrets, and how. mapView.ts determines which part of it is drawn. */

export interface AccessMap {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

/** Determines a node's column: apps, then other principals, then vaults and other resources, then the secrets of vaults. */
export type MapNodeKind = 'app' | 'identity' | 'other' | 'vault' | 'resource' | 'secret';

export interface MapNode {
  /** Kind and ARM ID (or object ID), in lowercase. */
  readonly id: string;
  readonly kind: MapNodeKind;
  readonly name: string;
  /** A short note below the name, such as `no identity`. May be empty. */
  readonly note: string;
  /** ARM ID. Missing for users and groups, and for a vault that only a reference mentions. */
  readonly resourceId?: string;
  /** For a secret, the node ID of its vault. */
  readonly vaultId?: string;
  /** Short descriptions of what is wrong with it. */
  readonly problems: readonly string[];
  readonly fix?: MapFix;
}

/**
 * `uses`: an app uses a user-assigned identity. `access`: a principal can read, or was meant to. `reference`: an app
 * setting is a Key Vault reference. `holds`: a vault contains a secret. `key`: an app opens a resource with a key.
 * `instead`: an app or an identity opens a resource without one.
 */
export type MapEdgeKind = 'uses' | 'access' | 'reference' | 'holds' | 'key' | 'instead';

export interface MapEdge {
  readonly id: string;
  readonly kind: MapEdgeKind;
  readonly from: string;
  readonly to: string;
  readonly paths: readonly MapPath[];
  readonly broken: boolean;
  /** It works, and no Key Vault reference on the map uses it. The app's own code may. */
  readonly unused?: true;
}

/** One of the connections between two nodes. */
export interface MapPath {
  /** A short label for the line, such as `Key Vault Secrets User`. May be empty. */
  readonly label: string;
  /** For example, `Key Vault Secrets User, inherited from resource group rg`. */
  readonly text: string;
  /** Why the path doesn't work. */
  readonly problem?: string;
  /** What is known doesn't tell whether it works. */
  readonly unsure?: true;
  readonly fix?: MapFix;
}

/**
 * What Keyless can fix: a setting that is a reference, access to a vault by an app itself or by an identity that it uses, a
 * deleted identity that an app refers to, an app's choice of the identity that resolves references, or a key that an
 * identity can replace.
 */
export interface MapFix {
  readonly kind: 'reference' | 'access' | 'identityAccess' | 'deletedIdentity' | 'referenceIdentity' | 'key';
  /** Node ID. */
  readonly app: string;
  /** The name of the setting, or the node ID of the vault or identity. Empty for `referenceIdentity`. */
  readonly about: string;
}

/** An access edge is broken if none of its paths works; a reference edge if any of its app settings doesn't resolve. */
export function edgeOf(kind: MapEdgeKind, from: string, to: string, paths: readonly MapPath[]): MapEdge {
  const failing = paths.filter(({ problem }) => problem !== undefined).length;
  const broken = kind === 'reference' ? failing > 0 : failing > 0 && failing === paths.length;
  return { id: `${kind} ${from} ${to}`, kind, from, to, paths, broken };
}
