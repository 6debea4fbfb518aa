import fs from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { idKey, isAtOrBelow } from '../../arm/ids';
import { isRecord } from '../../arm/json';
import { locationRequired } from '../../arm/errors';
import type { ArmCall } from '../../arm/provider';
import type { SandboxContext } from '../../context';
import type { Plan, Site } from '../../world/world';
import type { Apps } from '../apps';
import { newKey } from '../front/keys';
import { volatileLogsOf } from '../host/containerLog';
import { seedWwwroot } from '../wwwroot';
import { writeWebConfig } from './webConfig';
import { containerAppsKind, isOnContainerApps } from './containerAppsSite';
import { checkDeployment, checkSettings } from './flexConsumption';
import { applyIdentity, deleteSystemPrincipal } from './identity';
import { regionName } from './siteBody';
import { badRequest, cannotFind, WebError } from './webError';

/**
 * PUT of a site or slot: creates it, or overwrites what the body contains. The identity, if given, is
 * replaced.
 */
export async function putSite(apps: Apps, call: ArmCall, name: string, body: unknown): Promise<Site> {
  if (!isRecord(body)) throw badRequest('The request body is missing.');
  const existing = apps.context.world.sites.get(idKey(call.resourceId));
  if (existing !== undefined) {
    await writeSite(apps, call, existing, body, 'put');
    return existing;
  }
  const site = createSite(apps.context, call, name, body);
  apps.context.world.sites.set(idKey(site.id), site);
  try {
    await writeSite(apps, call, site, body, 'put');
  } catch (error) {
    apps.context.world.sites.delete(idKey(site.id));
    throw error;
  }
  await seedWwwroot(site, 'empty');
  return site;
}

/** PATCH of a site or slot: writes only what the body contains. */
export async function patchSite(apps: Apps, call: ArmCall, site: Site, body: unknown): Promise<void> {
  if (!isRecord(body)) throw badRequest('The request body is missing.');
  await writeSite(apps, call, site, body, 'patch');
}

/**
 * Deletes a site with its slots and their principals, and, like Azure, its plan if requested and then empty.
 */
