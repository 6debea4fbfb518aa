import * as l10n from '@vscode/l10n';
import type { ReferenceResolution } from '../../azure/core/model';

/** Says in a few words how App Service resolved a Key Vault reference. */
export function resolutionWords({ status }: Pick<ReferenceResolution, 'status'>): string {
  return known()[status]?.words ?? l10n.t('not resolved ({0})', status);
}

/** Says what to do about a reference that didn't resolve; undefined if it did. */
export function resolutionNextStep(resolution: Pick<ReferenceResolution, 'status'>): string | undefined {
  return isResolved(resolution)
    ? undefined
    : (known()[resolution.status]?.nextStep ?? l10n.t("Run Why Can't It Read? to find the cause."));
}

export function isResolved({ status }: Pick<ReferenceResolution, 'status'>): boolean {
  return status === 'Resolved';
}

/** Statuses of WebApps.json, ApiKVReference. */
function known(): Readonly<Record<string, { readonly words: string; readonly nextStep?: string }>> {
  return {
    Initialized: {
      words: l10n.t('not fetched yet'),
      nextStep: l10n.t('Run Refresh References to fetch it now instead of when the app starts.'),
    },
    Resolved: { words: l10n.t('resolved') },
    InvalidSyntax: {
      words: l10n.t('invalid syntax'),
      nextStep: l10n.t('Copy the Key Vault reference from the secret, run Edit Setting…, and paste it.'),
    },
    MSINotEnabled: {
      words: l10n.t('managed identity not enabled'),
      nextStep: l10n.t(
        'Run Enable System-Assigned Identity, or run Set Key Vault Reference Identity… to select another one.',
      ),
    },
    VaultNotFound: {
      words: l10n.t('vault not found'),
      nextStep: l10n.t('Check the vault name in the reference. A deleted vault can be recovered.'),
    },
    SecretNotFound: {
      words: l10n.t('secret not found'),
      nextStep: l10n.t('Check the secret name in the reference. A recently deleted secret can be recovered.'),
    },
    SecretVersionNotFound: {
      words: l10n.t('secret version not found'),
      nextStep: l10n.t('Remove the version from the reference, or use one that exists.'),
    },
    AccessToKeyVaultDenied: {
      words: l10n.t('access to the vault denied'),
      nextStep: l10n.t(
        "Run Let App Read Secret… to grant what is missing, or run Why Can't It Read? to find the cause.",
      ),
    },
    OtherReasons: { words: l10n.t('not resolved') },
    FetchTimedOut: {
      words: l10n.t("the vault didn't answer in time"),
      nextStep: l10n.t(
        "Run Refresh References to try again. If it still fails, check whether the app's network reaches the vault.",
      ),
    },
    UnauthorizedClient: {
      words: l10n.t('unauthorized client'),
      nextStep: l10n.t(
        "The identity couldn't get a token. Check that it still exists and belongs to the vault's tenant.",
      ),
    },
  };
}
