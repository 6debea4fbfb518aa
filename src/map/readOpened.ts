import type { Opened } from '../access/credentials/opened';
import { openedBy } from '../access/credentials/opened';
import type { Known } from '../access/model/facts';
import type { Connection } from '../azure/core/connection';
import { withheld } from '../grants/readRoles';
import { findKeysOf } from '../inventory/findKeys';
import { findNamedResources } from '../inventory/namedResources';
import type { AppTarget } from '../inventory/targets';
import { openedKey } from './model/drawOpened';
import type { OpenedByApp } from './model/mapFacts';

/** A resource whose ARM ID isn't known. */
interface Unknown extends Opened {
  readonly key: string;
}

/** Reads and caches what apps open with keys, and with their identities instead. */
export class OpenedReader {
  private readonly opens = new Map<string, Known<OpenedByApp>>();
  /** ARM IDs by `openedKey`, or undefined for resources that can't be seen. */
  private readonly resources = new Map<string, string | undefined>();

  of(appId: string): Known<OpenedByApp> | undefined {
    return this.opens.get(appId.toLowerCase());
  }

  /** The ARM IDs that are known, by `openedKey`. */
  get ids(): ReadonlyMap<string, string> {
    return new Map(
      [...this.resources].flatMap(([key, id]) => (id === undefined ? [] : [[key, id] as const])),
    );
  }

  /** A few apps at a time, and as slowly as Azure asks for. @throws only when canceled */
  async read(apps: readonly AppTarget[], signal: AbortSignal): Promise<void> {
    const unknown = new Map<Connection, Unknown[]>();
    await findKeysOf(
      apps,
      ({ connection, app, found, failure }) => {
        if (!found) {
          this.opens.set(app.id.toLowerCase(), withheld(failure));
          return;
        }
        const opens = { keys: found.keys.map(({ finding }) => finding), byIdentity: found.byIdentity };
        this.opens.set(app.id.toLowerCase(), opens);
        unknown.set(connection, [...(unknown.get(connection) ?? []), ...this.unknownAmong(opens)]);
      },
      signal,
    );
    for (const [connection, wanted] of unknown) await this.readIds(connection, wanted, signal);
  }

  /** @param appId everything if absent */
  forget(appId?: string): void {
    if (appId === undefined) for (const known of [this.opens, this.resources]) known.clear();
    else this.opens.delete(appId.toLowerCase());
  }

  private unknownAmong({ keys, byIdentity }: OpenedByApp): Unknown[] {
    return [...keys, ...byIdentity].flatMap((one) => {
      const [key, opened] = [openedKey(one), openedBy(one)];
      return key === undefined || !opened || this.resources.has(key) ? [] : [{ key, ...opened }];
    });
  }

  private async readIds(c: Connection, wanted: readonly Unknown[], signal: AbortSignal): Promise<void> {
    if (wanted.length === 0) return;
    const names = wanted.map(({ name }) => name);
    const types = [...new Set(wanted.flatMap((one) => one.types))];
    const found = await findNamedResources(c, names, types, signal);
    if (!found) return; // looked up again with the next reading
    for (const { key, name, types: own } of wanted) {
      const resource = found.find(
        (one) => own.includes(one.type) && one.name.toLowerCase() === name.toLowerCase(),
      );
      this.resources.set(key, resource?.id);
    }
  }
}
