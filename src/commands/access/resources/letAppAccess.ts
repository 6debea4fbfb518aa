import * as vscode from 'vscode';
import type { AccessFacts } from '../../../access/operations/accessFacts';
import type { AccessPlan } from '../../../access/operations/planAccess';
import { isUpToDatabase } from '../../../access/operations/accessVerdict';
import type { DatabaseAccess } from '../../../access/operations/databaseAccess';
import { databaseAccess } from '../../../access/operations/databaseAccess';
import { planAccess } from '../../../access/operations/planAccess';
import { nameInId } from '../../../access/words/format';
import { hasFeature } from '../../../azure/appService/hosting/features';
import { listFunctions } from '../../../azure/appService/sites';
import { isObject } from '../../../azure/core/json';
import type { FunctionApp } from '../../../azure/core/model';
import { changesOfGrant } from '../../../changes/planChanges';
import type { AccessProof } from '../../../grants/access/proveAccess';
import type { AccessQuestion } from '../../../grants/access/readAccessFacts';
import { readAccessFacts } from '../../../grants/access/readAccessFacts';
import { isCallable } from '../../../grants/readingFunction';
import type { AppTarget } from '../../../inventory/targets';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../../reports/source';
import { copyChangesAs } from '../../changes/copyChange';
import type { HttpFunction } from '../../functions/httpFunction';
import { enableButton, openScript } from '../../replace/databaseScript';
import { Buttons } from '../../reports/buttons';
import type { Services } from '../../services';
import type { Outcome } from '../proveGrant';
import { pickReadingFunction } from '../proveGrant';
import { accessPlanReport } from './accessPlanReport';
import { accessGrantOf, grantAccess } from './grantAccess';
import { lookForAccess, tellAccess } from './proveAccess';
import { askAccess } from './askAccess';
import type { AskedAccess, SavedAccess } from './savedAccess';
import { isSavedAccess, restoredAccess, savedAccess } from './savedAccess';

type UsedServices = Pick<
  Services,
  'accounts' | 'changes' | 'inventory' | 'log' | 'logStreams' | 'memento' | 'refresh' | 'reports'
>;

/**
 * Shows the plan that gives an app the least role that lets it use a resource. Its button carries out the steps and verifies
 * the result. All of it can be undone.
 */
export async function letAppAccess(services: UsedServices, node?: AppTarget): Promise<void> {
  const asked = await askAccess(services, vscode.l10n.t('Let App Access'), node);
  await showAccessPlan(services, asked);
}

/** Shows the plan for a question that was asked already. */
export async function showAccessPlan(services: UsedServices, asked: AskedAccess): Promise<void> {
  await services.reports.show(accessSource(services, { kind: 'access', ...savedAccess(asked) }));
}

/** A plan as JSON. */
export interface SavedAccessPlan extends SavedAccess {
  readonly kind: 'access';
  /** The name of the function that proves it. */
  readonly run?: string;
}

export function isSavedAccessPlan(value: unknown): value is SavedAccessPlan {
  if (!isObject(value)) return false;
  const { run } = value;
  return isSavedAccess(value) && (run === undefined || typeof run === 'string');
}

/** Makes the plan, as the account that asked for it. */
export function accessSource(services: UsedServices, saved: SavedAccessPlan): ReportSource {
  const { appId, scope, identity, wanted, account } = saved;
  let outcome: Outcome | undefined;
  return {
    subject: JSON.stringify(['access', account, appId, scope, identity, wanted]),
    title: vscode.l10n.t('{0} accesses {1}', nameInId(appId), nameInId(scope)),
    saved,
    about: [appId, scope],
    read: async (page, signal) => {
      const question = await restoredAccess(services, saved);
      const { facts, app } = await readAccessFacts(question, signal);
      const proveWith = await functionOf(question, app, saved.run, signal);
      const plan = planAccess(facts);
      const isPossible = plan.expected.kind === 'can' || isUpToDatabase(plan.expected);
      if (plan.steps.length > 0 || !isPossible) outcome = undefined;
      const shown = { saved, question, facts, app, plan, proveWith, outcome };
      return reportOf(services, page, shown, async () => {
        outcome = await carryOut(services, shown);
      });
    },
  };
}

interface ShownAccess {
  readonly saved: SavedAccessPlan;
  readonly question: AccessQuestion;
  readonly facts: AccessFacts;
  readonly app: FunctionApp;
  readonly plan: AccessPlan;
  readonly proveWith: HttpFunction | undefined;
  /** What came of it, as long as the app has access. */
  readonly outcome: Outcome | undefined;
}

