import { invalidResourceType, locationRequired, methodNotAllowed } from '../arm/errors';
import { idKey } from '../arm/ids';
import { isRecord } from '../arm/json';
import { KeptResources } from '../arm/keptResources';
import { ArmError, type ArmCall, type ArmResource, type ResourceProvider } from '../arm/provider';
import { tagsOf } from '../arm/resourceGroups';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import { applyIdentity, deleteSystemPrincipal } from '../web/resources/identity';
import { identityBody, regionName } from '../web/resources/siteBody';
import { WebError } from '../web/resources/webError';
import type { ManagedServiceIdentity, OtherResource } from '../world/world';

const namespace = 'Microsoft.App';
const withKind = ['2026-01-01', '2025-10-02-preview', '2025-02-02-preview', '2024-10-02-preview'];
/** Those of azure-rest-api-specs that sources named here use. */
const apiVersions = [...withKind, '2025-07-01', '2025-01-01', '2024-03-01', '2023-05-01'].sort().reverse();

/** Inferred: how long a change takes. Clients must wait longer than for a site. */
const changeMs = 15_000;

/**
 * Microsoft.App/containerApps (ContainerApps.json 2026-01-01 of azure-rest-api-specs): list, GET, PUT, DELETE, and PATCH of
 * the identity and tags. Revisions, secrets' values, functions, and everything else that's below an app is refused. That
 * a PUT is done at once is inferred, and so is what an app without ingress and environment shows of them.
 */
export function createContainerApps(context: SandboxContext): ResourceProvider {
  return new ContainerApps(context);
}

/** A change that isn't finished. That the app shows the identity it had until then is inferred. */
interface Change {
  readonly until: number;
  readonly identity: ManagedServiceIdentity | undefined;
}

class ContainerApps extends KeptResources {
  private readonly changes = new Map<string, Change>();

  constructor(context: SandboxContext) {
    super(context, namespace, 'containerApps', apiVersions);
  }

  override handle(call: ArmCall): Promise<Answer> | Answer {
    if (!apiVersions.includes(call.apiVersion)) throw invalidResourceType(namespace, call, apiVersions);
    const answer = super.handle(call);
    return withKind.includes(call.apiVersion) ? answer : Promise.resolve(answer).then(withoutKinds);
  }

  override resources(): ArmResource[] {
    return this.all().map((app) => ({ ...this.shown(app), properties: this.properties(app) }));
  }

  override remove(id: string): void {
    const app = this.context.world.otherResources.get(idKey(id));
    if (app !== undefined) deleteSystemPrincipal(this.context, app);
    super.remove(id);
  }

  protected override async put(
    call: ArmCall,
    name: string,
    existing: OtherResource | undefined,
  ): Promise<Answer> {
    const body = await call.json();
    if (!isRecord(body) || typeof body['location'] !== 'string') throw locationRequired();
    const { kind = existing?.kind, managedBy } = body;
    const app: OtherResource = {
      // Lowercase, as in reports (microsoft/azure-container-apps#1174) and examples (ContainerApps_Kind_CreateOrUpdate).
      id: call.resourceId.replace(
        /\/providers\/[^/]+\/containerapps\//i,
        `/providers/${namespace}/containerapps/`,
      ),
      ...{ name, type: this.type, location: body['location'], tags: tagsOf(body['tags']) ?? {} },
      ...(typeof kind === 'string' ? { kind } : {}),
      ...(typeof managedBy === 'string' ? { managedBy } : {}),
      ...(existing?.identity ? { identity: existing.identity } : {}),
      properties: isRecord(body['properties']) ? body['properties'] : {},
    };
    this.applyIdentity(call, app, body['identity'], 'put');
    this.context.world.otherResources.set(idKey(app.id), app);
    return { status: existing === undefined ? 201 : 200, json: this.json(app) };
  }

