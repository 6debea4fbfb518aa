import type { TokenCredential } from '@azure/core-auth';
import type { Cloud } from '../azure/core/cloud';
import type { Connection } from '../azure/core/connection';
import type { Subscription, Tenant } from '../azure/core/model';

/** The three ways to sign in. */
type AccountKind = 'microsoft' | 'azureCli' | 'sandbox';

/** Who signed in, as remembered between windows. Contains no secret value. */
export interface Account {
  readonly kind: AccountKind;
  /** Unique within its kind. */
  readonly id: string;
  /** A name that users recognize, usually a user principal name. */
  readonly label: string;
}

/** An account that tokens are available for. */
export interface Session {
  readonly account: Account;
  readonly cloud: Cloud;
  /** The tenant that is queried first. Undefined if only the sign-in service knows it. */
  readonly homeTenantId: string | undefined;
  /** The credential for a tenant, by default the account's home tenant. Returns the same object for the same tenant. */
  credential(tenantId: string | undefined): TokenCredential;
  /**
   * Prompts for what a tenant or a service requires (consent, a second factor), if this kind of account supports that.
   * @param tenantId the account's home tenant by default
   */
  signInToTenant?(tenantId: string | undefined, how: TenantSignIn): Promise<void>;
  /** Resolves when the session ends by itself. */
  readonly ended?: Promise<void>;
  /** Stops the sandbox that runs for this session. */
  stop?(): Promise<void>;
  /** Deletes what was stored for this session. VS Code or the Azure CLI keeps the account itself. */
  signOut(): Promise<void>;
  /** Releases processes and sockets but keeps what is stored. */
  dispose(): void;
}

/** What someone signs in to a tenant for, and how. */
export interface TenantSignIn {
  /** Of the service that requires it; Resource Manager's by default. */
  readonly scope?: string;
  /** The claims (JSON) that the service requires. */
  readonly claims?: string;
  /** The service refused the token that there is, so another one is needed. */
  readonly again?: boolean;
  /** Shows how to sign in with a code while `work` waits for it. */
  readonly withCode: <T>(work: (signIn: SandboxSignIn) => Promise<T>) => Promise<T>;
}

/** The argument of the command `keyless.signInToTenant`: a node of a tenant or an error, or what a button names. */
export interface TenantToSignInTo extends Omit<TenantSignIn, 'withCode'> {
  readonly tenant: { readonly tenantId: string | undefined };
}

/** What the user needs to sign in to the sandbox. */
export interface SandboxPrompt {
  /** The page to open, with the code filled in. */
  readonly url: string;
  readonly userCode: string;
  readonly userName: string;
  /** Secret value, valid only for this run of the sandbox. */
  readonly password: string;
}

export interface SandboxSignIn {
  /** Shows how to sign in, which continues in the background. Without it, the sandbox signs its user in by itself. */
  readonly prompt?: (prompt: SandboxPrompt) => void;
  readonly report: (message: string) => void;
  readonly signal: AbortSignal;
}

/** A tenant with its subscriptions, or with the error that prevented listing them. */
export type TenantState =
  | {
      readonly tenant: Tenant;
      readonly connection: Connection;
      readonly subscriptions: readonly Subscription[];
    }
  | { readonly tenant: Tenant; readonly connection: Connection; readonly error: unknown };

/** Folders, storage and logger used by sign-in. */
export interface Surroundings {
  /** The folder the extension is installed in. */
  readonly extensionFolder: string;
  /** A folder on this machine that all windows of this user share. */
  readonly storageFolder: string;
  readonly secrets: SecretStore;
  readonly log: (line: string) => void;
}

/** The part of `vscode.SecretStorage` that Keyless uses. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/** The `accountId` of connections and the key for everything that is stored for an account. */
export function accountKey(account: Account): string {
  return `${account.kind}/${account.id}`;
}
