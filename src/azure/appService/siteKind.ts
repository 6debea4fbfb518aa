import type { FunctionApp } from '../core/model';

/** Whether an app runs on the Functions host. Logic Apps Standard do too, see {@link isLogicApp}. */
export function isFunctionApp({ kind }: Pick<FunctionApp, 'kind'>): boolean {
  return hasKind(kind, 'functionapp');
}

/** Whether a site is a Logic App Standard (`functionapp,workflowapp`), whose functions are workflows. */
export function isLogicApp({ kind }: Pick<FunctionApp, 'kind'>): boolean {
  return hasKind(kind, 'workflowapp');
}

/** Whether an app is a resource of Azure Container Apps (`Microsoft.App/containerApps`), not of App Service. */
export function isContainerApp({ id }: Pick<FunctionApp, 'id'>): boolean {
  return /\/providers\/microsoft\.app\/containerapps\/[^/]+$/i.test(id);
}

/** Whether an app runs on Azure Container Apps, as a resource of either service (azure-functions-on-container-apps#117). */
export function isOnContainerApps(app: Pick<FunctionApp, 'id' | 'kind'>): boolean {
  return isContainerApp(app) || hasKind(app.kind, 'azurecontainerapps');
}

/** Whether the comma-separated `kind` contains a part, case-insensitively. */
export function hasKind(kind: string, part: string): boolean {
  return kind
    .toLowerCase()
    .split(',')
    .some((one) => one.trim() === part);
}
