/** The longest pause that is taken from a service, in milliseconds: a day. */
const longest = 86_400_000;

/** The pause in milliseconds that a `Retry-After` header asks for, in seconds or as a date; undefined if it's neither. */
export function pauseOfHeader(header: string | undefined): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, longest);
  // `Date.parse` takes a negative number for a date.
  const date = /^[a-z]/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - Date.now()), longest);
}
