/** Where a script has to run. */
export interface ScriptPlace {
  /** Host name of the server. */
  readonly server: string;
  /** The app's database; absent if nothing names it. */
  readonly database?: string;
}

/** The identity that a script is for. */
export interface DatabaseUser {
  readonly name: string;
  readonly principalId: string;
}

/** A comment of one line; `names` may contain anything. */
export function comment(text: string, ...names: readonly string[]): string {
  return `-- ${oneLine(text.replace(/\{(\d)\}/g, (_, index: string) => names[Number(index)] ?? ''))}`;
}

/** A text between quotes, which are doubled in it. Tools cut a script at a line `GO`, even within quotes. */
export function enclosed(text: string, open: string, close = open): string {
  return open + oneLine(text).replaceAll(close, close + close) + close;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
