import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { objectOf, stringOf } from '../core/json';
import { callResourceManager } from '../core/request';

/** What has a name that no other of its kind may have, in all of Azure. */
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
 * Asks the service whether a name can be had; a deleted vault that can be recovered keeps its own.
 * @returns why not, in the service's words; undefined where it is free @throws AzureError
 */
export async function whyNameIsTaken(
  c: Connection,
  subscriptionId: string,
  kind: GlobalName,
  name: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { action, type, apiVersion } = checks[kind];
  const { body } = await callResourceManager(c, {
    method: 'POST',
    path: `/subscriptions/${subscriptionId}/providers/${action}`,
    apiVersion,
    body: { name, type },
    signal,
  });
  const { nameAvailable, message, reason } = objectOf(body);
  if (nameAvailable !== false) return undefined;
  return [stringOf(message), stringOf(reason), l10n.t('This name is taken.')].find(Boolean);
}
