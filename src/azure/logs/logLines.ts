import * as l10n from '@vscode/l10n';

/** The maximum length of a line in characters. The rest of a longer line is dropped, with a note. */
export const longestLine = 65_536;

/**
 * Splits a log's bytes into complete lines, even if UTF-8 characters and line ends are split between chunks.
 * Lines end in LF, CR LF or CR. They are safe to show; see {@link neutralize}.
 */
export class LineDecoder {
  private readonly decoder = new TextDecoder('utf-8');
  private pending = '';
  /** The number of characters of this line that were dropped. */
  private tooMany = 0;
  private afterCarriageReturn = false;

  /** Returns the lines that this chunk completes. */
  push(chunk: Uint8Array): string[] {
    return this.take(this.decoder.decode(chunk, { stream: true }));
  }

  /** Returns the last line if it has no line end. The decoder can then be used for another stream. */
  end(): string[] {
    const lines = this.take(this.decoder.decode());
    if (this.pending !== '') lines.push(this.takeLine());
    this.afterCarriageReturn = false;
    return lines;
  }

  private take(text: string): string[] {
    if (text === '') return [];
    const lines: string[] = [];
    let from = this.afterCarriageReturn && text.startsWith('\n') ? 1 : 0;
    this.afterCarriageReturn = text.endsWith('\r');
    // Loops by index, because a match object per line would create most of the garbage for a busy log.
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== 10 && code !== 13) continue;
      this.keep(text.slice(from, at));
      lines.push(this.takeLine());
      if (code === 13 && text.charCodeAt(at + 1) === 10) at++;
      from = at + 1;
    }
    this.keep(text.slice(from));
    return lines;
  }

  private keep(text: string): void {
    if (this.tooMany === 0) this.pending += text;
    else this.tooMany += text.length;
    if (this.pending.length <= longestLine) return;
    const cut = isHighSurrogate(this.pending, longestLine - 1) ? longestLine - 1 : longestLine;
    this.tooMany += this.pending.length - cut;
    this.pending = this.pending.slice(0, cut);
  }

  private takeLine(): string {
    const whole = neutralize(this.pending);
    const line =
      this.tooMany > 0
        ? l10n.t(
            '{0} … [Keyless: the remaining {1} characters of this line were dropped]',
            whole,
            this.tooMany,
          )
        : whole;
    this.pending = '';
    this.tooMany = 0;
    return line;
  }
}

function isHighSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdbff;
}

const suspicious = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
/** Colors, cursor movements, and terminal commands such as setting the title. */
const ansi = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
const anySuspicious = new RegExp(suspicious.source, 'g');

/**
 * Makes a line safe to show: drops NUL and ANSI sequences, replaces other control characters with their pictures (ESC: ␛),
 * and replaces characters that change the text direction or break lines with their code point (`<U+202E>`).
 */
export function neutralize(line: string): string {
  if (!suspicious.test(line)) return line;
  return line.replaceAll('\u0000', '').replace(ansi, '').replace(anySuspicious, pictureOf);
}

function pictureOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** The service's message that it's about to end the stream. */
export interface ServiceEnd {
  readonly kind: 'end';
  readonly cause: 'timeout' | 'restart' | 'serviceError';
  readonly reason: string;
}

/** An entire file as text that is safe to show. */
export function readableText(bytes: Uint8Array): string {
  const decoder = new LineDecoder();
  return [...decoder.push(bytes), ...decoder.end()].map((line) => `${line}\n`).join('');
}

/** A line that the log stream service itself wrote, not the app. */
export type ServiceLine =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'heartbeat'; readonly minutes: number }
  | ServiceEnd
  | { readonly kind: 'tailStart' }
  | { readonly kind: 'tailEnd' };

/**
 * Kudu and KuduLite write seconds and two blanks. Linux sites also send milliseconds, Z, and one blank, and some logs show
 * heartbeats without a time (azure-docs#56323).
 */
