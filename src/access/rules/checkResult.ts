import type { Cause, MissingFact } from '../model/verdict';

/** One of the questions that must all be answered well: causes if the answer is no for certain, missing facts if it can't be told. */
export interface CheckResult {
  readonly causes: readonly Cause[];
  readonly missing: readonly MissingFact[];
}

export const passed: CheckResult = { causes: [], missing: [] };

/** Several questions may lack the same fact. */
export function eachOnce(missing: readonly MissingFact[]): MissingFact[] {
  return [...new Map(missing.map((fact) => [JSON.stringify(fact), fact])).values()];
}
