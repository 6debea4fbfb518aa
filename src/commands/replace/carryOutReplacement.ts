import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { PlanStep } from '../../access/plan/planStep';
import type { ReplacePlan } from '../../access/replace/planReplacement';
import { isSlotSetting } from '../../access/replace/replaceFacts';
import type { ReplaceFacts } from '../../access/replace/replaceFacts';
import { readSettingValue } from '../../azure/appService/settings/appSettings';
import { AzureError } from '../../azure/core/errors';
import type { Connection } from '../../azure/core/connection';
import type { FunctionApp } from '../../azure/core/model';
import { hidingInErrors } from '../../azure/core/secrets/hiding';
import { getSecretValue } from '../../azure/keyVault/secrets';
import type { StepDone } from '../../grants/apply';
import { apply } from '../../grants/apply';
import type { GrantPlace } from '../../grants/grantPlace';
import type { OldValue } from '../../grants/replace/oldValue';
import type { ReplaceQuestion } from '../../grants/replace/readReplaceFacts';
import type { ReplaceEvents } from '../../grants/replace/replaceCredential';
import { replaceCredential } from '../../grants/replace/replaceCredential';
import { settledAt } from '../../grants/replace/settling';
import { looksNeeded } from '../../grants/replace/watchHost';
import type { VaultTarget } from '../../inventory/targets';
import { isCancellation, reasonOf, UserError } from '../../ui/errors';
import { pickKeyVault } from '../../ui/pickers/pickers';
import type { ReportProgress } from '../../ui/progress';
import { withProgress } from '../../ui/progress';
import { grantPlaceOf } from '../access/applyPlan';
import { stepWords } from '../access/grantWords';
import type { SecretChoice } from '../keyVault/createSecret';
import { askSecretName } from '../keyVault/secretName';
import type { Services } from '../services';
import { writeSecret } from '../settings/moveToKeyVault';
import { confirmScript } from './databaseScript';
import { keepReplacement, lastReplacementOf } from './replacementHistory';
import type { KeptReplacement } from './replacementHistory';
import { endReplacement, forgetUnlessLeft, undoOffer } from './replaceOutcome';

/** A plan and what it was made of. */
export interface PlannedReplacement {
  readonly connection: Connection;
  readonly question: ReplaceQuestion;
  readonly app: FunctionApp;
  readonly facts: ReplaceFacts;
  readonly plan: ReplacePlan;
  /** Where the old value can be read again; if absent, the person chooses a vault for it. */
  readonly listed: OldValue | undefined;
}

type UsedServices = Pick<
  Services,
  'changes' | 'inventory' | 'logStreams' | 'memento' | 'operations' | 'refresh'
>;

/**
 * Carries out a plan: keeps the old value where it can be read again, gives the identity its roles, and replaces the
 * credential. What was done is remembered step by step, so that it can be undone even if the window closes.
 */
export async function carryOutReplacement(
  services: UsedServices,
  planned: PlannedReplacement,
): Promise<void> {
  const { connection, app, facts, listed } = planned;
  const { name } = facts.finding;
  await confirmScript(planned.plan);
  const chosen = listed ? undefined : await chooseSecret(services, planned);
  const place = grantPlaceOf(services, connection, connection);
  try {
    const { replaced, kept } = await withProgress(
      vscode.l10n.t('Replacing {0} of {1}', name, app.name),
      async (signal, report) => {
        const oldValue = listed ?? (await keepOldValue(place, planned, chosen, report, signal));
        const granted = await grant(services, place, planned, oldValue, report, signal);
        const replaced = await services.operations.track(connection, { replacement: granted }, () =>
          replaceCredential(connection, granted, replaceEvents(place, app.id, report), signal),
        );
        return { replaced, kept: granted };
      },
    );
    await endReplacement(services, kept, replaced);
  } finally {
    services.refresh(connection, app.id);
  }
}

interface ChosenSecret {
  readonly place: VaultTarget;
  readonly secret: SecretChoice;
}

async function chooseSecret(
  { inventory }: Pick<Services, 'inventory'>,
  { connection, facts }: PlannedReplacement,
): Promise<ChosenSecret> {
  const title = vscode.l10n.t('Keep the Old Value');
  const place = await pickKeyVault(inventory, title, {
    only: (one) =>
      one.connection.accountId === connection.accountId && one.connection.tenantId === connection.tenantId,
    none: vscode.l10n.t('There is no key vault that could keep the old value'),
  });
  return { place, secret: await askSecretName(title, place, facts.finding.name) };
}

