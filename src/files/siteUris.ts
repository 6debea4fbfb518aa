import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { Connection } from '../azure/core/connection';
import type { AppTarget } from '../inventory/targets';
import { readOnlySiteScheme, siteScheme } from './schemes';

/** An app or slot, as seen by a specific account. */
export interface SiteAddress {
  readonly accountId: string;
  readonly tenantId: string;
  readonly resourceId: string;
}

const stateKey = 'keyless.sites';

/**
 * URIs of files, such as `keyless-site://<app>-<hash>/site/wwwroot/…`. The account, tenant and app of each authority are
 * stored, so that open files can still be found after the window reloads.
 */
export class SiteUris {
  private readonly targets = new Map<string, AppTarget>();

  constructor(private readonly memento: vscode.Memento) {}

  /** @param path relative to the site's home, such as `site/wwwroot/host.json` */
  uriOf(target: AppTarget, path: string, readOnly = false): vscode.Uri {
    const { connection, app } = target;
    const address = addressOf(connection, app.id);
    const authority = authorityOf(address, app.name);
    this.targets.set(authority, { connection, app });
    const known = this.known();
    if (!(authority in known)) void this.memento.update(stateKey, { ...known, [authority]: address });
    return vscode.Uri.from({
      scheme: readOnly ? readOnlySiteScheme : siteScheme,
      authority,
      path: `/${path}`,
    });
  }

  /** The app that an authority refers to. Undefined if it was never stored. */
  find(authority: string): SiteAddress | undefined {
    return this.known()[authority];
  }

  /** The app as it was when a URI was last made for it. Undefined if none was since the window loaded. */
  target(authority: string): AppTarget | undefined {
    return this.targets.get(authority);
  }

  /** Called when the accounts change, so that no connection of one that signed out is kept. */
  forgetTargets(): void {
    this.targets.clear();
  }

  private known(): Readonly<Record<string, SiteAddress>> {
    return this.memento.get<Record<string, SiteAddress>>(stateKey, {});
  }
}

function addressOf({ accountId, tenantId }: Connection, resourceId: string): SiteAddress {
  return { accountId, tenantId, resourceId };
}

/** Contains the app's name for users, and a hash that distinguishes apps with the same name and the same app in two accounts. */
function authorityOf({ accountId, tenantId, resourceId }: SiteAddress, name: string): string {
  const whole = JSON.stringify([accountId, tenantId, resourceId.toLowerCase()]);
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 12);
  return `${name.toLowerCase().replace(/[^a-z0-9-]/g, '-')}-${hash}`;
}
