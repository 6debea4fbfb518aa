/** Quotes a word of a bash command. Control characters could alter what a terminal shows or end the line, so they are escaped. */
export function quote(word: string): string {
  if (/^[\w/:=.,+-]+$/.test(word)) return word;
  if (!/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/.test(word))
    return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = word.replace(/[\\']|[^\u0020-\u007e]/gu, (character) =>
    /['\\]/.test(character) ? `\\${character}` : escapeBytes(character),
  );
  return `$'${escaped}'`;
}

/** The words of one command. */
export type CommandWords = readonly string[];

/** A value that starts with a dash would be read as an option. */
export function option(name: string, value: string): CommandWords {
  return value.startsWith('-') ? [`${name}=${value}`] : [name, value];
}

function escapeBytes(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