export async function deleteSite(apps: Apps, site: Site, deleteEmptyPlan: boolean): Promise<void> {
  const { world } = apps.context;
  for (const [key, candidate] of world.sites) {
    if (!isAtOrBelow(candidate.id, site.id)) continue;
    world.sites.delete(key);
    deleteSystemPrincipal(apps.context, candidate);
    await apps.removed(candidate);
    for (const folder of [candidate.homeFolder, volatileLogsOf(candidate)])
      // A process that is just starting may still make folders.
      await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const planInUse = [...world.sites.values()].some(({ planId }) => idKey(planId) === idKey(site.planId));
  if (deleteEmptyPlan && !planInUse) world.plans.delete(idKey(site.planId));
}

/**
 * Members of `properties` that are stored and echoed as written, apart from those that have their own field.
 */
const echoed = [
  'clientAffinityEnabled',
  'clientCertEnabled',
  'clientCertMode',
  'scmSiteAlsoStopped',
  'publicNetworkAccess',
  'virtualNetworkSubnetId',
  'vnetRouteAllEnabled',
  'storageAccountRequired',
  'dailyMemoryTimeQuota',
  'functionAppConfig',
  'managedEnvironmentId',
];

async function writeSite(
  apps: Apps,
  call: ArmCall,
  site: Site,
  body: Record<string, unknown>,
  mode: 'put' | 'patch',
): Promise<void> {
  const { context } = apps;
  const properties = isRecord(body['properties']) ? body['properties'] : {};
  const plan = properties['serverFarmId'];
  const planId = typeof plan === 'string' ? findPlan(context, call, plan).id : site.planId;
  // A write that is refused changes nothing.
  checkDeployment(context, { planId }, properties['functionAppConfig']);
  checkSettings(context, { planId }, settingNamesIn(properties['siteConfig']));
  const identityChanged = applyIdentity(context, call, site, body['identity'], mode);
  if (typeof body['kind'] === 'string' && body['kind'] !== '') site.kind = body['kind'];
  if (site.siteProperties?.['managedEnvironmentId'] !== undefined) site.kind = containerAppsKind;
  if (isRecord(body['tags']))
    site.tags = Object.fromEntries(
      Object.entries(body['tags']).map(([name, value]) => [name, String(value)]),
    );
  site.planId = planId;
  if (typeof properties['httpsOnly'] === 'boolean') site.httpsOnly = properties['httpsOnly'];
  if (typeof properties['enabled'] === 'boolean') site.enabled = properties['enabled'];
  if (typeof properties['keyVaultReferenceIdentity'] === 'string')
    site.keyVaultReferenceIdentity = properties['keyVaultReferenceIdentity'];
  const appConfig = () => JSON.stringify(site.siteProperties?.['functionAppConfig']);
  const before = appConfig();
  for (const name of echoed)
    if (properties[name] !== undefined && properties[name] !== null)
      (site.siteProperties ??= {})[name] = properties[name];
  const configurationChanged =
    isRecord(properties['siteConfig']) && writeWebConfig(site, properties['siteConfig']);
  site.lastModified = context.clock.now();
  if (configurationChanged || appConfig() !== before || properties['keyVaultReferenceIdentity'] !== undefined)
    await apps.configurationChanged(site);
  else if (identityChanged) await apps.identityChanged(site);
}

function settingNamesIn(siteConfig: unknown): string[] {
  const settings = isRecord(siteConfig) ? siteConfig['appSettings'] : undefined;
  return (Array.isArray(settings) ? settings : [])
    .filter(isRecord)
    .map(({ name }) => (typeof name === 'string' ? name : ''));
}

function createSite(
  context: SandboxContext,
  call: ArmCall,
  name: string,
  body: Record<string, unknown>,
): Site {
  if (typeof body['location'] !== 'string' || body['location'] === '') {
    throw locationRequired();
  }
  const [app = '', slot] = name.split('/');
  const hostLabel = slot === undefined ? app : `${app}-${slot}`;
  if (!/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/i.test(hostLabel))
    throw badRequest(`The host name ${hostLabel} is invalid.`);
  if (isNameTaken(context, hostLabel)) {
    throw new WebError(409, 'Conflict', 'Website with given name {0} already exists.', [app], '54001');
  }
  const parent =
    slot === undefined
      ? undefined
      : context.world.sites.get(idKey(call.resourceId.replace(/\/slots\/[^/]+$/i, '')));
  // That Azure refuses slots is documented (functions-overview.md of container-apps); the text is inferred.
  if (parent !== undefined && isOnContainerApps(parent))
    throw badRequest('Deployment slots are not supported for Functions on ACA.');
  const properties = isRecord(body['properties']) ? body['properties'] : {};
  const environmentId = properties['managedEnvironmentId'];
  const planOf =
    typeof properties['serverFarmId'] === 'string'
      ? findPlan(context, call, properties['serverFarmId'])
      : undefined;
  const onContainerApps = typeof environmentId === 'string';
  const reserved =
    parent?.reserved ?? planOf?.reserved ?? (onContainerApps || properties['reserved'] === true);
  const plan =
    planOf ??
    (parent === undefined && !onContainerApps
      ? consumptionPlan(context, call, body['location'], reserved)
      : undefined);
  const label = hostLabel.toLowerCase();
  return {
    id: call.resourceId,
    name,
    type: slot === undefined ? 'Microsoft.Web/sites' : 'Microsoft.Web/sites/slots',
    location: body['location'].toLowerCase().replaceAll(' ', ''),
    kind: parent?.kind ?? (reserved ? 'app,linux' : 'app'),
    ...(onContainerApps ? { siteProperties: { managedEnvironmentId: environmentId } } : {}),
    planId: parent?.planId ?? plan?.id ?? '',
    state: 'Running',
    defaultHostName: `${label}.sites.localhost`,
    scmHostName: `${label}.scm.localhost`,
    enabled: true,
    httpsOnly: false,
    reserved,
    keyVaultReferenceIdentity: 'SystemAssigned',
    appSettings: {},
    slotSettingNames: [],
    webConfig: {},
    logsConfig: {},
    publishingPolicies: { scm: false, ftp: false },
    hostKeys: { masterKey: newKey(), functionKeys: { default: newKey() }, systemKeys: {} },
    functionKeys: {},
    homeFolder: path.join(context.runFolder, 'apps', `${label}-${randomUUID().slice(0, 8)}`),
  };
}

/** Whether an app or slot already has the host name that `label` would get. */
export function isNameTaken(context: SandboxContext, label: string): boolean {
  const hostName = `${label}.sites.localhost`.toLowerCase();
  return [...context.world.sites.values()].some((site) => site.defaultHostName.toLowerCase() === hostName);
}

/** Finds a plan by ID, or by name in the call's resource group. */
function findPlan(context: SandboxContext, call: ArmCall, idOrName: string): Plan {
  const id = idOrName.includes('/')
    ? idOrName
    : `${call.scope}/providers/Microsoft.Web/serverfarms/${idOrName}`;
  const plan = context.world.plans.get(idKey(id));
  if (plan === undefined) throw cannotFind('ServerFarm', idOrName.split('/').pop() ?? idOrName);
  return plan;
}

// Without a plan, the service creates (or reuses) a Consumption plan named after the region.
function consumptionPlan(context: SandboxContext, call: ArmCall, location: string, reserved: boolean): Plan {
  const region = regionName(location).replaceAll(' ', '');
  const name = `${region}${reserved ? 'Linux' : ''}Plan`;
  const id = `${call.scope}/providers/Microsoft.Web/serverfarms/${name}`;
  const existing = context.world.plans.get(idKey(id));
  if (existing !== undefined) return existing;
  const plan: Plan = {
    id,
    name,
    type: 'Microsoft.Web/serverfarms',
    location: region.toLowerCase(),
    sku: { name: 'Y1', tier: 'Dynamic' },
    reserved,
  };
  context.world.plans.set(idKey(id), plan);
  return plan;
}
