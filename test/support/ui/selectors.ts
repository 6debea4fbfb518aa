/** Escapes a text for an attribute selector. */
export function quoted(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}

/** Matches exactly this text. */
export function whole(text: string): RegExp {
  return new RegExp(`^\\s*${escaped(text)}\\s*$`);
}

/** Escapes a text for a regular expression. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
