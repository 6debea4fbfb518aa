import { keyOf, type Evidence, type Request, type SentForm } from './evidence';
import type { Exceptions, Mark } from './exceptions';
import { redacted } from './form';

/** One exchange as the sandbox records it. */
export interface Exchange {
  liveRequest: Request & { headers?: Record<string, unknown> };
}

export interface Verdict {
  /** How many requests of Keyless have a body. */
  requests: number;
  /** The forms that Keyless sends without evidence and without an exception, each with an example of a URL. */
  unproven: string[];
  /** How many exceptions the requests needed. */
  excepted: Record<Mark, number>;
  /** The forms that other clients send without evidence. The Azure CLI and the SDKs write back whole objects. */
  others: string[];
}

/** Checks the form of every value that Keyless sends. */
export function checkRequests(
  evidence: Evidence,
  exceptions: Exceptions,
  exchanges: Iterable<Exchange>,
): Verdict {
  const marks = new Map<string, Mark>();
  for (const mark of ['inferred', 'documented', 'certain'] as const)
    for (const exception of exceptions[mark]) {
      marks.set(keyOf(exception), mark);
      marks.set(keyOf({ ...exception, form: redacted }), mark);
    }
  const unproven = new Map<string, string>();
  const others = new Map<string, string>();
  const used = new Map<string, Mark>();
  let requests = 0;
  for (const { liveRequest } of exchanges) {
    if (typeof liveRequest.body !== 'object' || liveRequest.body === null) continue;
    const own = isKeyless(liveRequest.headers);
    if (own) requests += 1;
    for (const sent of evidence.missingIn(liveRequest)) {
      const mark = marks.get(keyOf(sent));
      if (!own) others.set(keyOf(sent), describe(sent, liveRequest));
      else if (mark === undefined) unproven.set(keyOf(sent), describe(sent, liveRequest));
      else used.set(keyOf(sent), mark);
    }
  }
  const excepted = { certain: 0, documented: 0, inferred: 0 };
  for (const mark of used.values()) excepted[mark] += 1;
  return { requests, unproven: [...unproven.values()], excepted, others: [...others.values()] };
}

function isKeyless(headers: Record<string, unknown> | undefined): boolean {
  const agent = headers?.['user-agent'];
  return typeof agent === 'string' && /^keyless(\/|$)/.test(agent);
}

function describe({ operation, path, form }: SentForm, { url }: Request): string {
  return `${operation}, ${path}: ${form} (${new URL(url).pathname})`;
}
