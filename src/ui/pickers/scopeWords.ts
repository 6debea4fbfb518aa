import * as l10n from '@vscode/l10n';
import { describeScope } from '../../access/words/reach';
import type { Inventory } from '../../inventory/targets';

/** A scope in words, a subscription by its name. */
export function scopeWords(inventory: Pick<Inventory, 'subscriptionName'>, scope: string): string {
  if (scope === '/') return l10n.t('the root of the tenant');
  const subscriptionId = /^\/subscriptions\/([^/]+)$/i.exec(scope)?.[1];
  return subscriptionId
    ? l10n.t('subscription {0}', inventory.subscriptionName(subscriptionId))
    : describeScope(scope);
}
