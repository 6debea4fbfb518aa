import { invalidResourceType, methodNotAllowed } from '../arm/errors';
import { idKey, isAtOrBelow } from '../arm/ids';
import { isRecord } from '../arm/json';
import { pageOf } from '../arm/paging';
import { resourceNotFound, type ArmCall, type ArmResource, type ResourceProvider } from '../arm/provider';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import type { Site } from '../world/world';
import type { Apps } from './apps';
import { answerConfig } from './resources/config';
import { answerFunctions, answerHost, answerHostRuntime, syncTriggers } from './resources/functions';
import { answerPlan, planBody, planKind, skuBody } from './resources/plans';
import { answerPublishingPolicies, publishProfiles } from './resources/publishing';
import { identityBody, siteBody, siteETag, siteProperties } from './resources/siteBody';
import { functionAppStacks, geoRegions } from './resources/stacks';
import { deleteSite, isNameTaken, patchSite, putSite } from './resources/siteWrites';
import { WebError } from './resources/webError';
import { answerWorkflows } from './resources/workflows';

const namespace = 'Microsoft.Web';
const apiVersions = [
  '2025-05-01',
  '2024-11-01',
  '2024-04-01',
  '2023-12-01',
  '2023-01-01',
  '2022-09-01',
  '2022-03-01',
  '2021-03-01',
  '2020-12-01',
  '2020-06-01',
  '2019-08-01',
  '2018-11-01',
  '2018-02-01',
  '2016-08-01',
];
const pageSize = 200;

/**
 * The resource provider Microsoft.Web: function apps, their slots and configuration, and App Service plans.
 */
export function createWebProvider(context: SandboxContext, apps: Apps): ResourceProvider {
  return new WebProvider(context, apps);
}

class WebProvider implements ResourceProvider {
  readonly namespace = namespace;
  readonly resourceTypes = ['sites', 'sites/slots', 'sites/config', 'sites/functions', 'serverFarms'].map(
    (resourceType) => ({ resourceType, apiVersions }),
  );

  constructor(
    private readonly context: SandboxContext,
    private readonly apps: Apps,
  ) {}

  async handle(call: ArmCall): Promise<Answer> {
    try {
      return await this.route(call);
    } catch (error) {
      if (error instanceof WebError) return error.toAnswer();
      throw error;
    }
  }

  resources(): ArmResource[] {
    const { context } = this;
    const { sites, plans } = context.world;
    const ofSite = (site: Site): ArmResource => {
      const identity = identityBody(site.identity);
      const { id, name, type, location, tags, kind } = site;
      return {
        id,
        name,
        type,
        location,
        tags: tags ?? {},
        kind,
        ...(identity === undefined ? {} : { identity }),
        get properties() {
          return siteProperties(context, site);
        },
      };
    };
    const ofPlans = [...plans.values()].map((plan): ArmResource => {
      return {
        ...plan,
        tags: plan.tags ?? {},
        kind: planKind(plan),
        sku: skuBody(plan),
        get properties() {
          return (planBody(context, plan) as { properties: Record<string, unknown> }).properties;
        },
      };
    });
    return [...[...sites.values()].map(ofSite), ...ofPlans];
  }

  async remove(id: string): Promise<void> {
    const site = this.context.world.sites.get(idKey(id));
    if (site !== undefined) await deleteSite(this.apps, site, false);
    this.context.world.plans.delete(idKey(id));
  }

  private async route(call: ArmCall): Promise<Answer> {
    const [type = '', name, ...rest] = call.rest;
    switch (type.toLowerCase()) {
      case 'sites':
        return name === undefined
          ? this.listSites(call, 'Microsoft.Web/sites')
          : this.onSite(call, name, rest);
      case 'serverfarms':
        return name === undefined ? this.listPlans(call) : answerPlan(this.context, call, name, rest);
      case 'checknameavailability':
        return this.checkName(call);
      case 'functionappstacks':
        return functionAppStacks(call, this.context.clock.now());
      case 'locations':
        if (rest[0]?.toLowerCase() !== 'functionappstacks' || rest.length > 1)
          throw invalidResourceType(namespace, call, apiVersions);
        return functionAppStacks(call, this.context.clock.now(), name);
      case 'georegions':
        return geoRegions(call);
      default:
        throw invalidResourceType(namespace, call, apiVersions);
    }
  }

  private listSites(call: ArmCall, type: Site['type'], parentId = call.scope): Answer {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    const includeSlots = call.query.get('includeSlots')?.toLowerCase() === 'true';
    const sites = [...this.context.world.sites.values()].filter(
      (site) =>
        isAtOrBelow(site.id, parentId) &&
        (site.type === type || includeSlots) &&
        call.mayDo(`${site.type}/read`, site.id),
    );
    const bodies = sites.map((site) => () => siteBody(this.context, site));
    const { value, nextLink } = pageOf(call, this.context.endpoints.resourceManager, bodies, pageSize);
    return {
      status: 200,
      json: { value: value.map((build) => build()), nextLink: nextLink ?? null, id: null },
    };
  }

