import { nameOf, type Expression, type Named, type Ordering, type Query, type Step } from './syntax';
import { QuerySyntaxError, tokenize, type Token } from './tokens';

const operators = [
  'where',
  'filter',
  'project',
  'project-away',
  'project-keep',
  'project-rename',
  'extend',
  'order',
  'sort',
  'take',
  'limit',
  'top',
  'distinct',
  'summarize',
  'count',
  'join',
  'union',
  'mv-expand',
  'parse',
  'project-reorder',
  'render',
];
const comparisons = new Set([
  '==',
  '!=',
  '=~',
  '!~',
  '<',
  '>',
  '<=',
  '>=',
  'has',
  '!has',
  'has_cs',
  '!has_cs',
  'contains',
  '!contains',
  'contains_cs',
  '!contains_cs',
  'startswith',
  '!startswith',
  'startswith_cs',
  '!startswith_cs',
  'endswith',
  '!endswith',
  'endswith_cs',
  '!endswith_cs',
]);
const memberships = new Set(['in', '!in', 'in~', '!in~', 'has_any', 'has_all']);

/**
 * Parses a query in the subset of Kusto that the sandbox runs.
 * @throws QuerySyntaxError for everything else, including operators that the real service accepts (join,
 * union, …)
 */
export function parseQuery(text: string): Query {
  return new QueryParser(tokenize(text)).parse();
}

class QueryParser {
  private position = 0;

  constructor(private readonly tokens: Token[]) {}

  parse(): Query {
    // A query may omit its table: recorded, `project id, tags | limit 2`.
    const table = this.isOperator(this.peek()) ? 'Resources' : this.word();
    const steps: Step[] = [];
    if (this.isOperator(this.peek())) steps.push(this.step());
    while (this.accept('|')) steps.push(this.step());
    this.accept(';');
    if (this.peek().kind !== 'end') this.fail();
    return { table, steps };
  }

  private step(): Step {
    const operator = this.word().toLowerCase();
    switch (operator) {
      case 'where':
      case 'filter':
        return { kind: 'where', condition: this.expression() };
      case 'project':
      case 'extend':
        return { kind: operator, columns: this.named() };
      case 'project-away':
      case 'project-keep':
        return { kind: operator, columns: this.listOf(() => this.columnPattern()) };
      case 'project-rename':
        return { kind: operator, columns: this.listOf(() => this.renaming()) };
      case 'order':
      case 'sort':
        this.expectWord('by');
        return { kind: 'order', by: this.listOf(() => this.ordering()) };
      case 'take':
      case 'limit':
        return { kind: 'take', count: this.number() };
      case 'top': {
        const count = this.number();
        this.expectWord('by');
        return { kind: 'top', count, by: this.listOf(() => this.ordering()) };
      }
      case 'distinct':
        return { kind: 'distinct', columns: this.named() };
      case 'count':
        return { kind: 'count' };
      case 'summarize':
        return this.summarize();
      default:
        this.position -= 1;
        return this.fail();
    }
  }

  private summarize(): Step {
    const aggregates = this.isWord('by') ? [] : this.named();
    const by = this.acceptWord('by') ? this.named() : [];
    return { kind: 'summarize', aggregates, by };
  }

  private named(): Named[] {
    let unnamed = 0;
    return this.listOf(() => {
      if (this.peek().kind === 'word' && this.peek(1).text === '=') {
        const name = this.word();
        this.expect('=');
        return { name, expression: this.expression() };
      }
      const expression = this.expression();
      const name = nameOf(expression);
      if (name === undefined) unnamed += 1;
      return { name: name ?? `Column${unnamed}`, expression };
    });
  }

  private columnPattern(): string {
    const name = this.accept('*') ? '*' : this.word();
    return this.accept('*') ? `${name}*` : name;
  }

  private renaming(): { name: string; from: string } {
    const name = this.word();
    this.expect('=');
    return { name, from: this.word() };
  }

  private ordering(): Ordering {
    const expression = this.expression();
    const ascending = this.acceptWord('asc');
    const descending = !ascending;
    if (descending) this.acceptWord('desc');
    let nullsFirst = ascending;
    if (this.acceptWord('nulls')) {
      nullsFirst = this.acceptWord('first');
      if (!nullsFirst) this.expectWord('last');
    }
    return { expression, descending, nullsFirst };
  }

