import * as l10n from '@vscode/l10n';
import { dayOf } from '../../access/words/format';
import type { SecretInfo } from '../../azure/core/model';
import type { Appearance, Icon } from '../appearance';
import type { Detail } from './details';
import { tagDetails } from './details';

/** Key Vault tells about a secret this long before it expires (its event `SecretNearExpiry`). */
const nearExpiryMs = 30 * 86_400_000;

/** Why a secret can't be used or changed, and when it expires. Empty if there are no restrictions. */
export function secretStates({ enabled, expires, notBefore, managed }: SecretInfo, now: Date): string[] {
  const states: string[] = managed ? [l10n.t('belongs to a certificate')] : [];
  if (!enabled) states.push(l10n.t('disabled'));
  if (notBefore && notBefore > now) states.push(l10n.t('not valid before {0}', dayOf(notBefore)));
  if (expires) states.push(expires <= now ? l10n.t('expired') : expiresIn(expires, now));
  return states;
}

/** The icon and mark of a secret or version, which show its most important state. @param usual the icon if there's none */
export function looksOfSecret(
  { enabled, expires, notBefore, managed }: SecretInfo,
  now: Date,
  usual: Icon,
): Pick<Appearance, 'icon' | 'mark'> {
  if (!enabled) return { icon: { theme: 'circle-slash' } };
  if (expires && expires <= now)
    return { icon: { theme: 'error', color: 'list.errorForeground' }, mark: 'attention' };
  if (expires && expires.getTime() - now.getTime() <= nearExpiryMs)
    return { icon: { theme: 'watch', color: 'list.warningForeground' }, mark: 'attention' };
  if (notBefore && notBefore > now) return { icon: { theme: 'watch' } };
  return { icon: managed ? { theme: 'verified' } : usual };
}

export function secretDetails(secret: SecretInfo, now: Date): Detail[] {
  const dates = [
    [l10n.t('Created'), secret.created],
    [l10n.t('Updated'), secret.updated],
    [l10n.t('Not before'), secret.notBefore],
    [l10n.t('Expires'), secret.expires],
  ] as const;
  return [
    [l10n.t('Identifier'), secret.id],
    [l10n.t('State'), secretStates(secret, now).join(', ') || l10n.t('enabled')],
    ...(secret.contentType ? [[l10n.t('Content type'), secret.contentType] as const] : []),
    ...dates.flatMap(([name, date]) => (date ? [[name, date.toISOString()] as const] : [])),
    ...tagDetails(secret.tags),
  ];
}

/** Counts whole days. A secret that expires in less than a day "expires today", not "in 0 days". */
function expiresIn(date: Date, now: Date): string {
  const days = Math.floor((date.getTime() - now.getTime()) / 86_400_000);
  if (days === 0) return l10n.t('expires today');
  return days === 1 ? l10n.t('expires in 1 day') : l10n.t('expires in {0} days', days);
}
