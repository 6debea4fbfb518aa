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