  private expression(): Expression {
    let left = this.conjunction();
    while (this.acceptWord('or')) left = { kind: 'binary', operator: 'or', left, right: this.conjunction() };
    return left;
  }

  private conjunction(): Expression {
    let left = this.comparison();
    while (this.acceptWord('and')) left = { kind: 'binary', operator: 'and', left, right: this.comparison() };
    return left;
  }

  private comparison(): Expression {
    const left = this.sum();
    const operator = this.peek().text.toLowerCase();
    if (this.peek().kind === 'string' || this.peek().kind === 'end') return left;
    if (memberships.has(operator)) {
      this.position += 1;
      this.expect('(');
      const list = this.listOf(() => this.expression());
      this.expect(')');
      return { kind: 'in', operator, left, list };
    }
    if (operator === 'matches') {
      this.position += 1;
      this.expectWord('regex');
      return { kind: 'binary', operator: 'matches regex', left, right: this.sum() };
    }
    if (!comparisons.has(operator)) return left;
    this.position += 1;
    return { kind: 'binary', operator, left, right: this.sum() };
  }

  private sum(): Expression {
    let left = this.product();
    for (;;) {
      const operator = this.peek().text;
      if (!this.accept('+') && !this.accept('-')) return left;
      left = { kind: 'binary', operator, left, right: this.product() };
    }
  }

  private product(): Expression {
    let left = this.unary();
    for (;;) {
      const operator = this.peek().text;
      if (!this.accept('*') && !this.accept('/') && !this.accept('%')) return left;
      left = { kind: 'binary', operator, left, right: this.unary() };
    }
  }

  private unary(): Expression {
    if (this.accept('-')) return { kind: 'unary', operator: '-', of: this.unary() };
    return this.members(this.primary());
  }

  private members(base: Expression): Expression {
    let expression = base;
    for (;;) {
      if (this.accept('.'))
        expression = { kind: 'member', of: expression, key: { kind: 'literal', value: this.word() } };
      else if (this.accept('[')) {
        expression = { kind: 'member', of: expression, key: this.expression() };
        this.expect(']');
      } else return expression;
    }
  }

  private primary(): Expression {
    const token = this.peek();
    if (token.kind === 'string' || token.kind === 'number') {
      this.position += 1;
      return { kind: 'literal', value: token.value ?? null };
    }
    if (this.accept('(')) {
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    // `where where` fails at the token after the second word, not at the word itself: recorded.
    if (this.isOperator(token) && this.peek(1).text !== '(') {
      this.position += 1;
      this.fail();
    }
    const word = this.word();
    const lower = word.toLowerCase();
    if (lower === 'true' || lower === 'false') return { kind: 'literal', value: lower === 'true' };
    if (!this.accept('(')) return { kind: 'column', name: word };
    const list = this.peek().text === ')' ? [] : this.listOf(() => this.expression());
    this.expect(')');
    return { kind: 'call', name: lower, arguments: list };
  }

  private listOf<Item>(item: () => Item): Item[] {
    const list = [item()];
    while (this.accept(',')) list.push(item());
    return list;
  }

  private number(): number {
    const token = this.peek();
    if (token.kind !== 'number' || !Number.isInteger(token.value)) return this.fail();
    this.position += 1;
    return Number(token.value);
  }

  private word(): string {
    const token = this.peek();
    if (token.kind !== 'word') return this.fail();
    this.position += 1;
    return token.text;
  }

  private isOperator(token: Token): boolean {
    return token.kind === 'word' && operators.includes(token.text.toLowerCase());
  }

  private isWord(word: string): boolean {
    return this.peek().kind === 'word' && this.peek().text.toLowerCase() === word;
  }

  private acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.position += 1;
    return true;
  }

  private expectWord(word: string): void {
    if (!this.acceptWord(word)) this.fail();
  }

  private accept(sign: string): boolean {
    if (this.peek().kind !== 'sign' || this.peek().text !== sign) return false;
    this.position += 1;
    return true;
  }

  private expect(sign: string): void {
    if (!this.accept(sign)) this.fail();
  }

  private peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)];
    if (token === undefined) throw new Error('the tokens of a query end with an end token');
    return token;
  }

  private fail(): never {
    throw new QuerySyntaxError(this.peek());
  }
}
