import * as l10n from '@vscode/l10n';
import { describeScope } from '../../access/words/reach';
import type { Inventory } from '../../inventory/targets';

/** Describes a scope, with a subscription's name instead of its ID. */
export function scopeWords(inventory: Pick<Inventory, 'subscriptionName'>, scope: string): string {
  if (scope === '/') return l10n.t('the tenant root');
  const subscriptionId = /^\/subscriptions\/([^/]+)$/i.exec(scope)?.[1];
  return subscriptionId
    ? l10n.t('subscription {0}', inventory.subscriptionName(subscriptionId))
    : describeScope(scope);
}
