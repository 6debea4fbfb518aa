import * as vscode from 'vscode';
import type { ReadFacts } from '../../access/model/facts';
import { isWithheld } from '../../access/model/facts';
import { changesOnLinux, linuxNameAdvice } from '../../access/reference/linuxName';
import type { ReadPlan, ReadWish } from '../../access/plan/plan';
import { planRead } from '../../access/plan/plan';
import { nameInId } from '../../access/words/format';
import { hasFeature } from '../../azure/appService/hosting/features';
import { sameId } from '../../azure/core/armId';
import { isObject } from '../../azure/core/json';
import type { FunctionApp } from '../../azure/core/model';
import { formatKeyVaultReference } from '../../azure/keyVault/secretUri';
import { changesOfPlan } from '../../changes/planChanges';
import type { Proof } from '../../grants/prove';
import type { FactsRead, ReadQuestion } from '../../grants/readFacts';
import { readFacts } from '../../grants/readFacts';
import type { AppTarget } from '../../inventory/targets';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../reports/source';
import { pickIdentity } from '../../ui/pickers/readPickers';
import { askText, pickMany } from '../../ui/quickPick';
import type { Choice } from '../../ui/quickPick';
import { copyChangesAs } from '../changes/copyChange';
import type { HttpFunction } from '../functions/httpFunction';
import { Buttons } from '../reports/buttons';
import { hasTexts } from '../reports/savedAccount';
import type { Services } from '../services';
import { applyPlan } from './applyPlan';
import { planReport } from './planReport';
import { lookForProof, pickReadingFunction, tellProof } from './proveGrant';
import type { ReadNode, SavedQuestion } from './readQuestion';
import { isSavedQuestion, questionOf, restoredQuestion, savedQuestion, subjectOf } from './readQuestion';

type UsedServices = Pick<
  Services,
  'accounts' | 'changes' | 'inventory' | 'logStreams' | 'memento' | 'refresh' | 'reports'
>;

/**
 * Shows the plan that gives an app the least access that lets it read a secret. Its button carries out the steps and
 * verifies the result. All of it can be undone.
 */
export async function letAppReadSecret(
  services: UsedServices,
  node?: ReadNode,
  nodes?: readonly ReadNode[],
): Promise<void> {
  const title = vscode.l10n.t('Let App Read Secret');
  const subject = await subjectOf(services, title, nodes && nodes.length > 0 ? nodes : node ? [node] : []);
  const { app } = subject.app;
  const identity = await pickIdentity(title, app);
  const asked = await questionOf(services, subject);
  const question = sameId(identity, app.keyVaultReferenceIdentity) ? asked : { ...asked, identity };
  const saved: SavedPlan = { kind: 'plan', ...savedQuestion(question), wish: { roleScope: 'secret' } };
  await services.reports.show(planSource(services, saved));
}

/** What a person adds to a plan. */
interface Options {
  readonly wish: ReadWish;
  /** A function that reads the secret. */
  readonly proveWith?: HttpFunction | undefined;
}

/** A plan as JSON. After a reload of the window, a function to run has to be selected again. */
type SavedPlan = SavedQuestion & { readonly kind: 'plan'; readonly wish: ReadWish };

export function isSavedPlan(value: unknown): value is SavedPlan {
  if (!isObject(value)) return false;
  const { wish } = value;
  if (!isObject(wish) || !isSavedQuestion(value)) return false;
  const { roleScope, setting } = wish;
  return (
    (roleScope === 'secret' || roleScope === 'vault') &&
    (setting === undefined || (isObject(setting) && hasTexts(setting, ['name', 'reference'])))
  );
}

/** Makes the plan, as the account that asked for it. */
export function planSource(services: UsedServices, saved: SavedPlan, proveWith?: HttpFunction): ReportSource {
  const { appId, target, identity, account } = saved;
  const { vaultId, vaultName, secretName, secretVersion } = target;
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
      return reportOf(services, page, { saved, question, read, proveWith });
    },
  };
}

interface ShownPlan {
  readonly saved: SavedPlan;
  readonly question: ReadQuestion;
  readonly read: FactsRead;
  readonly proveWith: HttpFunction | undefined;
}