  private listPlans(call: ArmCall): Answer {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    const plans = [...this.context.world.plans.values()].filter(
      (plan) => isAtOrBelow(plan.id, call.scope) && call.mayDo('Microsoft.Web/serverfarms/read', plan.id),
    );
    return {
      status: 200,
      json: { value: plans.map((plan) => planBody(this.context, plan)), nextLink: null, id: null },
    };
  }

  private async checkName(call: ArmCall): Promise<Answer> {
    if (call.method !== 'POST') throw methodNotAllowed(call.method);
    const body = await call.json();
    const name = isRecord(body) && typeof body['name'] === 'string' ? body['name'] : '';
    const taken = isNameTaken(this.context, name);
    const message = taken ? `Hostname '${name}' already exists. Please select a different name.` : '';
    return { status: 200, json: { nameAvailable: !taken, reason: taken ? 'AlreadyExists' : '', message } };
  }

  private async onSite(call: ArmCall, app: string, rest: string[]): Promise<Answer> {
    const isSlot = rest[0]?.toLowerCase() === 'slots';
    const parentId = `${call.scope}/providers/${namespace}/sites/${app}`;
    const slot = isSlot ? rest[1] : undefined;
    if (isSlot && slot === undefined) {
      this.existing(parentId, app, call);
      return this.listSites(call, 'Microsoft.Web/sites/slots', parentId);
    }
    if (slot !== undefined) this.existing(parentId, app, call);
    const id = slot === undefined ? parentId : `${parentId}/slots/${slot}`;
    const name = slot === undefined ? app : `${app}/${slot}`;
    const more = slot === undefined ? rest : rest.slice(2);
    if (more.length === 0) return this.onSiteItself(call, id, name);
    const site = this.existing(id, slot === undefined ? app : `${app}/slots/${slot}`, call);
    return this.onPart(call, site, more);
  }

  private async onSiteItself(call: ArmCall, id: string, name: string): Promise<Answer> {
    const shown = name.replace('/', '/slots/');
    switch (call.method) {
      case 'GET':
        return this.answerSite(this.existing(id, shown, call));
      case 'PUT':
        return this.answerSite(await putSite(this.apps, call, name, await call.json()));
      case 'PATCH': {
        const site = this.existing(id, shown, call);
        await patchSite(this.apps, call, site, await call.json());
        return this.answerSite(site);
      }
      case 'DELETE': {
        const site = this.context.world.sites.get(idKey(id));
        if (site === undefined) return { status: 204 };
        await deleteSite(this.apps, site, call.query.get('deleteEmptyServerFarm')?.toLowerCase() !== 'false');
        return { status: 200 };
      }
      default:
        throw methodNotAllowed(call.method);
    }
  }

  private async onPart(call: ArmCall, site: Site, [part = '', ...rest]: string[]): Promise<Answer> {
    switch (part.toLowerCase()) {
      case 'config':
        return answerConfig(this.apps, call, site, rest);
      case 'basicpublishingcredentialspolicies':
        return answerPublishingPolicies(call, site, rest);
      case 'functions':
        return answerFunctions(this.apps, call, site, rest);
      case 'workflows':
        return answerWorkflows(call, site, rest);
      case 'host':
        return answerHost(this.apps, call, site, rest);
      case 'hostruntime':
        return answerHostRuntime(this.apps, call, site, rest);
    }
    if (call.method !== 'POST' || rest.length > 0) throw invalidResourceType(namespace, call, apiVersions);
    switch (part.toLowerCase()) {
      case 'start':
        return this.setState(site, 'Running');
      case 'stop':
        return this.setState(site, 'Stopped');
      case 'restart':
        await this.apps.restart(site);
        return { status: 200, headers: { etag: siteETag(site) } };
      case 'syncfunctiontriggers':
        return syncTriggers(this.apps, site);
      case 'publishxml':
        return publishProfiles(this.apps, site);
      default:
        throw invalidResourceType(namespace, call, apiVersions);
    }
  }

  private async setState(site: Site, state: Site['state']): Promise<Answer> {
    site.state = state;
    site.lastModified = this.context.clock.now();
    if (state === 'Stopped') await this.apps.restart(site);
    return { status: 200, headers: { etag: siteETag(site) } };
  }

  private answerSite(site: Site): Answer {
    return { status: 200, headers: { etag: siteETag(site) }, json: siteBody(this.context, site) };
  }

  private existing(id: string, name: string, call: ArmCall): Site {
    const site = this.context.world.sites.get(idKey(id));
    if (site === undefined) throw resourceNotFound('Microsoft.Web/sites', name, call.resourceGroup ?? '');
    return site;
  }
}
