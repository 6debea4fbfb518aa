import { countsOf, type FinishedSuite } from './schedule';

/** The end of a run's output: skips by reason, failures and finally the totals. */
export function summarize(suites: readonly FinishedSuite[]): { lines: string[]; exitCode: number } {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { verdict } of suites)
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += verdict[key];
  return {
    lines: [...skipLines(suites), ...failureLines(suites), countsOf(total)],
    exitCode: total.failed > 0 || total.passed === 0 ? 1 : 0,
  };
}

function skipLines(suites: readonly FinishedSuite[]): string[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { name, outcome } of suites)
    for (const { reason } of outcome.results?.skipped ?? []) {
      if (!reason) continue; // counts as failed
      const bySuite = counts.get(reason) ?? new Map<string, number>();
      counts.set(reason, bySuite.set(name, (bySuite.get(name) ?? 0) + 1));
    }
  return [...counts].map(([reason, bySuite]) => {
    const where = [...bySuite].map(([name, count]) => `${count} in ${name}`).join(', ');
    return `skipped ${where}: ${reason}`;
  });
}

function failureLines(suites: readonly FinishedSuite[]): string[] {
  return suites.flatMap(({ name, outcome, verdict }) => [
    ...(outcome.results?.failed ?? []).map(
      ({ title, stack, message }) => `\nFAILED ${name}: ${title}\n${stack || message}\n`,
    ),
    ...verdict.problems.map((problem) => `\nFAILED ${name}: ${problem}\n`),
  ]);
}
