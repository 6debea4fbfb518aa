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
 * URIs of files, such as `keyless-site://<hash>+<app>/<app>/site/wwwroot/…`. The account, tenant and app of each authority
 * are stored, so that open files can still be found after the window reloads. Tabs and tooltips show the authority from the
 * `+` on (`resourceLabelFormatters` in package.json), and breadcrumbs show only the path, so both have the app's name.
 */
export class SiteUris {
  private readonly targets = new Map<string, AppTarget>();

  constructor(private readonly memento: vscode.Memento) {}

  /** @param path relative to the site's home, such as `site/wwwroot/host.json` */
  uriOf(target: AppTarget, path: string, readOnly = false): vscode.Uri {
    const { connection, app } = target;
    const address = addressOf(connection, app.id);
    const name = app.name.toLowerCase().replace(/[^a-z0-9-]/g, '-');
    const authority = `${hashOf(address)}+${name}`;
    this.targets.set(authority, { connection, app });
    const known = this.known();
    if (!(authority in known)) void this.memento.update(stateKey, { ...known, [authority]: address });
    return vscode.Uri.from({
      scheme: readOnly ? readOnlySiteScheme : siteScheme,
      authority,
      path: `/${name}/${path}`,
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

/** Distinguishes apps with the same name and the same app in two accounts. */
function hashOf({ accountId, tenantId, resourceId }: SiteAddress): string {
  const whole = JSON.stringify([accountId, tenantId, resourceId.toLowerCase()]);
  return createHash('sha256').update(whole).digest('hex').slice(0, 12);
}

/** The path of a file relative to its site's home. */
export function pathInSite({ path }: vscode.Uri): string {
  return path.replace(/^\/+[^/]*\/*|\/+$/g, '');
}
