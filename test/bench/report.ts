/** What a benchmark measured: names with units (such as `keylessMs`) and numbers. */
export type Metrics = Record<string, number>;

export interface Benchmark {
  name: string;
  /** A line above the table that says what is measured and what it should be. */
  about: string;
  /** @throws Skipped if this machine lacks something that the benchmark needs */
  run(options: BenchmarkOptions): Promise<Metrics>;
}

interface BenchmarkOptions {
  /** Length of the soak, in minutes. */
  minutes: number;
}

/** Thrown if a benchmark can't run on this machine, with the reason. */
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
  if (value === undefined) throw new Error('There are no values to take a percentile of.');
  return value;
}

function inWords(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(value < 10 ? 2 : 1);
}
