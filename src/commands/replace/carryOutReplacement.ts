import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { PlanStep } from '../../access/plan/planStep';
import { isSlotSetting, workingOf } from '../../access/replace/replaceFacts';
import { listed } from '../../access/words/format';
import { inParallel } from '../../azure/core/limits/parallel';
import type { StepDone } from '../../grants/apply';
import { apply } from '../../grants/apply';
import type { GrantPlace } from '../../grants/grantPlace';
import type { OldValue } from '../../grants/replace/oldValue';
import type { ReplaceEvents } from '../../grants/replace/replaceCredential';
import { replaceCredential } from '../../grants/replace/replaceCredential';
import type { ReplacedSetting } from '../../grants/replace/replacement';
import { settledAt } from '../../grants/replace/settling';
import { looksNeeded } from '../../grants/replace/watchHost';
import { isCancellation, reasonOf, UserError } from '../../ui/errors';
import type { ReportProgress } from '../../ui/progress';
import { withProgress } from '../../ui/progress';
import { grantPlaceOf } from '../access/applyPlan';
import { stepWords } from '../access/grantWords';
import type { Services } from '../services';
import { confirmScript } from './databaseScript';
import type { ChosenSecrets } from './keepOldValues';
import { chooseSecrets, keepOldValue } from './keepOldValues';
import type { PlannedReplacement, ReplacedKey } from './plannedReplacement';
import type { KeptReplacement } from './replacementHistory';
import { earlierReplacements, forgetReplacement, keepReplacement } from './replacementHistory';
import type { ReplaceOutcome } from './replaceOutcome';
import { endReplacements, forgetUnlessLeft, undoOffer } from './replaceOutcome';

type UsedServices = Pick<
  Services,
  'changes' | 'inventory' | 'logStreams' | 'memento' | 'operations' | 'refresh'
>;

/** How many apps are watched at a time. */
const concurrency = 8;

/**
 * Carries out the plans for one or more apps: keeps the old values where they can be read again, gives all identities their
 * roles, and then replaces the credentials of each app in one write. What was done is remembered step by step, so that it can
 * be undone even if the window closes. If one app fails, the others go on.
 */
export async function carryOutReplacements(
  services: UsedServices,
  all: readonly PlannedReplacement[],
): Promise<void> {
  for (const { plan } of all.flatMap((one) => one.plan.keys)) await confirmScript(plan);
  const chosen = await chooseSecrets(services, all);
  const outcomes: ReplaceOutcome[] = [];
  try {
    await withProgress(titleOf(all), async (signal, report) => {
      const begun: KeptReplacement[] = [];
      for (const planned of all) {
        try {
          begun.push(await begin(services, planned, chosen, report, signal));
        } catch (error) {
          outcomes.push({ app: planned.app.name, error });
        }
      }
      await inParallel(begun, concurrency, async (kept) => {
        const planned = all.find(({ app }) => app.id === kept.appId);
        if (planned) outcomes.push(await replace(services, planned, kept, all.length > 1, report, signal));
      });
    });
    await endReplacements(services, outcomes);
  } finally {
    for (const { connection, app } of all) services.refresh(connection, app.id);
  }
}

function titleOf(all: readonly PlannedReplacement[]): string {
  const [first, ...more] = all;
  if (!first || more.length > 0) return vscode.l10n.t('Replacing keys of {0} apps', all.length);
  const names = first.plan.keys.map(({ facts }) => facts.finding.name);
  return vscode.l10n.t('Replacing {0} of {1}', listed(names), first.app.name);
}

