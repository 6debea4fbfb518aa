import type { Connection } from '../azure/core/connection';
import type { Found } from './listResources';
import { SubscriptionBatches } from './subscriptionBatches';
import type { FunctionApp, KeyVault, UserAssignedIdentity } from '../azure/core/model';
import type { RecentWrites } from './recentWrites';

interface Lists {
  apps: Found<FunctionApp>;
  vaults: Found<KeyVault>;
  identities: Found<UserAssignedIdentity>;
}

/** Listed resources that can be written and then read again. */
export type Kind = keyof Lists;

/** How many subscriptions are read together. A tenant with more may have more resources than Resource Graph's quota allows for. */
export const smallTenant = 100;

/** The resources of one tenant's shown subscriptions. Each list is read once, on first use. */
export class TenantLists {
  private readonly reading: { [K in Kind]?: Promise<Lists[K]> } = {};
  private readonly abort = new AbortController();
  /** What was read of single subscriptions. */
  private readonly parts = {
    apps: new SubscriptionBatches((ids) => this.listApps(ids)),
    vaults: new SubscriptionBatches((ids) => this.listVaults(ids)),
    identities: new SubscriptionBatches((ids) => this.listIdentities(ids)),
  };

  /** @param writes outlives these lists, because those that replace them may be just as old */
  constructor(
    readonly connection: Connection,
    private readonly subscriptionIds: readonly string[],
    private readonly writes: RecentWrites,
  ) {}

  apps(): Promise<Found<FunctionApp>> {
    return (this.reading.apps ??= this.keep('apps', this.listApps(this.subscriptionIds)));
  }

  vaults(): Promise<Found<KeyVault>> {
    return (this.reading.vaults ??= this.keep('vaults', this.listVaults(this.subscriptionIds)));
  }

  identities(): Promise<Found<UserAssignedIdentity>> {
    return (this.reading.identities ??= this.keep('identities', this.listIdentities(this.subscriptionIds)));
  }

  /** The apps of at least one subscription: of all, unless that would be too many. */
  appsOf(subscriptionId: string): Promise<Found<FunctionApp>> {
    return this.isSmall('apps') ? this.apps() : this.parts.apps.of(subscriptionId);
  }

  vaultsOf(subscriptionId: string): Promise<Found<KeyVault>> {
    return this.isSmall('vaults') ? this.vaults() : this.parts.vaults.of(subscriptionId);
  }

  identitiesOf(subscriptionId: string): Promise<Found<UserAssignedIdentity>> {
    return this.isSmall('identities') ? this.identities() : this.parts.identities.of(subscriptionId);
  }

  /** What has been read or is being read now; sends no request. */
  known<K extends Kind>(kind: K): Promise<Lists[K]> | undefined {
    return this.reading[kind];
  }

  /**
   * Reads a written app, vault, or identity from the service itself, and remembers the write because the next list may be
   * older. Slots and role assignments aren't listed.
   */
  async reread(resourceId: string): Promise<void> {
    this.writes.add(resourceId);
    const kind = kindOf(resourceId);
    if (kind === 'apps' && this.reading.apps) this.reading.apps = this.freshApps(this.reading.apps);
    if (kind === 'vaults' && this.reading.vaults) this.reading.vaults = this.freshVaults(this.reading.vaults);
    if (kind === 'identities' && this.reading.identities)
      this.reading.identities = this.freshIdentities(this.reading.identities);
    const subscriptionId = resourceId.split('/')[2];
    if (kind && subscriptionId !== undefined) this.parts[kind].forget(subscriptionId);
    await (kind && this.reading[kind]);
  }

  /** Makes the next request read again. */
  forget(kind: Kind): void {
    this.reading[kind] = undefined;
    this.parts[kind].forget();
  }

  /** Cancels what is being read. */
  dispose(): void {
    this.abort.abort();
  }

