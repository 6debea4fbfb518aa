import * as l10n from '@vscode/l10n';

/** Longest line that is kept whole, in characters; of a longer one the rest is dropped, and said to be. */
export const longestLine = 65_536;

/**
 * Bytes of a log to whole lines, whatever the chunks: UTF-8 characters and line ends may be cut between them.
 * Ends are LF, CR LF and CR. The lines are safe to show: see {@link neutralise}.
 */
export class LineDecoder {
  private readonly decoder = new TextDecoder('utf-8');
  private pending = '';
  /** Characters of this line that were dropped. */
  private tooMany = 0;
  private afterCarriageReturn = false;

  /** Lines that are complete with this chunk. */
  push(chunk: Uint8Array): string[] {
    return this.take(this.decoder.decode(chunk, { stream: true }));
  }

  /** The last line, if it has no end. The decoder can be used for another stream then. */
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
    // By index: a match object a line would be most of what a busy log leaves to collect.
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
    const whole = neutralise(this.pending);
    const line =
      this.tooMany > 0
        ? l10n.t('{0} … [Keyless: {1} more characters of this line were cut]', whole, this.tooMany)
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
/** Colours, cursor movements, and commands to a terminal such as its title. */
const ansi = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
const anySuspicious = new RegExp(suspicious.source, 'g');

/**
 * A line in which nothing acts on what shows it: NUL and ANSI sequences are dropped; other control characters become
 * their pictures (ESC: ␛), and what turns the direction of text or breaks lines becomes its number (`<U+202E>`).
 */
export function neutralise(line: string): string {
  if (!suspicious.test(line)) return line;
  return line.replaceAll('\u0000', '').replace(ansi, '').replace(anySuspicious, pictureOf);
}

function pictureOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** The service is about to end the stream. */
export interface ServiceEnd {
  readonly kind: 'end';
  readonly cause: 'timeout' | 'restart' | 'serviceError';
  readonly reason: string;
}

/** A whole file as text that is safe to show. */
export function readableText(bytes: Uint8Array): string {
  const decoder = new LineDecoder();
  return [...decoder.push(bytes), ...decoder.end()].map((line) => `${line}\n`).join('');
}

/** What a line of the log stream's own service says; undefined for the app's lines. */
export type ServiceLine =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'heartbeat'; readonly minutes: number }
  | ServiceEnd
  | { readonly kind: 'tailStart' }
  | { readonly kind: 'tailEnd' };

const stamp = String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d  `;
const welcome = new RegExp(`${stamp}Welcome, you are now connected to log-streaming service`);
const heartbeat = new RegExp(String.raw`${stamp}No new trace in the past (\d+) min\(s\)\.\s*$`);
const timeout = new RegExp(
  String.raw`(?:${stamp})?(?:The log-streaming session has ended due to timeout|Stream terminated due to timeout) \d+ min\(s\)\.`,
);
const restart = new RegExp(`${stamp}The log-streaming session has ended\\. Please reconnect`);
const failure = /Error has occurred and stream is terminated\./;

/** The host's words after 250 lines within a second (FileWriter.cs). */
export const thresholdLine = /^Log output threshold exceeded\.$/;

/** Texts of Kudu's and KuduLite's LogStreamManager.cs and Resources.resx. An app can print them too: they are hints. */
export function serviceLineOf(line: string): ServiceLine | undefined {
  if (welcome.test(line)) return { kind: 'welcome' };
  const minutes = heartbeat.exec(line)?.[1];
  if (minutes !== undefined) return { kind: 'heartbeat', minutes: Number(minutes) };
  if (timeout.test(line))
    return {
      kind: 'end',
      cause: 'timeout',
      reason: l10n.t('The service ends every log stream after a time.'),
    };
  if (restart.test(line))
    return {
      kind: 'end',
      cause: 'restart',
      reason: l10n.t('The SCM site restarted, as it does when settings change.'),
    };
  if (failure.test(line))
    return {
      kind: 'end',
      cause: 'serviceError',
      reason: l10n.t('The service could not follow the log files any more.'),
    };
  if (/^Starting Log Tail -n \d+ of existing logs/.test(line)) return { kind: 'tailStart' };
  if (line.startsWith('Ending Log Tail of existing logs')) return { kind: 'tailEnd' };
  return undefined;
}

/**
 * Linux sites begin every connection with the last lines of each file (KuduLite's LogStreamManager.cs). After a
 * reconnect most of them were shown before; the others were logged in between and are welcome.
 */
export class Replay {
  /** As last lines show them: those that came last, and all that came as last lines, since their file may be quiet. */
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

/** KuduLite reads last lines as ASCII: each other byte is a `?`. */
function asLastLine(line: string): string {
  return line.replace(/[^\u0000-\u007f]+/g, (text) => '?'.repeat(Buffer.byteLength(text)));
}
