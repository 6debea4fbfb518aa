import type { ReadFacts } from './model/facts';
import { isWithheld } from './model/facts';
import { freshUntil } from './rules/propagation';
import type { Grant, Warning } from './model/verdict';

/** @param through the grants that allow reading if nothing prevents it; undefined if something does or it can't be determined */
export function warningsOf(facts: ReadFacts, through?: readonly Grant[]): Warning[] {
  return [...ofSecret(facts), ...(through ? ofSuccess(facts, through) : [])];
}

function ofSecret({ secret, now }: ReadFacts): Warning[] {
  if (isWithheld(secret) || secret.kind !== 'present') return [];
  const { expires, notBefore } = secret.secret;
  return [
    ...(expires && expires <= now ? [{ kind: 'secretExpired' as const, on: expires }] : []),
    ...(notBefore && notBefore > now ? [{ kind: 'secretNotYetValid' as const, until: notBefore }] : []),
  ];
}

function ofSuccess(facts: ReadFacts, through: readonly Grant[]): Warning[] {
  const { reference, observed } = facts;
  const warnings: Warning[] = [];
  const fresh = freshUntil(facts, through);
  if (fresh)
    warnings.push({
      kind: 'freshAssignment',
      assignmentIds: fresh.assignmentIds,
      expectedBy: fresh.expectedBy,
    });
  const status = reference?.status;
  if (reference && status !== undefined && !/^(resolved|initialized)$/i.test(status))
    warnings.push({ kind: 'referenceStale', settingName: reference.settingName, status });
  if (observed) warnings.push({ kind: 'refusedNevertheless', code: observed.code, at: observed.at });
  return warnings;
}