  private async listApps(ids: readonly string[]): Promise<Found<FunctionApp>> {
    const { listFunctionApps } = await import('./listResources');
    return this.freshApps(listFunctionApps(this.connection, ids, this.abort.signal), ids);
  }

  private async listVaults(ids: readonly string[]): Promise<Found<KeyVault>> {
    const { listKeyVaults } = await import('./listResources');
    return this.freshVaults(listKeyVaults(this.connection, ids, this.abort.signal), ids);
  }

  private async listIdentities(ids: readonly string[]): Promise<Found<UserAssignedIdentity>> {
    const { listUserAssignedIdentities } = await import('./listResources');
    return this.freshIdentities(listUserAssignedIdentities(this.connection, ids, this.abort.signal), ids);
  }

  private async freshApps(
    list: Promise<Found<FunctionApp>>,
    ids = this.subscriptionIds,
  ): Promise<Found<FunctionApp>> {
    const { getFunctionApp } = await import('../azure/appService/sites');
    return this.fresh(await list, 'apps', ids, (id) =>
      getFunctionApp(this.connection, id, this.abort.signal),
    );
  }

  private async freshVaults(
    list: Promise<Found<KeyVault>>,
    ids = this.subscriptionIds,
  ): Promise<Found<KeyVault>> {
    const { getKeyVault } = await import('../azure/keyVault/vaults');
    return this.fresh(await list, 'vaults', ids, (id) => getKeyVault(this.connection, id, this.abort.signal));
  }

  private async freshIdentities(
    list: Promise<Found<UserAssignedIdentity>>,
    ids = this.subscriptionIds,
  ): Promise<Found<UserAssignedIdentity>> {
    const { getUserAssignedIdentity } = await import('../azure/appService/identities');
    return this.fresh(await list, 'identities', ids, (id) =>
      getUserAssignedIdentity(this.connection, id, this.abort.signal),
    );
  }

  /** A list with recently written resources as the service itself reports them, without deleted ones. */
  private async fresh<T extends { readonly id: string }>(
    found: Found<T>,
    kind: Kind,
    subscriptionIds: readonly string[],
    get: (id: string) => Promise<T>,
  ): Promise<Found<T>> {
    const listed = new Set(subscriptionIds.map((id) => id.toLowerCase()));
    const late = this.writes.ids.filter((id) => kindOf(id) === kind && listed.has(id.split('/')[2] ?? ''));
    if (late.length === 0) return found;
    const items = new Map(found.items.map((item) => [item.id.toLowerCase(), item]));
    await Promise.all(
      late.map(async (id) => {
        const isListed = items.has(id);
        try {
          items.set(id, await get(id));
          if (isListed) this.writes.agreed(id);
        } catch (error) {
          if (!isNotFound(error)) return;
          items.delete(id);
          if (!isListed) this.writes.agreed(id);
        }
      }),
    );
    return { ...found, items: [...items.values()] };
  }

  /** Whether the whole list is known or takes about as many requests as a part of it. */
  private isSmall(kind: Kind): boolean {
    return this.reading[kind] !== undefined || this.subscriptionIds.length <= smallTenant;
  }

  /** A list whose reading was canceled isn't kept. */
  private async keep<K extends Kind>(kind: K, list: Promise<Lists[K]>): Promise<Lists[K]> {
    try {
      return await list;
    } catch (error) {
      this.forget(kind);
      throw error;
    }
  }
}

function kindOf(resourceId: string): Kind | undefined {
  if (/\/providers\/microsoft\.(web\/sites|app\/containerapps)\/[^/]+$/i.test(resourceId)) return 'apps';
  if (/\/providers\/microsoft\.keyvault\/vaults\/[^/]+$/i.test(resourceId)) return 'vaults';
  if (/\/providers\/microsoft\.managedidentity\/userassignedidentities\/[^/]+$/i.test(resourceId))
    return 'identities';
  return undefined;
}

function isNotFound(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && error.status === 404;
}
