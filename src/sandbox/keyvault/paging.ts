/** Items after the one that a token names, in the order of their keys, so that a page turns stable under writes. */
export interface Page<Item> {
  items: Item[];
  /** Key of the last item; undefined where the page is empty. */
  last: string | undefined;
  /** Whether items follow. */
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

/** Sorts by key as {@link pageAfter} wants it. */
export function sortedBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Item[] {
  return [...items].sort((left, right) => {
    const [one, other] = [keyOf(left), keyOf(right)];
    return one < other ? -1 : one > other ? 1 : 0;
  });
}