/** Writes the old value into a secret, and reads it back. @throws AzureError */
async function keepOldValue(
  grantPlace: GrantPlace,
  { connection: c, app, facts }: PlannedReplacement,
  chosen: ChosenSecret | undefined,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<OldValue> {
  const { finding, connectionType } = facts;
  const { name } = finding;
  const setting = { name, ...(connectionType === undefined ? {} : { connectionType }) };
  const value = await readSettingValue(c, app, setting, signal);
  if (!chosen || typeof value !== 'string')
    throw new UserError(vscode.l10n.t('{0} of {1} has no value', name, app.name));
  const { vault } = chosen.place;
  const secretName = chosen.secret.name;
  return await hidingInErrors([value], async () => {
    const secretVersion = await writeSecret(grantPlace, chosen, value, report, signal);
    if ((await getSecretValue(c, vault, secretName, secretVersion, signal)) !== value)
      throw new AzureError(vscode.l10n.t("The secret doesn't have the value that was written."), {
        code: 'BadAnswer',
      });
    const version = secretVersion === undefined ? {} : { secretVersion };
    return { kind: 'secret', vaultId: vault.id, secretName, ...version };
  });
}

/**
 * Gives the identity its roles, and remembers each. An earlier run that didn't come to its end goes on.
 * @throws the failure, with a button that undoes what was done
 */
async function grant(
  { memento }: Pick<Services, 'memento'>,
  place: GrantPlace,
  planned: PlannedReplacement,
  oldValue: OldValue,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<KeptReplacement> {
  const { connection: c, facts, plan } = planned;
  const { held = [], identity } = facts;
  let kept = begunReplacement(memento, planned, oldValue);
  const earlier = kept.steps;
  const keep = async (done: readonly StepDone[]) => {
    const steps = done.flatMap(({ undo }) => undo ?? []).reverse();
    const added = steps.some(({ kind }) => kind === 'deleteRoleAssignment' || kind === 'removeDataRole');
    const readyAt = plan.roles.length > 0 ? settledAt(c, held, identity.principalId, added) : 0;
    kept = { ...kept, steps: [...steps, ...earlier], readyAt };
    await keepReplacement(memento, kept);
  };
  await keep([]);
  const onStep = (_: number, step: PlanStep) => {
    report(stepWords(step));
  };
  const { failure } = await apply(place, plan.grant, onStep, signal, { onDone: keep });
  if (!failure) return kept;
  await forgetUnlessLeft({ memento }, kept, 'untouched');
  if (isCancellation(failure.error) || kept.steps.length === 0) throw failure.error;
  throw new UserError(reasonOf(failure.error), undefined, [undoOffer(kept)]);
}

/** Settings and marks that are there already aren't this replacement's to remove. A mark may be of another slot. */
function begunReplacement(
  memento: Services['memento'],
  { connection: c, question, app, facts, plan }: PlannedReplacement,
  oldValue: OldValue,
): KeptReplacement {
  const { resource, finding, settings, functions = [] } = facts;
  const there = new Set([...settings.members.keys()].map((name) => name.toLowerCase()));
  const added = Object.entries(plan.write.set).filter(([name]) => !there.has(name.toLowerCase()));
  const names = added.map(([name]) => name).filter((name) => name !== finding.name);
  const before = lastReplacementOf(memento, app.id, finding.name);
  const isSame = before?.identity === question.identity && before.accountId === c.accountId;
  const isMarked = (name: string) =>
    settings.slotSettings.has(name.toLowerCase()) &&
    !(isSame && before.parts.some(({ sticky }) => sticky.includes(name)));
  return {
    ...{ id: isSame ? before.id : randomUUID(), accountId: c.accountId, tenantId: c.tenantId },
    ...{ appId: app.id, identity: question.identity },
    parts: [
      {
        setting: finding.name,
        ...(facts.connectionType === undefined ? {} : { connectionType: facts.connectionType }),
        ...(typeof resource === 'object' ? { resourceId: resource.id } : {}),
        write: { remove: plan.write.remove, set: Object.fromEntries(added) },
        sticky: isSlotSetting(facts) ? names.filter((name) => !isMarked(name)) : [],
        oldValue,
      },
    ],
    ...{ functions, steps: isSame ? before.steps : [], readyAt: 0 },
  };
}

/** Says in the progress what a replacement waits for, and records its changes. */
export function replaceEvents(
  { connection, restarts, changed }: GrantPlace,
  appId: string,
  report: ReportProgress,
): ReplaceEvents {
  return {
    writes: () => {
      restarts(appId);
      report(vscode.l10n.t('writing the settings'));
    },
    changed: (change) => {
      changed(connection, change);
    },
    settling: (left) => {
      report(vscode.l10n.t('waiting until the roles have taken effect, {0} s left', Math.ceil(left / 1000)));
    },
    looked: (good) => {
      report(
        good === 0
          ? vscode.l10n.t('waiting for the host')
          : vscode.l10n.t('the host is healthy ({0} of {1})', good, looksNeeded),
      );
    },
  };
}
