import type { TenantState } from '../account/session';
import type { Connection } from '../azure/core/connection';
import type { Found } from './listResources';
import type { FunctionApp, KeyVault, UserAssignedIdentity } from '../azure/core/model';
import type {
  AppTarget,
  IdentityTarget,
  Inventory,
  ListedKind,
  SubscriptionTarget,
  Unlisted,
  VaultTarget,
} from './targets';
import { RecentWrites } from './recentWrites';
import { TenantLists } from './tenantLists';

/** A tenant whose subscriptions could be listed. */
export type OpenTenant = Extract<TenantState, { subscriptions: unknown }>;

/** What is known about a tenant so far. */
export interface KnownResources {
  readonly apps?: readonly FunctionApp[];
  readonly vaults?: readonly KeyVault[];
  readonly identities?: readonly UserAssignedIdentity[];
}

/** The function apps, vaults, and identities of all shown subscriptions, shared by the tree and the commands. */
export class LiveInventory implements Inventory {
  private readonly lists = new Map<string, TenantLists>();
  private readonly writes = new Map<string, RecentWrites>();
  private readonly names = new Map<string, string>();
  /** Names that several subscriptions have. Found once, because long lists name a subscription in each row. */
  private ambiguous: ReadonlySet<string> | undefined;
  /** The items of each list by subscription. Grouped once, because each subscription asks. */
  private readonly groups = new WeakMap<object, ReadonlyMap<string, readonly unknown[]>>();

  /** @param source lists tenants with the subscriptions to show; called once until the next refresh */
  constructor(private readonly source: () => Promise<readonly TenantState[]>) {}

  /** All tenants, including those that failed. */
  async tenants(): Promise<readonly TenantState[]> {
    const tenants = await this.source();
    for (const { subscriptions } of tenants.filter(isOpen)) {
      for (const { subscriptionId, displayName } of subscriptions) {
        const id = subscriptionId.toLowerCase();
        if (this.names.get(id) !== displayName) this.ambiguous = undefined;
        this.names.set(id, displayName);
      }
    }
    return tenants;
  }

  async connections(): Promise<readonly Connection[]> {
    return (await this.openTenants()).map(({ connection }) => connection);
  }

  async subscriptions(): Promise<readonly SubscriptionTarget[]> {
    return (await this.openTenants()).flatMap(({ connection, subscriptions }) =>
      subscriptions.map((subscription) => ({ connection, subscription })),
    );
  }

  async functionApps(signal?: AbortSignal): Promise<readonly AppTarget[]> {
    const found = await this.acrossTenants((lists) => lists.apps(), signal);
    return found.map(({ connection, item }) => ({ connection, app: item }));
  }

  async keyVaults(signal?: AbortSignal): Promise<readonly VaultTarget[]> {
    const found = await this.acrossTenants((lists) => lists.vaults(), signal);
    return found.map(({ connection, item }) => ({ connection, vault: item }));
  }

  async vaultsIn(connection: Connection, signal?: AbortSignal): Promise<Found<KeyVault>> {
    const lists = await unlessAborted(this.listsOf(connection), signal);
    return await unlessAborted(lists.vaults(), signal);
  }

  async userAssignedIdentities(signal?: AbortSignal): Promise<readonly IdentityTarget[]> {
    const found = await this.acrossTenants((lists) => lists.identities(), signal);
    return found.map(({ connection, item }) => ({ connection, identity: item }));
  }

  /** Sends no request if the list was read before. */
  async unlisted(kind: ListedKind, signal?: AbortSignal): Promise<readonly Unlisted[]> {
    const tenants = await unlessAborted(this.tenants(), signal);
    const found = tenants.map(async (tenant) => {
      if (!isOpen(tenant)) return [{ name: tenant.tenant.displayName, error: tenant.error }];
      const { failures } = await (await this.listsOf(tenant.connection))[kind]();
      return failures.map(({ subscriptionId, error }) => ({
        name: this.subscriptionName(subscriptionId),
        error,
      }));
    });
    return (await unlessAborted(Promise.all(found), signal)).flat();
  }

  /** With its ID if another subscription has the same name. */
  subscriptionName(subscriptionId: string): string {
    const name = this.names.get(subscriptionId.toLowerCase());
    if (name === undefined) return subscriptionId;
    this.ambiguous ??= repeated(this.names.values());
    return !this.ambiguous.has(name) ? name : `${name} (${subscriptionId})`;
  }

  /** Apps of one subscription, by name. @throws the reason if this subscription couldn't be read */
  async appsOf(connection: Connection, subscriptionId: string): Promise<FunctionApp[]> {
    const lists = await this.listsOf(connection);
    const apps = this.ofSubscription(await lists.appsOf(subscriptionId), subscriptionId);
    // A person who sees apps may open their files, logs, and functions next.
    if (apps.length > 0) void getTokenAhead(lists.connection, 'appServiceAudience');
    return apps;
  }

  /** Vaults of one subscription, by name. @throws the reason if this subscription couldn't be read */
  async vaultsOf(connection: Connection, subscriptionId: string): Promise<KeyVault[]> {
    const lists = await this.listsOf(connection);
    const vaults = this.ofSubscription(await lists.vaultsOf(subscriptionId), subscriptionId);
    if (vaults.length > 0) void getTokenAhead(lists.connection, 'vaultAudience');
    return vaults;
  }

