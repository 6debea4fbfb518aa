/** The parts of an item that the user can search for. */
export interface Searchable {
  readonly name: string;
  readonly description: string;
  /** A second line. */
  readonly detail?: string;
}

/**
 * The items of a list of any length that match what the user types, best first, and no more than a list can show. VS Code
 * would need all items to search them itself, and would get them all again with each page.
 */
export class Matches<T extends Searchable> {
  private readonly all: Entry<T>[] = [];
  private readonly names = new Set<string>();
  private typed = '';
  /** The matching items by how well they match. Each is at most {@link most} long. */
  private found: T[][] = [];
  private count = 0;

  /** @param most how many items to show */
  constructor(private readonly most: number) {}

  /** Adds items that were read. Compares only them. */
  add(items: readonly T[]): void {
    for (const item of items) {
      const more = `${item.description}\n${item.detail ?? ''}`.toLowerCase();
      const entry = { item, name: item.name.toLowerCase(), more };
      this.all.push(entry);
      this.names.add(entry.name);
      this.sort(entry);
    }
  }

  /** Called when the user types. */
  search(text: string): void {
    this.typed = text.trim().toLowerCase();
    this.found = [];
    this.count = 0;
    for (const entry of this.all) this.sort(entry);
  }

  has(name: string): boolean {
    return this.names.has(name.toLowerCase());
  }

  /** The best matches. */
  get shown(): readonly T[] {
    return this.found.flat().slice(0, this.most);
  }

  /** Whether an item contains what was typed, instead of only its letters with others between them. */
  get containTyped(): boolean {
    return this.found.slice(0, lettersOnly).some((equals) => equals.length > 0);
  }

  /** How many items match. */
  get matching(): number {
    return this.count;
  }

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  private sort(entry: Entry<T>): void {
    const rank = rankOf(entry, this.typed);
    if (rank === undefined) return;
    this.count += 1;
    const equals = (this.found[rank] ??= []);
    if (equals.length < this.most) equals.push(entry.item);
  }
}

interface Entry<T> {
  readonly item: T;
  /** In lowercase. */
  readonly name: string;
  /** Description and detail, in lowercase. */
  readonly more: string;
}

/** The worst rank. */
const lettersOnly = 4;

/** How well an item matches; 0 is best. Finds whatever VS Code's own search finds, so that it hides none of the result. */
function rankOf({ name, more }: Entry<unknown>, typed: string): number | undefined {
  if (name === typed) return 0;
  if (name.startsWith(typed)) return 1;
  if (name.includes(typed)) return 2;
  if (more.includes(typed)) return 3;
  const letters = typed.replace(/\s+/g, '');
  return hasLetters(name, letters) || hasLetters(more, letters) ? lettersOnly : undefined;
}

/** Whether a text has the letters in that order, with others between them. */
function hasLetters(text: string, letters: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
