import { randomUUID } from 'node:crypto';
import { idKey } from '../arm/ids';
import { locationRequired } from '../arm/errors';
import { isRecord } from '../arm/json';
import { KeptResources } from '../arm/keptResources';
import { ArmError, type ArmCall, type ArmResource, type ResourceProvider } from '../arm/provider';
import { tagsOf } from '../arm/resourceGroups';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import type { OtherResource } from '../world/world';

const namespace = 'Microsoft.OperationalInsights';
const type = `${namespace}/workspaces`;
const apiVersions = [
  '2025-02-01',
  '2023-09-01',
  '2022-10-01',
  '2021-12-01-preview',
  '2021-06-01',
  '2020-08-01',
];
/** How long a new workspace reports `Creating`. */
const creationMs = 1500;

/**
 * Microsoft.OperationalInsights/workspaces: Log Analytics workspaces, as the models of the official client
 * describe them. They store no data. The real service keeps a deleted workspace for 14 days, and recreating
 * it recovers it.
 */
export function createWorkspaces(context: SandboxContext): ResourceProvider {
  return new Workspaces(context);
}

class Workspaces extends KeptResources {
  /** When workspaces that are being created are ready, by ID. */
  private readonly readyAt = new Map<string, number>();

  constructor(context: SandboxContext) {
    super(context, namespace, 'workspaces', apiVersions);
  }

  override resources(): ArmResource[] {
    return this.all().map((workspace) => ({ ...workspace, properties: this.propertiesOf(workspace) }));
  }

  /**
   * 201 with the state `Creating` for a new workspace; clients read it again until it's `Succeeded`.
   * Inferred.
   */
  protected async put(call: ArmCall, name: string, existing: OtherResource | undefined): Promise<Answer> {
    const body = await call.json();
    if (!isRecord(body) || typeof body['location'] !== 'string') throw locationRequired();
    if (!/^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/.test(name))
      throw new ArmError(400, 'InvalidParameter', `The workspace name '${name}' is not valid.`);
    const now = this.context.clock.now();
    const given = isRecord(body['properties']) ? body['properties'] : {};
    const sku =
      isRecord(given['sku']) && typeof given['sku']['name'] === 'string' ? given['sku']['name'] : '';
    const at = new Date(now).toISOString().replace('Z', '0000Z');
    const workspace: OtherResource = {
      ...{ id: call.resourceId, name, type },
      location: body['location'].toLowerCase().replaceAll(' ', ''),
      tags: tagsOf(body['tags']) ?? {},
      properties: {
        ...(existing?.properties ?? { customerId: randomUUID(), createdDate: at }),
        sku: { name: sku || 'PerGB2018', lastSkuUpdate: at },
        retentionInDays: given['retentionInDays'] ?? existing?.properties['retentionInDays'] ?? 30,
        modifiedDate: at,
      },
    };
    this.context.world.otherResources.set(idKey(workspace.id), workspace);
    if (existing === undefined) this.readyAt.set(idKey(workspace.id), now + creationMs);
    return { status: existing === undefined ? 201 : 200, json: this.json(workspace) };
  }

  protected json(workspace: OtherResource): object {
    const { id, name, location, tags } = workspace;
    return { properties: this.propertiesOf(workspace), id, name, type, location, tags: tags ?? {} };
  }

  private propertiesOf({ id, properties }: OtherResource): Record<string, unknown> {
    const now = this.context.clock.now();
    const midnight = new Date(now);
    midnight.setUTCHours(24, 0, 0, 0);
    return {
      ...properties,
      provisioningState: now < (this.readyAt.get(idKey(id)) ?? 0) ? 'Creating' : 'Succeeded',
      features: { legacy: 0, searchVersion: 1, enableLogAccessUsingOnlyResourcePermissions: true },
      workspaceCapping: {
        dailyQuotaGb: -1,
        quotaNextResetTime: midnight.toISOString(),
        dataIngestionStatus: 'RespectQuota',
      },
      ...{ publicNetworkAccessForIngestion: 'Enabled', publicNetworkAccessForQuery: 'Enabled' },
    };
  }
}
