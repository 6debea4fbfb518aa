import * as vscode from 'vscode';
import type { Connection } from '../azure/core/connection';
import type { ForeignHost } from '../azure/core/trust';
import { affectsCloud, configuredCloud } from './configuredCloud';
import type { Account, AccountKind, Session, Surroundings, TenantState } from './session';
import { accountKey } from './session';

const accountState = 'keyless.account';

/** What signing in needs beside its surroundings. */
export interface AccountsOptions extends Surroundings {
  /** Remembers who signed in, never a secret value. */
  readonly memento: vscode.Memento;
  /** Asked once for a host outside the cloud to which a token would go. */
  readonly askForeignHost: (host: ForeignHost) => Promise<boolean>;
  /** Erases what else is kept of an account. */
  readonly forget: (account: Account) => Promise<void>;
  readonly userAgent: string;
}

/**
 * The account that is signed in, one at a time, and its connections: one a tenant. What signing in needs is loaded
 * when it is used. Says so when the account, its session or its cloud changed; never because a token was renewed.
 */
export class Accounts implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[];
  private restoring: Promise<Session | undefined> | undefined;
  private active: Active | undefined;
  private listed:
    { readonly states: Promise<readonly TenantState[]>; readonly abort: AbortController } | undefined;
  /** The account or its session changed. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly options: AccountsOptions) {
    this.subscriptions = [
      this.changed,
      vscode.authentication.onDidChangeSessions((event) => {
        if (event.provider.id.startsWith('microsoft')) void this.checkSession();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (affectsCloud(event) && this.remembered?.kind !== 'sandbox') this.reset();
      }),
    ];
  }

  /** Who signed in last and did not sign out; whether the session still exists is another question. */
  get remembered(): Account | undefined {
    return this.options.memento.get<Account>(accountState);
  }

  /** The signed-in account's session. Asks nothing: undefined where a person would have to sign in. */
  session(): Promise<Session | undefined> {
    if (this.active) return Promise.resolve(this.active.session);
    this.restoring ??= this.restore();
    return this.restoring;
  }

  /**
   * Signs in, and lets go of the account before. It stays signed in until the new one is.
   * @param signIn makes the new session, and may ask a person
   */
  async signIn(signIn: () => Promise<Session>): Promise<Session> {
    const session = await signIn();
    await this.use(session);
    await this.options.memento.update(accountState, session.account);
    this.changed.fire();
    return session;
  }

  /** Forgets the account and what was stored for it. */
  async signOut(): Promise<void> {
    const account = this.remembered;
    // Who signs out wants to be rid of the account, whether or not its session can still be had.
    const session = await this.session().catch(() => undefined);
    this.letGo();
    await this.options.memento.update(accountState, undefined);
    await session?.signOut();
    session?.dispose();
    if (account) await this.options.forget(account);
    this.changed.fire();
  }

  /** All tenants with their subscriptions; listed once until `refresh`. Empty when nobody is signed in. */
  async tenants(): Promise<readonly TenantState[]> {
    const session = await this.session();
    if (!session) return [];
    if (!this.listed) {
      const abort = new AbortController();
      const states = this.list(session, abort.signal);
      this.listed = { states, abort };
      states.catch(() => {
        // A list that failed is not kept: whoever asks next tries again.
        if (this.listed?.states === states) this.listed = undefined;
      });
    }
    return this.listed.states;
  }

  /** One connection for each tenant whose subscriptions could be listed. */
  async connections(): Promise<readonly Connection[]> {
    return (await this.tenants()).filter((state) => !('error' in state)).map(({ connection }) => connection);
  }

  /** Makes the next `tenants()` ask again. */
  refresh(): void {
    this.listed?.abort.abort();
    this.listed = undefined;
  }

  /** For sign-ins: where things are. */
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
    try {
      const session = await restorers[account.kind](account, this.options);
      if (session) await this.use(session);
      return session;
    } catch (error) {
      this.options.log(`The session of ${accountKey(account)} was not restored: ${messageOf(error)}`);
      this.restoring = undefined;
      throw error;
    }
  }

  private async use(session: Session): Promise<void> {
    const before = this.active?.session;
    this.letGo();
    this.active = await Active.of(session, this.options);
    this.restoring = undefined;
    if (before !== session) before?.dispose();
    void session.ended?.then(() => {
      if (this.active?.session === session) this.reset();
    });
  }

  private letGo(): void {
    this.refresh();
    this.active = undefined;
    this.restoring = undefined;
  }

  private reset(): void {
    this.active?.session.dispose();
    this.letGo();
    this.changed.fire();
  }

  private async list(session: Session, signal: AbortSignal): Promise<readonly TenantState[]> {
    const active = this.active ?? (await Active.of(session, this.options));
    const [{ listTenantStates }, listing] = await Promise.all([
      import('./tenants'),
      import('../azure/directory/subscriptions'),
    ]);
    return listTenantStates((tenantId) => active.connection(tenantId), listing, signal);
  }

  /** VS Code's sessions change when any extension gets a token: only a session that came or went matters here. */
  private async checkSession(): Promise<void> {
    if (this.remembered?.kind !== 'microsoft') return;
    const had = (await this.session().catch(() => undefined)) !== undefined;
    const has =
      (await restorers.microsoft(this.remembered, this.options).catch(() => undefined)) !== undefined;
    if (had !== has) this.reset();
  }
}

/** A session with its wire and its connections. */
class Active {
  private readonly connections = new Map<string, Connection>();

  private constructor(
    readonly session: Session,
    private readonly http: Connection['http'],
  ) {}

  static async of(session: Session, { askForeignHost, log, userAgent }: AccountsOptions): Promise<Active> {
    const [{ createTransport }, { TrustRegistry }] = await Promise.all([
      import('../azure/core/transport'),
      import('../azure/core/trust'),
    ]);
    const cloud = () => session.cloud;
    const trust = new TrustRegistry({ cloud, askForeignHost });
    return new Active(session, createTransport({ cloud, trust, log, userAgent }));
  }

  connection(tenantId = this.session.homeTenantId): Connection {
    const key = tenantId ?? 'organizations';
    let connection = this.connections.get(key);
    if (!connection) {
      const { session, http } = this;
      connection = {
        accountId: accountKey(session.account),
        tenantId: key,
        cloud: session.cloud,
        credential: session.credential(tenantId),
        http,
      };
      this.connections.set(key, connection);
    }
    return connection;
  }
}

type Restorer = (account: Account, options: AccountsOptions) => Promise<Session | undefined>;

const restorers: Readonly<Record<AccountKind, Restorer>> = {
  microsoft: async (account) =>
    (await import('./microsoft')).restoreMicrosoft(await configuredCloud(), account),
  azureCli: async (account) => (await import('./azureCli')).restoreAzureCli(await configuredCloud(), account),
  sandbox: async (account, options) => (await import('./sandboxSession')).restoreSandbox(account, options),
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
