/** A token of a query with its position (lines start at 1, characters at 0, as the service counts). */
export interface Token {
  kind: 'word' | 'string' | 'number' | 'sign' | 'end';
  text: string;
  /** The value of a string or number. */
  value?: string | number;
  line: number;
  character: number;
}

/** A query that the sandbox can't parse, in the terms of the service's ParserFailure. */
export class QuerySyntaxError extends Error {
  constructor(readonly token: Token) {
    super('ParserFailure');
  }
}

// Longest first. Words with a hyphen are operators; signs with letters are negated and case-insensitive
// comparisons.
const signs = [
  '!startswith_cs',
  '!endswith_cs',
  '!contains_cs',
  '!startswith',
  '!endswith',
  '!contains',
  '!has_cs',
  '!has',
  '!in~',
  '!in',
  'in~',
  '=~',
  '!~',
  '==',
  '!=',
  '<=',
  '>=',
  '|',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  '.',
  '=',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
  ':',
  ';',
];
const hyphenated = /project-away|project-rename|project-keep|project-reorder|mv-expand/iy;

/** @throws QuerySyntaxError */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let position = 0;
  while (position < query.length) {
    const character = position - lineStart;
    const rest = query.slice(position);
    const space = /^(?:\s+|\/\/[^\n]*)/.exec(rest)?.[0];
    if (space !== undefined) {
      for (let at = space.indexOf('\n'); at >= 0; at = space.indexOf('\n', at + 1)) {
        line += 1;
        lineStart = position + at + 1;
      }
      position += space.length;
      continue;
    }
    const token = { ...readToken(query, position, rest), line, character };
    tokens.push(token);
    position += token.text.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', line, character: query.length - lineStart });
  return tokens;

  function readToken(text: string, at: number, following: string): Pick<Token, 'kind' | 'text' | 'value'> {
    const string = /^(?:@"[^"\n]*"|@'[^'\n]*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/.exec(following)?.[0];
    if (string !== undefined) return { kind: 'string', text: string, value: unquoted(string) };
    const number = /^\d+(?:\.\d+)?/.exec(following)?.[0];
    if (number !== undefined) return { kind: 'number', text: number, value: Number(number) };
    hyphenated.lastIndex = at;
    const operator = hyphenated.exec(text)?.[0];
    if (operator !== undefined) return { kind: 'word', text: operator };
    const lower = following.toLowerCase();
    const sign = signs.find((candidate) => lower.startsWith(candidate) && endsThere(candidate, lower));
    if (sign !== undefined) return { kind: 'sign', text: following.slice(0, sign.length) };
    const word = /^[A-Za-z_$][\w$]*/.exec(following)?.[0];
    if (word !== undefined) return { kind: 'word', text: word };
    throw new QuerySyntaxError({ kind: 'sign', text: following.charAt(0), line, character: at - lineStart });
  }
}

/** Keeps `!in` from matching the start of `!inside`. */
function endsThere(sign: string, text: string): boolean {
  return !/\w$/.test(sign) || !/^\w/.test(text.slice(sign.length));
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

function unquoted(literal: string): string {
  if (literal.startsWith('@')) return literal.slice(2, -1);
  return literal.slice(1, -1).replace(/\\(.)/g, (_, sign: string) => escapes[sign] ?? sign);
}
