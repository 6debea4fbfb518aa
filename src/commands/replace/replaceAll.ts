import { requireFeature } from '../../azure/appService/hosting/features';
import type { HeldSetting } from '../../grants/replace/readReplaceFacts';
import type { AppTarget } from '../../inventory/targets';
import { pickSite } from '../../ui/pickers/identityPickers';
import { pickIdentity } from '../../ui/pickers/readPickers';
import { savedAccount } from '../reports/savedAccount';
import type { ReplaceServices } from './replaceSource';
import { replaceSource } from './replaceSource';
import * as vscode from 'vscode';

/** The keys that open one resource. */
export interface ResourceKeys {
  /** Name of the resource. */
  readonly resource: string;
  readonly apps: readonly (AppTarget & { readonly settings: readonly HeldSetting[] })[];
}

/**
 * Shows the plan that replaces all credentials of an app, or all those that open a resource, by the identities of the apps. Its
 * button carries it out.
 */
export async function replaceAll(services: ReplaceServices, node?: AppTarget | ResourceKeys): Promise<void> {
  if (node && 'resource' in node) {
    const [one, ...more] = node.apps;
    const identity = one && more.length === 0 ? await identityOf(one) : 'SystemAssigned';
    const apps = node.apps.map(({ connection, app, settings }) => ({
      ...{ appId: app.id, settings, identity, account: savedAccount(connection) },
    }));
    await services.reports.show(replaceSource(services, { kind: 'replace', apps, resource: node.resource }));
    return;
  }
  const target = node ?? (await pickSite(services.inventory, title()));
  requireFeature(target.app, 'settings');
  const identity = await identityOf(target);
  const account = savedAccount(target.connection);
  await services.reports.show(
    replaceSource(services, { kind: 'replace', apps: [{ appId: target.app.id, identity, account }] }),
  );
}

function title(): string {
  return vscode.l10n.t('Replace All Keys');
}

function identityOf({ app }: AppTarget): Promise<string> {
  return pickIdentity(
    title(),
    app,
    vscode.l10n.t('Select the identity that replaces the keys of {0}', app.name),
  );
}
