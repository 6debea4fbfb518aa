import * as vscode from 'vscode';

/** Schemes of an app's writable and read-only files. There are two because VS Code makes whole schemes read-only. */
export const siteScheme = 'keyless-site';
export const readOnlySiteScheme = 'keyless-site-readonly';

/** Why a site's files can't be changed, worded for all apps that this applies to. */
export function readOnlyWords(): string {
  return vscode.l10n.t(
    "This app's files can't be changed here because it runs from a package (app setting WEBSITE_RUN_FROM_PACKAGE). Change the project in your workspace and deploy it.",
  );
}
