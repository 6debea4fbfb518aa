import * as l10n from '@vscode/l10n';
import { apiVersions } from '../../core/apiVersions';
import { partsOfId } from '../../core/armId';
import type { Connection } from '../../core/connection';
import { AzureError } from '../../core/errors';
import type { JsonObject } from '../../core/json';
import { isObject, listOf, objectOf, stringMapOf, stringOf } from '../../core/json';
import type { FunctionApp } from '../../core/model';
import { callResourceManager, rowsOf } from '../../core/request';
import { identityOf } from '../siteModel';

/**
 * Reads a function app of Azure Container Apps (ContainerApps.json) from `GET containerApps/n`, or from a Resource Graph row
 * with the same property names. No request goes to its host, so that isn't trusted.
 * @returns undefined unless it has an ID
 */
export function containerAppOf(json: JsonObject): FunctionApp | undefined {
  const id = stringOf(json['id']);
  const place = id === undefined ? undefined : partsOfId(id);
  if (id === undefined || !place) return undefined;
  const properties = objectOf(json['properties']);
  const ingress = objectOf(objectOf(properties['configuration'])['ingress']);
  return {
    id,
    ...place,
    location: stringOf(json['location']) ?? '',
    kind: stringOf(json['kind']) ?? '',
    linux: true,
    state: stringOf(properties['runningStatus']) ?? '',
    defaultHostName: stringOf(ingress['fqdn']) ?? '',
    identity: identityOf(json['identity']),
    // Each of its references to a key vault names its own identity, see `ContainerAppSecret`.
    keyVaultReferenceIdentity: 'SystemAssigned',
    tags: stringMapOf(json['tags']),
  };
}

/**
 * Whether a container app belongs to a site, such as those that App Service makes for its function apps on Container Apps
 * (`managedBy`, ContainerApps_Kind_CreateOrUpdate.json). The site is listed already, and the container app can't be changed
 * (azure-functions-on-container-apps#43).
 */
export function isOfSite(json: JsonObject): boolean {
  return /\/providers\/microsoft\.web\/sites\//i.test(stringOf(json['managedBy']) ?? '');
}

/**
 * Whether a container app is still applying a change, until which it may show what it had.
 * @param needed whether the change must not have failed, because it can't be seen
 * @throws AzureError if it failed
 */
export function isBeingUpdated(json: JsonObject, needed: boolean): boolean {
  const state = stringOf(objectOf(json['properties'])['provisioningState'])?.toLowerCase();
  if (!needed || (state !== 'failed' && state !== 'canceled')) return state === 'inprogress';
  const reason = l10n.t("Azure accepted the change, but couldn't apply it to the container app.");
  const nextStep = l10n.t("Check the app's revisions in the portal, then try again.");
  throw new AzureError(reason, { code: 'UpdateFailed', explanation: { reason, nextStep } });
}

/** A secret of a container app, without its value. Its environment variables refer to it by its name. */
export interface ContainerAppSecret {
  readonly name: string;
  /** If the value comes from a key vault: the secret's identifier, with or without a version. */
  readonly keyVaultUrl?: string;
  /** The identity that reads it: `system`, or the ARM ID of a user-assigned identity. */
  readonly identity?: string;
}

/** The secrets of a container app. Only `listSecrets` returns values, which this doesn't call. @throws AzureError */
export async function listContainerAppSecrets(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<ContainerAppSecret[]> {
  const { body, status } = await callResourceManager(c, {
    method: 'GET',
    path: app.id,
    apiVersion: apiVersions.containerApps,
    signal,
  });
  const { properties } = objectOf(body);
  if (!isObject(properties))
    throw new AzureError(l10n.t("The response isn't a container app."), { status, code: 'BadAnswer' });
  const secrets = rowsOf(listOf(objectOf(properties['configuration'])['secrets']), secretOf);
  return secrets.sort((one, other) => one.name.localeCompare(other.name));
}

function secretOf(json: JsonObject): ContainerAppSecret | undefined {
  const name = stringOf(json['name']);
  if (name === undefined) return undefined;
  const [keyVaultUrl, identity] = [stringOf(json['keyVaultUrl']), stringOf(json['identity'])];
  return {
    name,
    ...(keyVaultUrl === undefined ? {} : { keyVaultUrl }),
    ...(identity === undefined ? {} : { identity }),
  };
}
