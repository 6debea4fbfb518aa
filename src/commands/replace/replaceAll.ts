import { requireFeature } from '../../azure/appService/hosting/features';
import type { HeldSetting } from '../../grants/replace/readReplaceFacts';
import type { AppTarget } from '../../inventory/targets';
import { UserError } from '../../ui/errors';
import { pickSite } from '../../ui/pickers/identityPickers';
import { pickIdentity } from '../../ui/pickers/readPickers';
import { pickOne } from '../../ui/quickPick';
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
    const isEach = await asksForEach(node.apps);
    const apps = [];
    for (const target of node.apps) {
      const identity = isEach ? await identityOf(target) : 'SystemAssigned';
      const { connection, app, settings } = target;
      apps.push({ appId: app.id, settings, identity, account: savedAccount(connection) });
    }
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

/** Whether to ask for the identity of each app. Apps without user-assigned identities have no choice. */
async function asksForEach(apps: readonly AppTarget[]): Promise<boolean> {
  const count = apps.filter(({ app }) => app.identity.userAssigned.length > 0).length;
  if (count < 2) return true;
  return await pickOne(
    () =>
      Promise.resolve([
        {
          icon: 'zap',
          label: vscode.l10n.t('System-assigned identity of each app'),
          description: vscode.l10n.t('{0} apps', apps.length),
          value: false,
        },
        {
          icon: 'account',
          label: vscode.l10n.t('Select an Identity for Each App…'),
          description: vscode.l10n.t('{0} apps have user-assigned identities', count),
          value: true,
        },
      ]),
    { title: title(), placeHolder: vscode.l10n.t('Select the identities that replace the keys') },
    () => new UserError(vscode.l10n.t('The apps hold no such key.')),
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
