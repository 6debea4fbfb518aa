import type { FunctionApp } from '../core/model';

/** Whether a site runs on the Functions host. Logic Apps Standard do too, see {@link isLogicApp}. */
export function isFunctionApp({ kind }: Pick<FunctionApp, 'kind'>): boolean {
  return hasKind(kind, 'functionapp');
}

/** Whether a site is a Logic App Standard (`functionapp,workflowapp`), whose functions are workflows. */
export function isLogicApp({ kind }: Pick<FunctionApp, 'kind'>): boolean {
  return hasKind(kind, 'workflowapp');
}

/** Whether the comma-separated `kind` contains a part, case-insensitively. */
export function hasKind(kind: string, part: string): boolean {
  return kind
    .toLowerCase()
    .split(',')
    .some((one) => one.trim() === part);
}
