/** One `name=value` of a connection string; `name` as it was written. */
export interface Part {
  readonly name: string;
  readonly value: string;
  /** All of it as it was written. */
  readonly text: string;
}

/**
 * Splits a connection string into its parts, in any order, each at its first `=`. Values may be in quotes (doubled to
 * escape them) or, as in ODBC, in braces, and may then contain semicolons. An unclosed quote is an ordinary character.
 * Source: the grammar of .NET's DbConnectionStringBuilder, of which those of Azure Storage and Service Bus are subsets.
 */
export function partsOf(text: string, separator: ';' | ',' = ';'): Part[] {
  const parts: Part[] = [];
  let rest = text;
  while (rest !== '') {
    const name = /^[^=;,]*/.exec(rest)?.[0] ?? '';
    const afterName = rest.slice(name.length);
    if (!afterName.startsWith('=')) {
      rest = afterName.slice(1);
      continue;
    }
    const { value, length } = readValue(afterName.slice(1), separator);
    const end = name.length + 1 + length;
    if (name.trim() !== '') parts.push({ name: name.trim(), value, text: rest.slice(0, end) });
    rest = rest.slice(end + 1);
  }
  return parts;
}

/** The value at the start of a text, and how many characters it takes up, without the separator after it. */
function readValue(text: string, separator: string): { value: string; length: number } {
  const enclosed = /^\s*(?:'((?:[^']|'')*)'|"((?:[^"]|"")*)"|\{((?:[^}]|\}\})*)\})\s*/.exec(text);
  const [all = '', single, double, braces] = enclosed ?? [];
  const next = text.charAt(all.length);
  if (enclosed && (next === '' || next === separator)) {
    const value =
      single?.replaceAll("''", "'") ?? double?.replaceAll('""', '"') ?? braces?.replaceAll('}}', '}') ?? '';
    return { value, length: all.length };
  }
  const end = text.indexOf(separator);
  const plain = end < 0 ? text : text.slice(0, end);
  return { value: plain.trim(), length: plain.length };
}

/** The parts of a connection string by name; neither case nor blanks within names matter, and the last one counts. */
export class Parts {
  readonly #parts: ReadonlyMap<string, Part>;

  constructor(parts: readonly Part[]) {
    this.#parts = new Map(parts.map((part) => [keyOf(part.name), part]));
  }

  /** @returns the first of these parts that has a value, with its name as it was written */
  find(...names: readonly string[]): Part | undefined {
    return names.map((name) => this.#parts.get(keyOf(name))).find((part) => part && part.value !== '');
  }

  value(...names: readonly string[]): string | undefined {
    return this.find(...names)?.value;
  }

  /** All parts whose names end like this, e.g. `Endpoint`. */
  endingIn(ending: string): Part[] {
    return [...this.#parts.values()].filter(
      ({ name, value }) => value !== '' && keyOf(name).endsWith(keyOf(ending)),
    );
  }
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll(/\s+/g, '');
}
