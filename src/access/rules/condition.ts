import type { Tristate } from './tristate';
import { all, any, not } from './tristate';

/**
 * Evaluates a role assignment condition for an action. Attributes (`@Resource`, `@Request`, `@Principal`,
 * `@Environment`) aren't known here, so the result is undefined unless the rest decides.
 * Format: learn.microsoft.com/azure/role-based-access-control/conditions-format
 * @returns undefined also if the text isn't a valid condition
 */
export function conditionHolds(condition: string, action: string): Tristate {
  const tokens = tokensOf(condition);
  if (!tokens) return undefined;
  try {
    const reader = new Reader(tokens, action);
    const holds = reader.either();
    return reader.atEnd ? holds : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

class Reader {
  private position = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly action: string,
  ) {}

  get atEnd(): boolean {
    return this.position === this.tokens.length;
  }

  either(): Tristate {
    let holds = this.both();
    while (this.accept('OR', '||')) holds = any(holds, this.both());
    return holds;
  }

  private both(): Tristate {
    let holds = this.one();
    while (this.accept('AND', '&&')) holds = all(holds, this.one());
    return holds;
  }

  private one(): Tristate {
    if (this.accept('NOT', '!')) return not(this.one());
    if (this.accept('(')) {
      const holds = this.either();
      if (!this.accept(')')) throw new SyntaxError();
      return holds;
    }
    if (this.accept('ActionMatches')) return this.values().some((pattern) => matches(pattern, this.action));
    if (this.accept('SubOperationMatches')) {
      const isEmpty = this.values().length === 0;
      // Only storage has suboperations, and which one a request is isn't known here.
      return isEmpty || !/^microsoft\.storage\//i.test(this.action) ? isEmpty : undefined;
    }
    const exists = this.accept('Exists', 'NotExists');
    if (!this.next().startsWith('@')) throw new SyntaxError();
    if (!exists) {
      if (!/^[a-z]+(:[a-z]+)?$/i.test(this.next())) throw new SyntaxError();
      this.values();
    }
    return undefined;
  }

  /** Reads `{'a', 'b'}` or a single value. */
  private values(): string[] {
    if (!this.accept('{')) return [unquoted(this.next())];
    const values: string[] = [];
    while (!this.accept('}')) {
      values.push(unquoted(this.next()));
      this.accept(',');
    }
    return values;
  }

  private accept(...choices: readonly string[]): boolean {
    const token = this.tokens[this.position]?.toLowerCase();
    if (!choices.some((choice) => choice.toLowerCase() === token)) return false;
    this.position += 1;
    return true;
  }

  private next(): string {
    const token = this.tokens[this.position];
    if (token === undefined) throw new SyntaxError();
    this.position += 1;
    return token;
  }
}

/** Whether an action pattern, in which `*` matches any text, covers the action; case doesn't matter. */
export function matches(pattern: string, action: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const text = action.toLowerCase();
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at + last.length <= text.length;
}

function tokensOf(text: string): string[] | undefined {
  const token = /\s*(@\w+\[[^\]]*\]|'[^']*'|&&|\|\||[(){},!]|[\w:.*/-]+)/y;
  const tokens: string[] = [];
  const trimmed = text.trimEnd();
  while (token.lastIndex < trimmed.length) {
    const found = token.exec(trimmed)?.[1];
    if (found === undefined) return undefined;
    tokens.push(found);
  }
  return tokens;
}

function unquoted(token: string): string {
  return token.startsWith("'") ? token.slice(1, -1) : token;
}
