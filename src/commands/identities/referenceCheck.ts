import { explainRead } from '../../access/explainRead';
import type { Verdict } from '../../access/model/verdict';
import { withoutObservation } from '../../access/plan/factsAfter';
import { planRead } from '../../access/plan/plan';
import type { PlanStep } from '../../access/plan/planStep';
import { referenceIn } from '../../access/reference/reference';
import { listAppSettings } from '../../azure/appService/settings/appSettings';
import { inParallel } from '../../azure/core/limits/parallel';
import type { AppSettingInfo } from '../../azure/core/model';
import type { ReadQuestion } from '../../grants/readFacts';
import { readFacts } from '../../grants/readFacts';
import type { AppTarget } from '../../inventory/targets';
import { questionOf, secretOfSetting } from '../access/readQuestion';
import type { Services } from '../services';

/** Whether an identity can resolve a setting's reference. */
export interface CheckedReference {
  readonly setting: AppSettingInfo;
  readonly question: ReadQuestion;
  readonly verdict: Verdict;
  /** What gives the identity access; empty if nothing that Keyless could give is missing. */
  readonly steps: readonly PlanStep[];
}

const atOnce = 4;

/**
 * Checks, for each Key Vault reference of an app, whether an identity could resolve it. Reads no values.
 * @param identity `SystemAssigned`, or the ARM ID of a user-assigned identity
 * @throws AzureError if the settings or the app can't be read
 */
export async function checkReferences(
  services: Pick<Services, 'inventory'>,
  target: AppTarget,
  identity: string,
  signal: AbortSignal,
): Promise<CheckedReference[]> {
  const settings = await listAppSettings(target.connection, target.app, signal);
  const checked: CheckedReference[] = [];
  await inParallel(settings.entries(), atOnce, async ([index, setting]) => {
    const secret = await secretOfSetting(services, { ...target, setting });
    if (!secret) return;
    const subject = { app: target, ...secret, ...referenceIn(setting) };
    const question = await questionOf(services, subject, identity);
    const { facts } = await readFacts(question, signal);
    const verdict = explainRead(withoutObservation(facts));
    const { steps } = planRead(facts, { roleScope: 'secret' });
    checked[index] = { setting, question, verdict, steps: verdict.kind === 'can' ? [] : steps };
  });
  return checked.flat();
}