  /** User-assigned identities of one subscription, by name. @throws the reason if this subscription couldn't be read */
  async identitiesOf(connection: Connection, subscriptionId: string): Promise<UserAssignedIdentity[]> {
    const found = await (await this.listsOf(connection)).identitiesOf(subscriptionId);
    return this.ofSubscription(found, subscriptionId);
  }

  /** What has been read of a tenant or is being read now; sends no request. */
  async known(connection: Connection): Promise<KnownResources> {
    const lists = this.lists.get(keyOf(connection));
    const [apps, vaults, identities] = await Promise.all([
      lists?.known('apps'),
      lists?.known('vaults'),
      lists?.known('identities'),
    ]);
    return {
      ...(apps ? { apps: apps.items } : {}),
      ...(vaults ? { vaults: vaults.items } : {}),
      ...(identities ? { identities: identities.items } : {}),
    };
  }

  /** Replaces the listed app, vault, or identity after a write with one read from the service itself. */
  async reread(connection: Connection, resourceId: string): Promise<void> {
    await (await this.listsOf(connection)).reread(resourceId);
  }

  /** IDs of subscriptions in which Keyless wrote something recently, so that Resource Graph may not know about it. */
  recentlyWritten(connection: Connection): readonly string[] {
    return this.writesOf(connection).subscriptions;
  }

  /** Discards the lists, so that the next request reads them again. */
  refresh(connection?: Connection, kinds: readonly ListedKind[] = ['apps', 'vaults', 'identities']): void {
    for (const [key, lists] of this.lists) {
      if (!connection || key === keyOf(connection)) for (const kind of kinds) lists.forget(kind);
    }
  }

  /** Discards the lists, for another account or other subscriptions. */
  clear(): void {
    for (const lists of this.lists.values()) lists.dispose();
    this.lists.clear();
  }

  /** A tenant whose list fails doesn't hide the others. If nothing could be read, throws the first reason. */
  private async acrossTenants<T>(
    list: (lists: TenantLists) => Promise<Found<T>>,
    signal: AbortSignal | undefined,
  ): Promise<{ connection: Connection; item: T }[]> {
    const tenants = await unlessAborted(this.openTenants(), signal);
    const answers = await unlessAborted(
      Promise.all(
        tenants.map(async ({ connection }) => {
          const found = await list(await this.listsOf(connection));
          return { found, items: found.items.map((item) => ({ connection, item })) };
        }),
      ),
      signal,
    );
    const items = answers.flatMap((answer) => answer.items);
    const failure = answers.flatMap(({ found }) => found.failures).at(0);
    if (items.length === 0 && failure) throw failure.error;
    return items;
  }

  private ofSubscription<T extends { subscriptionId: string; name: string }>(
    found: Found<T>,
    subscriptionId: string,
  ): T[] {
    const key = subscriptionId.toLowerCase();
    const failure = found.failures.find((candidate) => candidate.subscriptionId.toLowerCase() === key);
    if (failure) throw failure.error;
    const groups = (this.groups.get(found) ?? bySubscription(found.items)) as ReadonlyMap<
      string,
      readonly T[]
    >;
    this.groups.set(found, groups);
    return [...(groups.get(key) ?? [])];
  }

  private async openTenants(): Promise<OpenTenant[]> {
    return (await this.tenants()).filter(isOpen);
  }

  /** The lists of a connection's account and tenant, read through the connection that the account has now. */
  private async listsOf(connection: Connection): Promise<TenantLists> {
    const key = keyOf(connection);
    const tenant = (await this.openTenants()).find((open) => keyOf(open.connection) === key);
    const current = tenant?.connection ?? connection;
    let lists = this.lists.get(key);
    // A read that was under way when the account signed in again may have left lists of its old connection.
    if (lists?.connection !== current) {
      lists?.dispose();
      const ids = tenant?.subscriptions.map(({ subscriptionId }) => subscriptionId) ?? [];
      lists = new TenantLists(current, ids, this.writesOf(current));
      this.lists.set(key, lists);
    }
    return lists;
  }

  /** Each run of the sandbox is another cloud, which doesn't have what was written in the one before. */
  private writesOf(connection: Connection): RecentWrites {
    const key = `${keyOf(connection)} ${connection.cloud.resourceManager}`;
    const writes = this.writes.get(key) ?? new RecentWrites();
    this.writes.set(key, writes);
    return writes;
  }
}

export function isOpen(tenant: TenantState): tenant is OpenTenant {
  return 'subscriptions' in tenant;
}

function keyOf({ accountId, tenantId }: Connection): string {
  return `${accountId}/${tenantId}`.toLowerCase();
}

/** Sorted by name. */
function bySubscription<T extends { subscriptionId: string; name: string }>(
  items: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const { compare } = new Intl.Collator();
  return Map.groupBy(
    items.toSorted((a, b) => compare(a.name, b.name)),
    ({ subscriptionId }) => subscriptionId.toLowerCase(),
  );
}

function repeated(names: Iterable<string>): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set([...names].filter((name) => seen.has(name) || !seen.add(name)));
}

async function getTokenAhead(c: Connection, audience: 'appServiceAudience' | 'vaultAudience'): Promise<void> {
  const tokens = await import('../azure/core/tokens/tokenAhead');
  tokens.getTokenAhead(c, c.cloud[audience]);
}

/** The lists are shared, so a caller that gives up doesn't stop the reading for others. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(signal.reason instanceof Error ? signal.reason : new DOMException('Canceled', 'AbortError'));
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}
