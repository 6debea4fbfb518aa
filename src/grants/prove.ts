import { explainRead } from '../access/explainRead';
import type { ReadFacts } from '../access/model/facts';
import type { Verdict } from '../access/model/verdict';
import { pause } from '../azure/core/wait';

/** What is looked at to see that an app can read a secret. */
export interface ProofSources {
  facts(signal: AbortSignal): Promise<ReadFacts>;
  /** Has the app's reference resolved anew; its status, e.g. `Resolved`. Only where a setting holds one. */
  referenceStatus?(signal: AbortSignal): Promise<string>;
  /** Runs a function that reads the secret; its HTTP status. Only where a person chose one. */
  runFunction?(signal: AbortSignal): Promise<number>;
}

export interface Proof {
  /** Everything that was looked at says that the app reads the secret. */
  readonly proven: boolean;
  readonly verdict: Verdict;
  readonly referenceStatus?: string;
  readonly functionStatus?: number;
}

/** A look that did not prove it yet. */
export interface Look {
  /** From 1. */
  readonly attempt: number;
  readonly proof: Proof;
  /** Milliseconds until the next one. */
  readonly wait: number;
}

/** Time as it passes; tests bring their own. */
export interface Clock {
  now(): number;
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const realTime: Clock = { now: () => Date.now(), pause };

/** Role assignments take up to 10 minutes to reach the data plane (troubleshooting guide of Azure RBAC). */
const patience = 10 * 60_000;
const longestWait = 30_000;

/**
 * Looks until the app is seen to read the secret, with growing pauses: rights take time to arrive. Gives up where
 * waiting can't help, and after 10 minutes; the answer is the last look. @throws AbortError, or what a look throws
 */
export async function prove(
  sources: ProofSources,
  onLook: (look: Look) => void,
  signal: AbortSignal,
  clock: Clock = realTime,
): Promise<Proof> {
  const end = clock.now() + patience;
  for (let attempt = 1, wait = 2000; ; attempt++, wait = Math.min(wait * 2, longestWait)) {
    const proof = await look(sources, signal);
    if (proof.proven || !canWaitingHelp(proof.verdict) || clock.now() + wait > end) return proof;
    onLook({ attempt, proof, wait });
    await clock.pause(wait, signal);
  }
}

async function look(sources: ProofSources, signal: AbortSignal): Promise<Proof> {
  // A refresh comes before the facts, which tell the status that it brought.
  const referenceStatus = await sources.referenceStatus?.(signal);
  const [facts, functionStatus] = await Promise.all([
    sources.facts(signal),
    sources.runFunction?.(signal) ?? Promise.resolve(undefined),
  ]);
  const verdict = explainRead(facts);
  const resolved = referenceStatus === undefined || /^resolved$/i.test(referenceStatus);
  const ran = functionStatus === undefined || (functionStatus >= 200 && functionStatus < 300);
  return {
    proven: verdict.kind === 'can' && resolved && ran,
    verdict,
    ...(referenceStatus === undefined ? {} : { referenceStatus }),
    ...(functionStatus === undefined ? {} : { functionStatus }),
  };
}

/** Only what is right already and has not arrived yet comes by waiting. */
function canWaitingHelp(verdict: Verdict): boolean {
  return (
    verdict.kind === 'can' ||
    (verdict.kind === 'cannot' && verdict.causes.every(({ kind }) => kind === 'notPropagated'))
  );
}
