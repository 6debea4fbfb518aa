/**
 * The small part of OData's `$filter` that Resource Manager supports: comparisons, functions, and, or,
 * parentheses.
 */
export type Filter =
  { kind: 'and'; left: Filter; right: Filter } | { kind: 'or'; left: Filter; right: Filter } | FilterLeaf;

/** One comparison or function call. */
export type FilterLeaf =
  | { kind: 'compare'; property: string; operator: 'eq' | 'ne'; value: string }
  | { kind: 'call'; name: string; arguments: FilterArgument[] };

type FilterArgument = { property: string } | { value: string };

/** Thrown for an unreadable `$filter`; each service turns it into its own 400. */
export class FilterSyntaxError extends Error {}

/** @throws FilterSyntaxError */
export function parseFilter(text: string): Filter {
  const parser = new FilterParser(tokensOf(text));
  return parser.parse();
}

/** Lists all comparisons and calls in a filter, to check which ones may be combined. */
export function leavesOf(filter: Filter): FilterLeaf[] {
  return filter.kind === 'and' || filter.kind === 'or'
    ? [...leavesOf(filter.left), ...leavesOf(filter.right)]
    : [filter];
}

/** Evaluates a filter; `test` decides each comparison or call. */
export function matches(filter: Filter, test: (leaf: FilterLeaf) => boolean): boolean {
  if (filter.kind === 'and') return matches(filter.left, test) && matches(filter.right, test);
  if (filter.kind === 'or') return matches(filter.left, test) || matches(filter.right, test);
  return test(filter);
}

type Token = { kind: 'word' | 'string' | 'sign'; text: string };

class FilterParser {
  private position = 0;

  constructor(private readonly tokens: Token[]) {}

  parse(): Filter {
    const filter = this.parseOr();
    if (this.position < this.tokens.length) throw new FilterSyntaxError();
    return filter;
  }

  private parseOr(): Filter {
    let filter = this.parseAnd();
    while (this.acceptWord('or')) filter = { kind: 'or', left: filter, right: this.parseAnd() };
    return filter;
  }

  private parseAnd(): Filter {
    let filter = this.parseLeaf();
    while (this.acceptWord('and')) filter = { kind: 'and', left: filter, right: this.parseLeaf() };
    return filter;
  }

  private parseLeaf(): Filter {
    if (this.acceptSign('(')) {
      const filter = this.parseOr();
      this.expectSign(')');
      return filter;
    }
    const name = this.next('word').text;
    if (this.acceptSign('('))
      return { kind: 'call', name: name.toLowerCase(), arguments: this.argumentsOfCall() };
    const operator = this.next('word').text.toLowerCase();
    if (operator !== 'eq' && operator !== 'ne') throw new FilterSyntaxError();
    const value = this.tokens[this.position];
    // Clients also send bare values without quotes: `principalId eq {id}`.
    if (value === undefined || value.kind === 'sign') throw new FilterSyntaxError();
    this.position += 1;
    return { kind: 'compare', property: name, operator, value: value.text };
  }

  private argumentsOfCall(): FilterArgument[] {
    const list: FilterArgument[] = [];
    if (this.acceptSign(')')) return list;
    for (;;) {
      const token = this.tokens[this.position];
      if (token === undefined || token.kind === 'sign') throw new FilterSyntaxError();
      this.position += 1;
      list.push(token.kind === 'string' ? { value: token.text } : { property: token.text });
      if (this.acceptSign(')')) return list;
      this.expectSign(',');
    }
  }

  private acceptWord(word: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.position += 1;
    return true;
  }

  private acceptSign(sign: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.position += 1;
    return true;
  }

  private expectSign(sign: string): void {
    if (!this.acceptSign(sign)) throw new FilterSyntaxError();
  }

  private next(kind: Token['kind']): Token {
    const token = this.tokens[this.position];
    if (token?.kind !== kind) throw new FilterSyntaxError();
    this.position += 1;
    return token;
  }
}

function tokensOf(text: string): Token[] {
  const pattern = /\s*(?:'((?:[^']|'')*)'|([(),])|([^\s(),']+))/y;
  const tokens: Token[] = [];
  const source = text.trimEnd();
  while (pattern.lastIndex < source.length) {
    const match = pattern.exec(source);
    if (match === null) throw new FilterSyntaxError();
    if (match[1] !== undefined) tokens.push({ kind: 'string', text: match[1].replaceAll("''", "'") });
    else if (match[2] !== undefined) tokens.push({ kind: 'sign', text: match[2] });
    else tokens.push({ kind: 'word', text: match[3] ?? '' });
  }
  return tokens;
}
