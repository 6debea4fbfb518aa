import type { Finding } from '../../access/credentials/findings';
import type { IdentityConnection } from '../../access/credentials/identityConnections';
import type { Known, RoleFacts } from '../../access/model/facts';
import type {
  FunctionApp,
  KeyVault,
  ReferenceResolution,
  SecretInfo,
  UserAssignedIdentity,
} from '../../azure/core/model';

/** Everything that the access map is drawn from. */
export interface MapFacts {
  readonly apps: readonly AppOnMap[];
  readonly identities: readonly UserAssignedIdentity[];
  /** ARM IDs, in lowercase, of user-assigned identities that apps list although they no longer exist. */
  readonly gone?: ReadonlySet<string>;
  readonly vaults: readonly VaultOnMap[];
  /** Names of principals other than apps and identities, by lowercase object ID. */
  readonly names: ReadonlyMap<string, { readonly name: string; readonly kind: string }>;
  /** ARM IDs of resources other than vaults, as far as they're known, by `openedKey`. */
  readonly resources?: ReadonlyMap<string, string>;
}

export interface AppOnMap {
  readonly app: FunctionApp;
  /** How the app's Key Vault references were resolved. Missing until they're read. */
  readonly references?: Known<readonly ReferenceResolution[]>;
  /** What it opens with keys, and with its identity instead. Missing unless that was requested. */
  readonly opens?: Known<OpenedByApp>;
}

export interface OpenedByApp {
  readonly keys: readonly Finding[];
  readonly byIdentity: readonly IdentityConnection[];
}

export interface VaultOnMap {
  readonly vault: KeyVault;
  /** Includes assignments below the vault. */
  readonly roles: RoleFacts;
  /** Missing unless they were requested. */
  readonly secrets?: Known<readonly SecretInfo[]>;
}
