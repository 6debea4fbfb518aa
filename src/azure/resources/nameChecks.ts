import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringOf } from '../core/json';
import { callResourceManager } from '../core/request';

/** The kinds of resources whose names are globally unique in Azure. */
export type GlobalName = 'functionApp' | 'keyVault' | 'storageAccount';

const checks = {
  functionApp: {
    action: 'Microsoft.Web/checknameavailability',
    type: 'Site',
    apiVersion: apiVersions.web,
  },
  keyVault: {
    action: 'Microsoft.KeyVault/checkNameAvailability',
    type: 'Microsoft.KeyVault/vaults',
    apiVersion: apiVersions.vaults,
  },
  storageAccount: {
    action: 'Microsoft.Storage/checkNameAvailability',
    type: 'Microsoft.Storage/storageAccounts',
    apiVersion: apiVersions.storage,
  },
} as const;

/**
 * Asks the service whether a name is available. A soft-deleted vault still holds its name.
 * @returns the service's reason why not, or undefined if the name is available @throws AzureError
 */
export async function whyNameIsTaken(
  c: Connection,
  subscriptionId: string,
  kind: GlobalName,
  name: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { action, type, apiVersion } = checks[kind];
  const { body, status } = await callResourceManager(c, {
    method: 'POST',
    path: `/subscriptions/${subscriptionId}/providers/${action}`,
    apiVersion,
    body: { name, type },
    signal,
  });
  const { nameAvailable, message, reason } = objectOf(body);
  // What is taken for a free name is created, and creating is a PUT, which would change what exists.
  if (typeof nameAvailable !== 'boolean')
    throw new AzureError(l10n.t("The response doesn't say whether the name is available."), {
      status,
      code: 'BadAnswer',
    });
  if (nameAvailable) return undefined;
  return [stringOf(message), stringOf(reason), l10n.t('This name is already in use.')].find(Boolean);
}
