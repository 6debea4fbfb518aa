import { AzureError } from '../../../src/azure/core/errors';

/** What evidence says that Azure does, and where it says so. */
export interface Expectation {
  /** More than one if sources or services differ. */
  readonly expected: string | readonly string[];
  /** A recording, an OpenAPI document, Azure's documentation, or a public report; never the sandbox. */
  readonly source: string;
}

/** One line of the table. */
export interface Row {
  readonly scenario: string;
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
  readonly source: string;
  /** `open`: no evidence says what Azure does, so that what was seen is news. */
  readonly outcome: 'same' | 'different' | 'open';
}

/** What was expected and seen, in the order of the run. */
export class Report {
  readonly rows: Row[] = [];

  /** @param say prints each line as soon as it's known */
  constructor(private readonly say: (line: string) => void) {}

  compare(scenario: string, what: string, { expected, source }: Expectation, seen: string): void {
    const allowed = [expected].flat();
    const outcome = allowed.includes(seen) ? 'same' : 'different';
    this.add({ scenario, what, expected: allowed.join(' or '), seen, source, outcome });
  }

  note(scenario: string, what: string, seen: string): void {
    this.add({ scenario, what, expected: '(no evidence)', seen, source: '', outcome: 'open' });
  }

  private add(row: Row): void {
    this.rows.push(row);
    this.say(`  ${marks[row.outcome]} ${row.what}: ${row.seen}`);
    if (row.outcome === 'different') this.say(`      expected ${row.expected} (${row.source})`);
  }
}

const marks = { same: '✓', different: '✗', open: '?' };

const widest = 64;

/** The table for a terminal. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [
    ['', 'What', 'Expected', 'Seen'],
    ...rows.map(({ outcome, what, expected, seen }) => [marks[outcome], what, expected, seen]),
  ].map((cells) => cells.map((cell) => (cell.length > widest ? `${cell.slice(0, widest - 1)}…` : cell)));
  const widths = [0, 1, 2, 3].map((column) =>
    lines.reduce((most, cells) => Math.max(most, cells[column]?.length ?? 0), 0),
  );
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The table as Markdown, with the sources. */
export function markdownOf(rows: readonly Row[], title: string): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return [
    `# ${title}`,
    '',
    '| | Scenario | What | Expected | Seen | Source |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(
      ({ outcome, scenario, what, expected, seen, source }) =>
        `| ${[marks[outcome], scenario, what, expected, seen, source].map(cell).join(' | ')} |`,
    ),
    '',
  ].join('\n');
}

export function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}

export function listed(texts: readonly string[]): string {
  return texts.length === 0 ? 'none' : texts.join(', ');
}

/** A failure in a few words: the status and the most precise code. Messages can quote what is secret. */
export function failureOf(error: unknown): string {
  if (!(error instanceof AzureError)) return error instanceof Error ? error.name : 'unknown failure';
  const code = error.innerCode ?? error.code;
  return [error.status, code].filter((part) => part !== undefined).join(' ') || 'no response';
}

/** `accepted`, or the refusal in a few words. @throws AbortError */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  return await seenIn(work.then(() => 'accepted'));
}

/** What work results in, or its failure in a few words. @throws AbortError */
export async function seenIn(work: Promise<string>): Promise<string> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    return failureOf(error);
  }
}
