/**
 * Makes a string from outside safe to show where VS Code interprets text. Removes control and direction-changing
 * characters and neutralizes `$(icon)` and `[text](link)` (notifications run `command:` links). The visible text stays
 * the same.
 */
export function plain(text: string): string {
  return withoutControls(text).replaceAll('$(', `$${invisible}(`).replaceAll('](', `]${invisible}(`);
}

/** `plain` text on one line of at most `limit` characters, for labels and titles. */
export function plainLine(text: string, limit = 200): string {
  const line = plain(text).replace(/\s+/g, ' ').trim();
  return (line.length > limit ? `${line.slice(0, limit - 1)}…` : line).toWellFormed();
}

/** Removes C0 (except line feed and tab), C1, and characters that reorder text (Trojan Source, CVE-2021-42574). */
export function withoutControls(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(controls, '');
}

/** Does so in all texts of a message to a page. */
export function withoutControlsIn<T>(message: T): T {
  const clean = (_: string, one: unknown) => (typeof one === 'string' ? withoutControls(one) : one);
  return JSON.parse(JSON.stringify(message), clean) as T;
}

const invisible = '\u200b';
const controls =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Makes a title safe as the last segment of a path. */
export function fileName(title: string): string {
  return title.replace(/[/\\\p{Cc}\p{Cf}]/gu, '-');
}
