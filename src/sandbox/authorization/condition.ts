/**
 * Conditions of role assignments (attribute-based access control), limited to the simple forms in the
 * documentation: `ActionMatches{'…'}`, `@Resource[…]` / `@Request[…]` compared with strings, GUIDs or sets of
 * them, AND, OR, NOT.
 * Format: learn.microsoft.com/azure/role-based-access-control/conditions-format.
 */

/**
 * Values by lowercase `source[name]`, e.g. `request[microsoft.authorization/roleassignments:principalid]`.
 */
export type ConditionAttributes = Record<string, string>;

/**
 * Whether `condition` is true. It isn't if it can't be parsed or if its outcome depends on an unknown
 * attribute; the order of its parts makes no difference.
 */
export function conditionHolds(condition: string, action: string, attributes: ConditionAttributes): boolean {
  try {
    return new ConditionParser(tokensOf(condition), action, attributes).parse() === true;
  } catch (error) {
    if (error instanceof NotEvaluable) return false;
    throw error;
  }
}

class NotEvaluable extends Error {}

/** undefined: the outcome depends on an unknown attribute. */
type Truth = boolean | undefined;
type Quantifier = (
  left: string[],
  right: string[],
  compare: (left: string, right: string) => boolean,
) => boolean;

const comparisons: Record<string, (left: string, right: string) => boolean> = {
  stringequals: (left, right) => left === right,
  stringnotequals: (left, right) => left !== right,
  stringequalsignorecase: (left, right) => left.toLowerCase() === right.toLowerCase(),
  stringnotequalsignorecase: (left, right) => left.toLowerCase() !== right.toLowerCase(),
  stringlike: (left, right) => like(left, right),
  stringnotlike: (left, right) => !like(left, right),
  stringstartswith: (left, right) => left.startsWith(right),
  stringnotstartswith: (left, right) => !left.startsWith(right),
  guidequals: (left, right) => left.toLowerCase() === right.toLowerCase(),
  guidnotequals: (left, right) => left.toLowerCase() !== right.toLowerCase(),
  boolequals: (left, right) => left.toLowerCase() === right.toLowerCase(),
  boolnotequals: (left, right) => left.toLowerCase() !== right.toLowerCase(),
};

const quantifiers: Record<string, Quantifier> = {
  foranyofanyvalues: (left, right, compare) => left.some((one) => right.some((other) => compare(one, other))),
  forallofanyvalues: (left, right, compare) =>
    left.every((one) => right.some((other) => compare(one, other))),
  foranyofallvalues: (left, right, compare) =>
    left.some((one) => right.every((other) => compare(one, other))),
  forallofallvalues: (left, right, compare) =>
    left.every((one) => right.every((other) => compare(one, other))),
};

/** A recursive-descent parser. */
class ConditionParser {
  private position = 0;

  constructor(
    private readonly tokens: string[],
    private readonly action: string,
    private readonly attributes: ConditionAttributes,
  ) {}

  parse(): Truth {
    const truth = this.parseOr();
    if (this.position < this.tokens.length) throw new NotEvaluable();
    return truth;
  }

  private parseOr(): Truth {
    const parts = [this.parseAnd()];
    while (this.accept('OR', '||')) parts.push(this.parseAnd());
    return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;
  }

  private parseAnd(): Truth {
    const parts = [this.parseNot()];
    while (this.accept('AND', '&&')) parts.push(this.parseNot());
    return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
  }

  private parseNot(): Truth {
    if (!this.accept('NOT', '!')) return this.parsePrimary();
    const truth = this.parseNot();
    return truth === undefined ? undefined : !truth;
  }

  private parsePrimary(): Truth {
    if (this.accept('(')) {
      const truth = this.parseOr();
      this.expect(')');
      return truth;
    }
    if (this.accept('ActionMatches')) {
      const patterns = this.values();
      return patterns.some((pattern) => like(this.action.toLowerCase(), pattern.toLowerCase()));
    }
    if (this.accept('SubOperationMatches')) {
      this.values();
      return false;
    }
    return this.parseComparison();
  }

  private parseComparison(): Truth {
    const attribute = this.next();
    if (!attribute.startsWith('@')) throw new NotEvaluable();
    const operator = this.next().toLowerCase();
    const colon = operator.indexOf(':');
    const compare = comparisons[operator.slice(colon + 1)];
    const quantifier = colon < 0 ? quantifiers['foranyofanyvalues'] : quantifiers[operator.slice(0, colon)];
    if (compare === undefined || quantifier === undefined) throw new NotEvaluable();
    const right = this.values();
    const left = this.attributes[attribute.slice(1).toLowerCase()];
    return left === undefined ? undefined : quantifier([left], right, compare);
  }

  private values(): string[] {
    if (!this.accept('{')) return [unquoted(this.next())];
    const values = [];
    while (!this.accept('}')) {
      values.push(unquoted(this.next()));
      this.accept(',');
    }
    return values;
  }

  private accept(...choices: string[]): boolean {
    const token = this.tokens[this.position];
    if (token === undefined || !choices.some((choice) => choice.toLowerCase() === token.toLowerCase()))
      return false;
    this.position += 1;
    return true;
  }

  private expect(token: string): void {
    if (!this.accept(token)) throw new NotEvaluable();
  }

  private next(): string {
    const token = this.tokens[this.position];
    if (token === undefined) throw new NotEvaluable();
    this.position += 1;
    return token;
  }
}

function tokensOf(condition: string): string[] {
  const token = /\s*(@\w+\[[^\]]*\]|'[^']*'|&&|\|\||[(){},!]|[\w:.*/-]+)/y;
  const tokens = [];
  const text = condition.trimEnd();
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match?.[1] === undefined) throw new NotEvaluable();
    tokens.push(match[1]);
  }
  return tokens;
}

function unquoted(token: string): string {
  return token.startsWith("'") ? token.slice(1, -1) : token;
}

function like(text: string, pattern: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(text);
}
