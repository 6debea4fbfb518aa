import { sameId } from '../arm/ids';
import type { ArmCall } from '../arm/provider';
import type { Answer } from '../http';
import type { Vault } from '../world';
import { pageAfter, sortedBy } from './paging';
import { badRequest } from './vaultBody';
import { subscriptionOf } from './vaultJson';

const pageSize = 100;

/**
 * A page that holds something has a nextLink, also the last one; the page behind it is empty and has none.
 * Recorded: test_keyvault_mgmt (2020), cloud-custodian test_whitelist (2022). Order of the query: as recorded.
 */
export function list<Item>(
  call: ArmCall,
  items: Item[],
  keyOf: (item: Item) => string,
  describe: (item: Item) => Record<string, unknown>,
): Answer {
  const top = Number(call.query.get('$top') ?? pageSize);
  if (!Number.isInteger(top) || top < 1) throw badRequest("An invalid value was provided for '$top'.");
  const token = call.query.get('$skiptoken');
  const after = token === null ? undefined : Buffer.from(token, 'base64').toString();
  const page = pageAfter(sortedBy(items, keyOf), keyOf, after, Math.min(top, pageSize));
  const value = page.items.map(describe);
  if (page.last === undefined) return { status: 200, json: { value } };
  const next = new URL(call.url.href);
  next.searchParams.delete('$skiptoken');
  const separator = next.search === '' ? '?' : '&';
  const skip = encodeURIComponent(Buffer.from(page.last).toString('base64'));
  return { status: 200, json: { value, nextLink: `${next.href}${separator}$skiptoken=${skip}` } };
}

/** Whether a vault lies in a subscription or resource group. */
export function liesIn(vault: Vault, scope: string): boolean {
  return sameId(scope, subscriptionOf(vault)) || sameId(scope, vault.id.split('/').slice(0, 5).join('/'));
}
