import * as l10n from '@vscode/l10n';

/** The text shown in place of a secret value. */
export function hiddenText(): string {
  return l10n.t('(hidden by Keyless)');
}

/** So many characters of a value in a row are a quote of it, because services also cut what they quote. */
const gramLength = 12;
/** Shorter values look like the words around them. */
const shortest = 4;
/** A value up to this length counts only as a whole word. */
const word = 7;
/** How often text is decoded: a Base64 text in a URL in JSON has three layers. */
const layers = 3;
const mostReadings = 100;

/** Hides quotes of values in a text that a service wrote, in any case and encoding. */
export class Quotes {
  private readonly grams = new Set<string>();
  private readonly short: readonly string[];

  /** @param known a text that isn't secret, such as the request's path, even if a value contains parts of it */
  constructor(
    values: readonly string[],
    private readonly known = '',
  ) {
    // Capitals can be longer: those of `ß` are `SS`.
    const lower = values
      .flatMap((value) => [value, value.toUpperCase()])
      .map((value) => value.trim().toLowerCase())
      .filter(({ length }) => length >= shortest);
    this.short = lower.filter(({ length }) => length < gramLength);
    for (const value of lower)
      for (let at = 0; at + gramLength <= value.length; at++)
        this.grams.add(value.slice(at, at + gramLength));
  }

  /** The text without the parts that are quotes, or nothing of it if it has an encoded one. */
  hideIn(text: string): string {
    if (this.grams.size === 0 && this.short.length === 0) return text;
    const shown = withoutEncodedRest(this.withoutPlainQuotes(text));
    return readingsOf(shown).some((reading) => this.marksIn(reading).includes(1)) ? hiddenText() : shown;
  }

  private withoutPlainQuotes(text: string): string {
    const marks = this.marksIn(text);
    let shown = '';
    for (let at = 0; at < text.length; at++) {
      if (!marks[at]) shown += text.charAt(at);
      else if (!marks[at - 1]) shown += hiddenText();
    }
    return shown;
  }

  /** For each character, 1 if it is part of a quote. */
  private marksIn(text: string): Uint8Array {
    const marks = new Uint8Array(text.length);
    // Not `toLowerCase` of the whole text, which can change its length.
    const lower = text.replace(/[A-Z\u00c0-\uffff]/g, (letter) => {
      const small = letter.toLowerCase();
      return small.length === 1 ? small : letter;
    });
    const known = this.known.toLowerCase();
    for (let at = 0; at + gramLength <= lower.length; at++) {
      const gram = lower.slice(at, at + gramLength);
      if (this.grams.has(gram) && !known.includes(gram)) marks.fill(1, at, at + gramLength);
    }
    for (const value of this.short) {
      if (known.includes(value)) continue;
      for (let at = lower.indexOf(value); at >= 0; at = lower.indexOf(value, at + 1)) {
        const end = at + value.length;
        const alone = !isLetter(lower[at - 1]) && !isLetter(lower[end]);
        if (alone || value.length > word) marks.fill(1, at, end);
      }
    }
    return marks;
  }
}

/** What is only in an encoded text, such as `%25C3%2584`. */
const encoded = /%[0-9a-f]{2}|\\[ux]|&#/i;
/** Not what `encodeURIComponent` leaves as it is, such as an apostrophe. */
const wordEnd = /[\s"<>]/;

/** Hides the encoded parts of a word of which a part was hidden: they may be too short to be recognized. */
function withoutEncodedRest(shown: string): string {
  const hidden = hiddenText();
  const parts = shown.split(hidden);
  return parts
    .map((part, index) => {
      const start = index === 0 ? 0 : endOfWord(part);
      const rest = part.slice(encoded.test(part.slice(0, start)) ? start : 0);
      const end = index === parts.length - 1 ? rest.length : startOfLastWord(rest);
      return encoded.test(rest.slice(end)) ? rest.slice(0, end) : rest;
    })
    .join(hidden);
}

function endOfWord(text: string): number {
  const end = text.search(wordEnd);
  return end < 0 ? text.length : end;
}

function startOfLastWord(text: string): number {
  let start = text.length;
  while (start > 0 && !wordEnd.test(text.charAt(start - 1))) start--;
  return start;
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** What a text says once its encodings are undone, one after the other; without the text itself. */
function readingsOf(text: string): string[] {
  const seen = new Set([text]);
  let last = [text];
  for (let layer = 0; layer < layers && last.length > 0; layer++) {
    const next: string[] = [];
    for (const one of last)
      for (const decode of decoders) {
        const reading = decode(one);
        if (reading === '' || seen.has(reading) || seen.size > mostReadings) continue;
        seen.add(reading);
        next.push(reading);
      }
    last = next;
  }
  seen.delete(text);
  return [...seen];
}

const base64 = /[A-Za-z0-9+/_-]{6,}={0,2}/g;
const hexadecimal = /(?:[0-9a-f]{2}[\s:-]?){4,}/gi;

/** An encoding may begin anywhere in what looks like Base64, so it is read from each of four places. */
const decoders: readonly ((text: string) => string)[] = [
  (text) => text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => fromHex(bytes.replaceAll('%', ''))),
  (text) => text.replaceAll('+', ' '),
  (text) => text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gis, unescape),
  (text) => text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, ofEntity),
  (text) => text.replace(/\s+/g, ''),
  (text) => (text.match(hexadecimal) ?? []).map((bytes) => fromHex(bytes.replace(/[\s:-]/g, ''))).join('\n'),
  ...[0, 1, 2, 3].flatMap((start) =>
    (['utf8', 'utf16le'] as const).map(
      (encoding) => (text: string) =>
        (text.match(base64) ?? [])
          .map((part) => Buffer.from(part.slice(start), 'base64').toString(encoding))
          .join('\n'),
    ),
  ),
];

function fromHex(digits: string): string {
  return Buffer.from(digits, 'hex').toString('utf8');
}

function unescape(_: string, long?: string, short?: string, character = ''): string {
  const code = long ?? short;
  if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
  return { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }[character] ?? character;
}

function ofEntity(entity: string, hex?: string, decimal?: string, name = ''): string {
  const code = hex === undefined ? Number(decimal ?? NaN) : parseInt(hex, 16);
  if (code <= 0x10ffff) return String.fromCodePoint(code);
  return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name.toLowerCase()] ?? entity;
}
