import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import { partsOfId, sameId } from '../core/armId';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { JsonObject } from '../core/json';
import { objectOf, stringOf } from '../core/json';
import type { FunctionApp, UserAssignedIdentity } from '../core/model';
import { callResourceManager } from '../core/request';
import { requireFeature } from './hosting/features';
import { identityLost } from './siteModel';
import type { IdentityWatch, KnownApp } from './identityChanges';
import { changeIdentity } from './identityChanges';
import { getFunctionApp } from './sites';

const apiVersion = apiVersions.managedIdentity;

export interface NewUserAssignedIdentity {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  /** e.g. `westeurope`. */
  readonly location: string;
}

/** A user-assigned identity, read from the service itself. @throws AzureError */
export async function getUserAssignedIdentity(
  c: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<UserAssignedIdentity> {
  const { body, status } = await callResourceManager(c, { method: 'GET', path: id, apiVersion, signal });
  return requireIdentity(body, status);
}

/**
 * Creates a user-assigned identity. Its principal ID is returned right away but takes time to replicate in the directory.
 * @throws AzureError, with the code `IdentityExists` if the name is in use, because a PUT would remove the tags
 */
export async function createUserAssignedIdentity(
  c: Connection,
  { subscriptionId, resourceGroup, name, location }: NewUserAssignedIdentity,
  signal?: AbortSignal,
): Promise<UserAssignedIdentity> {
  const path = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
  if (await exists(c, path, signal))
    throw new AzureError(
      l10n.t('The resource group {0} already has an identity named {1}.', resourceGroup, name),
      {
        code: 'IdentityExists',
      },
    );
  const answer = await callResourceManager(c, {
    method: 'PUT',
    path,
    apiVersion,
    body: { location },
    signal,
  });
  return requireIdentity(answer.body, answer.status);
}

/** Permanently deletes a user-assigned identity and its principal, and succeeds if it is already gone. @throws AzureError */
export async function deleteUserAssignedIdentity(
  c: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<void> {
  await callResourceManager(c, { method: 'DELETE', path: id, apiVersion, signal });
}

/** Assigns a user-assigned identity to an app or slot in addition to its others. @throws AzureError */
export async function assignUserAssignedIdentity(
  c: Connection,
  app: KnownApp,
  identityId: string,
  signal?: AbortSignal,
  watch?: IdentityWatch,
): Promise<FunctionApp> {
  return await changeIdentity(c, app, { add: [identityId] }, signal, watch);
}

/** Removes a user-assigned identity from an app or slot without deleting the identity. @throws AzureError */
export async function removeUserAssignedIdentity(
  c: Connection,
  app: FunctionApp,
  identityId: string,
  signal?: AbortSignal,
  watch?: IdentityWatch,
): Promise<FunctionApp> {
  return await changeIdentity(c, app, { remove: [identityId] }, signal, watch);
}

/**
 * Sets the identity that resolves the Key Vault references of an app or slot (`keyVaultReferenceIdentity`). All
 * references are then resolved again, and the app restarts.
 * learn.microsoft.com/azure/app-service/app-service-key-vault-references
 * @param identity ARM ID of a user-assigned identity of the app, or `SystemAssigned`
 * @throws AzureError, `IdentityLost` if someone else's write overwrote ours
 */
export async function setKeyVaultReferenceIdentity(
  c: Connection,
  app: FunctionApp,
  identity: string,
  signal?: AbortSignal,
): Promise<FunctionApp> {
  requireFeature(app, 'references');
  await callResourceManager(c, {
    method: 'PATCH',
    path: app.id,
    apiVersion: apiVersions.web,
    body: { properties: { keyVaultReferenceIdentity: identity } },
    signal,
  });
  const after = await getFunctionApp(c, app.id, signal);
  if (sameId(after.keyVaultReferenceIdentity, identity)) return after;
  throw identityLost(after.name);
}

/** Reads an identity from the service's response or a Resource Graph row; undefined if it isn't one. */
export function userAssignedIdentityOf(json: JsonObject): UserAssignedIdentity | undefined {
  const id = stringOf(json['id']) ?? '';
  const { principalId, clientId } = objectOf(json['properties']);
  const place = partsOfId(id);
  if (!place) return undefined;
  return { id, ...place, principalId: stringOf(principalId) ?? '', clientId: stringOf(clientId) ?? '' };
}

async function exists(c: Connection, id: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await callResourceManager(c, { method: 'GET', path: id, apiVersion, signal });
    return true;
  } catch (error) {
    if (error instanceof AzureError && error.code === 'ResourceNotFound') return false;
    throw error;
  }
}

function requireIdentity(body: unknown, status: number): UserAssignedIdentity {
  const identity = userAssignedIdentityOf(objectOf(body));
  if (!identity)
    throw new AzureError(l10n.t("The response isn't an identity."), { status, code: 'BadAnswer' });
  return identity;
}
