import { idKey } from '../arm/ids';
import { cosmosConnection } from '../documentdb/accountKeys';
import { namespaceConnection } from '../keyed/messaging';
import { connectionStringOf, storageType } from '../storage/data';
import { guidOf, hexOf, randomSecret } from './deterministic';
import { madeUpKey } from './madeUpKeys';
import { addServicePrincipal } from '../entra/servicePrincipals';
import type {
  AccessPolicy,
  ManagedServiceIdentity,
  OtherResource,
  ResourceGroup,
  Secret,
  Site,
  Vault,
  World,
} from './world';
import type { AccessPolicyEntry, SecretEntry, SiteEntry, VaultEntry } from './worldFile';

/** What building a world's resources requires. */
export interface BuildContext {
  world: World;
  /** Epoch milliseconds. */
  now: number;
  vaultPort: number;
  /** The object ID of the principal that has this name of any kind. @throws Error if there is none */
  principalId: (name: string) => string;
  /** The home folder of an app (`app` or `app/slot`). */
  home: (name: string) => string;
  addSite: (site: Site, sample: NonNullable<SiteEntry['sample']>) => void;
}

/** Builds a function app with its slots. */
export function buildSite(
  build: BuildContext,
  group: ResourceGroup,
  entry: SiteEntry,
  tenantId: string,
): Site {
  const plans = [...build.world.plans.values()].filter(({ id }) => id.startsWith(`${group.id}/`));
  const plan = entry.plan === undefined ? plans[0] : plans.find(({ name }) => name === entry.plan);
  if (plan === undefined)
    throw new Error(`The app '${entry.name}' has no plan '${entry.plan ?? ''}' in its resource group.`);
  const shared = {
    tenantId,
    planId: plan.id,
    reserved: plan.reserved,
    kind: entry.kind ?? (plan.reserved ? 'functionapp,linux' : 'functionapp'),
  };
  const id = `${group.id}/providers/Microsoft.Web/sites/${entry.name}`;
  const site = addSite(
    build,
    group,
    { ...shared, id, name: entry.name, host: entry.name, type: 'Microsoft.Web/sites' },
    entry,
  );
  for (const slot of entry.slots ?? []) {
    const name = `${entry.name}/${slot.name}`;
    const host = `${entry.name}-${slot.name}`;
    addSite(
      build,
      group,
      { ...shared, id: `${id}/slots/${slot.name}`, name, host, type: 'Microsoft.Web/sites/slots' },
      slot,
    );
  }
  return site;
}

interface SiteFrame {
  id: string;
  name: string;
  type: string;
  host: string;
  tenantId: string;
  planId: string;
  reserved: boolean;
  kind: string;
}

function addSite(build: BuildContext, group: ResourceGroup, frame: SiteFrame, entry: SiteEntry): Site {
  checkLabel(frame.host);
  const { id, name, type, kind, planId, reserved } = frame;
  const identity = identityOf(build, group, frame, entry);
  const basic = entry.basicAuthentication === true;
  const site: Site = {
    id,
    name,
    type,
    location: group.location,
    ...(entry.tags && { tags: entry.tags }),
    kind,
    ...(identity && { identity }),
    planId,
    state: entry.state ?? 'Running',
    defaultHostName: `${frame.host}.sites.localhost`,
    scmHostName: `${frame.host}.scm.localhost`,
    enabled: true,
    httpsOnly: entry.httpsOnly ?? true,
    reserved,
    keyVaultReferenceIdentity:
      entry.keyVaultReferenceIdentity === undefined
        ? 'SystemAssigned'
        : findIdentity(build, group, entry.keyVaultReferenceIdentity).id,
    appSettings: Object.fromEntries(
      Object.entries(entry.appSettings ?? {}).map(([key, value]) => [key, withValues(build, value)]),
    ),
    slotSettingNames: entry.slotSettingNames ?? [],
    webConfig: entry.linuxFxVersion === undefined ? {} : { linuxFxVersion: entry.linuxFxVersion },
    logsConfig: {},
    publishingPolicies: { scm: basic, ftp: basic },
    hostKeys: { masterKey: randomSecret(40), functionKeys: { default: randomSecret(40) }, systemKeys: {} },
    functionKeys: {},
    ...(entry.runtime && { siteProperties: { functionAppConfig: { runtime: entry.runtime } } }),
    homeFolder: build.home(name),
  };
  build.addSite(site, entry.sample ?? 'empty');
  return site;
}

function identityOf(
  build: BuildContext,
  group: ResourceGroup,
  frame: SiteFrame,
  entry: SiteEntry,
): ManagedServiceIdentity | undefined {
  const isSystem = entry.systemAssigned !== undefined && entry.systemAssigned !== false;
  const assigned = (entry.userAssigned ?? []).map((name) => findIdentity(build, group, name));
  const userAssignedIdentities = Object.fromEntries(
    assigned.map(({ id, principalId, clientId }) => [id, { principalId, clientId }]),
  );
  if (!isSystem) return assigned.length === 0 ? undefined : { type: 'UserAssigned', userAssignedIdentities };
  const principalId =
    typeof entry.systemAssigned === 'string' ? entry.systemAssigned : guidOf(`identity ${frame.id}`);
  addServicePrincipal(build.world, {
    objectId: principalId,
    appId: guidOf(`client ${frame.id}`),
    tenantId: frame.tenantId,
    displayName: frame.type.endsWith('slots') ? frame.name.replace('/', '/slots/') : frame.name,
    kind: 'ManagedIdentity',
    resourceId: frame.id,
    groupIds: [],
    visibleFrom: 0,
  });
  const system = { principalId, tenantId: frame.tenantId };
  return assigned.length === 0
    ? { type: 'SystemAssigned', ...system }
    : { type: 'SystemAssigned, UserAssigned', ...system, userAssignedIdentities };
}

