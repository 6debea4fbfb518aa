import * as l10n from '@vscode/l10n';
import type { ReferenceResolution } from '../../azure/core/model';

/** How App Service resolved a Key Vault reference, in a few words for a person. */
export function resolutionWords({ status }: Pick<ReferenceResolution, 'status'>): string {
  return known()[status]?.words ?? l10n.t('not resolved ({0})', status);
}

/** What to do about a reference that was not resolved, as a sentence; undefined where it was. */
export function resolutionNextStep(resolution: Pick<ReferenceResolution, 'status'>): string | undefined {
  return isResolved(resolution)
    ? undefined
    : (known()[resolution.status]?.nextStep ?? l10n.t("Why Can't It Read? on the app looks for the cause."));
}

export function isResolved({ status }: Pick<ReferenceResolution, 'status'>): boolean {
  return status === 'Resolved';
}

/** Statuses of WebApps.json, ApiKVReference. */
function known(): Readonly<Record<string, { readonly words: string; readonly nextStep?: string }>> {
  return {
    Initialized: {
      words: l10n.t('not fetched yet'),
      nextStep: l10n.t('Refresh References asks App Service to fetch it now, and not when the app starts.'),
    },
    Resolved: { words: l10n.t('resolved') },
    InvalidSyntax: {
      words: l10n.t('invalid syntax'),
      nextStep: l10n.t('Copy Key Vault Reference on the secret gives one that is right: edit the setting.'),
    },
    MSINotEnabled: {
      words: l10n.t('managed identity not enabled'),
      nextStep: l10n.t(
        'Enable the system-assigned identity of the app, or set which identity resolves its references.',
      ),
    },
    VaultNotFound: {
      words: l10n.t('vault not found'),
      nextStep: l10n.t("Check the vault's name in the reference; a deleted vault can be recovered."),
    },
    SecretNotFound: {
      words: l10n.t('secret not found'),
      nextStep: l10n.t(
        "Check the secret's name in the reference; a secret deleted not long ago can be recovered.",
      ),
    },
    SecretVersionNotFound: {
      words: l10n.t('secret version not found'),
      nextStep: l10n.t('Leave the version out of the reference, or name one that is there.'),
    },
    AccessToKeyVaultDenied: {
      words: l10n.t('access to the vault denied'),
      nextStep: l10n.t(
        "Let App Read Secret… gives what is missing; Why Can't It Read? on the app looks for the cause.",
      ),
    },
    OtherReasons: { words: l10n.t('not resolved') },
    FetchTimedOut: {
      words: l10n.t('the vault did not answer in time'),
      nextStep: l10n.t(
        "Refresh References tries again; if it stays, see whether the app's network reaches the vault.",
      ),
    },
    UnauthorizedClient: {
      words: l10n.t('unauthorized client'),
      nextStep: l10n.t(
        'The identity got no token: see whether it still exists, and is of the tenant of the vault.',
      ),
    },
  };
}