/** Keeps the old values, and gives the identity its roles. */
async function begin(
  services: UsedServices,
  planned: PlannedReplacement,
  chosen: ChosenSecrets,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<KeptReplacement> {
  const oldValues = new Map<ReplacedKey, OldValue>();
  for (const key of planned.plan.keys)
    oldValues.set(key, await keepOldValue(services, planned, key, chosen, report, signal));
  return await grant(services, planned, oldValues, report, signal);
}

async function replace(
  services: UsedServices,
  { connection, app }: PlannedReplacement,
  kept: KeptReplacement,
  isOneOfSeveral: boolean,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<ReplaceOutcome> {
  const place = grantPlaceOf(services, connection, connection);
  const reportOfApp = (text: string) => {
    report(isOneOfSeveral ? vscode.l10n.t('{0}: {1}', app.name, text) : text);
  };
  const replaced = await services.operations.track(connection, { replacement: kept }, () =>
    replaceCredential(connection, kept, replaceEvents(place, app.id, reportOfApp), signal),
  );
  return { kept, replaced };
}

/**
 * Gives the identity its roles, and remembers each. An earlier run that didn't come to its end goes on.
 * @throws the failure, with a button that undoes what was done
 */
async function grant(
  services: UsedServices,
  planned: PlannedReplacement,
  oldValues: ReadonlyMap<ReplacedKey, OldValue>,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<KeptReplacement> {
  const { memento } = services;
  const { connection: c, plan } = planned;
  const place = grantPlaceOf(services, c, c);
  const held = plan.keys.flatMap(({ facts }) => facts.held ?? []);
  const principalId = plan.keys[0]?.facts.identity.principalId;
  const earlier = earlierReplacements(memento, {
    ...{ appId: planned.app.id, accountId: c.accountId, identity: planned.question.identity },
    settings: plan.keys.map(({ facts: { finding, connectionType } }) => ({
      name: finding.name,
      source: connectionType === undefined ? 'appSetting' : 'connectionString',
    })),
  });
  let kept = begunReplacement(planned, oldValues, earlier);
  const before = kept.steps;
  const keep = async (done: readonly StepDone[]) => {
    const steps = done.flatMap(({ undo }) => undo ?? []).reverse();
    const added = steps.some(({ kind }) => kind === 'deleteRoleAssignment' || kind === 'removeDataRole');
    const settled = plan.roles.length > 0 ? settledAt(c, held, principalId, added) : 0;
    // A service's own roles don't say since when they are there.
    const readyAt = earlier.reduce((last, one) => Math.max(last, one.readyAt), settled);
    kept = { ...kept, steps: [...steps, ...before], readyAt };
    await keepReplacement(memento, kept);
  };
  await keep([]);
  for (const { id } of earlier) if (id !== kept.id) await forgetReplacement(memento, id);
  const onStep = (_: number, step: PlanStep) => {
    report(stepWords(step));
  };
  const { failure } = await apply(place, plan.grant, onStep, signal, { onDone: keep });
  if (!failure) return kept;
  await forgetUnlessLeft({ memento }, kept, 'untouched');
  if (isCancellation(failure.error) || kept.steps.length === 0) throw failure.error;
  throw new UserError(reasonOf(failure.error), undefined, [undoOffer(kept)]);
}

/** Takes over what earlier runs have done. */
function begunReplacement(
  { connection: c, question: { identity }, app, plan }: PlannedReplacement,
  oldValues: ReadonlyMap<ReplacedKey, OldValue>,
  earlier: readonly KeptReplacement[],
): KeptReplacement {
  const marked = earlier.flatMap(({ parts }) => parts.flatMap(({ sticky }) => sticky));
  return {
    ...{ id: earlier[0]?.id ?? randomUUID(), accountId: c.accountId, tenantId: c.tenantId },
    ...{ appId: app.id, identity },
    parts: plan.keys.flatMap((key) => {
      const oldValue = oldValues.get(key);
      return oldValue ? [replacedSetting(key, oldValue, marked)] : [];
    }),
    functions: workingOf(plan.keys[0]?.facts),
    ...{ steps: earlier.flatMap(({ steps }) => steps), readyAt: 0 },
  };
}

/** Settings and marks that are there already aren't this replacement's to remove. A mark may be of another slot. */
function replacedSetting(
  { facts, plan: { write, platform } }: ReplacedKey,
  oldValue: OldValue,
  marked: readonly string[],
): ReplacedSetting {
  const { resource, finding, settings } = facts;
  const there = new Set([...settings.members.keys()].map((name) => name.toLowerCase()));
  const added = Object.entries(write.set).filter(([name]) => !there.has(name.toLowerCase()));
  const names = added.map(([name]) => name).filter((name) => name !== finding.name);
  const isMarked = (name: string) => settings.slotSettings.has(name.toLowerCase()) && !marked.includes(name);
  return {
    setting: finding.name,
    ...(facts.connectionType === undefined ? {} : { connectionType: facts.connectionType }),
    ...(typeof resource === 'object' ? { resourceId: resource.id } : {}),
    write: { remove: write.remove, set: Object.fromEntries(added) },
    ...(platform ? { platform } : {}),
    sticky: isSlotSetting(facts) ? names.filter((name) => !isMarked(name)) : [],
    oldValue,
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
