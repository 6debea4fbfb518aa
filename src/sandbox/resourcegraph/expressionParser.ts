import type { Expression } from './syntax';
import { TokenCursor } from './tokenCursor';
import type { Token } from './tokens';

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

/** Parses the expressions of a query. */
export class ExpressionParser extends TokenCursor {
  protected expression(): Expression {
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

  protected isOperator(token: Token): boolean {
    return token.kind === 'word' && operators.includes(token.text.toLowerCase());
  }
}