  /** JSON Merge Patch; 202 with a Location (`ContainerApps_Update`). */
  protected override async onExisting(call: ArmCall, app: OtherResource): Promise<Answer> {
    if (call.method !== 'PATCH') throw methodNotAllowed(call.method);
    const body = await call.json();
    if (!isRecord(body) || body['properties'] !== undefined)
      throw new ArmError(
        400,
        'BadRequest',
        'The sandbox changes only the identity and tags of a container app.',
      );
    if (this.changeOf(app) !== undefined)
      // microsoft/azure-container-apps#1731; the code and the end of the text are inferred.
      throw new ArmError(
        409,
        'ContainerAppOperationInProgress',
        `Cannot modify a container app '${app.name}' because there is an active provisioning operation in progress.`,
      );
    const identity = app.identity;
    this.applyIdentity(call, app, body['identity'], 'patch');
    app.tags = tagsOf(body['tags']) ?? app.tags ?? {};
    this.changes.set(idKey(app.id), { until: this.context.clock.now() + changeMs, identity });
    const headers = call.operations.start({
      kind: 'location',
      parent: `/subscriptions/${call.subscriptionId ?? ''}/providers/${namespace}/locations/${app.location.toLowerCase().replaceAll(' ', '')}`,
      apiVersion: call.apiVersion,
      durationMs: changeMs,
      result: () => ({ status: 200, json: this.json(app) }),
    });
    return { status: 202, headers };
  }

  protected override json(app: OtherResource): object {
    return { ...this.shown(app), location: regionName(app.location), properties: this.properties(app) };
  }

  /** Identities behave like those of App Service (common-types v3), but errors have Resource Manager's form. */
  private applyIdentity(call: ArmCall, app: OtherResource, identity: unknown, mode: 'put' | 'patch'): void {
    try {
      applyIdentity(this.context, call, app, identity, mode);
    } catch (error) {
      throw error instanceof WebError ? new ArmError(error.status, error.code, error.message) : error;
    }
  }

  private changeOf({ id }: OtherResource): Change | undefined {
    const change = this.changes.get(idKey(id));
    return change && this.context.clock.now() < change.until ? change : undefined;
  }

  private shown(app: OtherResource): OtherResource {
    const change = this.changeOf(app);
    const identity = identityBody(change ? change.identity : app.identity);
    // ManagedServiceIdentityType of common-types v3 has no space.
    const type = identity?.type.replace(', ', ',') ?? 'None';
    return { ...app, identity: { ...identity, type } as ManagedServiceIdentity };
  }

  private properties(app: OtherResource): Record<string, unknown> {
    const { name, properties } = app;
    const { configuration: given, environmentId, managedEnvironmentId } = properties;
    const configuration = isRecord(given) ? given : {};
    const { secrets, ingress } = configuration;
    const environment = environmentId ?? managedEnvironmentId ?? null;
    return {
      ...properties,
      provisioningState: this.changeOf(app) ? 'InProgress' : 'Succeeded',
      runningStatus: 'Running',
      ...{ environmentId: environment, managedEnvironmentId: environment },
      configuration: {
        ...configuration,
        ...(Array.isArray(secrets) ? { secrets: secrets.map(withoutValue) } : {}),
        ingress: isRecord(ingress) ? { fqdn: `${name}.containerapps.localhost`, ...ingress } : null,
      },
      outboundIpAddresses: ['127.0.0.1'],
    };
  }
}

/** Only listSecrets returns values. */
function withoutValue(secret: unknown): unknown {
  if (!isRecord(secret)) return secret;
  const { value: _value, ...rest } = secret;
  return rest;
}

/** Versions up to 2025-07-01 have no `kind` (azure-rest-api-specs). */
function withoutKinds(answer: Answer): Answer {
  if (!isRecord(answer.json)) return answer;
  const { value } = answer.json;
  return {
    ...answer,
    json: Array.isArray(value)
      ? { ...answer.json, value: value.map(withoutKindOf) }
      : withoutKindOf(answer.json),
  };
}

function withoutKindOf(app: unknown): unknown {
  if (!isRecord(app)) return app;
  const { kind: _kind, ...rest } = app;
  return rest;
}
