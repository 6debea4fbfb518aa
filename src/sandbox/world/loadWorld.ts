import path from 'node:path';
import { idKey } from '../arm/ids';
import { addServicePrincipal } from '../entra/servicePrincipals';
import { guidOf, randomSecret } from './deterministic';
import { buildSite, buildVault, type BuildContext } from './loadResources';
import { assignRoles, denyRights, forbidWrites, roleOf } from './loadRights';
import { cosmosDataOf } from '../documentdb/data';
import { storageDataOf } from '../storage/data';
import type { BlobContainer, StoredBlob } from './storageData';
import type { ResourceGroup, Site, World } from './world';
import type { ResourceGroupEntry, SiteEntry, SubscriptionEntry, WorldFile } from './worldFile';

/** A world and what to put on disk for its apps. */
export interface LoadedWorld {
  world: World;
  samples: { site: Site; sample: NonNullable<SiteEntry['sample']> }[];
}

/**
 * Builds a world from its file format (worldFile.ts).
 * @param options now: start of the run in epoch milliseconds; homesFolder: where the apps' home folders will
 * be; vaultPort: for the URIs in app settings
 * @throws Error that names the problem: an unknown principal, role or plan, or a name that Azure would reject
 */
export function loadWorld(
  file: WorldFile,
  options: { now: number; homesFolder: string; vaultPort: number },
): LoadedWorld {
  const firstTenant = file.tenants[0];
  if (firstTenant === undefined) throw new Error('A world needs a tenant.');
  const world = emptyWorld(file, firstTenant.tenantId);
  const samples: LoadedWorld['samples'] = [];
  const build: BuildContext = {
    ...options,
    world,
    principalId: (name) => findPrincipal(world, name),
    home: (name) => path.join(options.homesFolder, name.replace('/', '-')),
    addSite: (site, sample) => {
      world.sites.set(idKey(site.id), site);
      samples.push({ site, sample });
    },
  };
  for (const role of file.roleDefinitions ?? [])
    world.roleDefinitions.push({
      name: role.name ?? guidOf(`role ${role.roleName}`),
      roleName: role.roleName,
      type: 'CustomRole',
      description: role.description ?? '',
      assignableScopes: role.assignableScopes,
      permissions: [
        {
          actions: role.actions ?? [],
          notActions: role.notActions ?? [],
          dataActions: role.dataActions ?? [],
          notDataActions: role.notDataActions ?? [],
        },
      ],
    });
  for (const subscription of file.subscriptions)
    loadSubscription(build, subscription, subscription.tenantId ?? firstTenant.tenantId);
  return { world, samples };
}

function emptyWorld(file: WorldFile, firstTenantId: string): World {
  const groups = (file.groups ?? []).map(({ displayName, objectId, tenantId }) => ({
    displayName,
    objectId: objectId ?? guidOf(`group ${displayName}`),
    tenantId: tenantId ?? firstTenantId,
  }));
  const groupIds = (names: string[] = []) =>
    names.map((name) => {
      const group = groups.find(({ displayName }) => displayName === name);
      if (group === undefined) throw new Error(`There is no group '${name}'.`);
      return group.objectId;
    });
  const world: World = {
    tenants: file.tenants.map((tenant) => ({ ...tenant })),
    users: file.users.map((user) => {
      const tenantId = user.tenantId ?? firstTenantId;
      return {
        tenantId,
        objectId: user.objectId ?? guidOf(`user ${user.userPrincipalName} ${tenantId}`),
        userPrincipalName: user.userPrincipalName,
        displayName: user.displayName,
        groupIds: groupIds(user.groups),
      };
    }),
    groups,
    servicePrincipals: new Map(),
    subscriptions: new Map(),
    resourceGroups: new Map(),
    plans: new Map(),
    sites: new Map(),
    vaults: new Map(),
    deletedVaults: new Map(),
    identities: new Map(),
    otherResources: new Map(),
    roleDefinitions: [],
    roleAssignments: [],
    denyAssignments: [],
  };
  for (const application of file.applications)
    addServicePrincipal(world, {
      objectId: application.objectId ?? guidOf(`application ${application.displayName}`),
      appId: application.appId ?? guidOf(`application ID ${application.displayName}`),
      tenantId: application.tenantId ?? firstTenantId,
      displayName: application.displayName,
      kind: 'Application',
      clientSecret: application.clientSecret ?? randomSecret(),
      groupIds: groupIds(application.groups),
      visibleFrom: 0,
    });
  return world;
}

function loadSubscription(build: BuildContext, entry: SubscriptionEntry, tenantId: string): void {
  const { subscriptionId, displayName, state = 'Enabled', managedByTenants } = entry;
  build.world.subscriptions.set(subscriptionId.toLowerCase(), {
    subscriptionId,
    tenantId,
    displayName,
    state,
    ...(managedByTenants === undefined ? {} : { managedByTenants }),
  });
  const scope = `/subscriptions/${subscriptionId}`;
  for (const group of entry.resourceGroups ?? []) loadResourceGroup(build, group, subscriptionId, tenantId);
  assignRoles(build, scope, entry.roleAssignments);
  for (const { role, principal } of entry.eligibleRoles ?? [])
    (build.world.eligibleRoles ??= []).push({
      ...roleOf(build, scope, role, principal),
      startsAt: build.now,
    });
  denyRights(build, scope, entry.denyAssignments);
  forbidWrites(build.world, scope, entry);
}

