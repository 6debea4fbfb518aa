import { randomBytes } from 'node:crypto';
import { methodNotAllowed } from '../arm/errors';
import { sameId } from '../arm/ids';
import { isRecord } from '../arm/json';
import type { ArmCall, ResourceProvider } from '../arm/provider';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import { madeUpKey } from '../world/madeUpKeys';
import type { OtherResource } from '../world/world';
import { badRequest, KeyedResources, notFound } from './keyedResources';
import { forgetKeys, keysOf } from './keys';

/** Microsoft.AppConfiguration/configurationStores (appconfiguration.json of azure-rest-api-specs). */
export function createConfigurationStores(context: SandboxContext): ResourceProvider {
  return new ConfigurationStores(context);
}

const names = ['Primary', 'Secondary', 'Primary Read Only', 'Secondary Read Only'];

class ConfigurationStores extends KeyedResources {
  protected readonly shownType = 'Microsoft.AppConfiguration/configurationStores';
  /** When a key was made, and its ID, by the key. */
  private readonly made = new Map<string, { id: string; at: number }>();

  constructor(context: SandboxContext) {
    super(context, 'Microsoft.AppConfiguration', 'configurationStores', ['2023-03-01', '2024-05-01']);
  }

  protected usual({ name }: OtherResource): Record<string, unknown> {
    return {
      ...{ provisioningState: 'Succeeded', creationDate: '2026-01-01T00:00:00+00:00' },
      ...{ endpoint: `https://${name}.azconfig.io`, encryption: { keyVaultProperties: null } },
      ...{ privateEndpointConnections: null, publicNetworkAccess: null },
      ...{ softDeleteRetentionInDays: 7, enablePurgeProtection: false },
    };
  }

  /** `ConfigurationStoresUpdateDisableLocalAuth.json` */
  protected patched(_call: ArmCall, store: OtherResource): Answer {
    return { status: 200, json: this.json(store) };
  }

  /** "Disabling access key authentication will delete all access keys" (howto-disable-access-key-authentication). */
  protected override turnedOff(store: OtherResource): void {
    forgetKeys(this.context.world, store.id);
  }

  protected onPart(call: ArmCall, store: OtherResource, [action = '', ...more]: string[]) {
    if (more.length > 0) throw notFound(call);
    if (call.method !== 'POST') throw methodNotAllowed(call.method);
    if (sameId(action, 'listKeys')) return { status: 200, json: { value: this.keys(store), nextLink: null } };
    if (sameId(action, 'regenerateKey')) return this.regenerate(call, store);
    throw notFound(call);
  }

  private keys(store: OtherResource): { name: string; id: string }[] {
    if (store.properties['disableLocalAuth'] === true) return [];
    return [...keysOf(this.context.world, store.id, names, 'appConfiguration')].map(([name, value]) => {
      const { id, at } = this.madeOf(value);
      const connectionString = `Endpoint=https://${store.name}.azconfig.io;Id=${id};Secret=${value}`;
      const lastModified = new Date(at).toISOString().replace(/\.\d+Z$/, '+00:00');
      return { id, name, value, connectionString, lastModified, readOnly: /Read Only$/.test(name) };
    });
  }

  private madeOf(value: string): { id: string; at: number } {
    const known = this.made.get(value);
    if (known !== undefined) return known;
    const made = { id: randomBytes(8).toString('hex').toUpperCase(), at: this.context.clock.now() };
    this.made.set(value, made);
    return made;
  }

  /** Answers with the new key, which has an ID of its own (`ConfigurationStores_RegenerateKey`). */
  private async regenerate(call: ArmCall, store: OtherResource): Promise<Answer> {
    const body = await call.json();
    const id = isRecord(body) ? body['id'] : undefined;
    const old = this.keys(store).find((key) => key.id === id);
    if (old === undefined) throw badRequest('The store has no key with this ID.');
    keysOf(this.context.world, store.id, names, 'appConfiguration').set(
      old.name,
      madeUpKey('appConfiguration'),
    );
    return { status: 200, json: this.keys(store).find(({ name }) => name === old.name) };
  }
}
