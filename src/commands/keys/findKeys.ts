import * as vscode from 'vscode';
import type { KeysScope } from '../../keys/keysPage';
import type { AppTarget, SubscriptionTarget } from '../../inventory/targets';
import { pickSite, pickResourceGroup, pickSubscription } from '../../ui/pickers/identityPickers';
import { pickOne } from '../../ui/quickPick';
import type { Services } from '../services';

export type GroupTarget = SubscriptionTarget & {
  readonly group: { readonly id: string; readonly name: string };
};

/** Shows the keys that the apps of a group or subscription still hold, or an app with its slots. */
export async function findKeys(
  { keysPages, inventory }: Pick<Services, 'inventory' | 'keysPages'>,
  node?: AppTarget | GroupTarget | SubscriptionTarget,
): Promise<void> {
  const scope = node ? scopeOf(node) : await askScope(inventory);
  await (await keysPages()).show(scope);
}

async function askScope(inventory: Services['inventory']): Promise<KeysScope> {
  const title = vscode.l10n.t('Find Keys');
  const choices = [
    { icon: 'globe', label: vscode.l10n.t('All selected subscriptions'), value: 'all' },
    { icon: 'layers', label: vscode.l10n.t('A subscription'), value: 'subscription' },
    { icon: 'folder', label: vscode.l10n.t('A resource group'), value: 'group' },
    { icon: 'zap', label: vscode.l10n.t('A function app'), value: 'app' },
  ] as const;
  const where = await pickOne(
    () => Promise.resolve(choices),
    { title, placeHolder: vscode.l10n.t('Select where to find keys') },
    () => new vscode.CancellationError(),
  );
  switch (where) {
    case 'all':
      return { id: '', name: '' };
    case 'subscription':
      return scopeOf(await pickSubscription(inventory, title));
    case 'group': {
      const target = await pickSubscription(inventory, title);
      return scopeOf({ ...target, group: await pickResourceGroup(title, target) });
    }
    case 'app':
      return scopeOf(await pickSite(inventory, title));
  }
}

function scopeOf(node: AppTarget | GroupTarget | SubscriptionTarget): KeysScope {
  if ('app' in node) return { id: node.app.id, name: node.app.name };
  if ('group' in node) return { id: node.group.id, name: node.group.name };
  const { subscriptionId, displayName } = node.subscription;
  return { id: `/subscriptions/${subscriptionId}`, name: displayName };
}
