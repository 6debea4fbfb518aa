import fc from 'fast-check';
import { encodings } from '../../support/encodings';

type Encoding = keyof typeof encodings;
const names = Object.keys(encodings) as Encoding[];

/** Where a refusal can quote. */
const places = {
  'the message': (quote: string) => ({ error: { code: 'Bad', message: `Not valid: ${quote}.` } }),
  'a message of App Service': (quote: string) => ({ Code: 'Bad', Message: quote }),
  'the code': (quote: string) => ({ error: { code: quote, message: 'Not valid.' } }),
  'an inner error': (quote: string) => ({
    error: { code: 'Bad', message: 'Not valid.', innererror: { code: quote, message: quote } },
  }),
  details: (quote: string) => ({
    error: { code: 'Bad', message: 'Not valid.', details: [{ code: quote, message: `Not valid: ${quote}` }] },
  }),
  'details of App Service': (quote: string) => ({
    ...{ Code: 'Bad', Message: 'Not valid.' },
    Details: [{ Message: quote }, { ErrorEntity: { Code: '1', Message: quote, Parameters: [quote] } }],
  }),
  'a page': (quote: string) => `<html><title>${quote}</title><body>${quote}</body></html>`,
  'the headers': () => ({ error: { code: 'Bad', message: 'Not valid.' } }),
};
type QuotePlace = keyof typeof places;

export interface Quote {
  readonly status: number;
  readonly place: QuotePlace;
  /** Applied one after the other. */
  readonly encodings: readonly Encoding[];
  /** How much of it is quoted. */
  readonly part: number;
}

export const quotes: fc.Arbitrary<Quote> = fc.record({
  status: fc.constantFrom(400, 401, 403, 404, 409, 412, 422, 500, 502),
  place: fc.constantFrom(...(Object.keys(places) as QuotePlace[])),
  encodings: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 2 }),
  part: fc.constantFrom(1, 1, 0.7),
});

/** What is quoted of a value. */
function quoted(value: string, { encodings: chosen, part }: Quote): string {
  // Nobody can read what was put in capitals after it was encoded.
  const useful = chosen.filter((name, index) => name !== 'in capitals' || index === 0);
  const whole = useful.reduce((text, name) => encodings[name](text), value);
  return whole.slice(0, Math.ceil(whole.length * part));
}

/** A refusal's body and headers. */
export function refusal(value: string, quote: Quote): { body: string; headers: Record<string, string> } {
  const text = quoted(value, quote);
  const body = places[quote.place](text);
  const inHeader = encodeURIComponent(text).slice(0, 4000);
  return {
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers:
      quote.place === 'the headers'
        ? {
            'x-ms-request-id': text.replace(/[^\x20-\x7e]/g, ''),
            'WWW-Authenticate': `Bearer error="${inHeader}"`,
          }
        : {},
  };
}

/** Letters, and what the encodings change. */
const letters = Array.from(
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=&<>"\'\\ %;:ÄßÉ',
);

/** Values like those that people and services choose: too long to be a word by chance. */
export const secretValues = fc
  .string({ unit: fc.constantFrom(...letters), minLength: 24, maxLength: 60 })
  .filter((text) => new Set(text).size > 12 && text === text.trim());

/** So many characters of a quote don't appear by chance. */
const telling = 24;

/** The first part of a value or its quote that a text contains, in any case. */
export function leakIn(text: string, value: string, quote: Quote): string | undefined {
  const haystack = text.toLowerCase();
  const needles = [value, quoted(value, quote), ...names.map((name) => encodings[name](value))];
  for (const needle of needles) {
    const lower = needle.toLowerCase();
    for (let at = 0; at === 0 || at + telling <= lower.length; at++)
      if (haystack.includes(lower.slice(at, at + telling))) return lower.slice(at, at + telling);
  }
  return undefined;
}
