import { lastSegment } from '../../access/words/format';
import { placeOf } from './place';

/** A property value in Bicep: an {@link expression} is used as is, a string is quoted. */
export type BicepValue =
  | string
  | number
  | boolean
  | null
  | Expression
  | readonly BicepValue[]
  | { readonly [name: string]: BicepValue | undefined };

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

/** The API version to use for a resource type instead of the one that Keyless was written for. */
export type ApiVersionOf = (type: string, version: string) => string;

/**
 * The same Bicep with other API versions. They are in declarations, which begin a line (a quoted text has no line
 * breaks), in the comment about someone else's declaration, and in calls of `list`.
 */
export function inVersions(text: string, versionOf: ApiVersionOf): string {
  return text
    .replace(
      /^(resource \w+ '|\/\/ Add this to the declaration of .* \()([\w./]+)@([\w-]+)/gm,
      (_, before: string, type: string, version: string) => `${before}${type}@${versionOf(type, version)}`,
    )
    .replace(
      /(list\('\$\{app\.id\}\/config\/(?:appsettings|connectionstrings)', ')([\w-]+)/g,
      (_, before: string, version: string) => `${before}${versionOf('Microsoft.Web/sites/config', version)}`,
    );
}

/** Properties to add to a declaration. */
export function fragment(properties: Readonly<Record<string, BicepValue>>): string {
  return linesOf(properties, '').join('\n');
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

/** A sentence and the lines it introduces, as comments. */
export function asComments(sentence: string, lines: string): string {
  return [sentence, ...lines.split('\n')].map(comment).join('\n');
}

const hidden = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g;

function textOf(value: BicepValue, indent: string): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isExpression(value)) return value.expression;
  const inner = `${indent}  `;
  if (isList(value))
    return block(
      '[',
      value.map((item) => `${inner}${textOf(item, inner)}`),
      `${indent}]`,
    );
  return block('{', linesOf(value, inner), `${indent}}`);
}

function linesOf(properties: { readonly [name: string]: BicepValue | undefined }, indent: string): string[] {
  return Object.entries(properties).flatMap(([name, property]) =>
    property === undefined ? [] : [`${indent}${keyOf(name)}: ${textOf(property, indent)}`],
  );
}

function block(open: string, lines: readonly string[], close: string): string {
  return lines.length === 0 ? `${open}${close.trim()}` : [open, ...lines, close].join('\n');
}

/** The name of a property, in quotes if it isn't an identifier. */
export function keyOf(name: string): string {
  return /^[A-Za-z]\w*$/.test(name) ? name : quote(name);
}

function isExpression(value: BicepValue & object): value is Expression {
  return typeof (value as Partial<Expression>).expression === 'string';
}

function isList(value: BicepValue & object): value is readonly BicepValue[] {
  return Array.isArray(value);
}

/** A comment that says where to deploy a file. @param id ARM ID */
export function deployedTo(id: string): string {
  const { subscriptionId, resourceGroup } = placeOf(id);
  if (resourceGroup === '') return comment(`Deploy to ${lastSegment(id) || 'the tenant'}.`);
  return comment(`Deploy to resource group ${resourceGroup} in subscription ${subscriptionId}.`);
}
