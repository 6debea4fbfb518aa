/** For an attribute selector. */
export function quoted(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}

/** Matches this text and nothing more. */
export function whole(text: string): RegExp {
  return new RegExp(`^\\s*${escaped(text)}\\s*$`);
}

/** For a regular expression. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