function findIdentity(build: BuildContext, group: ResourceGroup, name: string) {
  const identity = [...build.world.identities.values()].find(
    (other) => other.name === name && idKey(other.id).startsWith(`${idKey(group.id)}/`),
  );
  if (identity === undefined)
    throw new Error(`There is no user-assigned identity '${name}' in the resource group '${group.name}'.`);
  return identity;
}

/**
 * Replaces `${vault:NAME}` by a vault's URI, `${connection:NAME}` by the connection string of a resource, and `${key:KIND}`
 * by a key of a service that the sandbox doesn't have.
 */
function withValues({ world, vaultPort }: BuildContext, value: string): string {
  return value.replace(/\$\{(vault|connection|key):([\w-]+)\}/g, (_, what: string, name: string) => {
    if (what === 'vault') return `https://${name.toLowerCase()}.vault.localhost:${vaultPort}`;
    if (what === 'key') return madeUpKey(name);
    const resource = [...world.otherResources.values()].find((one) => one.name === name);
    if (resource === undefined) throw new Error(`There is no resource '${name}'.`);
    return connectionOf(world, resource);
  });
}

function connectionOf(world: World, resource: OtherResource): string {
  switch (resource.type) {
    case storageType:
      return connectionStringOf(world, resource, 'core.windows.net');
    case 'Microsoft.ServiceBus/namespaces':
      return namespaceConnection(world, resource);
    case 'Microsoft.DocumentDB/databaseAccounts':
      return cosmosConnection(world, resource);
    default:
      throw new Error(`'${resource.name}' has no connection string.`);
  }
}

export function buildVault(
  build: BuildContext,
  group: ResourceGroup,
  entry: VaultEntry,
  tenantId: string,
): Vault {
  if (!/^[a-z](?:-?[a-z\d]){2,23}$/i.test(entry.name))
    throw new Error(`Azure would reject '${entry.name}' as the name of a key vault.`);
  const id = `${group.id}/providers/Microsoft.KeyVault/vaults/${entry.name}`;
  const acls = entry.networkAcls;
  const vault: Vault = {
    id,
    name: entry.name,
    type: 'Microsoft.KeyVault/vaults',
    location: group.location,
    tags: entry.tags ?? {},
    tenantId,
    sku: { family: 'A', name: entry.premium === true ? 'premium' : 'standard' },
    accessPolicies: (entry.accessPolicies ?? []).map((policy) => accessPolicyOf(build, policy, tenantId)),
    enableRbacAuthorization: entry.rbac ?? null,
    enableSoftDelete: true,
    ...(entry.purgeProtection === true && { enablePurgeProtection: true }),
    softDeleteRetentionInDays: entry.softDeleteRetentionInDays ?? 90,
    enabledForDeployment: false,
    ...(acls && { networkAcls: { bypass: 'AzureServices', ipRules: [], virtualNetworkRules: [], ...acls } }),
    publicNetworkAccess: entry.publicNetworkAccess ?? 'Enabled',
    hostName: `${entry.name.toLowerCase()}.vault.localhost`,
    createdAt: build.now - 30 * day,
    secrets: new Map(
      (entry.secrets ?? []).map((secret) => [secret.name.toLowerCase(), secretOf(build, id, secret)]),
    ),
    deletedSecrets: new Map(),
  };
  build.world.vaults.set(idKey(id), vault);
  return vault;
}

function accessPolicyOf(build: BuildContext, entry: AccessPolicyEntry, tenantId: string): AccessPolicy {
  const { principal, applicationId, ...permissions } = entry;
  return {
    tenantId,
    objectId: build.principalId(principal),
    ...(applicationId !== undefined && { applicationId }),
    permissions,
  };
}

function secretOf(build: BuildContext, vaultId: string, entry: SecretEntry): Secret {
  if (!/^[\da-z-]{1,127}$/i.test(entry.name))
    throw new Error(`Azure would reject '${entry.name}' as the name of a secret.`);
  const seconds = (days: number) => Math.floor((build.now + days * day) / 1000);
  const values = [...(entry.olderValues ?? []), entry.value ?? `sample-${randomSecret(12)}`];
  const versions = values.map((value, index) => {
    // One version a day, the newest created yesterday, so that they sort as in real life.
    const created = seconds(index - values.length);
    return {
      version: hexOf(`${vaultId} ${entry.name} ${index}`),
      value,
      ...(entry.contentType !== undefined && { contentType: entry.contentType }),
      enabled: entry.enabled ?? true,
      ...(entry.notBeforeInDays !== undefined && { notBefore: seconds(entry.notBeforeInDays) }),
      ...(entry.expiresInDays !== undefined && { expires: seconds(entry.expiresInDays) }),
      created,
      updated: created,
      ...(entry.tags && { tags: entry.tags }),
    };
  });
  return { name: entry.name, versions, ...(entry.managed === true && { managed: true }) };
}

const day = 24 * 3_600_000;

function checkLabel(host: string): void {
  if (!/^[a-z\d](?:[a-z\d-]{0,58}[a-z\d])?$/i.test(host))
    throw new Error(`Azure would reject '${host}' as the name of an app.`);
}
