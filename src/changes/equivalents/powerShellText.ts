/**
 * Quotes a PowerShell string. Curly quotes end a string there just like straight ones, so both are doubled. Characters
 * that a terminal wouldn't show become numeric escapes.
 */
export function quote(text: string): string {
  if (!hidden.test(text)) return `'${text.replace(/['‘’‚‛]/g, '$&$&')}'`;
  const escaped = text
    .replace(/[`$"“”„]/g, '`$&')
    .replace(new RegExp(hidden, 'g'), (character) => `$([char]0x${character.charCodeAt(0).toString(16)})`);
  return `"${escaped}"`;
}

const hidden = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/;
