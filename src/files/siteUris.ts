import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { Connection } from '../azure/core/connection';
import type { AppTarget } from '../inventory/targets';
import { readOnlySiteScheme, siteScheme } from './schemes';

/** An app or slot, under the account that saw it. */
export interface SiteAddress {
  readonly accountId: string;
  readonly tenantId: string;
  readonly resourceId: string;
}

const stateKey = 'keyless.sites';

/**
 * Addresses of files as `keyless-site://<app>-<hash>/site/wwwroot/…`. Which account, tenant and app an authority stands
 * for is remembered, so that an open file is still found after the window was reloaded.
 */
export class SiteUris {
  constructor(private readonly memento: vscode.Memento) {}

  /** @param path below the site's home, e.g. `site/wwwroot/host.json` */
  uriOf({ connection, app }: AppTarget, path: string, readOnly = false): vscode.Uri {
    const address = addressOf(connection, app.id);
    const authority = authorityOf(address, app.name);
    const known = this.known();
    if (!(authority in known)) void this.memento.update(stateKey, { ...known, [authority]: address });
    return vscode.Uri.from({
      scheme: readOnly ? readOnlySiteScheme : siteScheme,
      authority,
      path: `/${path}`,
    });
  }

  /** What an authority stands for; undefined where this was never told. */
  find(authority: string): SiteAddress | undefined {
    return this.known()[authority];
  }

  private known(): Readonly<Record<string, SiteAddress>> {
    return this.memento.get<Record<string, SiteAddress>>(stateKey, {});
  }
}

function addressOf({ accountId, tenantId }: Connection, resourceId: string): SiteAddress {
  return { accountId, tenantId, resourceId };
}

/** The name for people; the hash so that an app under two accounts, or two apps of one name, are two authorities. */
function authorityOf({ accountId, tenantId, resourceId }: SiteAddress, name: string): string {
  const whole = JSON.stringify([accountId, tenantId, resourceId.toLowerCase()]);
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 12);
  return `${name.toLowerCase().replace(/[^a-z0-9-]/g, '-')}-${hash}`;
}
