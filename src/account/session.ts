import type { TokenCredential } from '@azure/core-auth';
import type { Cloud } from '../azure/core/cloud';
import type { Connection } from '../azure/core/connection';
import type { Subscription, Tenant } from '../azure/core/model';

/** The three ways to sign in. */
export type AccountKind = 'microsoft' | 'azureCli' | 'sandbox';

/** Who signed in, as it is remembered between windows; no secret value. */
export interface Account {
  readonly kind: AccountKind;
  /** Unique within its kind. */
  readonly id: string;
  /** What a person calls it: a user principal name, as a rule. */
  readonly label: string;
}

/** An account whose tokens can be had. */
export interface Session {
  readonly account: Account;
  readonly cloud: Cloud;
  /** The tenant that is asked first; undefined where only the sign-in service knows it. */
  readonly homeTenantId: string | undefined;
  /** Tokens of one tenant; without one, of the account's home tenant. The same object for the same tenant. */
  credential(tenantId: string | undefined): TokenCredential;
  /** Asks a person for what a tenant wants (consent, a second factor), where that can be done from here. */
  signInToTenant?(tenantId: string): Promise<void>;
  /** Resolves when the session came to its end by itself. */
  readonly ended?: Promise<void>;
  /** Ends what runs for this session: the sandbox. */
  stop?(): Promise<void>;
  /** Forgets what was stored for this session. The account itself stays with VS Code or the Azure CLI. */
  signOut(): Promise<void>;
  /** Lets go of processes and sockets; what is stored stays. */
  dispose(): void;
}

/** A tenant with its subscriptions, or with the reason why they can't be listed. */
export type TenantState =
  | {
      readonly tenant: Tenant;
      readonly connection: Connection;
      readonly subscriptions: readonly Subscription[];
    }
  | { readonly tenant: Tenant; readonly connection: Connection; readonly error: unknown };

/** Where the extension stands: folders, stores and the log that signing in works with. */
export interface Surroundings {
  /** Folder of the extension itself. */
  readonly extensionFolder: string;
  /** Folder that all windows of this user share, on this machine. */
  readonly storageFolder: string;
  readonly secrets: SecretStore;
  readonly log: (line: string) => void;
}

/** The part of `vscode.SecretStorage` that is used. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/** `accountId` of connections, and key of everything that is kept for an account. */
export function accountKey(account: Account): string {
  return `${account.kind}/${account.id}`;
}
