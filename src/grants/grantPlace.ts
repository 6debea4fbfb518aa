import type { Change } from '../changes/change';
import type { Connection } from '../azure/core/connection';

/** The connections that a plan runs with, and whom to notify. */
export interface GrantPlace {
  /** Connection for the app. */
  readonly connection: Connection;
  /** Connection for the vault. */
  readonly vaultConnection: Connection;
  /** Called before a write that restarts an app and its SCM site. */
  readonly restarts: (appId: string) => void;
  /** Called for every completed change. */
  readonly changed: (connection: Connection, change: Change) => void;
}
