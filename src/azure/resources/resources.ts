import type { GenericResource } from '@azure/arm-resources';
import type { ResourceManagementContext } from '@azure/arm-resources/api';
import { createResourceManagement } from '@azure/arm-resources/api';
import { createOrUpdateById, deleteById } from '@azure/arm-resources/api/resources';
import * as l10n from '@vscode/l10n';
import { encodePath, parseResourceId, partsOfId, sameId } from '../core/armId';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { JsonObject } from '../core/json';
import { isObject, listOf, objectOf, stringMapOf, stringOf, stringsOf } from '../core/json';
import { untilOperationEnds } from '../core/limits/operation';
import { addErrors, resourceManagerPipeline } from '../core/pipeline';
import { callResourceManager, failureOf, listResourceManager, rowsOf } from '../core/request';
import { hidingInErrors } from '../core/secrets/hiding';
import { secretsIn } from '../core/secrets/inFlight';

export interface ResourceGroup {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** @throws AzureError */
export async function listResourceGroups(
  c: Connection,
  subscriptionId: string,
  signal?: AbortSignal,
): Promise<ResourceGroup[]> {
  const path = `/subscriptions/${subscriptionId}/resourcegroups`;
  const items = await listResourceManager(c, { path, apiVersion: apiVersions.resources, signal });
  return rowsOf(items, (item): ResourceGroup | undefined => {
    const id = stringOf(item['id']);
    const name = stringOf(item['name']);
    if (id === undefined || name === undefined) return undefined;
    return { id, name, location: stringOf(item['location']) ?? '', tags: stringMapOf(item['tags']) };
  });
}

export interface AnyResource {
  readonly id: string;
  readonly name: string;
  /** e.g. `Microsoft.Storage/storageAccounts`. */
  readonly type: string;
  readonly resourceGroup: string;
}

/** All resources of a subscription, sorted by name. @throws AzureError */
export async function listResources(
  c: Connection,
  subscriptionId: string,
  signal?: AbortSignal,
): Promise<AnyResource[]> {
  const path = `/subscriptions/${subscriptionId}/resources`;
  const items = await listResourceManager(c, { path, apiVersion: apiVersions.resources, signal });
  const resources = rowsOf(items, (item): AnyResource | undefined => {
    const id = stringOf(item['id']) ?? '';
    const place = partsOfId(id);
    return (
      place && {
        id,
        name: place.name,
        type: stringOf(item['type']) ?? '',
        resourceGroup: place.resourceGroup,
      }
    );
  });
  return resources.sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * The names of what Resource Manager lists below a resource.
 * @param path below the resource, e.g. `blobServices/default/containers`
 * @throws AzureError
 */
export async function listParts(
  c: Connection,
  id: string,
  path: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const { apiVersion } = await versionFor(c, id, signal);
  const items = await listResourceManager(c, { path: `${id}/${path}`, apiVersion, signal });
  return rowsOf(items, (item) => stringOf(item['name'])?.split('/').at(-1));
}

/** A resource's complete JSON, as Resource Manager returns it, for *View JSON*. @throws AzureError */
export async function getResourceJson(c: Connection, id: string, signal?: AbortSignal): Promise<JsonObject> {
  const { path, names } = splitFunctionId(id);
  const { apiVersion } = await versionFor(c, path, signal);
  const { body, status } = await callResourceManager(c, { method: 'GET', path, names, apiVersion, signal });
  if (isObject(body)) return body;
  throw notAResource(status);
}

/** A function's name may contain any character (dotnet-worker#777), unlike those of resources. */
function splitFunctionId(id: string): { readonly path: string; readonly names: readonly string[] } {
  const [, path, name] = /^(.*\/sites\/[^/]+(?:\/slots\/[^/]+)?)\/functions\/(.+)$/is.exec(id) ?? [];
  return path === undefined || name === undefined
    ? { path: id, names: [] }
    : { path, names: ['functions', name] };
}

/** Deletes a resource and waits until the deletion is complete. @throws AzureError, `OperationPending` */
export async function deleteResource(c: Connection, id: string, signal?: AbortSignal): Promise<void> {
  const { apiVersion, subscriptionId } = await versionFor(c, id, signal);
  await untilOperationEnds(c, id, signal, async (within) => {
    try {
      const poller = deleteById(contextOf(c, subscriptionId), relative(id), apiVersion, sdkOptions(within));
      await poller.pollUntilDone({ abortSignal: within });
    } catch (error) {
      throw sdkFailureOf(error, within);
    }
  });
}

/**
 * Creates or replaces a resource and waits until it is ready (Azure's async protocol: `Location`, `Azure-AsyncOperation`,
 * or the resource's `provisioningState`). Canceling stops the wait but not the operation.
 * @throws AzureError, `OperationPending`
 */
export async function putResource(
  c: Connection,
  id: string,
  resource: GenericResource,
  signal?: AbortSignal,
): Promise<void> {
  const { apiVersion, subscriptionId } = await versionFor(c, id, signal);
  const put = async (within: AbortSignal) => {
    try {
      const context = contextOf(c, subscriptionId);
      const poller = createOrUpdateById(context, relative(id), apiVersion, resource, sdkOptions(within));
      const { id: written } = await poller.pollUntilDone({ abortSignal: within });
      if (written === undefined) throw notAResource();
    } catch (error) {
      throw sdkFailureOf(error, within);
    }
  };
  await hidingInErrors(secretsIn(resource), () => untilOperationEnds(c, id, signal, put));
}

/** The SDK reads properties of whatever it's answered, so that `null` is a TypeError in its own words. */
function sdkFailureOf(error: unknown, signal: AbortSignal): Error {
  if (!(error instanceof TypeError)) return failureOf(error, signal);
  return notAResource();
}

function notAResource(status?: number): AzureError {
  return new AzureError(l10n.t("The response isn't a resource."), {
    code: 'BadAnswer',
    ...(status === undefined ? {} : { status }),
  });
}

/** The SDK's client on our own pipeline, so that it adds no policies of its own. */
function contextOf(c: Connection, subscriptionId: string): ResourceManagementContext {
  return createResourceManagement(c.credential, subscriptionId, {
    endpoint: c.cloud.resourceManager,
    httpClient: c.http,
    pipeline: addErrors(resourceManagerPipeline(c).clone()),
  });
}

function sdkOptions(signal: AbortSignal) {
  // The ID is already encoded segment by segment.
  return { requestOptions: { skipUrlEncoding: true }, abortSignal: signal };
}

function relative(id: string): string {
  return encodePath(id).slice(1);
}

const knownVersions: Readonly<Record<string, string>> = {
  '': apiVersions.resources,
  'microsoft.web': apiVersions.web,
  'microsoft.app': apiVersions.containerApps,
  'microsoft.keyvault': apiVersions.vaults,
  'microsoft.managedidentity': apiVersions.managedIdentity,
  'microsoft.authorization': apiVersions.authorization,
  'microsoft.storage': apiVersions.storage,
  'microsoft.insights': apiVersions.insightsComponents,
  'microsoft.operationalinsights': apiVersions.workspaces,
  'microsoft.documentdb/databaseaccounts': apiVersions.cosmos,
  'microsoft.cache/redis': apiVersions.redis,
};

/** The API version for a resource: ours, or for other types the newest stable version that the provider lists. */
async function versionFor(c: Connection, id: string, signal: AbortSignal | undefined) {
  const { subscriptionId, type, resourceGroup } = parseResourceId(id);
  const [namespace = '', ...types] = type.split('/');
  const known =
    type === '' && !resourceGroup
      ? apiVersions.subscriptions
      : (knownVersions[namespace.toLowerCase()] ??
        knownVersions[`${namespace}/${types[0] ?? ''}`.toLowerCase()]);
  if (known) return { subscriptionId, apiVersion: known };
  const path = `/subscriptions/${subscriptionId}/providers/${namespace}`;
  const provider = await callResourceManager(c, {
    method: 'GET',
    path,
    apiVersion: apiVersions.resources,
    signal,
  });
  const listed = listOf(objectOf(provider.body)['resourceTypes']).map(objectOf);
  // A provider doesn't list each type below another one.
  const match = types
    .map((_, index) => types.slice(0, types.length - index).join('/'))
    .map((wanted) => listed.find((one) => sameId(stringOf(one['resourceType']) ?? '', wanted)))
    .find((found) => found !== undefined);
  const versions = stringsOf(match?.['apiVersions']);
  const apiVersion = versions.find((version) => !version.endsWith('-preview')) ?? versions[0];
  if (apiVersion === undefined)
    throw new AzureError(l10n.t("Resource Manager doesn't recognize this resource type."), {
      code: 'InvalidResourceType',
    });
  return { subscriptionId, apiVersion };
}
