import { QuerySyntaxError, type Token } from './tokens';

/** Steps through the tokens of a query. */
export class TokenCursor {
  protected position = 0;

  constructor(private readonly tokens: Token[]) {}

  protected isWord(word: string): boolean {
    return this.peek().kind === 'word' && this.peek().text.toLowerCase() === word;
  }

  protected acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.position += 1;
    return true;
  }

  protected expectWord(word: string): void {
    if (!this.acceptWord(word)) this.fail();
  }

  protected accept(sign: string): boolean {
    if (this.peek().kind !== 'sign' || this.peek().text !== sign) return false;
    this.position += 1;
    return true;
  }

  protected expect(sign: string): void {
    if (!this.accept(sign)) this.fail();
  }

  protected word(): string {
    const token = this.peek();
    if (token.kind !== 'word') return this.fail();
    this.position += 1;
    return token.text;
  }

  protected number(): number {
    const token = this.peek();
    if (token.kind !== 'number' || !Number.isInteger(token.value)) return this.fail();
    this.position += 1;
    return Number(token.value);
  }

  protected listOf<Item>(item: () => Item): Item[] {
    const list = [item()];
    while (this.accept(',')) list.push(item());
    return list;
  }

  protected peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)];
    if (token === undefined) throw new Error('the tokens of a query end with an end token');
    return token;
  }

  protected fail(): never {
    throw new QuerySyntaxError(this.peek());
  }
}
