import type { Cause, MissingFact } from '../model/verdict';

/** The outcome of one check, all of which must pass: causes if it certainly fails, missing facts if it can't be determined. */
export interface CheckResult {
  readonly causes: readonly Cause[];
  readonly missing: readonly MissingFact[];
}

export const passed: CheckResult = { causes: [], missing: [] };

/** Removes duplicates: several checks may lack the same fact. */
export function eachOnce(missing: readonly MissingFact[]): MissingFact[] {
  return [...new Map(missing.map((fact) => [JSON.stringify(fact), fact])).values()];
}