function loadResourceGroup(
  build: BuildContext,
  entry: ResourceGroupEntry,
  subscriptionId: string,
  tenantId: string,
): void {
  const { world } = build;
  const group: ResourceGroup = {
    id: `/subscriptions/${subscriptionId}/resourceGroups/${entry.name}`,
    name: entry.name,
    location: entry.location,
    ...(entry.tags && { tags: entry.tags }),
  };
  world.resourceGroups.set(idKey(group.id), group);
  for (const { name, sku, tier, linux, tags } of entry.plans ?? []) {
    const id = `${group.id}/providers/Microsoft.Web/serverfarms/${name}`;
    const type = 'Microsoft.Web/serverfarms';
    world.plans.set(idKey(id), {
      id,
      name,
      type,
      location: group.location,
      ...(tags && { tags }),
      sku: { name: sku, tier },
      reserved: linux === true,
    });
  }
  for (const {
    name,
    principalId = guidOf(`identity ${group.id}/${name}`),
    clientId = guidOf(`client ${group.id}/${name}`),
    groups = [],
    tags,
  } of entry.identities ?? []) {
    // Real IDs of identities have a lowercase 'resourcegroups' (recorded).
    const id = `/subscriptions/${subscriptionId}/resourcegroups/${group.name}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
    const type = 'Microsoft.ManagedIdentity/userAssignedIdentities';
    world.identities.set(idKey(id), {
      id,
      name,
      type,
      location: group.location,
      tags: tags ?? {},
      tenantId,
      principalId,
      clientId,
    });
    addServicePrincipal(world, {
      objectId: principalId,
      appId: clientId,
      tenantId,
      displayName: name,
      kind: 'ManagedIdentity',
      resourceId: id,
      groupIds: groups.map(build.principalId),
      visibleFrom: 0,
    });
  }
  // Settings of apps may name them.
  for (const other of entry.others ?? []) {
    const { type, name, kind, sku, tags, properties, parts = [] } = other;
    const { containers = {}, databases = {}, shares = [] } = other;
    const id = `${group.id}/providers/${type}/${name}`;
    world.otherResources.set(idKey(id), {
      id,
      name,
      type,
      location: group.location,
      ...(kind === undefined ? {} : { kind }),
      ...(sku === undefined ? {} : { sku }),
      tags: tags ?? {},
      properties: properties ?? {},
    });
    for (const part of parts) {
      const types = part.split('/').filter((_, index) => index % 2 === 0);
      const shared = { name: part.split('/').at(-1) ?? '', location: group.location, properties: {} };
      const ofPart = { id: `${id}/${part}`, type: [type, ...types].join('/') };
      world.otherResources.set(idKey(ofPart.id), { ...ofPart, ...shared });
    }
    for (const [container, blobs] of Object.entries(containers))
      storageDataOf(world, id).containers.set(container, containerOf(blobs, build.now));
    if (shares.length > 0) storageDataOf(world, id).shares = new Set(shares);
    for (const [database, names] of Object.entries(databases))
      cosmosDataOf(world, id).databases.set(database, new Set(names));
  }
  for (const site of entry.sites ?? [])
    assignRoles(build, buildSite(build, group, site, tenantId).id, site.roleAssignments);
  for (const vault of entry.vaults ?? []) {
    const { id } = buildVault(build, group, vault, tenantId);
    assignRoles(build, id, vault.roleAssignments);
    for (const secret of vault.secrets ?? [])
      assignRoles(build, `${id}/secrets/${secret.name}`, secret.roleAssignments);
  }
  assignRoles(build, group.id, entry.roleAssignments);
  denyRights(build, group.id, entry.denyAssignments);
  forbidWrites(world, group.id, entry);
}

function containerOf(texts: Record<string, string>, now: number): BlobContainer {
  const blobs = Object.entries(texts).map(([name, text]): [string, StoredBlob] => {
    const content = Buffer.from(text);
    return [name, { content, contentType: 'text/plain', metadata: {}, created: now, lastModified: now }];
  });
  return { lastModified: now, blobs: new Map(blobs) };
}

function findPrincipal(world: World, name: string): string {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(name)) return name;
  const id =
    world.users.find(({ userPrincipalName }) => userPrincipalName === name)?.objectId ??
    world.groups.find(({ displayName }) => displayName === name)?.objectId ??
    [...world.servicePrincipals.values()].find(({ displayName }) => displayName === name)?.objectId;
  if (id === undefined) throw new Error(`There is no principal '${name}'.`);
  return id;
}
