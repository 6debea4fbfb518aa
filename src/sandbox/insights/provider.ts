import { createHash, randomUUID } from 'node:crypto';
import { locationRequired, methodNotAllowed } from '../arm/errors';
import { idKey, parseArmId } from '../arm/ids';
import { isRecord } from '../arm/json';
import { KeptResources } from '../arm/keptResources';
import { ArmError, type ArmCall, type ResourceProvider } from '../arm/provider';
import { tagsOf } from '../arm/resourceGroups';
import type { SandboxContext } from '../context';
import { answerMetrics } from './metrics';
import type { Answer } from '../server/http';
import type { OtherResource } from '../world/world';

const namespace = 'Microsoft.Insights';
/** Recorded in lowercase, also in IDs, no matter how the request spells it. */
const type = 'microsoft.insights/components';
const apiVersions = ['2020-02-02', '2020-02-02-preview', '2018-05-01-preview', '2015-05-01'];

/**
 * Microsoft.Insights/components: Application Insights (components_API.json of azure-rest-api-specs, and a
 * recording).
 */
export function createComponents(context: SandboxContext): ResourceProvider {
  return new Components(context);
}

class Components extends KeptResources {
  constructor(context: SandboxContext) {
    super(context, namespace, 'components', apiVersions);
  }

  override handle(call: ArmCall): Promise<Answer> | Answer {
    const [collection = '', ...more] = call.rest;
    if (collection.toLowerCase() !== 'metrics' || more.length > 0) return super.handle(call);
    return answerMetrics(this.context, call);
  }

  protected override async onExisting(call: ArmCall, existing: OtherResource): Promise<Answer> {
    if (call.method !== 'PATCH') throw methodNotAllowed(call.method);
    const body = await call.json();
    const tags = isRecord(body) ? tagsOf(body['tags']) : undefined;
    if (tags !== undefined) existing.tags = tags;
    return { status: 200, json: this.json(existing) };
  }

  /** Recorded: 200 for a new component. */
  protected async put(call: ArmCall, name: string, existing: OtherResource | undefined): Promise<Answer> {
    const body = await call.json();
    if (!isRecord(body) || typeof body['location'] !== 'string') throw locationRequired();
    const given = isRecord(body['properties']) ? body['properties'] : {};
    const workspace = given['WorkspaceResourceId'];
    this.checkWorkspace(workspace);
    const location = body['location'].toLowerCase().replaceAll(' ', '');
    const component: OtherResource = {
      id: call.resourceId.replace(/\/providers\/[^/]+\/components\//i, `/providers/${type}/`),
      ...{ name, type, location },
      tags: tagsOf(body['tags']) ?? {},
      kind: typeof body['kind'] === 'string' ? body['kind'] : 'web',
      properties: {
        ...(existing?.properties ?? this.keysOf(location)),
        Application_Type: given['Application_Type'] ?? 'web',
        ...(typeof workspace === 'string' ? { WorkspaceResourceId: workspace } : {}),
      },
    };
    this.context.world.otherResources.set(idKey(component.id), component);
    return { status: 200, json: this.json(component) };
  }

  /** The code and the text are inferred. */
  private checkWorkspace(id: unknown): void {
    if (id === undefined || (typeof id === 'string' && this.context.world.otherResources.has(idKey(id))))
      return;
    throw new ArmError(
      400,
      'BadRequest',
      `Workspace with ResourceId '${typeof id === 'string' ? id : ''}' was not found.`,
    );
  }

  private keysOf(location: string): Record<string, unknown> {
    const [key, appId] = [randomUUID(), randomUUID()];
    return {
      AppId: appId,
      InstrumentationKey: key,
      ConnectionString: `InstrumentationKey=${key};IngestionEndpoint=https://${location}-1.in.applicationinsights.azure.com/;LiveEndpoint=https://${location}.livediagnostics.monitor.azure.com/;ApplicationId=${appId}`,
      CreationDate: new Date(this.context.clock.now()).toISOString().replace('Z', '0000+00:00'),
    };
  }

  protected json({ id, name, location, tags, kind = 'web', properties }: OtherResource): object {
    const subscription = parseArmId(id)?.subscriptionId ?? '';
    const workspace = properties['WorkspaceResourceId'];
    return {
      ...{ id, name, type, location, tags: tags ?? {}, kind },
      etag: `"${createHash('sha256')
        .update(JSON.stringify([properties, tags]))
        .digest('hex')
        .slice(0, 32)}"`,
      properties: {
        ApplicationId: name,
        ...{ Application_Type: 'web', Flow_Type: null, Request_Source: null },
        ...{ Name: name, TenantId: subscription, provisioningState: 'Succeeded' },
        ...{ SamplingPercentage: null, RetentionInDays: 90 },
        ...properties,
        // A classic component, from before workspaces, stores its data itself.
        IngestionMode: workspace === undefined ? 'ApplicationInsights' : 'LogAnalytics',
        ...{ publicNetworkAccessForIngestion: 'Enabled', publicNetworkAccessForQuery: 'Enabled' },
        Ver: 'v2',
      },
    };
  }
}
