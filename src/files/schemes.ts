import * as vscode from 'vscode';

/** Scheme of the files of an app's site, and of those that can't be changed: VS Code decides that a scheme. */
export const siteScheme = 'keyless-site';
export const readOnlySiteScheme = 'keyless-site-readonly';

/** Why files of a site can't be changed, for all apps of which that is so. */
export function readOnlyWords(): string {
  return vscode.l10n.t(
    "This app's files can't be changed here: it runs from a package (the setting WEBSITE_RUN_FROM_PACKAGE) or on the Flex Consumption plan. Change the project in your workspace and deploy it.",
  );
}
