import { ExpressionParser } from './expressionParser';
import { nameOf, type Named, type Ordering, type Query, type Step } from './syntax';
import { tokenize } from './tokens';

/**
 * Parses a query in the subset of Kusto that the sandbox runs.
 * @throws QuerySyntaxError for everything else, including operators that the real service accepts (join,
 * union, …)
 */
export function parseQuery(text: string): Query {
  return new QueryParser(tokenize(text)).parse();
}

class QueryParser extends ExpressionParser {
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
}
