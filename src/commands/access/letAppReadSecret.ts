import * as vscode from 'vscode';
import type { ReadPlan, ReadWish } from '../../access/plan/plan';
import { planRead } from '../../access/plan/plan';
import { nameInId } from '../../access/words/format';
import { hasFeature } from '../../azure/appService/hosting/features';
import { listFunctions } from '../../azure/appService/sites';
import { sameId } from '../../azure/core/armId';
import { isObject } from '../../azure/core/json';
import { changesOfPlan } from '../../changes/planChanges';
import type { Proof } from '../../grants/prove';
import type { FactsRead, ReadQuestion } from '../../grants/readFacts';
import { readFacts } from '../../grants/readFacts';
import { findReadingFunction, isCallable } from '../../grants/readingFunction';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../reports/source';
import { pickIdentity } from '../../ui/pickers/readPickers';
import { copyChangesAs } from '../changes/copyChange';
import type { HttpFunction } from '../functions/httpFunction';
import { Buttons } from '../reports/buttons';
import { hasTexts } from '../reports/savedAccount';
import { applyPlan } from './applyPlan';
import type { AccessServices } from './fixes/fix';
import type { KeptGrant } from './grantHistory';
import { askOptions, optionsOf, vaultOf } from './planOptions';
import { planReport } from './planReport';
import type { Outcome } from './proveGrant';
import { lookForProof, pickReadingFunction, tellProof } from './proveGrant';
import type { ReadNode, SavedQuestion } from './readQuestion';
import { isSavedQuestion, questionOf, restoredQuestion, savedQuestion, subjectOf } from './readQuestion';

/**
 * Shows the plan that gives an app the least access that lets it read a secret. Its button carries out the steps and
 * verifies the result. All of it can be undone. Signs in first if that's missing, so that it can be where one begins.
 */
export async function letAppReadSecret(
  services: AccessServices,
  node?: ReadNode,
  nodes?: readonly ReadNode[],
): Promise<void> {
  const title = vscode.l10n.t('Let App Read Secret');
  const isSignedIn = async () => (await services.inventory.connections()).length > 0;
  if (!(await isSignedIn())) {
    await vscode.commands.executeCommand('keyless.signIn');
    if (!(await isSignedIn())) throw new vscode.CancellationError(); // that command said why
  }
  const subject = await subjectOf(services, title, nodes && nodes.length > 0 ? nodes : node ? [node] : []);
  const { app } = subject.app;
  const identity = await pickIdentity(title, app);
  const asked = await questionOf(services, subject);
  const question = sameId(identity, app.keyVaultReferenceIdentity) ? asked : { ...asked, identity };
  const saved: SavedPlan = { kind: 'plan', ...savedQuestion(question), wish: { roleScope: 'secret' } };
  await services.reports.show(planSource(services, saved));
}

/** A plan as JSON. */
type SavedPlan = SavedQuestion & {
  readonly kind: 'plan';
  readonly wish: ReadWish;
  /** The name of the function that proves it, or false for none. By default, one whose code reads the secret. */
  readonly run?: string | false;
};

export function isSavedPlan(value: unknown): value is SavedPlan {
  if (!isObject(value)) return false;
  const { wish, run } = value;
  if (!isObject(wish) || !isSavedQuestion(value)) return false;
  const { roleScope, setting } = wish;
  return (
    (roleScope === 'secret' || roleScope === 'vault') &&
    (setting === undefined || (isObject(setting) && hasTexts(setting, ['name', 'reference']))) &&
    (run === undefined || run === false || typeof run === 'string')
  );
}

/** Makes the plan, as the account that asked for it. */
export function planSource(services: AccessServices, saved: SavedPlan): ReportSource {
  const { appId, target, identity, account } = saved;
  const { vaultId, vaultName, secretName, secretVersion } = target;
  let carriedOut: CarriedOut | undefined;
  return {
    subject: JSON.stringify([
      'plan',
      account,
      appId,
      vaultId,
      vaultName,
      secretName,
      secretVersion,
      identity,
    ]),
    title: vscode.l10n.t('Let {0} read {1}', nameInId(appId), secretName),
    saved,
    about: [appId, vaultId],
    read: async (page, signal) => {
      const question = await restoredQuestion(services, saved);
      const read = await readFacts(question, signal);
      const proveWith = await functionOf(services, question, read, saved.run, signal);
      const plan = planRead(read.facts, saved.wish);
      if (plan.steps.length > 0 || plan.expected.kind !== 'can') carriedOut = undefined;
      else services.milestones.reach('access');
      const shown = { saved, question, read, plan, proveWith, done: carriedOut };
      const go = async () => {
        carriedOut = await carryOut(services, shown);
      };
      return reportOf(services, page, shown, go);
    },
  };
}

