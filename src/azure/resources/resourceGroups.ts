import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringOf } from '../core/json';
import { callResourceManager, listResourceManager, objectsOf } from '../core/request';
import type { ResourceGroup } from './resources';

/** An Azure region. */
export interface Location {
  /** e.g. `westeurope`. */
  readonly name: string;
  /** e.g. `West Europe`. */
  readonly displayName: string;
}

/** The physical regions available to a subscription, recommended ones first. @throws AzureError */
export async function listLocations(
  c: Connection,
  subscriptionId: string,
  signal?: AbortSignal,
): Promise<Location[]> {
  const path = `/subscriptions/${subscriptionId}/locations`;
  const items = await listResourceManager(c, { path, apiVersion: apiVersions.subscriptions, signal });
  const locations = objectsOf(items).flatMap((item) => {
    const { regionType, regionCategory } = objectOf(item['metadata']);
    const name = stringOf(item['name']);
    if (name === undefined || regionType === 'Logical') return [];
    const displayName = stringOf(item['displayName']) ?? name;
    return [{ name, displayName, recommended: regionCategory === 'Recommended' }];
  });
  return locations
    .sort(
      (a, b) => Number(b.recommended) - Number(a.recommended) || a.displayName.localeCompare(b.displayName),
    )
    .map(({ name, displayName }) => ({ name, displayName }));
}

/** Creates a resource group. @throws AzureError, with the code `ResourceGroupExists` if it exists, because a PUT would remove its tags */
export async function createResourceGroup(
  c: Connection,
  {
    subscriptionId,
    name,
    location,
    tags = {},
  }: Pick<ResourceGroup, 'name' | 'location'> & { subscriptionId: string; tags?: ResourceGroup['tags'] },
  signal?: AbortSignal,
): Promise<ResourceGroup> {
  const path = `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
  if (await exists(c, path, signal))
    throw new AzureError(l10n.t('The subscription already has a resource group named {0}.', name), {
      code: 'ResourceGroupExists',
    });
  const { body } = await callResourceManager(c, {
    method: 'PUT',
    path,
    apiVersion: apiVersions.resources,
    body: { location, ...(Object.keys(tags).length > 0 ? { tags } : {}) },
    signal,
  });
  return { id: stringOf(objectOf(body)['id']) ?? path, name, location, tags };
}

async function exists(c: Connection, path: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await callResourceManager(c, { method: 'GET', path, apiVersion: apiVersions.resources, signal });
    return true;
  } catch (error) {
    if (error instanceof AzureError && error.code === 'ResourceGroupNotFound') return false;
    throw error;
  }
}
