import * as vscode from 'vscode';
import type { ForeignHost } from '../azure/core/tokens/trust';
import type { AppTarget } from '../inventory/targets';
import { plainLine } from './text';

/** Asks whether to send a token to a host that Resource Manager returned, and says what is handed over. */
export async function askForeignHost(foreign: ForeignHost): Promise<boolean> {
  const { host, resourceId, getsResourceManagerToken } = foreign;
  const name = resourceId.slice(resourceId.lastIndexOf('/') + 1);
  if (getsResourceManagerToken)
    return ask(
      vscode.l10n.t('Send your Azure Resource Manager token to {0}?', plainLine(host)),
      vscode.l10n.t(
        "This cloud doesn't have a separate token for SCM sites. Until the token expires, anyone who controls the site of {0} can do everything that you can do in this tenant's subscriptions.",
        plainLine(name),
      ),
      vscode.l10n.t('Send Token'),
    );
  return ask(
    vscode.l10n.t('Send a token to {0}?', plainLine(host)),
    vscode.l10n.t(
      "Azure says that this host belongs to {0}, but it isn't one of the cloud's own hosts. That's normal for custom domains and App Service Environments. Anyone who controls the host can act as you in this service until the token expires.",
      plainLine(name),
    ),
    vscode.l10n.t('Send Token'),
  );
}

/** Asks whether to use an app's master key to keep it in debug mode, because its SCM site refuses to. */
export async function askHostKey({ app }: AppTarget): Promise<boolean> {
  return ask(
    vscode.l10n.t('Use the master key of {0} to keep logging on?', plainLine(app.name)),
    vscode.l10n.t(
      "The Functions host writes log files only in debug mode. The app's SCM site doesn't let Keyless turn that on, so Keyless needs the app's master key to turn it on through the host. The key is read from Azure and isn't stored.",
    ),
    vscode.l10n.t('Use Key'),
  );
}

async function ask(message: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, yes)) === yes;
}
