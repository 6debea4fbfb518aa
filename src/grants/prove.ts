import { explainRead } from '../access/explainRead';
import type { ReadFacts } from '../access/model/facts';
import type { MissingFact, Verdict } from '../access/model/verdict';
import type { Clock } from '../azure/core/clock';
import { systemClock, waitBy } from '../azure/core/clock';

/** Where to look for proof that an app can read a secret. */
export interface ProofSources {
  facts(signal: AbortSignal): Promise<ReadFacts>;
  /** Makes App Service resolve the app's reference again and returns its status, such as `Resolved`; only if a setting holds one. */
  referenceStatus?(signal: AbortSignal): Promise<string>;
  /** Runs a function that reads the secret and returns its HTTP status; only if the user chose one. */
  runFunction?(signal: AbortSignal): Promise<number>;
}

export interface Proof {
  /** Everything checked shows that the app reads the secret. */
  readonly proven: boolean;
  readonly verdict: Verdict;
  readonly referenceStatus?: string;
  readonly functionStatus?: number;
}

/** A look that hasn't proved it yet. */
export interface PendingProof<P = Proof> {
  /** Starts at 1. */
  readonly attempt: number;
  readonly proof: P;
  /** Milliseconds until the next look. */
  readonly wait: number;
}

/** Role assignments take up to 10 minutes to reach the data plane (Azure RBAC troubleshooting guide). */
const patience = 10 * 60_000;
const longestWait = 30_000;

/**
 * Checks, with growing pauses, until the app is seen to read the secret, because access takes time to take effect. Gives
 * up when waiting can't help or after 10 minutes, and returns the last look. @throws AbortError, or what a look throws
 */
export async function prove(
  sources: ProofSources,
  onLook: (look: PendingProof) => void,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<Proof> {
  return await untilProven((within) => look(sources, within), canWaitingHelp, onLook, signal, clock);
}

/** Looks again with growing pauses, for as long as that can help. @returns the last look */
export async function untilProven<P extends { readonly proven: boolean }>(
  look: (signal: AbortSignal) => Promise<P>,
  canWaitingHelp: (proof: P) => boolean,
  onLook: (look: PendingProof<P>) => void,
  signal: AbortSignal,
  clock: Clock,
): Promise<P> {
  const end = clock.now() + patience;
  for (let attempt = 1, wait = 2000; ; attempt++, wait = Math.min(wait * 2, longestWait)) {
    const proof = await look(signal);
    if (proof.proven || !canWaitingHelp(proof) || clock.now() + wait > end) return proof;
    onLook({ attempt, proof, wait });
    await waitBy(clock, wait, signal);
  }
}

async function look(sources: ProofSources, signal: AbortSignal): Promise<Proof> {
  // Refresh first: the facts include the status it produces.
  const referenceStatus = await sources.referenceStatus?.(signal);
  const [facts, functionStatus] = await Promise.all([
    sources.facts(signal),
    sources.runFunction?.(signal) ?? Promise.resolve(undefined),
  ]);
  const verdict = explainRead(facts);
  const resolved = referenceStatus === undefined || /^resolved$/i.test(referenceStatus);
  return {
    proven:
      (verdict.kind === 'can' || isUpToReference(verdict, referenceStatus)) &&
      resolved &&
      succeeded(functionStatus),
    verdict,
    ...(referenceStatus === undefined ? {} : { referenceStatus }),
    ...(functionStatus === undefined ? {} : { functionStatus }),
  };
}

/** Waiting helps only if everything is in place and hasn't taken effect yet. */
function canWaitingHelp({ verdict, referenceStatus, functionStatus }: Proof): boolean {
  if (functionStatus !== undefined && isAboutRequest(functionStatus)) return false;
  return (
    verdict.kind === 'can' ||
    isUpToReference(verdict, referenceStatus) ||
    (verdict.kind === 'cannot' && verdict.causes.every(({ kind }) => kind === 'notPropagated'))
  );
}

/** Whether a function that was run succeeded. */
export function succeeded(status: number | undefined): boolean {
  return status === undefined || (status >= 200 && status < 300);
}

/** Whether a function finds fault with the request, such as a missing parameter, which stays the same. */
export function isAboutRequest(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 404, 408, 429].includes(status);
}

/** Facts that couldn't be read, but that a reference shows by resolving: its identity exists, and the network is open. */
const shownByReference: ReadonlySet<MissingFact['kind']> = new Set([
  'identity',
  'referenceAddresses',
  'serviceEndpoint',
  'privateRoute',
]);

function isUpToReference(verdict: Verdict, referenceStatus: string | undefined): boolean {
  return (
    referenceStatus !== undefined &&
    verdict.kind === 'cannotTell' &&
    verdict.missing.every(({ kind }) => shownByReference.has(kind))
  );
}
