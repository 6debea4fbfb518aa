/** A property value in Bicep: an {@link expression} is used as is, a string is quoted. */
export type BicepValue =
  string | Expression | readonly BicepValue[] | { readonly [name: string]: BicepValue | undefined };

interface Expression {
  readonly expression: string;
}

export function expression(text: string): Expression {
  return { expression: text };
}

/** @param type with its api-version, such as `Microsoft.KeyVault/vaults@2026-02-01` */
export function declaration(
  symbol: string,
  type: string,
  body: Readonly<Record<string, BicepValue>>,
  existing?: 'existing',
): string {
  return `resource ${symbol} ${quote(type)} ${existing ? 'existing ' : ''}= ${textOf(body, '')}`;
}

/** Quotes a Bicep string. Control characters, which Bicep rejects, and invisible characters become numeric escapes. */
export function quote(text: string): string {
  const escaped = text
    .replace(/[\\']/g, String.raw`\$&`)
    .replaceAll('${', String.raw`\${`)
    .replace(hidden, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
  return `'${escaped}'`;
}

/** A one-line comment, whatever the text contains. */
export function comment(text: string): string {
  return `// ${text.replace(hidden, ' ')}`;
}

const hidden = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g;

function textOf(value: BicepValue, indent: string): string {
  if (typeof value === 'string') return quote(value);
  if (isExpression(value)) return value.expression;
  const inner = `${indent}  `;
  if (isList(value))
    return block(
      '[',
      value.map((item) => `${inner}${textOf(item, inner)}`),
      `${indent}]`,
    );
  const lines = Object.entries(value).flatMap(([name, property]) =>
    property === undefined ? [] : [`${inner}${keyOf(name)}: ${textOf(property, inner)}`],
  );
  return block('{', lines, `${indent}}`);
}

function block(open: string, lines: readonly string[], close: string): string {
  return lines.length === 0 ? `${open}${close.trim()}` : [open, ...lines, close].join('\n');
}

function keyOf(name: string): string {
  return /^[A-Za-z]\w*$/.test(name) ? name : quote(name);
}

function isExpression(value: BicepValue): value is Expression {
  return typeof value === 'object' && typeof (value as Partial<Expression>).expression === 'string';
}

function isList(value: BicepValue): value is readonly BicepValue[] {
  return Array.isArray(value);
}
