import * as l10n from '@vscode/l10n';
import type { AzureError, Explanation } from '../core/errors';
import { hostRuntimeFailure } from '../core/errors';

/** Explains what App Service and its SCM sites say only in the text of an error. */
export function explanationOfAppService(error: AzureError): Explanation | undefined {
  const fromHost = hostRuntimeFailure(error);
  if (fromHost !== undefined)
    return {
      reason: l10n.t(
        "The app's Functions host didn't answer ({0}). It is starting, or it failed to start.",
        fromHost,
      ),
      nextStep: l10n.t(
        "Try again in a minute. If it still doesn't answer, check the app's log and its AzureWebJobsStorage setting.",
      ),
    };
  if (isOtherChange(error)) return otherChange();
  return isReadOnlySite(error)
    ? {
        reason: l10n.t("The app's files are read-only, because it runs from a package."),
        nextStep: l10n.t('Change the project in your workspace, and then deploy it.'),
      }
    : undefined;
}

/**
 * Whether the SCM site refused to write because the app runs from a package. It answers 409 with the text of a Windows or
 * .NET error (projectkudu/kudu#2830, microsoft/vscode-azurefunctions#652).
 */
export function isReadOnlySite({ status, message }: Pick<AzureError, 'status' | 'message'>): boolean {
  return (
    status === 409 &&
    /Invalid access to memory location|Access to the path\b.* is denied|read-only file ?system/is.test(
      message,
    )
  );
}

export function otherChange(): Explanation {
  return {
    reason: l10n.t('Another change to this resource is still in progress.'),
    nextStep: l10n.t('Try again in a minute.'),
  };
}

/**
 * The status is that of too many requests (hashicorp/terraform-provider-azurerm#600, microsoft/vscode-azureappservice#781).
 * Container Apps has texts of its own (microsoft/azure-container-apps#175 and #1731).
 */
function isOtherChange({ status, message }: AzureError): boolean {
  return (
    (status === 429 || status === 409) &&
    /Cannot acquire exclusive lock|another (operation|modification) is in progress|active provisioning operation/i.test(
      message,
    )
  );
}