/** The site of an app that isn't running takes longer to answer than a person should wait for a plan. */
const patience = 10_000;

async function functionOf(
  { connection }: AccessQuestion,
  app: FunctionApp,
  name: string | undefined,
  signal: AbortSignal,
): Promise<HttpFunction | undefined> {
  if (name === undefined || !hasFeature(app, 'functions')) return undefined;
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
    const all = await listFunctions(connection, app, limited);
    const fn = all.find((one) => one.name === name && isCallable(one));
    return fn && ({ connection, app, fn } as HttpFunction); // isCallable checked its trigger
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

function reportOf(
  services: UsedServices,
  page: OpenReport,
  { saved, question, facts, app, plan, proveWith, outcome }: ShownAccess,
  carryItOut: () => Promise<void>,
): ReadReport {
  const title = vscode.l10n.t('Let App Access');
  const { connection } = question;
  const change = ({ run: _, ...rest }: SavedAccessPlan, run?: string) =>
    services.reports.show(accessSource(services, { ...rest, ...(run === undefined ? {} : { run }) }));
  const go: Button = {
    title: plan.steps.length > 0 ? vscode.l10n.t('Grant Access') : vscode.l10n.t('Verify Access'),
    run: () => carryItOut().finally(() => page.changed()),
  };
  const copy: Button = {
    title: vscode.l10n.t('Copy Steps…'),
    run: () => copyChangesAs(title, { connection, changes: changesOfGrant(app, plan.steps) }),
  };
  const why: Button = {
    title: vscode.l10n.t('Show Report'),
    run: async () => vscode.commands.executeCommand('keyless.whyCantItAccess', question),
  };
  const grant = accessGrantOf(services, question);
  const undo: Button = {
    title: vscode.l10n.t('Undo Grant'),
    run: async () => vscode.commands.executeCommand('keyless.undoLastGrant', grant?.id),
  };
  const select: Button = {
    title: proveWith ? vscode.l10n.t('Select Another Function…') : vscode.l10n.t('Select a Function…'),
    run: async () => {
      const { fn } = await pickReadingFunction(services, title, { connection, app });
      await change(saved, fn.name);
    },
  };
  const skip: Button = { title: vscode.l10n.t("Don't Run It"), run: () => change(saved) };
  const buttons = new Buttons();
  const database = databaseAccess(facts);
  const canEnable = plan.steps.some(({ kind }) => kind === 'enableIdentity');
  const scripts = database
    ? scriptButtons(database, canEnable ? enableButton({ connection, app }) : undefined)
    : [];
  // Nothing but a function shows whether a script has run.
  const canGo = !database || (database.scripts !== undefined && proveWith !== undefined);
  const first = [...scripts, ...(outcome?.proven || !canGo ? [] : [go])];
  const others = [
    ...(plan.steps.length > 0 && !database ? [copy] : []),
    ...(plan.expected.kind === 'can' && !outcome ? [] : [why]),
    ...(grant ? [undo] : []),
  ];
  const report = accessPlanReport(facts, plan, {
    functionName: proveWith?.fn.name,
    outcome,
    actions: buttons.at('plan', [...first, ...others], first.length > 0),
    proofActions: hasFeature(app, 'functions')
      ? buttons.at('proof', proveWith ? [select, skip] : [select])
      : [],
  });
  return { report, buttons: buttons.byId };
}

/** Buttons for the scripts that give access to a database. They name the identity by its ID, so that must be enabled first. */
function scriptButtons({ scripts }: DatabaseAccess, enable: Button | undefined): Button[] {
  if (!scripts) return enable ? [enable] : [];
  return [
    { title: vscode.l10n.t('Open Script'), run: () => openScript(scripts.give) },
    { title: vscode.l10n.t('Open Undo Script'), run: () => openScript(scripts.undo) },
  ];
}

async function carryOut(
  services: UsedServices,
  { question, app, plan, proveWith }: ShownAccess,
): Promise<Outcome> {
  let proof: AccessProof | undefined;
  await grantAccess(services, question, app, plan, plan.steps, async (signal, report) => {
    proof = await lookForAccess({ question, proveWith }, signal, report);
  });
  return tellAccess(services, { question, proveWith, grant: accessGrantOf(services, question) }, proof);
}
