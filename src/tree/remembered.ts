import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Accounts } from '../account/accounts';
import type { Account } from '../account/session';
import { accountKey } from '../account/session';
import type { Connection } from '../azure/core/connection';
import type { LiveInventory } from '../inventory/inventory';
import { isOpen } from '../inventory/inventory';
import type { Grouping } from './nodes/groupNodes';
import { subscriptionResourceId } from './nodes/nodes';
import type { RememberedNode } from './nodes/nodes';
import type { RememberedResource, RememberedTenant } from './rememberedNodes';
import { rememberedNodes } from './rememberedNodes';

/**
 * Stores the last known tree on disk: names and IDs only, in one folder per account and one file per tenant. File names
 * are hashes because account names are personal data and may contain any character.
 */
export class RememberedTree {
  constructor(private readonly folder: string) {}

  /** All tenants of an account. Empty if nothing is stored or it can't be read. */
  async load(account: Account): Promise<RememberedTenant[]> {
    const folder = this.folderOf(accountKey(account));
    const files = await readdir(folder).catch(() => []);
    const tenants = await Promise.all(
      files.filter((file) => file.endsWith('.json')).map((file) => this.read(path.join(folder, file))),
    );
    return tenants.flatMap((tenant) => (tenant?.accountId === accountKey(account) ? [tenant] : []));
  }

  /** Replaces what is stored for a tenant. */
  async save(tenant: RememberedTenant): Promise<void> {
    const folder = this.folderOf(tenant.accountId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, `${hash(tenant.tenantId)}.json`);
    // Another window may read or write at the same time, so replace the file atomically.
    const temporary = `${file}.${randomUUID()}`;
    await writeFile(temporary, JSON.stringify(namesAndIds(tenant)), { mode: 0o600 });
    await rename(temporary, file);
  }

  /** Deletes everything stored for an account. */
  async erase(account: Account): Promise<void> {
    await rm(this.folderOf(accountKey(account)), { recursive: true, force: true });
  }

  private async read(file: string): Promise<RememberedTenant | undefined> {
    try {
      const tenant: unknown = JSON.parse(await readFile(file, 'utf8'));
      return isRememberedTenant(tenant) ? tenant : undefined;
    } catch {
      return undefined;
    }
  }

  private folderOf(account: string): string {
    return path.join(this.folder, hash(account));
  }
}

/** Provides the nodes that are shown until the tree has been read for the first time, and saves them for next time. */
export class TreeMemory {
  private nodes: ReadonlyMap<string, readonly RememberedNode[]> | undefined;
  private saving = Promise.resolve();
  private waiting = false;

  constructor(
    private readonly options: {
      readonly accounts: Pick<Accounts, 'session'>;
      readonly inventory: Pick<LiveInventory, 'tenants' | 'known'>;
      readonly remembered: RememberedTree;
      readonly groupBy: () => Grouping;
      readonly log: (line: string) => void;
    },
  ) {}

  /** The remembered root nodes, if the account has a session. */
  async root(): Promise<readonly RememberedNode[]> {
    const session = await this.options.accounts.session().catch(() => undefined);
    if (!session) return [];
    this.nodes ??= await this.read(session.account, 'refreshing');
    return this.nodes.get('') ?? [];
  }

  /** The root nodes of an account whose session has expired. */
  async lastKnown(account: Account): Promise<readonly RememberedNode[]> {
    this.nodes = await this.read(account, 'lastKnown');
    return this.nodes.get('') ?? [];
  }

  below(node: RememberedNode): readonly RememberedNode[] {
    return this.nodes?.get(node.id) ?? [];
  }

  /** Whether there are any nodes to show. */
  get isShown(): boolean {
    return this.nodes !== undefined && this.nodes.size > 0;
  }

  /** Drops the nodes because the account changed. */
  forget(): void {
    this.nodes = undefined;
  }

  /** Saves what is known then. Several calls while it's saving lead to one more. */
  save(): void {
    if (this.waiting) return;
    this.waiting = true;
    this.saving = this.saving.then(async () => {
      this.waiting = false;
      const { accounts, inventory, remembered, log } = this.options;
      try {
        const session = await accounts.session();
        if (!session) return;
        const before = await remembered.load(session.account);
        for (const { connection, subscriptions } of (await inventory.tenants()).filter(isOpen)) {
          if (connection.accountId !== accountKey(session.account)) return;
          const last = before.find(({ tenantId }) => tenantId === connection.tenantId);
          await remembered.save(remember(connection, subscriptions, await inventory.known(connection), last));
        }
      } catch (error) {
        log(`Couldn't save the tree: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  }

  /** Resolves when the remembered tree has been saved. */
  saved(): Promise<void> {
    return this.saving;
  }

  private async read(account: Account, state: RememberedNode['state']) {
    const { remembered, groupBy } = this.options;
    return rememberedNodes(await remembered.load(account), { grouping: groupBy(), state });
  }
}

/** What to store for a tenant. Lists that weren't read this time keep their previous contents. */
export function remember(
  connection: Connection,
  subscriptions: readonly { subscriptionId: string; displayName: string }[],
  known: {
    apps?: readonly RememberedResource[];
    vaults?: readonly RememberedResource[];
    identities?: readonly RememberedResource[];
  },
  before: RememberedTenant | undefined,
): RememberedTenant {
  return {
    accountId: connection.accountId,
    tenantId: connection.tenantId,
    subscriptions: subscriptions.map(({ subscriptionId, displayName }) => ({
      id: subscriptionResourceId(subscriptionId),
      name: displayName,
    })),
    apps: known.apps ?? before?.apps ?? [],
    vaults: known.vaults ?? before?.vaults ?? [],
    identities: known.identities ?? before?.identities ?? [],
  };
}

/** Drops everything but names and IDs before storing. */
function namesAndIds(tenant: RememberedTenant): RememberedTenant {
  const only = (resources: readonly RememberedResource[]) => resources.map(({ id, name }) => ({ id, name }));
  const { accountId, tenantId, subscriptions, apps, vaults, identities } = tenant;
  return {
    ...{ accountId, tenantId, subscriptions: only(subscriptions) },
    ...{ apps: only(apps), vaults: only(vaults), identities: only(identities) },
  };
}

function isRememberedTenant(value: unknown): value is RememberedTenant {
  if (typeof value !== 'object' || value === null) return false;
  const { accountId, tenantId, subscriptions, apps, vaults, identities } = value as Record<string, unknown>;
  return (
    typeof accountId === 'string' &&
    typeof tenantId === 'string' &&
    [subscriptions, apps, vaults, identities].every(isResources)
  );
}

function isResources(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (item: unknown) =>
        typeof item === 'object' &&
        item !== null &&
        typeof (item as RememberedResource).id === 'string' &&
        typeof (item as RememberedResource).name === 'string',
    )
  );
}

function hash(text: string): string {
  return createHash('sha256').update(text.toLowerCase()).digest('hex').slice(0, 32);
}
