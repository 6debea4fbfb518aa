import type { AppOnMap, MapFacts, VaultOnMap } from './model/mapFacts';
import { drawMapInSteps } from './model/drawMap';
import type { Known, RoleFacts } from '../access/model/facts';
import { isWithheld } from '../access/model/facts';
import type { AccessMap } from './model/map';
import { subscriptionIdIn } from '../azure/core/armId';
import type { Connection } from '../azure/core/connection';
import type { ReferenceResolution, SecretInfo } from '../azure/core/model';
import { listReferences } from '../azure/appService/settings/settingReferences';
import { hasFeature } from '../azure/appService/hosting/features';
import { inParallel } from '../azure/core/limits/parallel';
import { identityExists } from '../azure/directory/identityExists';
import { listRoleDefinitions } from '../azure/directory/roles';
import { known, readRolesAmong } from '../grants/readRoles';
import type { PrincipalName } from '../inventory/principalNames';
import { kindOfType, principalKindWords, principalNames } from '../inventory/principalNames';
import { OpenedReader } from './readOpened';
import { listAllSecrets } from '../inventory/secretLists';
import type { AppTarget, IdentityTarget, Inventory, VaultTarget } from '../inventory/targets';

/** The map as read so far. */
export interface MapReading {
  readonly map: AccessMap;
  /** How many apps' references have been read, out of how many. */
  readonly done: number;
  readonly of: number;
  /** How many apps' keys are being read. */
  readonly keysOf: number;
}

/** How many requests to send at a time. Resource Manager's bucket holds 250 per subscription. */
const concurrency = 24;

/** Each takes two requests, and sometimes a third. */
const scopesAtOnce = concurrency / 3;

/**
 * Reads and caches the facts that the access map is drawn from. Showing the map again only reads what was invalidated.
 * Apps, vaults and identities come from the inventory. Roles take two requests per subscription, references two per
 * app.
 */
export class MapReader {
  private readonly references = new Map<string, Known<readonly ReferenceResolution[]>>();
  private readonly roles = new Map<string, Promise<RoleFacts>>();
  /** Role definitions by tenant. */
  private readonly definitions = new Map<string, Promise<RoleFacts['definitions']>>();
  private readonly secrets = new Map<string, Known<readonly SecretInfo[]>>();
  private readonly names = new Map<string, PrincipalName>();
  /** Principals that were looked up. Some have no name that can be read. */
  private readonly asked = new Set<string>();
  /** Whether identities exist that apps list and the inventory doesn't, by ARM ID in lowercase. */
  private readonly exist = new Map<string, boolean>();
  private readonly opened = new OpenedReader();

  constructor(private readonly inventory: Inventory) {}

  /**
   * Yields the map without references and new names first, then with all of them, and then with keys.
   * @param scope ARM ID; if it's an app, only the references of that app are read
   * @param keys whether to read what apps open with keys, which takes up to four requests per app
   * @throws AzureError if apps, vaults or identities can't be listed
   */
  async *read(scope: string, signal: AbortSignal, keys = false): AsyncGenerator<MapReading, void, undefined> {
    const [apps, vaults, identities] = await Promise.all([
      this.inventory.functionApps(signal),
      this.inventory.keyVaults(signal),
      this.inventory.userAssignedIdentities(signal),
    ]);
    const [onMap] = await Promise.all([
      this.vaultsOnMap(vaults, signal),
      this.readUnlisted(apps, identities, signal),
    ]);
    const facts = (): MapFacts => ({
      apps: apps.map(({ app }) => this.appOnMap(app)),
      identities: identities.map(({ identity }) => identity),
      gone: new Set([...this.exist].flatMap(([id, exists]) => (exists ? [] : [id]))),
      vaults: onMap,
      resources: this.opened.ids,
      names: new Map([
        ...typesIn(onMap),
        ...[...this.names].map(
          ([id, { name, kind }]) => [id, { name, kind: principalKindWords(kind) }] as const,
        ),
      ]),
    });
    const waiting = apps.filter(
      ({ app }) =>
        !this.references.has(key(app.id)) && mayReach(scope, app.id) && hasFeature(app, 'references'),
    );
    const of = waiting.length;
    const first = await drawMapInSteps(facts(), signal);
    const holders = keys ? apps.filter(({ app }) => this.mayHoldKeys(scope, app)) : [];
    const keysOf = holders.length;
    yield { map: first, done: 0, of, keysOf };
    const unnamed = this.unnamedOn(first);
    if (of > 0 || unnamed.length > 0) {
      await Promise.all([this.readNames(unnamed, vaults, signal), this.readReferences(waiting, signal)]);
      yield { map: await drawMapInSteps(facts(), signal), done: of, of, keysOf };
    }
    if (keysOf === 0) return;
    await this.opened.read(holders, signal);
    yield { map: await drawMapInSteps(facts(), signal), done: of, of, keysOf: 0 };
  }

  private mayHoldKeys(scope: string, app: AppTarget['app']): boolean {
    return !this.opened.of(app.id) && mayReach(scope, app.id) && hasFeature(app, 'settings');
  }

  /** Reads the names of a vault's secrets, to include them in the next map. */
  async readSecrets({ connection, vault }: VaultTarget, signal: AbortSignal): Promise<void> {
    if (this.secrets.has(key(vault.id))) return;
    this.secrets.set(key(vault.id), await known(() => listAllSecrets(connection, vault, signal)));
  }

