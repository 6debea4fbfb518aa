import * as vscode from 'vscode';
import type { PlanStep } from '../../access/plan/planStep';
import { planRead } from '../../access/plan/plan';
import { isReference, referenceIn } from '../../access/reference/reference';
import type { Cause, MissingFact } from '../../access/model/verdict';
import { describeCause, describeMissingFact } from '../../access/words/describeVerdict';
import type { ReadQuestion } from '../../grants/readFacts';
import { readFacts } from '../../grants/readFacts';
import { UserError } from '../../ui/errors';
import { withProgress } from '../../ui/progress';
import type { SummaryLine } from '../../ui/summary';
import type { NamedSettingTarget, VaultTarget } from '../../inventory/targets';
import type { SecretChoice } from '../keyVault/createSecret';
import { complaintAboutValue, describeWrite } from '../keyVault/createSecret';
import { stepWords } from '../access/grantWords';
import { settingValue } from './settingValue';

/** A setting, the secret that it becomes, and the steps its app needs to read that secret. */
export interface Move {
  readonly target: NamedSettingTarget;
  readonly place: VaultTarget;
  readonly secret: SecretChoice;
  readonly steps: readonly PlanStep[];
  /** The question that the steps answer. */
  readonly question: ReadQuestion;
  /** What still prevents the app from reading the secret after the steps, such as a firewall. */
  readonly inTheWay: readonly Cause[];
  /** What couldn't be read and may prevent it. */
  readonly unknown: readonly MissingFact[];
}

/**
 * Works out what the app needs besides the secret itself.
 * @returns the plan, and the setting's value, which is a secret value
 * @throws AzureError; UserError for a setting that can't be moved
 */
export async function planMove(
  target: NamedSettingTarget,
  place: VaultTarget,
  secret: SecretChoice,
): Promise<{ readonly move: Move; readonly value: string }> {
  const { connection, app } = target;
  const { id: vaultId, name: vaultName } = place.vault;
  const question: ReadQuestion = {
    connection,
    appId: app.id,
    vaultConnection: place.connection,
    target: { vaultId, vaultName, secretName: secret.name },
  };
  // Use one notification: VS Code drops those that follow each other too fast.
  const { value, read } = await withProgress(
    vscode.l10n.t('Checking what {0} can read in {1}', app.name, vaultName),
    async (signal) => {
      const value = requireMovable(target, await settingValue(target, signal));
      return { value, read: await readFacts(question, signal) };
    },
  );
  // App Service is the one that will read the secret.
  const byReference = { ...read.facts, reference: referenceIn(target.setting) };
  const { steps, expected } = planRead(byReference, { roleScope: 'secret' });
  const inTheWay =
    expected.kind === 'cannot' ? expected.causes.filter(({ kind }) => !willBeMade.has(kind)) : [];
  const unknown = expected.kind === 'can' ? [] : expected.missing.filter(({ kind }) => kind !== 'secret');
  return {
    move: { target: { ...target, app: read.app }, place, secret, steps, question, inTheWay, unknown },
    value,
  };
}

/** @throws UserError if there is no value, or if it's a reference, too long, or must stay plain text */
function requireMovable({ setting, app }: NamedSettingTarget, value: string | null): string {
  const { name } = setting;
  if (value === null) throw new UserError(vscode.l10n.t('{0} of {1} has no value', name, app.name));
  if (isReference(value))
    throw new UserError(vscode.l10n.t('{0} of {1} is already a Key Vault reference', name, app.name));
  if (/^WEBSITE_CONTENTAZUREFILECONNECTIONSTRING$/i.test(name))
    throw new UserError(
      vscode.l10n.t('The platform needs {0} before it can resolve references', name),
      vscode.l10n.t('Use an identity-based connection for the storage account instead.'),
    );
  const complaint = complaintAboutValue(value);
  if (complaint !== undefined) throw new UserError(`${name}: ${complaint}`);
  return value;
}

/** Causes that the move itself removes, because it writes the secret. */
const willBeMade: ReadonlySet<string> = new Set([
  'secretAbsent',
  'secretDeleted',
  'secretDisabled',
  'versionGone',
]);

/** The whole plan, to show before anything is changed. */
export function describeMove({ target, place, secret, steps, inTheWay, unknown }: Move): {
  readonly question: string;
  readonly lines: readonly SummaryLine<never>[];
} {
  const [app, vault, setting] = [target.app.name, place.vault.name, target.setting.name];
  const plan: readonly Pick<SummaryLine<never>, 'label' | 'detail'>[] = [
    describeWrite(secret, vault),
    ...steps.map((step) => ({ label: stepWords(step) })),
    {
      label: vscode.l10n.t('Wait until a reference to the secret resolves in a temporary setting'),
      detail: vscode.l10n.t("{0} restarts. If it doesn't resolve, the setting isn't changed.", app),
    },
    {
      label: vscode.l10n.t('Replace the value of {0} with the reference', setting),
      detail: vscode.l10n.t("{0} restarts again. If it doesn't resolve, the old value is restored.", app),
    },
  ];
  const doubts = [
    ...inTheWay.map((cause) => ({
      label: vscode.l10n.t("The app still won't be able to read the secret"),
      detail: describeCause(cause).sentence,
    })),
    ...unknown.map((fact) => ({
      label: vscode.l10n.t("Can't confirm that the app will be able to read the secret"),
      detail: describeMissingFact(fact).sentence,
    })),
  ];
  return {
    question: vscode.l10n.t('Move {0} of {1} to {2}?', setting, app, vault),
    lines: [
      ...plan.map((line) => ({ icon: 'arrow-small-right', ...line })),
      ...doubts.map((line) => ({ icon: 'warning', group: vscode.l10n.t('What may prevent it'), ...line })),
    ],
  };
}
