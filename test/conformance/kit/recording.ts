import fs from 'node:fs';
import path from 'node:path';
import type { Recorder } from './recorder';
import type { RecordedExchange, Redactor } from './redaction';

export interface Origin {
  /** What made the recording, e.g. `keyless` with its version. */
  readonly repo: string;
  readonly commit: string;
}

/**
 * Writes the exchanges of each scenario to a file, in the form of ../shared/recordings and without secret values.
 * @returns how many exchanges were written
 */
export function writeRecordings(
  folder: string,
  { exchanges }: Recorder,
  redactor: Redactor,
  origin: Origin,
): number {
  const redactedLines = redactor.redactAll(exchanges);
  const date = new Date().toISOString().slice(0, 10);
  let written = 0;
  for (const scenario of new Set(exchanges.map((one) => one.scenario))) {
    const lines = redactedLines.filter((one) => one.scenario === scenario).map(({ line }) => line);
    const kept = withoutPolls(lines);
    if (kept.length === 0) continue;
    const name = `keyless__${scenario.replace(/\W+/g, '_')}__${date}.jsonl`;
    const source = { ...origin, path: `test/conformance/${scenario}` };
    const text = kept.map((line) => `${JSON.stringify({ source, ...line } satisfies RecordedExchange)}\n`);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, name), text.join(''));
    written += kept.length;
  }
  return written;
}

type Line = Omit<RecordedExchange, 'source'>;

/** Of equal answers to a GET of the same URL, keeps the first, the second, and the last. */
function withoutPolls(lines: readonly Line[]): Line[] {
  const keyOf = ({ request, response }: Line) => `${request.method} ${request.url} ${response.status}`;
  const all = Map.groupBy(lines, keyOf);
  return lines.filter((line) => {
    const same = all.get(keyOf(line)) ?? [];
    return line.request.method !== 'GET' || same.indexOf(line) < 2 || same.at(-1) === line;
  });
}
