import * as vscode from 'vscode';
import type { Cloud } from '../azure/core/cloud';
import { Connection, Owner } from '../azure/core/connection';
import type { ForeignHost } from '../azure/core/tokens/trust';
import { affectsCloud, ConfiguredCloud } from './configuredCloud';
import type { Account, Session, Surroundings, TenantState } from './session';
import { accountKey } from './session';

const accountState = 'keyless.account';

/** What signing in needs in addition to its surroundings. */
export interface AccountsOptions extends Surroundings {
  /** Remembers who signed in; never stores a secret value. */
  readonly memento: vscode.Memento;
  /** Called once for each host outside the cloud before a token is sent to it. */
  readonly askForeignHost: (host: ForeignHost) => Promise<boolean>;
  /** Erases everything else that is stored for an account. */
  readonly forget: (account: Account) => Promise<void>;
  readonly userAgent: string;
}

/**
 * The signed-in account (one at a time) and its connections, one per tenant. Modules that signing in needs are loaded
 * on first use. Fires when the account, its session or its cloud changes, but not when a token is renewed.
 */
export class Accounts implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly sandboxEnded = new vscode.EventEmitter<Account>();
  private readonly subscriptions: { dispose(): unknown }[];
  private restoring: Promise<Session | undefined> | undefined;
  private active: Active | undefined;
  /** Counts sign-ins and sign-outs, so that a restored session that comes too late is dropped. */
  private changes = 0;
  private listed:
    { readonly states: Promise<readonly TenantState[]>; readonly abort: AbortController } | undefined;
  private readonly clouds = new ConfiguredCloud();
  /** Fires when the account or its session changes. */
  readonly onDidChange = this.changed.event;
  /** Fires after the sandbox ended or was killed, but not when it was stopped from this window. */
  readonly onDidEndSandbox = this.sandboxEnded.event;

  constructor(private readonly options: AccountsOptions) {
    this.subscriptions = [
      this.changed,
      this.sandboxEnded,
      vscode.authentication.onDidChangeSessions((event) => {
        if (event.provider.id.startsWith('microsoft')) void this.checkSession();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (affectsCloud(event) && this.remembered?.kind !== 'sandbox') this.reset();
      }),
    ];
  }

  /** The account that last signed in and didn't sign out. Its session may no longer exist. */
  get remembered(): Account | undefined {
    return this.options.memento.get<Account>(accountState);
  }

  /** The signed-in account's session. Never prompts: undefined if the user would have to sign in. */
  session(): Promise<Session | undefined> {
    if (this.active) return Promise.resolve(this.active.session);
    this.restoring ??= this.restore();
    return this.restoring;
  }

  /**
   * Signs in and replaces the current account, which stays signed in until the new sign-in succeeds.
   * @param signIn creates the new session and may prompt the user
   */
  async signIn(signIn: () => Promise<Session>): Promise<Session> {
    const session = await signIn();
    this.use(await Active.of(session, this.options));
    await this.options.memento.update(accountState, session.account);
    this.changed.fire();
    return session;
  }

  /** Forgets the account and everything stored for it. */
  async signOut(): Promise<void> {
    const account = this.remembered;
    // Signing out must work even if the session can't be restored.
    const session = await this.session().catch(() => undefined);
    this.letGo();
    await this.options.memento.update(accountState, undefined);
    await session?.signOut();
    session?.dispose();
    if (account) await this.options.forget(account);
    this.changed.fire();
  }

  /** All tenants with their subscriptions, cached until `refresh`. Empty when no one is signed in. */
  async tenants(): Promise<readonly TenantState[]> {
    const session = await this.session();
    if (!session) return [];
    const { active } = this;
    // The account changed while the session was being restored.
    if (active?.session !== session) return this.tenants();
    if (!this.listed) {
      const abort = new AbortController();
      const states = this.list(active, abort.signal);
      this.listed = { states, abort };
      states.catch(() => {
        // Don't cache a failure: the next call tries again.
        if (this.listed?.states === states) this.listed = undefined;
      });
    }
    return this.listed.states;
  }

  /** One connection for each tenant whose subscriptions could be listed. */
  async connections(): Promise<readonly Connection[]> {
    return (await this.tenants()).filter((state) => !('error' in state)).map(({ connection }) => connection);
  }

  /** Whether a connection belongs to the session that is active now, and not to one that has ended. */
  isCurrent(connection: Connection): boolean {
    return this.active?.has(connection) ?? false;
  }

  /** Makes the next `tenants()` call list them again. */
  refresh(): void {
    this.listed?.abort.abort();
    this.listed = undefined;
  }

  /** The cloud selected in the settings, for sign-ins. */
  configuredCloud(signal?: AbortSignal): Promise<Cloud> {
    return this.clouds.get(signal);
  }

  /** Folders, storage and logger for sign-ins. */
  get surroundings(): Surroundings {
    return this.options;
  }

  dispose(): void {
    this.active?.session.dispose();
    this.letGo();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async restore(): Promise<Session | undefined> {
    const account = this.remembered;
    if (!account) return undefined;
    const { changes } = this;
    try {
      const session = await this.restoreSession(account);
      const active = session && (await Active.of(session, this.options));
      if (changes !== this.changes) {
        // Another account signed in, or this one signed out, in the meantime.
        session?.dispose();
        return await this.session();
      }
      if (active) this.use(active);
      return session;
    } catch (error) {
      this.options.log(`Couldn't restore the session of ${accountKey(account)}: ${messageOf(error)}`);
      this.restoring = undefined;
      throw error;
    }
  }

  /** Restores an account's session without asking the user. */
  private async restoreSession(account: Account): Promise<Session | undefined> {
    switch (account.kind) {
      case 'microsoft':
        return (await import('./microsoft')).restoreMicrosoft(await this.configuredCloud(), account);
      case 'azureCli':
        return (await import('./azureCli')).restoreAzureCli(await this.configuredCloud(), account);
      case 'sandbox':
        return (await import('./sandboxSession')).restoreSandbox(account, this.options);
    }
  }

  /** Replaces the account at once, so that nothing can ask for a session in between. */
  private use(active: Active): void {
    const { session } = active;
    const before = this.active?.session;
    this.letGo();
    this.active = active;
    if (before !== session) before?.dispose();
    void session.ended?.then(() => {
      if (this.active?.session !== session) return;
      this.reset();
      this.sandboxEnded.fire(session.account);
    });
  }

  private letGo(): void {
    this.refresh();
    this.active = undefined;
    this.restoring = undefined;
    this.changes += 1;
  }

  private reset(): void {
    this.active?.session.dispose();
    this.letGo();
    this.changed.fire();
  }

  private async list(active: Active, signal: AbortSignal): Promise<readonly TenantState[]> {
    const [{ listTenantStates }, listing] = await Promise.all([
      import('./tenants'),
      import('../azure/directory/subscriptions'),
    ]);
    return listTenantStates((tenantId) => active.connection(tenantId), listing, signal);
  }

  /** VS Code reports a change whenever any extension gets a token. Only a session that appeared or ended matters here. */
  private async checkSession(): Promise<void> {
    const account = this.remembered;
    if (account?.kind !== 'microsoft') return;
    const had = (await this.session().catch(() => undefined)) !== undefined;
    const has = (await this.restoreSession(account).catch(() => undefined)) !== undefined;
    if (had !== has) this.reset();
  }
}

/** A session with its HTTP client and its connections. */
class Active {
  private readonly connections = new Map<string, Connection>();
  private readonly owner = new Owner();

  private constructor(
    readonly session: Session,
    private readonly http: Connection['http'],
  ) {}

  static async of(session: Session, { askForeignHost, log, userAgent }: AccountsOptions): Promise<Active> {
    const [{ createTransport }, { TrustRegistry }] = await Promise.all([
      import('../azure/core/transport'),
      import('../azure/core/tokens/trust'),
    ]);
    const cloud = () => session.cloud;
    const trust = new TrustRegistry({ cloud, askForeignHost });
    return new Active(session, createTransport({ cloud, trust, log, userAgent }));
  }

  has(connection: Connection): boolean {
    return this.connections.get(connection.tenantId) === connection;
  }

  connection(tenantId = this.session.homeTenantId): Connection {
    const key = tenantId ?? 'organizations';
    let connection = this.connections.get(key);
    if (!connection) {
      const { session, http } = this;
      const { account, cloud } = session;
      const parts = { accountId: accountKey(account), tenantId: key, cloud, http };
      connection = new Connection({ ...parts, credential: session.credential(tenantId) }, this.owner);
      this.connections.set(key, connection);
    }
    return connection;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
