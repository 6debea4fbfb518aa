import { createHash } from 'node:crypto';
import { isRecord } from '../../arm/json';
import { methodNotAllowed } from '../../arm/errors';
import { idKey, parseArmId } from '../../arm/ids';
import { resourceNotFound, type ArmCall } from '../../arm/provider';
import type { SandboxContext } from '../../context';
import type { Answer } from '../../server/http';
import type { Plan } from '../../world/world';
import { regionName } from './siteBody';
import { badRequest, WebError } from './webError';

/** `serverfarms/{name}`: GET, PUT (recorded: 200 for a new plan), DELETE. */
export async function answerPlan(
  context: SandboxContext,
  call: ArmCall,
  name: string,
  rest: string[],
): Promise<Answer> {
  if (rest.length > 0) throw methodNotAllowed(call.method);
  const { plans } = context.world;
  const existing = plans.get(idKey(call.resourceId));
  if (call.method === 'PUT') {
    const plan = existing ?? newPlan(call, name);
    await write(call, plan);
    plans.set(idKey(plan.id), plan);
    return { status: 200, json: planBody(context, plan) };
  }
  if (existing === undefined) {
    if (call.method === 'DELETE') return { status: 204 };
    throw resourceNotFound('Microsoft.Web/serverFarms', name, call.resourceGroup ?? '');
  }
  if (call.method === 'GET') return { status: 200, json: planBody(context, existing) };
  if (call.method !== 'DELETE') throw methodNotAllowed(call.method);
  if (sitesOn(context, existing) > 0)
    throw new WebError(
      409,
      'Conflict',
      'Server farm {0} cannot be deleted because it has web app(s) {1} assigned to it.',
      [name, String(sitesOn(context, existing))],
      '11003',
    );
  plans.delete(idKey(existing.id));
  return { status: 200 };
}

/** A plan as Resource Manager returns it. */
export function planBody(context: SandboxContext, plan: Plan): Record<string, unknown> {
  const id = parseArmId(plan.id);
  const kind = planKind(plan);
  const region = regionName(plan.location);
  const resourceGroup = id?.resourceGroup ?? '';
  const number = createHash('sha256').update(idKey(plan.id)).digest().readUInt16BE();
  return {
    id: plan.id,
    name: plan.name,
    type: 'Microsoft.Web/serverfarms',
    kind,
    location: region,
    ...(plan.tags === undefined ? {} : { tags: plan.tags }),
    properties: {
      serverFarmId: number,
      name: plan.name,
      workerSize: 'Default',
      workerSizeId: 0,
      workerTierName: null,
      numberOfWorkers: 1,
      currentWorkerSize: 'Default',
      currentWorkerSizeId: 0,
      currentNumberOfWorkers: 1,
      status: 'Ready',
      webSpace: `${resourceGroup}-${region.replaceAll(' ', '')}webspace${plan.reserved ? '-Linux' : ''}`,
      subscription: id?.subscriptionId ?? '',
      adminSiteName: null,
      hostingEnvironment: null,
      hostingEnvironmentProfile: null,
      maximumNumberOfWorkers: plan.sku.tier === 'Dynamic' ? 0 : 3,
      planName: 'VirtualDedicatedPlan',
      adminRuntimeSiteName: null,
      computeMode: computeModes[plan.sku.tier] ?? 'Dedicated',
      siteMode: null,
      geoRegion: region,
      perSiteScaling: false,
      elasticScaleEnabled: false,
      maximumElasticWorkerCount: 1,
      numberOfSites: sitesOn(context, plan),
      hostingEnvironmentId: null,
      isSpot: false,
      spotExpirationTime: null,
      freeOfferExpirationTime: null,
      tags: plan.tags ?? null,
      kind,
      resourceGroup,
      reserved: plan.reserved,
      isXenon: plan.isXenon ?? false,
      hyperV: plan.hyperV ?? false,
      mdmId: `waws-sandbox-001_${number}`,
      targetWorkerCount: 0,
      targetWorkerSizeId: 0,
      provisioningState: 'Succeeded',
      webSiteId: null,
      existingServerFarmIds: null,
      kubeEnvironmentProfile: null,
      zoneRedundant: false,
      migrateToVMSS: null,
      vnetConnectionsUsed: 0,
      vnetConnectionsMax: 2,
      createdTime: '2026-01-01T00:00:00',
    },
    sku: skuBody(plan),
  };
}

const computeModes: Record<string, string> = {
  Dynamic: 'Dynamic',
  FlexConsumption: 'Dynamic',
  Free: 'Shared',
};

/** The `sku` of a plan. */
export function skuBody({ sku }: Plan): Record<string, unknown> {
  return {
    name: sku.name,
    tier: sku.tier,
    size: sku.name,
    family: sku.name.replace(/\d+/, ''),
    capacity: ['Dynamic', 'Free', 'FlexConsumption'].includes(sku.tier) ? 0 : 1,
  };
}

function newPlan(call: ArmCall, name: string): Plan {
  if (!/^[A-Za-z0-9-]{1,60}$/.test(name))
    throw badRequest(`The name '${name}' is not valid for an App Service plan.`);
  return {
    id: call.resourceId,
    name,
    type: 'Microsoft.Web/serverfarms',
    location: '',
    sku: { name: 'F1', tier: 'Free' },
    reserved: false,
  };
}

const tiers: Record<string, string> = {
  F: 'Free',
  D: 'Shared',
  B: 'Basic',
  S: 'Standard',
  P: 'Premium',
  Y: 'Dynamic',
  EP: 'ElasticPremium',
  FC: 'FlexConsumption',
};

async function write(call: ArmCall, plan: Plan): Promise<void> {
  const body = await call.json();
  if (!isRecord(body) || typeof body['location'] !== 'string')
    throw badRequest('The parameter location has an invalid value.');
  plan.location = body['location'].toLowerCase().replaceAll(' ', '');
  const sku = isRecord(body['sku']) ? body['sku'] : {};
  const name = typeof sku['name'] === 'string' ? sku['name'] : plan.sku.name;
  const tier =
    typeof sku['tier'] === 'string' ? sku['tier'] : (tiers[name.replace(/\d.*$/, '')] ?? plan.sku.tier);
  plan.sku = {
    name,
    tier: Object.values(tiers).find((known) => known.toLowerCase() === tier.toLowerCase()) ?? tier,
  };
  const properties = isRecord(body['properties']) ? body['properties'] : {};
  for (const flag of ['reserved', 'isXenon', 'hyperV'] as const) {
    const value = properties[flag];
    if (typeof value === 'boolean') plan[flag] = value;
  }
  if (isRecord(body['tags']))
    plan.tags = Object.fromEntries(Object.entries(body['tags']).map(([key, value]) => [key, String(value)]));
}

function sitesOn(context: SandboxContext, plan: Plan): number {
  return [...context.world.sites.values()].filter(({ planId }) => idKey(planId) === idKey(plan.id)).length;
}

/**
 * `functionapp` for Consumption plans, `elastic` for Premium ones (recorded for both operating systems),
 * otherwise by operating system.
 */
export function planKind({ sku, reserved }: Plan): string {
  if (sku.tier === 'Dynamic' || sku.tier === 'FlexConsumption') return 'functionapp';
  if (sku.tier === 'ElasticPremium') return 'elastic';
  return reserved ? 'linux' : 'app';
}
