import { sameId } from '../arm/ids';
import type { ArmCall } from '../arm/provider';
import type { Answer } from '../server/http';
import type { Vault } from '../world/world';
import { lastInSkipToken, pageAfter, skipToken, sortedBy } from './paging';
import { badRequest } from './vaultBody';
import { subscriptionOf } from './vaultJson';

const pageSize = 100;

/**
 * A Resource Manager list. Every page with items has a nextLink, even the last one; the page after it is
 * empty and has none (test_keyvault_mgmt, 2020; cloud-custodian test_whitelist, 2022). Below a subscription,
 * Resource Manager asks every region, so `$top` applies to each of them (azure-sdk-for-python test_keyvault,
 * 2020).
 * @param keyOf unique; items are listed in this order
 */
export function list<Item>(
  call: ArmCall,
  items: Item[],
  keyOf: (item: Item) => string,
  regionOf: (item: Item) => string,
  describe: (item: Item) => Record<string, unknown>,
): Answer {
  const top = Number(call.query.get('$top') ?? pageSize);
  if (!Number.isInteger(top) || top < 1) throw badRequest("An invalid value was provided for '$top'.");
  const size = Math.min(top, pageSize);
  const marks = new Map(Object.entries(marksIn(call)));
  const regions = new Set(items.map(regionOf));
  const value: Record<string, unknown>[] = [];
  for (const region of regions) {
    const here = sortedBy(
      items.filter((item) => regionOf(item) === region),
      keyOf,
    );
    const page = pageAfter(here, keyOf, marks.get(region), size);
    value.push(...page.items.map(describe));
    if (page.last !== undefined) marks.set(region, page.last);
  }
  if (value.length === 0) return { status: 200, json: { value } };
  const next = new URL(call.url.href);
  next.searchParams.delete('$skiptoken');
  const separator = next.search === '' ? '?' : '&';
  const skip = encodeURIComponent(skipToken(call.path, JSON.stringify(Object.fromEntries(marks))));
  return { status: 200, json: { value, nextLink: `${next.href}${separator}$skiptoken=${skip}` } };
}

/** The content of a page's token; undefined for the first page. @throws ArmError 400 (inferred) */
export function afterToken(call: ArmCall): string | undefined {
  const token = call.query.get('$skiptoken');
  const last = token === null ? undefined : lastInSkipToken(call.path, token);
  if (token !== null && last === undefined)
    throw badRequest("An invalid value was provided for '$skiptoken'.");
  return last;
}

/** Whether a vault belongs to a subscription or resource group. */
export function liesIn(vault: Vault, scope: string): boolean {
  return sameId(scope, subscriptionOf(vault)) || sameId(scope, vault.id.split('/').slice(0, 5).join('/'));
}

function marksIn(call: ArmCall): Record<string, string> {
  const last = afterToken(call);
  return last === undefined ? {} : (JSON.parse(last) as Record<string, string>);
}
