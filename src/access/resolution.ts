import type { ReferenceResolution } from '../azure/model';

/** How App Service resolved a Key Vault reference, in a few words for a person. */
export function resolutionWords({ status }: Pick<ReferenceResolution, 'status'>): string {
  return known[status]?.words ?? `not resolved (${status})`;
}

/** What to do about a reference that was not resolved, as a sentence; undefined where it was. */
export function resolutionNextStep(resolution: Pick<ReferenceResolution, 'status'>): string | undefined {
  return isResolved(resolution) ? undefined : (known[resolution.status]?.nextStep ?? lookWhy);
}

export function isResolved({ status }: Pick<ReferenceResolution, 'status'>): boolean {
  return status === 'Resolved';
}

const lookWhy = "Why Can't It Read? on the app looks for the cause.";

/** Statuses of WebApps.json, ApiKVReference. */
const known: Readonly<Record<string, { readonly words: string; readonly nextStep?: string }>> = {
  Initialized: {
    words: 'not fetched yet',
    nextStep: 'Refresh References asks App Service to fetch it now, and not when the app starts.',
  },
  Resolved: { words: 'resolved' },
  InvalidSyntax: {
    words: 'invalid syntax',
    nextStep: 'Copy Key Vault Reference on the secret gives one that is right: edit the setting.',
  },
  MSINotEnabled: {
    words: 'managed identity not enabled',
    nextStep:
      'Enable the system-assigned identity of the app, or set which identity resolves its references.',
  },
  VaultNotFound: {
    words: 'vault not found',
    nextStep: "Check the vault's name in the reference; a deleted vault can be recovered.",
  },
  SecretNotFound: {
    words: 'secret not found',
    nextStep: "Check the secret's name in the reference; a secret deleted not long ago can be recovered.",
  },
  SecretVersionNotFound: {
    words: 'secret version not found',
    nextStep: 'Leave the version out of the reference, or name one that is there.',
  },
  AccessToKeyVaultDenied: {
    words: 'access to the vault denied',
    nextStep: `Let App Read Secret… gives what is missing; ${lookWhy}`,
  },
  OtherReasons: { words: 'not resolved' },
  FetchTimedOut: {
    words: 'the vault did not answer in time',
    nextStep: "Refresh References tries again; if it stays, see whether the app's network reaches the vault.",
  },
  UnauthorizedClient: {
    words: 'unauthorized client',
    nextStep: 'The identity got no token: see whether it still exists, and is of the tenant of the vault.',
  },
};
