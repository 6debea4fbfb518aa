import type { Change } from '../changes/change';
import type { Connection } from '../azure/core/connection';

/** Whose rights a plan is carried out with. */
export interface GrantPlace {
  /** For the app. */
  readonly connection: Connection;
  /** For the vault. */
  readonly vaultConnection: Connection;
  /** Told before a write that restarts an app and its SCM site. */
  readonly restarts: (appId: string) => void;
  /** Told of every change that was made. */
  readonly changed: (connection: Connection, change: Change) => void;
}
