import type { AppOnMap, MapFacts, VaultOnMap } from './model/drawMap';
import { drawMap } from './model/drawMap';
import type { Known, RoleFacts } from '../access/model/facts';
import { isWithheld } from '../access/model/facts';
import type { AccessMap } from './model/map';
import type { Connection } from '../azure/core/connection';
import type { ReferenceResolution, SecretInfo } from '../azure/core/model';
import { listReferences } from '../azure/appService/settingReferences';
import { known, readRolesAt } from '../grants/readRoles';
import type { PrincipalName } from '../inventory/principalNames';
import { kindOfType, principalKindWords, principalNames } from '../inventory/principalNames';
import { listAllSecrets } from '../inventory/secretLists';
import type { AppTarget, Inventory, VaultTarget } from '../inventory/targets';

/** The map as read so far. */
export interface MapReading {
  readonly map: AccessMap;
  /** How many apps' references have been read, out of how many. */
  readonly done: number;
  readonly of: number;
}

/** How many requests to send at a time. Leaves room for the user's other tools. */
const concurrency = 8;

/**
 * Reads and caches the facts that the access map is drawn from. Showing the map again only reads what was invalidated.
 * Apps, vaults and identities come from the inventory. Roles take three requests per subscription, references two per
 * app.
 */
export class MapReader {
  private readonly references = new Map<string, Known<readonly ReferenceResolution[]>>();
  private readonly roles = new Map<string, Promise<RoleFacts>>();
  private readonly secrets = new Map<string, Known<readonly SecretInfo[]>>();
  private readonly names = new Map<string, PrincipalName>();

  constructor(private readonly inventory: Inventory) {}

  /**
   * Yields the map without references first, and then with all of them.
   * @param scope ARM ID; if it's an app, only the references of that app are read
   * @throws AzureError if apps, vaults or identities can't be listed
   */
  async *read(scope: string, signal: AbortSignal): AsyncGenerator<MapReading, void, undefined> {
    const [apps, vaults, identities] = await Promise.all([
      this.inventory.functionApps(signal),
      this.inventory.keyVaults(signal),
      this.inventory.userAssignedIdentities(signal),
    ]);
    const onMap = await Promise.all(vaults.map((target) => this.vaultOnMap(target, signal)));
    const facts = (): MapFacts => ({
      apps: apps.map(({ app }) => this.appOnMap(app)),
      identities: identities.map(({ identity }) => identity),
      vaults: onMap,
      names: new Map([
        ...typesIn(onMap),
        ...[...this.names].map(
          ([id, { name, kind }]) => [id, { name, kind: principalKindWords(kind) }] as const,
        ),
      ]),
    });
    await this.readNames(drawMap(facts()), vaults, signal);
    const waiting = apps.filter(({ app }) => !this.references.has(key(app.id)) && mayReach(scope, app.id));
    const of = waiting.length;
    yield { map: drawMap(facts()), done: 0, of };
    if (of === 0) return;
    await this.readReferences(waiting, signal);
    yield { map: drawMap(facts()), done: of, of };
  }

  /** Reads the names of a vault's secrets, to include them in the next map. */
  async readSecrets({ connection, vault }: VaultTarget, signal: AbortSignal): Promise<void> {
    if (this.secrets.has(key(vault.id))) return;
    this.secrets.set(key(vault.id), await known(() => listAllSecrets(connection, vault, signal)));
  }

  /** Invalidates what a write to a resource may have changed, or everything if no resource is given. */
  forget(resourceId?: string): void {
    this.roles.clear();
    if (resourceId === undefined) {
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

  private appOnMap(app: AppTarget['app']): AppOnMap {
    const references = this.references.get(key(app.id));
    return { app, ...(references === undefined ? {} : { references }) };
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
    const id = `${c.accountId}/${c.tenantId}${key(scope)}`;
    const reading = this.roles.get(id) ?? readRolesAt(c, scope, signal);
    this.roles.set(id, reading);
    try {
      return await reading;
    } catch (error) {
      this.roles.delete(id);
      throw error;
    }
  }

  private async readNames(
    map: AccessMap,
    vaults: readonly VaultTarget[],
    signal: AbortSignal,
  ): Promise<void> {
    const ids = map.nodes
      .flatMap(({ id, kind }) => (kind === 'other' ? [id.slice('other '.length)] : []))
      .filter((id) => !this.names.has(id));
    if (ids.length === 0) return;
    for (const connection of new Set(vaults.map((target) => target.connection)))
      for (const [id, name] of await principalNames(this.inventory, connection, ids, signal))
        this.names.set(id, name);
  }

  private async readReferences(apps: readonly AppTarget[], signal: AbortSignal): Promise<void> {
    const waiting = [...apps];
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { connection, app } = next;
        this.references.set(key(app.id), await known(() => listReferences(connection, app, signal)));
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, waiting.length) }, work));
  }
}

/** What role assignments tell of principals whose names aren't known. */
function typesIn(vaults: readonly VaultOnMap[]): (readonly [string, { name: string; kind: string }])[] {
  return vaults
    .flatMap(({ roles: { assignments } }) => (isWithheld(assignments) ? [] : assignments))
    .map(({ principalId: name, principalType }) => [
      name.toLowerCase(),
      { name, kind: principalKindWords(kindOfType(principalType)) },
    ]);
}

/** Whether to read an app's references. False only if the map is scoped to another app. */
function mayReach(scope: string, appId: string): boolean {
  return !/\/providers\/microsoft\.web\/sites\//i.test(scope) || key(scope) === key(appId);
}

function key(resourceId: string): string {
  return resourceId.toLowerCase();
}
