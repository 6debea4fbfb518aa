import { isWithheld } from '../access/model/facts';
import type { PlanStep } from '../access/plan/planStep';
import { getFunctionApp } from '../azure/appService/sites';
import type { StepDone } from './apply';
import { principalOf, readReferences } from './dependents';
import type { Grant } from './grant';
import type { ReadQuestion } from './readFacts';
import { known } from './readRoles';

/** What a grant is about, and the references that the app has before it. @throws AzureError if the app can't be read */
export async function beginGrant(
  { connection: c, appId, target, identity: asked }: ReadQuestion,
  steps: readonly PlanStep[],
  signal: AbortSignal,
): Promise<Omit<Grant, 'id' | 'title'>> {
  const app = await getFunctionApp(c, appId, signal);
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
