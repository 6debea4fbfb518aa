import { createHash } from 'node:crypto';

/** The items after the one that a token names, in key order, so that paging stays stable during writes. */
export interface Page<Item> {
  items: Item[];
  /** The key of the last item; undefined if the page is empty. */
  last: string | undefined;
  /** Whether more items follow. */
  more: boolean;
}

/** @param items sorted by key, ascending in UTF-16 units */
export function pageAfter<Item>(
  items: Item[],
  keyOf: (item: Item) => string,
  after: string | undefined,
  size: number,
): Page<Item> {
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return { items: page, last: last === undefined ? undefined : keyOf(last), more: rest.length > page.length };
}

/** Sorts by key, as {@link pageAfter} expects. */
export function sortedBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Item[] {
  return [...items].sort((left, right) => {
    const [one, other] = [keyOf(left), keyOf(right)];
    return one < other ? -1 : one > other ? 1 : 0;
  });
}

/**
 * An opaque `$skiptoken` for Resource Manager's lists. A token from another list, or one that a client made
 * up, is detected.
 */
export function skipToken(path: string, last: string): string {
  return Buffer.from(`${last}!${checkOf(path, last)}`).toString('base64');
}

/** Decodes a {@link skipToken}; undefined if it doesn't belong to this list. */
export function lastInSkipToken(path: string, token: string): string | undefined {
  const [last, check] = Buffer.from(token, 'base64').toString().split('!');
  return last !== undefined && check === checkOf(path, last) ? last : undefined;
}

function checkOf(path: string, last: string): string {
  return createHash('sha256').update(`${path.toLowerCase()} ${last}`).digest('base64url').slice(0, 16);
}
