import * as vscode from 'vscode';
import type { ReadFacts } from '../../access/model/facts';
import { isWithheld } from '../../access/model/facts';
import { changesOnLinux, linuxNameAdvice } from '../../access/reference/linuxName';
import type { ReadPlan, ReadWish } from '../../access/plan/plan';
import { planRead } from '../../access/plan/plan';
import { changesOfPlan } from '../../changes/planChanges';
import { describeCause, describeMissingFact } from '../../access/words/describeVerdict';
import { hasFeature } from '../../azure/appService/hosting/features';
import { sameId } from '../../azure/core/armId';
import type { FunctionApp } from '../../azure/core/model';
import { formatKeyVaultReference } from '../../azure/keyVault/secretUri';
import type { Proof } from '../../grants/prove';
import { readFacts, readingAs } from '../../grants/readFacts';
import { pickIdentity } from '../../ui/pickers/readPickers';
import { withProgress } from '../../ui/progress';
import { askText, pickMany } from '../../ui/quickPick';
import type { Choice } from '../../ui/quickPick';
import { plain, plainLine } from '../../ui/text';
import { applyPlan } from './applyPlan';
import { copyChangesAs } from '../changes/copyChange';
import type { HttpFunction } from '../functions/httpFunction';
import { numbered, stepWords } from './grantWords';
import { lookForProof, pickReadingFunction, tellProof } from './proveGrant';
import type { ReadNode, ReadSubject } from './readQuestion';
import { questionOf, subjectOf } from './readQuestion';
import type { Services } from '../services';

/**
 * Gives an app the least access that lets it read a secret: shows the steps, carries them out, and verifies the result.
 * All of it can be undone.
 */
export async function letAppReadSecret(
  services: Pick<Services, 'changes' | 'inventory' | 'logStreams' | 'memento' | 'refresh'>,
  node?: ReadNode,
  nodes?: readonly ReadNode[],
): Promise<void> {
  const title = vscode.l10n.t('Let App Read Secret');
  const subject = await subjectOf(services, title, nodes && nodes.length > 0 ? nodes : node ? [node] : []);
  const asked = await questionOf(services, subject);
  const { facts: read, app } = await withProgress(
    vscode.l10n.t('Checking what {0} needs', subject.app.app.name),
    (signal) => readFacts(asked, signal),
  );
  const identity = await pickIdentity(title, app);
  const question = sameId(identity, app.keyVaultReferenceIdentity) ? asked : { ...asked, identity };
  const decided = await decide(services, title, subject, readingAs(read, identity));
  if (decided === 'report') {
    await vscode.commands.executeCommand('keyless.whyCantItRead', question);
    return;
  }
  const { plan, wish, proveWith } = decided;
  const what = { question, proveWith, ...(wish.setting ? { setting: { name: wish.setting.name } } : {}) };
  let proof: Proof | undefined;
  const grant = await applyPlan(services, question, plan.steps, async (signal, report) => {
    proof = await lookForProof(what, signal, report);
  });
  tellProof(services, { ...what, grant }, proof);
}

interface Decided {
  readonly plan: ReadPlan;
  readonly wish: ReadWish;
  /** A function that reads the secret. */
  readonly proveWith: HttpFunction | undefined;
}

/**
 * Shows the plan until the person accepts it. Options change it, and the report says why a plan isn't enough.
 * @throws vscode.CancellationError
 */
async function decide(
  services: Pick<Services, 'inventory'>,
  title: string,
  subject: ReadSubject,
  facts: ReadFacts,
): Promise<Decided | 'report'> {
  let wish: ReadWish = { roleScope: 'secret' };
  let proveWith: HttpFunction | undefined;
  for (;;) {
    const plan = planRead(facts, wish);
    const go = plan.steps.length > 0 ? vscode.l10n.t('Grant Access') : vscode.l10n.t('Verify Access');
    const options = vscode.l10n.t('Options…');
    const report = vscode.l10n.t('Show Report');
    const copy = vscode.l10n.t('Copy Steps…');
    const answer = await vscode.window.showInformationMessage(
      plainLine(vscode.l10n.t('Let {0} read {1}?', facts.app.name, facts.target.secretName)),
      { modal: true, detail: plain(planWords(plan, proveWith)) },
      go,
      options,
      ...(plan.steps.length > 0 ? [copy] : []),
      ...(plan.expected.kind === 'can' ? [] : [report]),
    );
    if (answer === report) return 'report';
    if (answer === go) return { plan, wish, proveWith };
    if (answer === copy) {
      await copyChangesAs(title, {
        connection: subject.vaultConnection,
        changes: changesOfPlan(facts, plan.steps),
      });
      continue;
    }
    if (answer !== options) throw new vscode.CancellationError();
    ({ wish, proveWith } = await askOptions(services, title, subject, facts, { wish, proveWith }));
  }
}

function planWords({ steps, expected }: ReadPlan, proveWith: HttpFunction | undefined): string {
  const parts = [
    steps.length > 0
      ? numbered(steps.map(stepWords))
      : expected.kind === 'can'
        ? vscode.l10n.t('The app already has everything it needs. Nothing will be changed.')
        : vscode.l10n.t("Granting more access won't help."),
  ];
  if (expected.kind === 'cannot')
    parts.push(
      vscode.l10n.t(
        "The app still won't be able to read the secret: {0}",
        expected.causes.map((cause) => describeCause(cause).sentence).join(' '),
      ),
    );
  if (expected.kind === 'cannotTell')
    parts.push(
      vscode.l10n.t(
        "Can't confirm that the app will be able to read the secret: {0}",
        expected.missing.map((fact) => describeMissingFact(fact).sentence).join(' '),
      ),
    );
  parts.push(
    proveWith
      ? vscode.l10n.t(
          'Keyless then waits for the change to take effect and runs {0} to verify it.',
          proveWith.fn.name,
        )
      : vscode.l10n.t('Keyless then verifies access.'),
  );
  if (steps.length > 0) parts.push(vscode.l10n.t('You can undo all of this with "Undo Grant".'));
  return parts.join('\n\n');
}

type Option = 'vaultScope' | 'setting' | 'run';

async function askOptions(
  services: Pick<Services, 'inventory'>,
  title: string,
  subject: ReadSubject,
  facts: ReadFacts,
  { wish, proveWith }: Omit<Decided, 'plan'>,
): Promise<Omit<Decided, 'plan'>> {
  const present = isWithheld(facts.vault) || facts.vault.kind !== 'present' ? undefined : facts.vault.vault;
  const choices: Choice<Option>[] = [];
  if (present?.permissionModel === 'rbac')
    choices.push({
      label: vscode.l10n.t('Assign the role on the whole vault'),
      description: vscode.l10n.t('instead of only on this secret'),
      picked: wish.roleScope === 'vault',
      value: 'vaultScope',
    });
  if (present && hasFeature(subject.app.app, 'references'))
    choices.push({
      label: vscode.l10n.t('Write an app setting as a Key Vault reference'),
      description: wish.setting?.name ?? vscode.l10n.t('the app restarts'),
      picked: wish.setting !== undefined,
      value: 'setting',
    });
  if (hasFeature(subject.app.app, 'functions'))
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
        ? { setting: await askSetting(title, subject.app.app, facts, present.vaultUri, wish.setting?.name) }
        : {}),
    },
    proveWith: picked.includes('run') ? await pickReadingFunction(services, title, subject.app) : undefined,
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