interface ShownPlan {
  readonly saved: SavedPlan;
  readonly question: ReadQuestion;
  readonly read: FactsRead;
  readonly plan: ReadPlan;
  readonly proveWith: HttpFunction | undefined;
  /** What came of it, as long as the app can read the secret. */
  readonly done: CarriedOut | undefined;
}

/** What came of a plan, and what can be undone. */
interface CarriedOut {
  readonly outcome: Outcome;
  readonly grant: KeptGrant | undefined;
}

/** The site of an app that isn't running takes longer to answer than a person should wait for a plan. */
const patience = 10_000;

/** The function that proves it. Undefined if there's none, or if it isn't found in time. */
async function functionOf(
  { milestones }: AccessServices,
  { connection }: ReadQuestion,
  { facts, app }: FactsRead,
  run: SavedPlan['run'],
  signal: AbortSignal,
): Promise<HttpFunction | undefined> {
  if (run === false || !hasFeature(app, 'functions') || !vaultOf(facts)) return undefined;
  const { vaultName, secretName } = facts.target;
  const reading = { vaultName, secretName, identity: facts.app.identityInUse };
  const limited = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  try {
    if (run !== undefined) {
      const all = await listFunctions(connection, app, limited);
      const fn = all.find((one) => one.name === run && isCallable(one));
      return fn && ({ connection, app, fn } as HttpFunction); // isCallable checked its trigger
    }
    const fn = await findReadingFunction(connection, app, reading, limited);
    if (fn) milestones.reach('function');
    return fn && ({ connection, app, fn } as HttpFunction);
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

function reportOf(
  services: AccessServices,
  page: OpenReport,
  { saved, question, read, plan, proveWith, done }: ShownPlan,
  carryItOut: () => Promise<void>,
): ReadReport {
  const { facts, app } = read;
  const change = (changed: Partial<SavedPlan>) =>
    services.reports.show(planSource(services, { ...saved, ...changed }));
  const title = vscode.l10n.t('Let App Read Secret');
  const go: Button = {
    title: plan.steps.length > 0 ? vscode.l10n.t('Grant Access') : vscode.l10n.t('Verify Access'),
    run: async () => {
      await carryItOut().finally(() => page.changed());
    },
  };
  const options: Button = {
    title: vscode.l10n.t('Options…'),
    run: async () => change({ wish: await askOptions(read, saved.wish) }),
  };
  const copy: Button = {
    title: vscode.l10n.t('Copy Steps…'),
    run: () =>
      copyChangesAs(title, {
        connection: question.vaultConnection,
        changes: changesOfPlan(facts, plan.steps),
      }),
  };
  const why: Button = {
    title: vscode.l10n.t('Show Report'),
    run: async () => vscode.commands.executeCommand('keyless.whyCantItRead', question),
  };
  const undo: Button = {
    title: vscode.l10n.t('Undo Grant'),
    run: async () => vscode.commands.executeCommand('keyless.undoLastGrant', done?.grant?.id),
  };
  const select: Button = {
    title: proveWith ? vscode.l10n.t('Select Another Function…') : vscode.l10n.t('Select a Function…'),
    run: async () => {
      const { fn } = await pickReadingFunction(services, title, { connection: question.connection, app });
      await change({ run: fn.name });
    },
  };
  const skip: Button = { title: vscode.l10n.t("Don't Run It"), run: () => change({ run: false }) };
  const buttons = new Buttons();
  const first = done?.outcome.proven ? [] : [go];
  const others = [
    ...(!done && optionsOf(read, saved.wish).length > 0 ? [options] : []),
    ...(plan.steps.length > 0 ? [copy] : []),
    ...(plan.expected.kind === 'can' && !done ? [] : [why]),
    ...(done?.grant ? [undo] : []),
  ];
  const report = planReport(facts, plan, {
    functionName: proveWith?.fn.name,
    outcome: done?.outcome,
    actions: buttons.at('plan', [...first, ...others], first.length > 0),
    proofActions: hasFeature(app, 'functions')
      ? buttons.at('proof', proveWith ? [select, skip] : [select])
      : [],
  });
  return { report, buttons: buttons.byId };
}

async function carryOut(
  services: AccessServices,
  { saved, question, read, plan, proveWith, done }: ShownPlan,
): Promise<CarriedOut> {
  const { setting } = saved.wish;
  const what = { question, proveWith, ...(setting ? { setting: { name: setting.name } } : {}) };
  let proof: Proof | undefined;
  const given = await applyPlan(services, question, read.app, plan.steps, async (signal, report) => {
    proof = await lookForProof(what, signal, report);
  });
  // Verifying again changes nothing, so what was granted before can still be undone.
  const grant = given ?? done?.grant;
  if (proof?.functionStatus !== undefined) services.milestones.ran(proof.functionStatus);
  return { outcome: tellProof(services, { ...what, grant }, proof), grant };
}
