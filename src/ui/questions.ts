import * as vscode from 'vscode';
import type { ForeignHost } from '../azure/core/trust';
import type { AppTarget } from '../inventory/targets';
import { plainLine } from './text';

/** Whether a token may go to a host that Resource Manager named, but that lies outside the cloud. */
export async function askForeignHost({ host, resourceId }: ForeignHost): Promise<boolean> {
  const name = resourceId.slice(resourceId.lastIndexOf('/') + 1);
  return ask(
    vscode.l10n.t('Send a token to {0}?', plainLine(host)),
    vscode.l10n.t(
      "Azure says that this host belongs to {0}, but it is not one of the cloud's own. Custom domains and App Service Environments have such hosts. Whoever runs the host can act as you towards this service while the token lasts.",
      plainLine(name),
    ),
    vscode.l10n.t('Send Token'),
  );
}

/** Whether an app may be kept in debug mode with its master key, since its SCM site refuses. */
export async function askHostKey({ app }: AppTarget): Promise<boolean> {
  return ask(
    vscode.l10n.t('Use the master key of {0} to keep its log on?', plainLine(app.name)),
    vscode.l10n.t(
      "The app's host writes log files only in debug mode. Its SCM site does not let Keyless turn that on, so the host itself has to be asked, with the app's master key. The key is read from Azure and not stored.",
    ),
    vscode.l10n.t('Use Key'),
  );
}

async function ask(message: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, yes)) === yes;
}
