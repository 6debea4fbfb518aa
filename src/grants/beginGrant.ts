import { isWithheld } from '../access/model/facts';
import type { PlanStep } from '../access/plan/planStep';
import type { FunctionApp } from '../azure/core/model';
import type { StepDone } from './apply';
import { principalOf, readReferences } from './dependents';
import type { Grant } from './grant';
import type { ReadQuestion } from './readFacts';
import { known } from './readRoles';

/**
 * What a grant is about, and the references that the app has before it.
 * @param app as the steps were planned for it
 */
export async function beginGrant(
  { connection: c, appId, target, identity: asked }: ReadQuestion,
  app: FunctionApp,
  steps: readonly PlanStep[],
  signal: AbortSignal,
): Promise<Omit<Grant, 'id' | 'title'>> {
  const [set] = steps.flatMap((step) => (step.kind === 'setReferenceIdentity' ? step.identity : []));
  const identity = set ?? asked ?? app.keyVaultReferenceIdentity;
  const before = await known(() => readReferences(c, app, signal));
  const principalId = principalOf(app, identity);
  return {
    ...{ appId, vaultId: target.vaultId, secretName: target.secretName, identity, steps: [] },
    ...(principalId === undefined ? {} : { principalId }),
    ...(isWithheld(before) ? {} : { before }),
  };
}

/** The grant after some of its steps. */
export function grantAfter<T extends Grant>(grant: T, done: readonly StepDone[]): T {
  const brought = done.findLast(({ principalId }) => principalId !== undefined)?.principalId;
  return {
    ...grant,
    ...(brought === undefined ? {} : { principalId: brought }),
    steps: done.flatMap(({ undo }) => undo ?? []).reverse(),
  };
}
