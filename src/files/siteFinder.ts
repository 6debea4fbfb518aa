import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import { AccountError } from '../account/accountError';
import type { AppTarget } from '../inventory/targets';
import type { SiteAddress, SiteUris } from './siteUris';

/**
 * Finds the app that a file's URI refers to, even in a window that hasn't read the app yet. Each app is read at most
 * once per account session, and not at all if the file was opened from the Keyless view.
 */
export class SiteFinder implements vscode.Disposable {
  private readonly found = new Map<string, Promise<AppTarget>>();
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly accounts: Accounts,
    private readonly uris: SiteUris,
  ) {
    this.subscription = accounts.onDidChange(() => {
      this.found.clear();
      uris.forgetTargets();
    });
  }

  /** @throws AccountError if the account that opened the app isn't signed in; AzureError */
  find(authority: string): Promise<AppTarget> {
    let target = this.found.get(authority);
    if (!target) {
      target = this.read(authority);
      this.found.set(authority, target);
      target.catch(() => this.found.delete(authority));
    }
    return target;
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async read(authority: string): Promise<AppTarget> {
    const address = this.uris.find(authority);
    if (!address) throw new AccountError(vscode.l10n.t("Keyless doesn't know this app"), openAgain());
    const connection = await this.connectionOf(address);
    // The host of its SCM site is checked with each request, so what the view knows is enough.
    const known = this.uris.target(authority);
    if (known?.connection === connection) return known;
    const { getFunctionApp } = await import('../azure/appService/sites');
    return { connection, app: await getFunctionApp(connection, address.resourceId) };
  }

  private async connectionOf({ accountId, tenantId }: SiteAddress) {
    const connections = await this.accounts.connections();
    const connection = connections.find(
      (candidate) => candidate.accountId === accountId && candidate.tenantId === tenantId,
    );
    if (connection) return connection;
    throw new AccountError(
      vscode.l10n.t("The account that this file was opened with isn't signed in"),
      vscode.l10n.t('Sign in with that account, and then try again.'),
    );
  }
}

function openAgain(): string {
  return vscode.l10n.t('Open the file from the Keyless view.');
}
