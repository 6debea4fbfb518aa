import type { AccessFacts } from '../../access/operations/accessFacts';
import type { AccessVerdict } from '../../access/operations/accessVerdict';
import { isUpToDatabase } from '../../access/operations/accessVerdict';
import { explainAccess } from '../../access/operations/explainAccess';
import type { Clock } from '../../azure/core/clock';
import type { PendingProof } from '../prove';
import { isAboutRequest, succeeded, untilProven } from '../prove';

/** What shows whether an app can use a resource. */
export interface AccessProof {
  /** Everything checked shows that it can. */
  readonly proven: boolean;
  readonly verdict: AccessVerdict;
  readonly functionStatus?: number;
}

/** Where to look for it. */
export interface AccessProofSources {
  facts(signal: AbortSignal): Promise<AccessFacts>;
  /** Runs a function that uses the resource and returns its HTTP status; only if the person chose one. */
  runFunction?(signal: AbortSignal): Promise<number>;
}

/**
 * Reads the role assignments again and, if there's a function, runs it until it succeeds, because a role takes time to take
 * effect. @returns the last look @throws AbortError, or what a look throws
 */
export async function proveAccess(
  sources: AccessProofSources,
  onLook: (look: PendingProof<AccessProof>) => void,
  signal: AbortSignal,
  clock: Clock,
): Promise<AccessProof> {
  return await untilProven((within) => look(sources, within), canWaitingHelp, onLook, signal, clock);
}

async function look(sources: AccessProofSources, signal: AbortSignal): Promise<AccessProof> {
  const [facts, functionStatus] = await Promise.all([
    sources.facts(signal),
    sources.runFunction?.(signal) ?? Promise.resolve(undefined),
  ]);
  const verdict = explainAccess(facts);
  const ran = functionStatus === undefined ? {} : { functionStatus };
  const isPossible = verdict.kind === 'can' || (functionStatus !== undefined && isUpToDatabase(verdict));
  return { proven: isPossible && succeeded(functionStatus), verdict, ...ran };
}

function canWaitingHelp({ verdict, functionStatus }: AccessProof): boolean {
  return verdict.kind === 'can' && functionStatus !== undefined && !isAboutRequest(functionStatus);
}