function reportOf(services: UsedServices, page: OpenReport, shown: ShownPlan): ReadReport {
  const { saved, question, read, proveWith } = shown;
  const { facts, app } = read;
  const plan = planRead(facts, saved.wish);
  const go: Button = {
    title: plan.steps.length > 0 ? vscode.l10n.t('Grant Access') : vscode.l10n.t('Verify Access'),
    run: async () => {
      await carryOut(services, shown, plan).finally(() => page.changed());
    },
  };
  const options: Button = {
    title: vscode.l10n.t('Options…'),
    run: async () => {
      const target = { connection: question.connection, app };
      const chosen = await askOptions(services, target, facts, { wish: saved.wish, proveWith });
      await services.reports.show(planSource(services, { ...saved, wish: chosen.wish }, chosen.proveWith));
    },
  };
  const copy: Button = {
    title: vscode.l10n.t('Copy Steps…'),
    run: () =>
      copyChangesAs(vscode.l10n.t('Let App Read Secret'), {
        connection: question.vaultConnection,
        changes: changesOfPlan(facts, plan.steps),
      }),
  };
  const why: Button = {
    title: vscode.l10n.t('Show Report'),
    run: async () => vscode.commands.executeCommand('keyless.whyCantItRead', question),
  };
  const buttons = new Buttons();
  const all = [
    ...[go, options],
    ...(plan.steps.length > 0 ? [copy] : []),
    ...(plan.expected.kind === 'can' ? [] : [why]),
  ];
  const report = planReport(facts, plan, proveWith?.fn.name, buttons.at('plan', all, true));
  return { report, buttons: buttons.byId };
}

async function carryOut(
  services: UsedServices,
  { saved, question, proveWith }: ShownPlan,
  { steps }: ReadPlan,
): Promise<void> {
  const { setting } = saved.wish;
  const what = { question, proveWith, ...(setting ? { setting: { name: setting.name } } : {}) };
  let proof: Proof | undefined;
  const grant = await applyPlan(services, question, steps, async (signal, report) => {
    proof = await lookForProof(what, signal, report);
  });
  tellProof(services, { ...what, grant }, proof);
}

type Option = 'vaultScope' | 'setting' | 'run';

async function askOptions(
  services: Pick<Services, 'inventory'>,
  target: AppTarget,
  facts: ReadFacts,
  { wish, proveWith }: Options,
): Promise<Options> {
  const title = vscode.l10n.t('Let App Read Secret');
  const present = isWithheld(facts.vault) || facts.vault.kind !== 'present' ? undefined : facts.vault.vault;
  const choices: Choice<Option>[] = [];
  if (present?.permissionModel === 'rbac')
    choices.push({
      label: vscode.l10n.t('Assign the role on the whole vault'),
      description: vscode.l10n.t('instead of only on this secret'),
      picked: wish.roleScope === 'vault',
      value: 'vaultScope',
    });
  if (present && hasFeature(target.app, 'references'))
    choices.push({
      label: vscode.l10n.t('Write an app setting as a Key Vault reference'),
      description: wish.setting?.name ?? vscode.l10n.t('the app restarts'),
      picked: wish.setting !== undefined,
      value: 'setting',
    });
  if (hasFeature(target.app, 'functions'))
    choices.push({
      label: vscode.l10n.t('Run a function that reads the secret'),
      description: proveWith?.fn.name ?? vscode.l10n.t('the most reliable check'),
      picked: proveWith !== undefined,
      value: 'run',
    });
  const picked = await pickMany(new Map([[vscode.l10n.t('Options'), choices]]), {
    title,
    placeHolder: vscode.l10n.t('Select additional options'),
  });
  return {
    wish: {
      roleScope: picked.includes('vaultScope') ? 'vault' : 'secret',
      ...(picked.includes('setting') && present
        ? { setting: await askSetting(title, target.app, facts, present.vaultUri, wish.setting?.name) }
        : {}),
    },
    proveWith: picked.includes('run') ? await pickReadingFunction(services, title, target) : undefined,
  };
}

async function askSetting(
  title: string,
  app: FunctionApp,
  { target, reference }: ReadFacts,
  vaultUri: string,
  before: string | undefined,
): Promise<NonNullable<ReadWish['setting']>> {
  const { secretName, secretVersion } = target;
  const name = await askText({
    title,
    prompt: vscode.l10n.t('Name of the app setting of {0} that will hold the reference', app.name),
    value: before ?? settingOf(reference) ?? settingNameFor(secretName),
    validateInput: (text) =>
      !/^[\w.:-]+$/.test(text)
        ? vscode.l10n.t('Use only letters, digits, underscores, periods, colons, and hyphens.')
        : app.linux && changesOnLinux(text)
          ? { message: linuxNameAdvice(), severity: vscode.InputBoxValidationSeverity.Warning }
          : undefined,
  });
  const version = secretVersion === undefined ? {} : { version: secretVersion };
  return { name, reference: formatKeyVaultReference({ vaultUri, name: secretName, ...version }) };
}

/** The app setting that has a reference to the secret. */
function settingOf(reference: ReadFacts['reference']): string | undefined {
  return reference?.connectionType === undefined ? reference?.settingName : undefined;
}

/** `DbPassword` and `db-password` become `DB_PASSWORD`. */
function settingNameFor(secretName: string): string {
  return secretName
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}
