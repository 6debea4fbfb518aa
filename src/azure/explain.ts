import { toAzureError } from './errors';

/** Words for people; plain text, hostile parts of answers included as they came, no secret values. */
export interface Explanation {
  /** One or two sentences: what was refused or failed, and why. */
  readonly reason: string;
  /** What to do about it, as a sentence. */
  readonly nextStep?: string;
}

/** The one place that turns Azure's errors into words. */
export function explain(error: unknown): Explanation {
  return { reason: toAzureError(error).message };
}
