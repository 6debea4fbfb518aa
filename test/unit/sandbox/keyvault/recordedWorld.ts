import type { AccessPolicy, Vault } from '../../../../src/sandbox/world/world';
import type { Harness } from './harness';
import type { Recorded } from './replay';

interface VaultBody {
  id: string;
  name: string;
  type?: string;
  location?: string;
  tags?: Record<string, string>;
  properties?: Partial<Vault> & {
    accessPolicies?: AccessPolicy[];
    /** For a deleted vault. */
    vaultId?: string;
    location?: string;
    tags?: Record<string, string>;
    purgeProtectionEnabled?: boolean;
  };
}

/**
 * Adds what a recording expects to exist: vaults that it didn't create itself, deleted vaults, taken names.
 */
export function addExpectedVaults(harness: Harness, exchanges: Recorded[]): void {
  const met = new Set<string>();
  for (const exchange of exchanges) {
    const { method, url, status, requestBody } = exchange;
    const creation = /\/vaults\/([^/?]+)\?/i.exec(url)?.[1];
    const recovers = JSON.stringify(requestBody).includes('"createMode":"recover"');
    if (method === 'PUT' && creation !== undefined && !recovers) met.add(creation.toLowerCase());
    if (status >= 400 && status !== 401 && status !== 409) continue;
    for (const body of vaultsIn(exchange.body)) {
      if (met.has(body.name.toLowerCase())) continue;
      met.add(body.name.toLowerCase());
      place(harness, body, exchanges);
    }
    if (method === 'DELETE' && creation !== undefined && status === 200 && !met.has(creation.toLowerCase())) {
      met.add(creation.toLowerCase());
      const location = locationOf(creation, exchanges);
      harness.addVault(creation, {
        id: new URL(url).pathname,
        ...(location === undefined ? {} : { location }),
      });
    }
    const host = isDataPlane(url) ? hostOf(new URL(url)) : undefined;
    if (host !== undefined && !met.has(host)) {
      met.add(host);
      const days = /"recoverableDays":(\d+)/.exec(JSON.stringify(exchanges.map(({ body }) => body)))?.[1];
      harness.addOpenVault(
        host,
        undefined,
        days === undefined ? {} : { softDeleteRetentionInDays: Number(days) },
      );
    }
    const taken =
      /checkNameAvailability/i.test(url) && isTaken(exchange.body) ? nameIn(requestBody) : undefined;
    if (taken !== undefined && !met.has(taken)) {
      met.add(taken);
      // Owned by someone else.
      const { tenantId } = harness.principals.foreigner;
      harness.addVault(taken, {
        tenantId,
        id: `/subscriptions/${crypto.randomUUID()}/resourceGroups/x/providers/Microsoft.KeyVault/vaults/${taken}`,
      });
    }
  }
}

export function isDataPlane(url: string): boolean {
  return new URL(url).hostname.endsWith('.vault.azure.net');
}

/**
 * The name of the vault; names that a recorder made up can contain characters that aren't allowed in host
 * names.
 */
export function hostOf(url: URL): string {
  return (url.hostname.split('.')[0] ?? '').replaceAll('_', '-');
}

function place(harness: Harness, body: VaultBody, exchanges: Recorded[]): void {
  const { world } = harness.context;
  const deletedId = body.properties?.vaultId;
  // What a vault was like before it was deleted shows when it's recovered.
  const whole =
    deletedId === undefined
      ? body
      : exchanges
          .flatMap((exchange) => vaultsIn(exchange.body))
          .find((one) => one.id.toLowerCase() === deletedId.toLowerCase());
  const {
    vaultUri: _uri,
    provisioningState: _state,
    vaultId: _id,
    tags: _tags,
    location: _location,
    purgeProtectionEnabled,
    ...known
  } = {
    ...whole?.properties,
    ...(deletedId === undefined ? {} : body.properties),
  } as Record<string, unknown> & { purgeProtectionEnabled?: boolean };
  const vault = harness.addVault(body.name, {
    ...(known as Partial<Vault>),
    id: deletedId ?? body.id,
    location: body.location ?? body.properties?.location ?? 'westeurope',
    tags: body.tags ?? body.properties?.tags ?? {},
    ...(purgeProtectionEnabled === undefined ? {} : { enablePurgeProtection: purgeProtectionEnabled }),
  });
  if (deletedId === undefined) return;
  world.vaults.delete(vault.id.toLowerCase());
  const now = harness.context.clock.now();
  world.deletedVaults.set(vault.id.toLowerCase(), {
    vault,
    deletedAt: now,
    scheduledPurgeAt: now + 90 * 86_400_000,
  });
}

/** The location of a vault, from a later request for the deleted vault. */
function locationOf(name: string, exchanges: Recorded[]): string | undefined {
  const places = exchanges.map(
    ({ url }) => new RegExp(`/locations/([^/]+)/deletedVaults/${name}`, 'i').exec(url)?.[1],
  );
  return places.find((place) => place !== undefined);
}

function vaultsIn(body: unknown): VaultBody[] {
  if (typeof body !== 'object' || body === null) return [];
  if ('value' in body && Array.isArray(body.value)) return body.value.flatMap(vaultsIn);
  const isVault =
    'id' in body && typeof body.id === 'string' && /\/(vaults|deletedVaults)\/[^/]+$/i.test(body.id);
  return isVault ? [body as VaultBody] : [];
}

function isTaken(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'nameAvailable' in body && body.nameAvailable === false;
}

function nameIn(body: unknown): string | undefined {
  return typeof body === 'object' && body !== null && 'name' in body && typeof body.name === 'string'
    ? body.name
    : undefined;
}
