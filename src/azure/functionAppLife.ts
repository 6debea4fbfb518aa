import * as l10n from '@vscode/l10n';
import type { Connection } from './connection';
import { AzureError } from './errors';
import type { FunctionAppShape, StorageAccess } from './functionAppBody';
import { deploymentContainer, functionAppBody, planBody, reachesStorageByIdentity } from './functionAppBody';
import { objectOf, listOf, stringOf } from './json';
import type { FunctionApp } from './model';
import { whyNameIsTaken } from './nameChecks';
import { callResourceManager } from './request';
import { getResourceJson, putResource } from './resources';
import { createRoleAssignment } from './roles';
import { getFunctionApp } from './sites';
import { apiVersions } from './apiVersions';

export interface NewFunctionApp extends FunctionAppShape {
  readonly subscriptionId: string;
  /** That is there. */
  readonly resourceGroup: string;
  /** Of the storage account to make. */
  readonly storageName: string;
}

/** A resource, or an assignment, that now exists. */
export type Made = (
  | { readonly kind: 'storage' | 'plan' | 'app' }
  | { readonly kind: 'role'; readonly scope: string; readonly principalId: string; readonly roleId: string }
) & { readonly id: string };

/** What is told while an app is made. */
export interface CreationReport {
  /** What is made next. */
  next(kind: Made['kind']): void;
  made(made: Made): void;
}

/** Storage Blob Data Owner, which a function host asks for on its storage account. */
const blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';

/**
 * Makes a function app with its identity on: storage account, plan, the app itself, and where the plan allows it the
 * role by which the app reaches its storage account, so that no key is in its settings. What is made stays when a later
 * step fails: `report` was told of it.
 * @throws AzureError, with the code `NameTaken` before anything is made where the app's or the account's name is not free
 */
export async function createFunctionApp(
  c: Connection,
  wanted: NewFunctionApp,
  report: CreationReport,
  signal?: AbortSignal,
): Promise<FunctionApp> {
  const { subscriptionId, resourceGroup, name, storageName, location } = wanted;
  // A PUT would write over an app of the group, settings and all.
  await requireFree(c, subscriptionId, 'functionApp', name, signal);
  await requireFree(c, subscriptionId, 'storageAccount', storageName, signal);
  const providers = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers`;
  const put = async (
    kind: 'storage' | 'plan' | 'app',
    id: string,
    body: Parameters<typeof putResource>[2],
  ) => {
    report.next(kind);
    await putResource(c, id, body, signal);
    report.made({ kind, id });
  };

  const storageId = `${providers}/Microsoft.Storage/storageAccounts/${storageName}`;
  const properties = { minimumTlsVersion: 'TLS1_2', allowBlobPublicAccess: false };
  await put('storage', storageId, {
    ...{ location, kind: 'StorageV2', sku: { name: 'Standard_LRS' }, properties },
  });
  const storage = await accessTo(c, storageId, wanted, signal);

  const plan = planBody(wanted);
  const planId = plan && `${providers}/Microsoft.Web/serverfarms/${name}-plan`;
  if (plan && planId) await put('plan', planId, plan);

  const appId = `${providers}/Microsoft.Web/sites/${name}`;
  await put('app', appId, functionAppBody(wanted, planId, storage));
  const app = await getFunctionApp(c, appId, signal);
  if (reachesStorageByIdentity(wanted.plan)) {
    report.next('role');
    report.made(await assignStorageRole(c, app, storageId, signal));
  }
  return app;
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

async function accessTo(
  c: Connection,
  storageId: string,
  { name, plan, storageName }: NewFunctionApp,
  signal: AbortSignal | undefined,
): Promise<StorageAccess> {
  const { properties } = objectOf(await getResourceJson(c, storageId, signal));
  const blobEndpoint = stringOf(objectOf(objectOf(properties)['primaryEndpoints'])['blob']) ?? '';
  const access = { accountName: storageName, blobEndpoint };
  const call = { apiVersion: apiVersions.storage, signal };
  if (plan === 'flex') {
    const path = `${storageId}/blobServices/default/containers/${deploymentContainer(name)}`;
    await callResourceManager(c, { ...call, method: 'PUT', path, body: {} });
  }
  if (reachesStorageByIdentity(plan)) return access;
  const { body } = await callResourceManager(c, { ...call, method: 'POST', path: `${storageId}/listKeys` });
  const key = stringOf(objectOf(listOf(objectOf(body)['keys'])[0])['value']);
  if (key === undefined || blobEndpoint === '')
    throw new AzureError(l10n.t('The storage account told no key.'), { code: 'BadAnswer' });
  const suffix = new URL(blobEndpoint).hostname.split('.blob.')[1] ?? '';
  const connectionString = `DefaultEndpointsProtocol=https;EndpointSuffix=${suffix};AccountName=${storageName};AccountKey=${key}`;
  return { ...access, connectionString };
}

async function assignStorageRole(
  c: Connection,
  app: FunctionApp,
  scope: string,
  signal: AbortSignal | undefined,
): Promise<Made> {
  const principalId = app.identity.systemAssigned?.principalId ?? '';
  const roleId = `/subscriptions/${app.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${blobDataOwner}`;
  const { assignment } = await createRoleAssignment(
    c,
    { scope, principalId, roleDefinitionId: roleId },
    signal,
  );
  return { kind: 'role', id: assignment.id, scope, principalId, roleId };
}
