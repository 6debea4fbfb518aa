import * as l10n from '@vscode/l10n';
import type { Explanation } from '../core/errors';
import type { FunctionApp } from '../core/model';
import { isOnContainerApps } from './siteKind';

/** The folder with an app's code, in the site's home folder. */
export const codeFolder = 'site/wwwroot';

/** Places without access to an app's files. */
export type NoFilesReason = 'flexConsumption' | 'linuxConsumption' | 'containerApps';

/**
 * Linux Consumption answers 404 for files (LinuxConsumptionRouteMiddleware.cs of KuduLite), and Flex Consumption has no
 * such route (vscode-azuretools#1547). Apps on Container Apps have no SCM site (azure-docs#120750).
 */
export function noFilesReason(
  app: Pick<FunctionApp, 'id' | 'kind' | 'linux' | 'sku'>,
): NoFilesReason | undefined {
  const { linux, sku } = app;
  if (isOnContainerApps(app)) return 'containerApps';
  if (sku?.toLowerCase() === 'flexconsumption') return 'flexConsumption';
  return linux && sku?.toLowerCase() === 'dynamic' ? 'linuxConsumption' : undefined;
}

/** Why an app has no files that can be shown, and what to do. */
export function noFilesWords(reason: NoFilesReason): Required<Explanation> {
  if (reason === 'containerApps')
    return {
      reason: l10n.t('Azure Container Apps gives no access to files.'),
      nextStep: l10n.t(
        'The app runs in a container. Change the project, build a new container image, and deploy it.',
      ),
    };
  return {
    reason:
      reason === 'flexConsumption'
        ? l10n.t('The Flex Consumption plan gives no access to files.')
        : l10n.t('The Consumption plan on Linux gives no access to files.'),
    nextStep: l10n.t(
      'On this plan, an app runs from a deployed package. Change the project in your workspace and deploy it.',
    ),
  };
}
