/** What one benchmark measured: a name with its unit (e.g. `keylessMs`), and the number. */
export type Metrics = Record<string, number>;

export interface Benchmark {
  name: string;
  /** One line above the table: what is measured, and beside what. */
  about: string;
  /** @throws Skipped where this machine lacks something that it needs */
  run(options: BenchmarkOptions): Promise<Metrics>;
}

interface BenchmarkOptions {
  /** Length of the soak, in minutes. */
  minutes: number;
}

/** Not measured here, and why. */
export class Skipped extends Error {}

export function table(metrics: Metrics): string {
  const rows = Object.entries(metrics).map(([name, value]) => [name, inWords(value)] as const);
  const width = Math.max(...rows.map(([name]) => name.length));
  const digits = Math.max(...rows.map(([, value]) => value.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value.padStart(digits)}`).join('\n');
}

export function median(values: number[]): number {
  return percentile(values, 0.5);
}

/** @param share between 0 and 1 */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('There is nothing to take a percentile of.');
  return value;
}

function inWords(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(value < 10 ? 2 : 1);
}
