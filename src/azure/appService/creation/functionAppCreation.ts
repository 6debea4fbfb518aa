import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import { sameId } from '../../core/armId';
import { apiVersions } from '../../core/apiVersions';
import type { Connection } from '../../core/connection';
import { AzureError } from '../../core/errors';
import type { FunctionAppShape, ServiceUris, StorageAccess } from './functionAppBody';
import {
  componentBody,
  deploymentContainer,
  functionAppBody,
  planBody,
  reachesStorageByIdentity,
  serviceUrisOf,
  storageBody,
  workspaceBody,
} from './functionAppBody';
import { objectOf, stringOf } from '../../core/json';
import type { FunctionApp } from '../../core/model';
import { whyNameIsTaken } from '../../resources/nameChecks';
import { isThere } from '../../resources/operationEnd';
import { callResourceManager } from '../../core/request';
import { deleteResource, getResourceJson, putResource } from '../../resources/resources';
import { listServiceKeys } from '../../resources/serviceKeys';
import { hidingInErrors } from '../../core/secrets/hiding';
import { secretsIn } from '../../core/secrets/inFlight';
import type { WrittenRoleAssignment } from '../../directory/roles';
import { createRoleAssignment, roleDefinitionIdOf } from '../../directory/roles';
import { getFunctionApp } from '../sites';

/** Contains only names and IDs, so it can be stored. */
export interface NewFunctionApp extends FunctionAppShape {
  readonly subscriptionId: string;
  /** Name of an existing resource group. */
  readonly resourceGroup: string;
  readonly storageName: string;
  /** ARM ID of an existing storage account. If absent, one with `storageName` is created. */
  readonly storageId?: string;
  /** ARM ID of an existing plan. If absent, one is created. */
  readonly planId?: string;
  /** Absent if the app doesn't use Application Insights. */
  readonly insights?: {
    /** ARM ID of an existing Log Analytics workspace. If absent, one is created. */
    readonly workspaceId?: string;
  };
}

/** A resource or role assignment that was created for an app. */
export type CreatedPart = (
  | { readonly kind: 'storage' | 'container' | 'plan' | 'workspace' | 'component' }
  | { readonly kind: 'app'; readonly serviceUris?: ServiceUris }
  | ({
      readonly kind: 'role';
      readonly scope: string;
      readonly principalId: string;
      readonly roleId: string;
    } & Pick<WrittenRoleAssignment, 'delegatedIdentityId'>)
) & { readonly id: string };

/** Reports progress while an app is created. */
export interface CreationReport {
  /** Called before a part is created. `id` is absent for a role assignment, whose name isn't known yet. */
  next(kind: CreatedPart['kind'], id?: string): Promise<void> | void;
  made(made: CreatedPart): Promise<void> | void;
}

/** Storage Blob Data Owner, the role that the Functions host requires on its storage account. */
const blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';

