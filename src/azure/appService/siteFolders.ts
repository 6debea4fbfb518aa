import type { FunctionApp } from '../core/model';

/** The folder with an app's code, in the site's home folder. */
export const codeFolder = 'site/wwwroot';

/** Plans whose SCM site doesn't give access to files. */
export type NoFilesReason = 'flexConsumption' | 'linuxConsumption';

/**
 * Linux Consumption answers 404 for files (LinuxConsumptionRouteMiddleware.cs of KuduLite), and Flex Consumption has no
 * such route (vscode-azuretools#1547).
 */
export function noFilesReason({ linux, sku }: Pick<FunctionApp, 'linux' | 'sku'>): NoFilesReason | undefined {
  if (sku?.toLowerCase() === 'flexconsumption') return 'flexConsumption';
  return linux && sku?.toLowerCase() === 'dynamic' ? 'linuxConsumption' : undefined;
}
