import { l10n } from 'vscode';
import { accountKey } from '../../account/session';
import type { SubscriptionFilter } from '../../account/subscriptionFilter';
import type { Subscription } from '../../azure/core/model';
import { UserError } from '../../ui/errors';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickMany } from '../../ui/quickPick';
import type { Services } from '../services';

/** Asks which subscriptions to show, and remembers the answer for the account. */
export async function filterSubscriptions(
  { accounts }: Pick<Services, 'accounts'>,
  filter: SubscriptionFilter,
): Promise<void> {
  const session = await accounts.session();
  if (!session)
    throw new UserError(l10n.t("You aren't signed in"), undefined, [
      { title: l10n.t('Sign In'), command: 'keyless.signIn' },
    ]);
  const key = accountKey(session.account);
  const tenants = await withProgress(l10n.t('Listing subscriptions'), () => accounts.tenants());
  const selected = filter.selected(key);
  const groups = new Map<string, Choice<Subscription>[]>();
  for (const tenant of tenants) {
    if ('error' in tenant) continue;
    const choices = tenant.subscriptions.map((subscription): Choice<Subscription> => ({
      label: subscription.displayName,
      description: subscription.subscriptionId,
      picked: selected?.has(subscription.subscriptionId.toLowerCase()) ?? true,
      value: subscription,
    }));
    const { displayName, tenantId } = tenant.tenant;
    if (choices.length > 0)
      groups.set(groups.has(displayName) ? `${displayName} (${tenantId})` : displayName, choices);
  }
  const all = [...groups.values()].flat();
  if (all.length === 0) throw new UserError(l10n.t('This account has no subscriptions'));
  const picked = await pickMany(groups, {
    title: l10n.t('Filter Subscriptions'),
    placeHolder: l10n.t('Select the subscriptions to show'),
  });
  // If everything is selected, subscriptions that are added later are shown, too.
  await filter.select(
    key,
    picked.length === all.length ? undefined : picked.map(({ subscriptionId }) => subscriptionId),
  );
}