  /** Invalidates what a write to a resource may have changed, or everything if no resource is given. */
  forget(resourceId?: string): void {
    this.forgetRoles(resourceId);
    this.opened.forget(resourceId);
    this.exist.clear();
    if (resourceId === undefined) {
      this.definitions.clear();
      this.asked.clear();
      this.references.clear();
      this.secrets.clear();
      return;
    }
    const id = key(resourceId);
    this.references.delete(id);
    if (!this.secrets.delete(id) && !id.includes('/vaults/')) return;
    const name = id.split('/').at(-1);
    for (const [appId, references] of this.references) {
      const named =
        !isWithheld(references) && references.some((one) => one.vaultName?.toLowerCase() === name);
      if (named) this.references.delete(appId);
    }
  }

  /** A write can change roles only in its subscription, unless it's above subscriptions. */
  private forgetRoles(resourceId: string | undefined): void {
    const subscriptionId = subscriptionIdIn(resourceId ?? '')?.toLowerCase();
    for (const id of this.roles.keys())
      if (subscriptionId === undefined || `${id}/`.includes(`/subscriptions/${subscriptionId}/`))
        this.roles.delete(id);
  }

  private appOnMap(app: AppTarget['app']): AppOnMap {
    const references = this.references.get(key(app.id));
    const opens = this.opened.of(app.id);
    return { app, ...(references === undefined ? {} : { references }), ...(opens ? { opens } : {}) };
  }

  private async vaultsOnMap(vaults: readonly VaultTarget[], signal: AbortSignal): Promise<VaultOnMap[]> {
    // The vaults of a subscription share the request for its roles, so one of each comes first.
    const bySubscription = new Map(
      vaults.map((target) => [target.vault.subscriptionId.toLowerCase(), target]),
    );
    const found = new Map<VaultTarget, VaultOnMap>();
    await inParallel(new Set([...bySubscription.values(), ...vaults]), scopesAtOnce, async (target) => {
      found.set(target, await this.vaultOnMap(target, signal));
    });
    return vaults.flatMap((target) => found.get(target) ?? []);
  }

  private async vaultOnMap({ connection, vault }: VaultTarget, signal: AbortSignal): Promise<VaultOnMap> {
    const secrets = this.secrets.get(key(vault.id));
    const scope = `/subscriptions/${vault.subscriptionId}`;
    const all = await this.rolesAt(connection, scope, signal);
    // An account that can't read the whole subscription may still be able to read this vault.
    const roles = isWithheld(all.assignments) ? await this.rolesAt(connection, vault.id, signal) : all;
    return { vault, roles, ...(secrets === undefined ? {} : { secrets }) };
  }

  private async rolesAt(c: Connection, scope: string, signal: AbortSignal): Promise<RoleFacts> {
    const tenant = `${c.accountId}/${c.tenantId}`;
    const id = `${tenant}${key(scope)}`;
    const definitions = this.definitions.get(tenant) ?? known(() => listRoleDefinitions(c, scope, signal));
    this.definitions.set(tenant, definitions);
    const reading = this.roles.get(id) ?? readRolesAmong(c, scope, definitions, signal);
    this.roles.set(id, reading);
    try {
      return await reading;
    } catch (error) {
      this.roles.delete(id);
      this.definitions.delete(tenant);
      throw error;
    }
  }

  private unnamedOn({ nodes }: AccessMap): string[] {
    return nodes
      .flatMap(({ id, kind }) => (kind === 'other' ? [id.slice('other '.length)] : []))
      .filter((id) => !this.names.has(id) && !this.asked.has(id));
  }

  private async readNames(
    ids: readonly string[],
    vaults: readonly VaultTarget[],
    signal: AbortSignal,
  ): Promise<void> {
    if (ids.length === 0) return;
    for (const id of ids) this.asked.add(id);
    for (const connection of new Set(vaults.map((target) => target.connection)))
      for (const [id, name] of await principalNames(this.inventory, connection, ids, signal))
        this.names.set(id, name);
  }

  private async readReferences(apps: readonly AppTarget[], signal: AbortSignal): Promise<void> {
    await inParallel(apps, concurrency, async ({ connection, app }) => {
      this.references.set(key(app.id), await known(() => listReferences(connection, app, signal)));
    });
  }

  /** An identity that isn't listed may be deleted, or in a subscription that isn't shown. */
  private async readUnlisted(
    apps: readonly AppTarget[],
    identities: readonly IdentityTarget[],
    signal: AbortSignal,
  ): Promise<void> {
    const listed = new Set(identities.map(({ identity }) => key(identity.id)));
    const unlisted = new Map(
      apps.flatMap(({ connection, app }) =>
        app.identity.userAssigned.map(
          ({ resourceId }) => [key(resourceId), { connection, resourceId }] as const,
        ),
      ),
    );
    const unread = [...unlisted].filter(([id]) => !listed.has(id) && !this.exist.has(id));
    await inParallel(unread, concurrency, async ([id, { connection, resourceId }]) => {
      const exists = await known(() => identityExists(connection, resourceId, undefined, signal));
      this.exist.set(id, exists !== false);
    });
  }
}

/** What role assignments say about principals whose names aren't known. */
function typesIn(vaults: readonly VaultOnMap[]): (readonly [string, { name: string; kind: string }])[] {
  return vaults
    .flatMap(({ roles: { assignments } }) => (isWithheld(assignments) ? [] : assignments))
    .map(({ principalId: name, principalType }) => [
      name.toLowerCase(),
      { name, kind: principalKindWords(kindOfType(principalType)) },
    ]);
}

/** Whether to read an app's references and keys. False only if the map is scoped to another app. */
function mayReach(scope: string, appId: string): boolean {
  return (
    !/\/providers\/microsoft\.(web\/sites|app\/containerapps)\//i.test(scope) || key(scope) === key(appId)
  );
}

function key(resourceId: string): string {
  return resourceId.toLowerCase();
}