const stamp = String.raw`^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z? {1,2})?`;
const welcome = new RegExp(`${stamp}Welcome, you are now connected to log-streaming service`);
const heartbeat = new RegExp(String.raw`${stamp}No new trace in the past (\d+) min\(s\)\.\s*$`);
const timeout = new RegExp(
  String.raw`${stamp}(?:The log-streaming session has ended due to timeout|Stream terminated due to timeout) \d+ min\(s\)\.`,
);
const restart = new RegExp(`${stamp}The log-streaming session has ended\\. Please reconnect`);
const failure = /Error has occurred and stream is terminated\./;

/** The host writes this after 250 lines within a second (FileWriter.cs). */
export const thresholdLine = /^Log output threshold exceeded\.$/;

/** Recognizes the texts in Kudu's and KuduLite's LogStreamManager.cs and Resources.resx. An app could also print them, so they are only hints. */
export function serviceLineOf(line: string): ServiceLine | undefined {
  if (welcome.test(line)) return { kind: 'welcome' };
  const minutes = heartbeat.exec(line)?.[1];
  if (minutes !== undefined) return { kind: 'heartbeat', minutes: Number(minutes) };
  if (timeout.test(line))
    return {
      kind: 'end',
      cause: 'timeout',
      reason: l10n.t('The service ends every log stream after some time.'),
    };
  if (restart.test(line))
    return {
      kind: 'end',
      cause: 'restart',
      reason: l10n.t('The SCM site restarted, as it does whenever settings change.'),
    };
  if (failure.test(line))
    return {
      kind: 'end',
      cause: 'serviceError',
      reason: l10n.t("The service couldn't read the log files anymore."),
    };
  if (/^Starting Log Tail -n \d+ of existing logs/.test(line)) return { kind: 'tailStart' };
  if (line.startsWith('Ending Log Tail of existing logs')) return { kind: 'tailEnd' };
  return undefined;
}

/**
 * Linux sites start every connection with the last lines of each file (KuduLite's LogStreamManager.cs). After a
 * reconnect, this hides those that were already shown and keeps those that were logged in between.
 */
export class Replay {
  /** The most recent lines, and all lines that were ever repeated (their file may be quiet), in the form of repeated lines. */
  private readonly recent = new Set<string>();
  private readonly lastLines = new Set<string>();
  private connections = 0;
  private tail = false;

  begin(): void {
    this.connections++;
    this.tail = false;
  }

  isNew(line: string, said: ServiceLine['kind'] | undefined): boolean {
    if (said === 'tailStart' || said === 'tailEnd') this.tail = said === 'tailStart';
    const shown = asLastLine(line);
    if (this.tail && this.connections > 1 && (this.recent.has(shown) || this.lastLines.has(shown)))
      return false;
    remember(this.recent, shown);
    if (this.tail) remember(this.lastLines, shown);
    return true;
  }
}

const mostRemembered = 500;

function remember(lines: Set<string>, line: string): void {
  lines.delete(line);
  lines.add(line);
  if (lines.size > mostRemembered) lines.delete(lines.values().next().value ?? '');
}

/** KuduLite reads the lines that it repeats as ASCII, so every other byte becomes `?`. */
function asLastLine(line: string): string {
  return line.replace(/[^\u0000-\u007f]+/g, (text) => '?'.repeat(Buffer.byteLength(text)));
}

const longestWord = 1024;

/**
 * Extracts the service's own status lines from a log stream and ignores app output. It reads only the complete lines in
 * the last bytes of each chunk, because the service writes status lines only when nothing else is being sent.
 */
export class StatusLineReader {
  private rest = '';

  read(chunk: Buffer): string[] {
    const cut = chunk.length > longestWord;
    const text = chunk.subarray(-longestWord).toString('latin1');
    const lines = ((cut ? '' : this.rest) + text).split(/\r?\n/);
    this.rest = (lines.pop() ?? '').slice(-longestWord);
    return cut ? lines.slice(1) : lines;
  }

  reset(): void {
    this.rest = '';
  }
}
