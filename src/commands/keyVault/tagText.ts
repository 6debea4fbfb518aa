/** Tags on one line, as `name=value, other=value`. What would be read differently is a JSON string: `"a, b"="c"`. */
export function tagText(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => `${word(name, /[,="]/)}=${word(value, /[,"]/)}`)
    .join(', ');
}

/** Reads what `tagText` writes. @returns undefined if it isn't a list of tags that Key Vault accepts */
export function parseTags(text: string): Record<string, string> | undefined {
  const tags = new Map<string, string>();
  const tag = new RegExp(
    `\\s*(?:(${quoted})|([^=,"]*))\\s*=\\s*(?:(${quoted})|([^,"]*))\\s*(?:,|$)|\\s*(?:,|$)`,
    'y',
  );
  while (tag.lastIndex < text.length) {
    const match = tag.exec(text);
    if (!match) return undefined;
    const [whole, quotedName, plainName, quotedValue, plainValue] = match;
    if (/^\s*,?$/.test(whole)) continue; // nothing between two commas
    const name = unquoted(quotedName) ?? plainName?.trim();
    const value = unquoted(quotedValue) ?? plainValue?.trim();
    if (!name || value === undefined || tags.has(name)) return undefined;
    tags.set(name, value);
  }
  // Limits: learn.microsoft.com/azure/key-vault/secrets/about-secrets.
  const tooLong = [...tags].flat().some((part) => part.length > 256);
  return tooLong || tags.size > 15 ? undefined : Object.fromEntries(tags);
}

const quoted = String.raw`"(?:[^"\\]|\\.)*"`;

function word(text: string, special: RegExp): string {
  return special.test(text) || text !== text.trim() || /[\u0000-\u001f]/.test(text)
    ? JSON.stringify(text)
    : text;
}

/** The text of a JSON string; undefined if it isn't one. */
function unquoted(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}
