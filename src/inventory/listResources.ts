import { setImmediate } from 'node:timers/promises';
import { apiVersions } from '../azure/core/apiVersions';
import type { Connection } from '../azure/core/connection';
import { AzureError, isAbort, toAzureError } from '../azure/core/errors';
import type { JsonObject } from '../azure/core/json';
import { stringOf } from '../azure/core/json';
import type { FunctionApp, KeyVault, UserAssignedIdentity } from '../azure/core/model';
import { userAssignedIdentityOf } from '../azure/appService/identities';
import { isResourceGraphMissing, queryResourceGraph } from '../azure/core/resourceGraph';
import { inParallel } from '../azure/core/limits/parallel';
import { listResourceManager, rowsOf } from '../azure/core/request';
import { siteOf } from '../azure/appService/siteModel';
import { containerAppOf, isOfSite } from '../azure/appService/hosting/containerApp';
import { isContainerApp, isFunctionApp } from '../azure/appService/siteKind';
import { vaultFromJson } from '../azure/keyVault/vaultModel';

/** The results of a list across subscriptions, and the subscriptions it couldn't read. */
export interface Found<T> {
  readonly items: readonly T[];
  readonly failures: readonly SubscriptionFailure[];
}

interface SubscriptionFailure {
  readonly subscriptionId: string;
  readonly error: AzureError;
}

/** Lists the subscriptions' function apps (not their slots). Rejects only when canceled: failures are in the result. */
export async function listFunctionApps(
  c: Connection,
  subscriptionIds: readonly string[],
  signal?: AbortSignal,
): Promise<Found<FunctionApp>> {
  return await list(c, subscriptionIds, functionApps, signal);
}

/** Lists the slots of the subscriptions' function apps. Rejects only when canceled. */
export async function listFunctionAppSlots(
  c: Connection,
  subscriptionIds: readonly string[],
  signal?: AbortSignal,
): Promise<Found<FunctionApp>> {
  return await list(c, subscriptionIds, slots, signal);
}

/** Lists the subscriptions' key vaults. Rejects only when canceled. */
export async function listKeyVaults(
  c: Connection,
  subscriptionIds: readonly string[],
  signal?: AbortSignal,
): Promise<Found<KeyVault>> {
  return await list(c, subscriptionIds, keyVaults, signal);
}

/** Lists the subscriptions' user-assigned identities. Rejects only when canceled. */
export async function listUserAssignedIdentities(
  c: Connection,
  subscriptionIds: readonly string[],
  signal?: AbortSignal,
): Promise<Found<UserAssignedIdentity>> {
  return await list(c, subscriptionIds, userAssignedIdentities, signal);
}

/** One type of resource: how Resource Graph and Resource Manager list it, and how to parse it. */
export interface Listing<T> {
  /** Only the columns that are read: a page of 1,000 whole sites would be many megabytes. Paging needs `id`. */
  readonly query: string;
  /** How Resource Manager lists it below a subscription. */
  readonly lists: readonly ServiceList[];
  /** Parses either form: rows have the properties of {@link projected} at the top level. */
  readonly read: (c: Connection, json: JsonObject) => T | undefined;
}

interface ServiceList {
  readonly path: string;
  readonly apiVersion: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Not every cloud has the service, and without it there is nothing to list. */
  readonly optional?: true;
}

const siteColumns =
  'project id, name, kind, location, identity, tags, managedBy, state = properties.state, sku = properties.sku, reserved = properties.reserved, ' +
  'usageState = properties.usageState, availabilityState = properties.availabilityState, ' +
  'defaultHostName = properties.defaultHostName, hostNameSslStates = properties.hostNameSslStates, ' +
  'keyVaultReferenceIdentity = properties.keyVaultReferenceIdentity, ' +
  'runningStatus = properties.runningStatus, fqdn = properties.configuration.ingress.fqdn';

const functionApps: Listing<FunctionApp> = {
  query: [
    'resources',
    "where type =~ 'microsoft.web/sites' or type =~ 'microsoft.app/containerapps'",
    "where kind contains 'functionapp'",
    siteColumns,
    'order by id asc',
  ].join(' | '),
  lists: [
    { path: '/providers/Microsoft.Web/sites', apiVersion: apiVersions.web },
    { path: '/providers/Microsoft.App/containerApps', apiVersion: apiVersions.containerApps, optional: true },
  ],
  read: (c, json) => {
    const app = appOf(c, json);
    return app && isFunctionApp(app) ? app : undefined;
  },
};

const slots: Listing<FunctionApp> = {
  query: [
    'resources',
    "where type =~ 'microsoft.web/sites/slots'",
    "where kind contains 'functionapp'",
    siteColumns,
    'order by id asc',
  ].join(' | '),
  // App Service lists only the slots of one app.
  lists: [
    {
      path: '/resources',
      apiVersion: apiVersions.resources,
      query: { $filter: "resourceType eq 'Microsoft.Web/sites/slots'" },
    },
  ],
  read: (c, json) => {
    const slot = siteOf(c, withProperties(json));
    return slot && isFunctionApp(slot) ? slot : undefined;
  },
};

