import type { ListedKind } from '../../inventory/targets';
import type { Node } from './nodes';

/** What a node and its descendants are read from, in addition to its page. */
export interface Sources {
  /** Lists in the inventory. */
  readonly lists: readonly ListedKind[];
  /** The ID of a resource that is read from its service. */
  readonly resourceId?: string;
}

export function sourcesOf(node: Node): Sources {
  switch (node.kind) {
    case 'app':
    case 'slot':
    case 'identity':
      return { lists: [], resourceId: node.app.id };
    case 'vault':
      return { lists: [], resourceId: node.vault.id };
    case 'access':
      return { lists: ['identities'], resourceId: node.vault.id };
    case 'userAssigned':
      return { lists: [], resourceId: node.identity.id };
    case 'subscription':
    case 'resourceGroup':
      return { lists: ['apps', 'vaults', 'identities'] };
    case 'functionApps':
      return { lists: ['apps'] };
    case 'keyVaults':
      return { lists: ['vaults'] };
    case 'identities':
      return { lists: ['identities'] };
    default:
      return { lists: [] };
  }
}
