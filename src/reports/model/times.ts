/** How a reader sees times. */
export interface TimeStyle {
  /** A BCP 47 language. */
  readonly language: string;
  /** An IANA time zone; by default, this computer's. */
  readonly timeZone?: string;
}

/** For example, `Nov 29, 2026, 11:14 PM GMT+1`. */
export function absoluteTime(at: number, { language, timeZone }: TimeStyle): string {
  const options = {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  } as const;
  const zone = { timeZoneName: 'short', ...(timeZone === undefined ? {} : { timeZone }) } as const;
  return new Intl.DateTimeFormat(language, { ...options, ...zone }).format(at);
}

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
/** What a distance is counted in, if it's shorter than the limit. */
const units = [
  ['minute', minute, hour],
  ['hour', hour, day],
  ['day', day, 60 * day],
  ['month', 30.44 * day, 730 * day],
  ['year', 365.25 * day, Infinity],
] as const;

/** For example, `now`, `3 minutes ago`, or `in 5 days`. */
export function relativeTime(at: number, now: number, language: string): string {
  const distance = at - now;
  if (Math.abs(distance) < minute / 2)
    return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(0, 'second');
  // Not `yesterday`: whether it was depends on the time zone.
  const words = new Intl.RelativeTimeFormat(language);
  // What rounds up to a full unit is shown in the next one: not `60 minutes ago`.
  for (const [unit, length, limit] of units) {
    const count = Math.round(distance / length);
    if (Math.abs(count) * length < limit)
      return words.format(count === 0 ? Math.sign(distance) : count, unit);
  }
  return '';
}