/** ARM IDs of all parts of a new app. `plan` is absent if the service creates it. */
export function partsOf(app: NewFunctionApp) {
  const { subscriptionId, resourceGroup, name, storageName, insights } = app;
  const providers = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers`;
  const newPlan = planBody(app) && `${providers}/Microsoft.Web/serverfarms/${name}-plan`;
  return {
    storage: app.storageId ?? `${providers}/Microsoft.Storage/storageAccounts/${storageName}`,
    plan: app.planId ?? newPlan,
    workspace:
      insights &&
      (insights.workspaceId ??
        `${providers}/Microsoft.OperationalInsights/workspaces/${workspaceName(name)}`),
    component: insights && `${providers}/Microsoft.Insights/components/${name}`,
    app: `${providers}/Microsoft.Web/sites/${name}`,
  };
}

/** The name of the workspace that is created for an app. */
export function workspaceName(appName: string): string {
  return `${appName}-logs`;
}

/**
 * Creates a function app with a system-assigned identity: the storage account, the plan, Application Insights with its
 * workspace, the app itself and, if the plan supports it, the role that lets the app access its storage account without
 * a key in its settings. If a step fails, the parts that were created before it stay and have been passed to `report`.
 * @param before IDs of the parts that an earlier call created, so that this call resumes it
 * @throws AzureError, with the code `NameTaken` if a name is in use, before anything is created
 */
export async function createFunctionApp(
  c: Connection,
  wanted: NewFunctionApp,
  report: CreationReport,
  signal?: AbortSignal,
  before: readonly string[] = [],
): Promise<FunctionApp> {
  const ids = partsOf(wanted);
  const { location } = wanted;
  const there = await findExistingParts(c, wanted, before, signal);
  const put = async (
    made: Exclude<CreatedPart, { readonly kind: 'role' | 'container' }>,
    body: Parameters<typeof putResource>[2],
  ) => {
    if (there.has(made.id)) return;
    await report.next(made.kind, made.id);
    await putResource(c, made.id, body, signal);
    await report.made(made);
  };

  await put(
    { kind: 'storage', id: ids.storage },
    storageBody(location, reachesStorageByIdentity(wanted.plan)),
  );
  if (wanted.plan === 'flex') await makeContainer(c, wanted, report, signal);
  const { plan, workspace, component } = ids;
  const newPlan = planBody(wanted);
  if (plan && newPlan) await put({ kind: 'plan', id: plan }, newPlan);
  if (workspace && component) {
    await put({ kind: 'workspace', id: workspace }, workspaceBody(location));
    await put({ kind: 'component', id: component }, componentBody(location, workspace));
  }
  const storage = await accessTo(c, ids.storage, wanted, signal);
  const access = {
    storage,
    ...(component ? { insights: await connectionStringOf(c, component, signal) } : {}),
  };
  const { serviceUris } = storage;
  const body = functionAppBody(wanted, plan, access);
  return await hidingInErrors(secretsIn(body), async () => {
    await put({ kind: 'app', id: ids.app, ...(serviceUris ? { serviceUris } : {}) }, body);
    const app = await getFunctionApp(c, ids.app, signal);
    if (reachesStorageByIdentity(wanted.plan)) {
      await report.next('role');
      await assignStorageRole(c, app, ids.storage, report, signal);
    }
    return app;
  });
}

/**
 * Deletes a part that {@link createFunctionApp} created. The app's plan is deleted only if the service created it with
 * the app, because a plan that existed before isn't ours to delete, even if it's empty. @throws AzureError
 */
export async function deleteCreatedPart(
  c: Connection,
  { plan, planId }: Pick<NewFunctionApp, 'plan' | 'planId'>,
  id: string,
  signal?: AbortSignal,
): Promise<void> {
  if (!/\/Microsoft\.Web\/sites\/[^/]+$/i.test(id)) return deleteResource(c, id, signal);
  const withPlan = plan === 'consumption' && planId === undefined;
  const query = { deleteEmptyServerFarm: String(withPlan) };
  await callResourceManager(c, { method: 'DELETE', path: id, apiVersion: apiVersions.web, query, signal });
}

/**
 * IDs of the parts that don't have to be created, because they existed before or an earlier call created them.
 * @throws AzureError with the code `NameTaken` if a PUT would overwrite something
 */
async function findExistingParts(
  c: Connection,
  wanted: NewFunctionApp,
  before: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Set<string>> {
  const { subscriptionId, name, storageName } = wanted;
  const { app, storage, ...others } = partsOf(wanted);
  const given = [wanted.storageId, wanted.planId, wanted.insights?.workspaceId];
  const there = new Set<string>();
  for (const id of [app, storage, ...Object.values(others)]) {
    if (id === undefined) continue;
    const isOurs = given.includes(id) || before.some((made) => sameId(made, id));
    if (isOurs && (given.includes(id) || (await isThere(c, id, signal)))) there.add(id);
    else if (id === app) await requireFree(c, subscriptionId, 'functionApp', name, signal);
    else if (id === storage) await requireFree(c, subscriptionId, 'storageAccount', storageName, signal);
    else if (await isThere(c, id, signal))
      throw new AzureError(
        l10n.t('The resource group already contains {0}.', id.split('/').slice(-2).join('/')),
        {
          code: 'NameTaken',
        },
      );
  }
  return there;
}

async function requireFree(
  c: Connection,
  subscriptionId: string,
  kind: 'functionApp' | 'storageAccount',
  name: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const taken = await whyNameIsTaken(c, subscriptionId, kind, name, signal);
  if (taken !== undefined) throw new AzureError(taken, { code: 'NameTaken' });
}

/** Creates the container for the app's package. Reports it only in an existing account, since a new one is deleted with it. */
async function makeContainer(
  c: Connection,
  wanted: NewFunctionApp,
  report: CreationReport,
  signal: AbortSignal | undefined,
): Promise<void> {
  const id = `${partsOf(wanted).storage}/blobServices/default/containers/${deploymentContainer(wanted.name)}`;
  const call = { path: id, apiVersion: apiVersions.storage, signal };
  const { status } = await callResourceManager(c, { ...call, method: 'PUT', body: {} });
  if (status === 201 && wanted.storageId !== undefined) await report.made({ kind: 'container', id });
}

async function accessTo(
  c: Connection,
  storageId: string,
  { name, plan, storageName }: NewFunctionApp,
  signal: AbortSignal | undefined,
): Promise<StorageAccess> {
  const { properties } = objectOf(await getResourceJson(c, storageId, signal));
  const endpoints = objectOf(objectOf(properties)['primaryEndpoints']);
  const [blob, queue, table] = ['blob', 'queue', 'table'].map((service) => stringOf(endpoints[service]));
  const blobEndpoint = blob ?? '';
  const access = { accountName: storageName, blobEndpoint };
  if (reachesStorageByIdentity(plan)) {
    const serviceUris = serviceUrisOf(storageName, {
      ...{ blob: blobEndpoint, ...(queue === undefined ? {} : { queue }) },
      ...(table === undefined ? {} : { table }),
    });
    return { ...access, ...(serviceUris ? { serviceUris } : {}) };
  }
  const [key] = (await listServiceKeys(c, storageId, signal)).values();
  if (key === undefined || blobEndpoint === '')
    throw new AzureError(l10n.t("The storage account didn't return a key."), { code: 'BadAnswer' });
  const suffix = new URL(blobEndpoint).hostname.split('.blob.')[1] ?? '';
  const connectionString = `DefaultEndpointsProtocol=https;EndpointSuffix=${suffix};AccountName=${storageName};AccountKey=${key}`;
  const contentShare = `${name.toLowerCase().slice(0, 50)}${randomBytes(4).toString('hex')}`;
  return { ...access, connectionString, contentShare };
}

async function connectionStringOf(
  c: Connection,
  componentId: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { properties } = objectOf(await getResourceJson(c, componentId, signal));
  const connectionString = stringOf(objectOf(properties)['ConnectionString']);
  if (connectionString !== undefined) return connectionString;
  throw new AzureError(l10n.t("Application Insights didn't return a connection string."), {
    code: 'BadAnswer',
  });
}

async function assignStorageRole(
  c: Connection,
  app: FunctionApp,
  scope: string,
  report: CreationReport,
  signal: AbortSignal | undefined,
): Promise<void> {
  const principalId = app.identity.systemAssigned?.principalId ?? '';
  const roleId = roleDefinitionIdOf(app.subscriptionId, blobDataOwner);
  const { assignment, created, ...delegated } = await createRoleAssignment(
    c,
    { scope, principalId, roleDefinitionId: roleId, identityId: app.id },
    signal,
  );
  if (created)
    await report.made({ kind: 'role', id: assignment.id, scope, principalId, roleId, ...delegated });
}
