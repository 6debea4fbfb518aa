/**
 * A string of PowerShell. Curly quotes end a string there as straight ones do, and are doubled like these. What a
 * terminal would not show as it is, is given by number.
 */
export function quote(text: string): string {
  if (!hidden.test(text)) return `'${text.replace(/['‘’‚‛]/g, '$&$&')}'`;
  const escaped = text
    .replace(/[`$"“”„]/g, '`$&')
    .replace(new RegExp(hidden, 'g'), (character) => `$([char]0x${character.charCodeAt(0).toString(16)})`);
  return `"${escaped}"`;
}

const hidden = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/;