function appOf(c: Connection, json: JsonObject): FunctionApp | undefined {
  if (!isContainerApp({ id: stringOf(json['id']) ?? '' })) return siteOf(c, withProperties(json));
  if (isOfSite(json)) return undefined;
  const ingress = { fqdn: json['fqdn'] };
  return containerAppOf(
    json['properties'] === undefined
      ? { ...json, properties: { ...json, configuration: { ingress } } }
      : json,
  );
}

const keyVaults: Listing<KeyVault> = {
  query: [
    'resources',
    "where type =~ 'microsoft.keyvault/vaults'",
    'project id, name, location, tags, vaultUri = properties.vaultUri, tenantId = properties.tenantId, ' +
      'enableRbacAuthorization = properties.enableRbacAuthorization, accessPolicies = properties.accessPolicies, ' +
      'networkAcls = properties.networkAcls, publicNetworkAccess = properties.publicNetworkAccess',
    'order by id asc',
  ].join(' | '),
  lists: [{ path: '/providers/Microsoft.KeyVault/vaults', apiVersion: apiVersions.vaults }],
  read: (c, json) => vaultFromJson(c, withProperties(json)),
};

const userAssignedIdentities: Listing<UserAssignedIdentity> = {
  query: [
    'resources',
    "where type =~ 'microsoft.managedidentity/userassignedidentities'",
    'project id, name, principalId = properties.principalId, clientId = properties.clientId',
    'order by id asc',
  ].join(' | '),
  lists: [
    {
      path: '/providers/Microsoft.ManagedIdentity/userAssignedIdentities',
      apiVersion: apiVersions.managedIdentity,
    },
  ],
  read: (_c, json) => userAssignedIdentityOf(withProperties(json)),
};

/** Converts a Resource Graph row to the shape of the resource: projected columns become its properties. */
function withProperties(json: JsonObject): JsonObject {
  return json['properties'] === undefined ? { ...json, properties: json } : json;
}

/** Rejects only when canceled: failures are in the result. */
export async function list<T>(
  c: Connection,
  subscriptionIds: readonly string[],
  listing: Listing<T>,
  signal: AbortSignal | undefined,
): Promise<Found<T>> {
  if (subscriptionIds.length === 0) return { items: [], failures: [] };
  try {
    const rows = await queryResourceGraph(c, subscriptionIds, listing.query, signal);
    return { items: await readAll(c, rows, listing), failures: [] };
  } catch (error) {
    if (isAbort(error)) throw error;
    const failure = toAzureError(error);
    if (!isResourceGraphMissing(failure))
      return {
        items: [],
        failures: subscriptionIds.map((subscriptionId) => ({ subscriptionId, error: failure })),
      };
    return await listEach(c, subscriptionIds, listing, signal);
  }
}

/** As many are read in a few milliseconds, after which the extension host can do something else. */
const readAtOnce = 1000;

/** Leaves out what isn't of the type, or isn't ready. @throws AzureError if an item isn't a resource */
async function readAll<T>(c: Connection, items: readonly unknown[], listing: Listing<T>): Promise<T[]> {
  const rows = rowsOf(items, (item) => (stringOf(item['id']) ? item : undefined));
  const found: T[] = [];
  for (const [index, row] of rows.entries()) {
    if (index > 0 && index % readAtOnce === 0) await setImmediate();
    const item = listing.read(c, row);
    if (item !== undefined) found.push(item);
  }
  return found;
}

/** Concurrent requests. Resource Manager's bucket holds 250 per subscription, and the user's other tools share it. */
const concurrency = 8;

async function listEach<T>(
  c: Connection,
  subscriptionIds: readonly string[],
  listing: Listing<T>,
  signal: AbortSignal | undefined,
): Promise<Found<T>> {
  const items: T[] = [];
  const failures: SubscriptionFailure[] = [];
  await inParallel(subscriptionIds, concurrency, async (id) => {
    try {
      const found = await Promise.all(listing.lists.map((one) => listOne(c, id, one, signal)));
      for (const item of await readAll(c, found.flat(), listing)) items.push(item);
    } catch (error) {
      if (isAbort(error)) throw error;
      failures.push({ subscriptionId: id, error: toAzureError(error) });
    }
  });
  return { items, failures };
}

async function listOne(
  c: Connection,
  subscriptionId: string,
  { path, apiVersion, query = {}, optional }: ServiceList,
  signal: AbortSignal | undefined,
): Promise<readonly unknown[]> {
  try {
    return await listResourceManager(c, {
      path: `/subscriptions/${subscriptionId}${path}`,
      apiVersion,
      query,
      signal,
    });
  } catch (error) {
    if (optional && error instanceof AzureError && isUnknownService(error)) return [];
    throw error;
  }
}

/** Whether Resource Manager has no such provider, or the subscription isn't registered for it. */
function isUnknownService({ code = '' }: AzureError): boolean {
  return [
    ...['InvalidResourceNamespace', 'InvalidResourceType', 'NoRegisteredProviderFound'],
    'MissingSubscriptionRegistration',
  ].includes(code);
}
