import type { Connection } from '../../azure/core/connection';
import type { FunctionApp, KeyVault } from '../../azure/core/model';

export interface Base {
  /** Made of account, tenant and resource, because the same resource under two accounts has two nodes. */
  readonly id: string;
  /** The parent node's ID. Missing at the root. */
  readonly parentId?: string;
  /** Another node beside it is about the same, or this is below such a node. See `withOwnIds()`. */
  readonly twin?: true;
}

export interface OfConnection extends Base {
  readonly connection: Connection;
}

/** A node that belongs to an app. */
export interface OfApp extends OfConnection {
  readonly app: FunctionApp;
}

export interface OfVault extends OfConnection {
  readonly vault: KeyVault;
}

/** A node whose label another node beside it may have, too. */
export interface Placed {
  /** What tells it from them, such as the resource group. */
  readonly place?: string;
}
