/** A text that is at most as wide as the room, in pixels. What doesn't fit ends in an ellipsis. */
export function fitted(text: string, room: number, fontSize: number): string {
  if (widthOf(text, fontSize) <= room) return text;
  let fits = '';
  for (const character of text) {
    if (widthOf(`${fits}${character}…`, fontSize) > room) break;
    fits += character;
  }
  return `${fits.trimEnd()}…`;
}

/**
 * How wide a text is in the usual fonts of user interfaces. The picture is drawn without a page, too, where nothing can
 * measure it, so this rounds up.
 */
export function widthOf(text: string, fontSize: number): number {
  let sum = 0;
  for (const character of text) sum += emOf(character);
  return sum * fontSize;
}

function emOf(character: string): number {
  if (/[ijl.,:;'|!]/.test(character)) return 0.32;
  if (/[frtI()[\]{} /\\-]/.test(character)) return 0.41;
  if (/[mMW@%…]/.test(character)) return 0.98;
  if (/[A-Zw&+=<>]/.test(character)) return 0.78;
  // Ideographs, emoji, and everything that is full-width.
  return character.charCodeAt(0) > 0x10ff ? 1.1 : 0.63;
}
