import type { ReferenceResolution } from '../azure/model';

/** How App Service resolved a Key Vault reference, in a few words for a person. */
export function resolutionWords({ status }: Pick<ReferenceResolution, 'status'>): string {
  return words[status] ?? `not resolved (${status})`;
}

export function isResolved({ status }: Pick<ReferenceResolution, 'status'>): boolean {
  return status === 'Resolved';
}

/** Statuses of WebApps.json, ApiKVReference. */
const words: Readonly<Record<string, string>> = {
  Initialized: 'not fetched yet',
  Resolved: 'resolved',
  InvalidSyntax: 'invalid syntax',
  MSINotEnabled: 'managed identity not enabled',
  VaultNotFound: 'vault not found',
  SecretNotFound: 'secret not found',
  SecretVersionNotFound: 'secret version not found',
  AccessToKeyVaultDenied: 'access to the vault denied',
  OtherReasons: 'not resolved',
  FetchTimedOut: 'the vault did not answer in time',
  UnauthorizedClient: 'unauthorized client',
};
