import type { Connection } from '../../azure/core/connection';
import type { FunctionApp, KeyVault } from '../../azure/core/model';

export interface Base {
  /** Of account, tenant and resource: the same resource under two accounts is two nodes. */
  readonly id: string;
  /** Of the node that this one stands under; absent at the root. */
  readonly parentId?: string;
}

export interface OfConnection extends Base {
  readonly connection: Connection;
}

/** What stands below an app. */
export interface OfApp extends OfConnection {
  readonly app: FunctionApp;
}

export interface OfVault extends OfConnection {
  readonly vault: KeyVault;
}
