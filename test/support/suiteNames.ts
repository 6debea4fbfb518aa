/** All suites in the order in which `npm test` starts them: the longest first, but of those in idle time last. */
export const SUITES = [
  'e2e',
  'integration',
  'hostile',
  'conformance',
  'az',
  'shells',
  'lint',
  'types',
  'audit',
  'unit',
  'replay',
  'openapi',
] as const;
export type SuiteName = (typeof SUITES)[number];

export function isSuite(name: string): name is SuiteName {
  return SUITES.some((suite) => suite === name);
}

/** openapi checks the traffic that the other suites leave behind. */
export function runsLast(name: SuiteName): boolean {
  return name === 'openapi';
}

/** Compilers, checks, and tests that need the cores but hardly wait. They fill the time in which other suites wait. */
export function fillsIdleTime(name: SuiteName): boolean {
  return ['shells', 'lint', 'types', 'audit', 'unit'].includes(name);
}
