import { enclosed } from './scriptParts';

/** A name as an identifier. */
export function bracketed(name: string): string {
  return enclosed(name, '[', ']');
}

export function literal(text: string): string {
  return `N${enclosed(text, "'")}`;
}

const identifier = String.raw`(?:\[(?:[^\]\p{Cc}]|\]\])+\]|"(?:[^"\p{Cc}]|"")+"|[\p{L}_@#][\p{L}\p{N}_@#$]*)`;
const objectName = String.raw`${identifier}(?:\s*\.\s*${identifier}){0,2}`;

/** The object that a text names, as `[schema].[name]`; undefined if it's anything else than a name. */
export function objectNamed(text: string): string | undefined {
  if (!new RegExp(`^\\s*${objectName}\\s*$`, 'u').test(text)) return undefined;
  const parts = [...text.matchAll(new RegExp(identifier, 'gu'))].map(([part]) => plainName(part));
  const [name = '', schema = 'dbo'] = parts.reverse();
  return `${bracketed(schema)}.${bracketed(name)}`;
}

function plainName(part: string): string {
  if (part.startsWith('[')) return part.slice(1, -1).replaceAll(']]', ']');
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
}

/**
 * The tables and views that a query reads; undefined unless it's a plain SELECT whose tables are beyond doubt, so that no right
 * is forgotten.
 */
export function tablesReadBy(query: string): string[] | undefined {
  const text = query.replaceAll(/'(?:[^']|'')*'/g, "''").trim();
  if (!/^select\b/i.test(text) || beyondPlain.test(text)) return undefined;
  const tables = [...text.matchAll(/\b(?:from|join)\s+/gi)].map((match) => {
    const rest = text.slice(match.index + match[0].length);
    const [name = ''] = new RegExp(`^${objectName}`, 'u').exec(rest) ?? [];
    // A list of tables, a function, a subquery, or a table of another kind.
    const isPlain = new RegExp(String.raw`^\s*(?:$|;|\)|(?:as\s+)?${identifier}(?!\s*[,.(])|where\b)`, 'iu');
    return /^\s*[,.(]/.test(rest.slice(name.length)) || !isPlain.test(rest.slice(name.length))
      ? undefined
      : objectNamed(name);
  });
  if (tables.length === 0) return undefined;
  return tables.every((table) => table !== undefined) ? [...new Set(tables)] : undefined;
}

/** Other statements, comments, and calls of functions that have a schema. */
const beyondPlain =
  /--|\/\*|;\s*\S|\b(?:into|exec|execute|apply|open\w+|contains\w*|freetext\w*|for\s+system_time)\b|\.\s*[\w\]"]+\s*\(/i;
