import * as vscode from 'vscode';
import { nameInId } from '../../access/words/format';
import { isResolved, resolutionWords } from '../../access/reference/resolution';
import { describeCause, describeMissingFact } from '../../access/words/describeVerdict';
import { refreshReferences } from '../../azure/appService/settings/settingReferences';
import { isResolutionOf, settingKindOf } from '../../azure/appService/settings/settingsMap';
import { invokeFunction } from '../../azure/appService/invoke';
import type { SettingId } from '../../azure/core/model';
import { getFunctionApp } from '../../azure/appService/sites';
import type { Proof, ProofSources } from '../../grants/prove';
import { prove } from '../../grants/prove';
import type { ReadQuestion } from '../../grants/readFacts';
import { readFacts } from '../../grants/readFacts';
import { isCallable } from '../../grants/readingFunction';
import { isCancellation } from '../../ui/errors';
import type { Offer } from '../../ui/messages';
import { tell, warn } from '../../ui/messages';
import { pickFunction } from '../../ui/pickers/pickers';
import type { ReportProgress } from '../../ui/progress';
import type { AppTarget } from '../../inventory/targets';
import type { HttpFunction } from '../functions/httpFunction';
import { keyFor } from '../functions/httpFunction';
import type { KeptGrant } from './grantHistory';
import type { Services } from '../services';

/** What to verify, and how. */
export interface ToProve {
  readonly question: ReadQuestion;
  /** What can be undone. */
  readonly grant?: KeptGrant | undefined;
  /** The setting whose reference has to resolve. */
  readonly setting?: SettingId;
  /** A function that reads the secret. */
  readonly proveWith?: HttpFunction | undefined;
}

/** Waits, showing progress, until the app can be seen to read the secret. @returns undefined if the person canceled it */
export async function lookForProof(
  what: ToProve,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<Proof | undefined> {
  report(vscode.l10n.t('Verifying access'));
  try {
    return await prove(
      sourcesOf(what),
      ({ attempt, proof, wait }) => {
        const seconds = Math.round(wait / 1000);
        report(
          vscode.l10n.t(
            '{0} Checking again in {2} s (check {1}).',
            unprovenWords(proof, what),
            attempt + 1,
            seconds,
          ),
        );
      },
      signal,
      what.question.connection.clock,
    );
  } catch (error) {
    if (isCancellation(error)) return undefined;
    throw error;
  }
}

/** What a verification showed, in a sentence. */
export interface Outcome {
  readonly proven: boolean;
  readonly text: string;
}

/** Says whether the app can read the secret, and how that was verified. @param proof undefined if the person canceled it */
export function tellProof(
  services: Pick<Services, 'refresh'>,
  what: ToProve,
  proof: Proof | undefined,
): Outcome {
  const { question } = what;
  const outcome = { proven: proof?.proven ?? false, text: outcomeWords(what, proof) };
  (proof && !proof.proven ? warn : tell)(outcome.text, ...offersOf(what));
  services.refresh(question.connection, question.appId);
  return outcome;
}

function outcomeWords(what: ToProve, proof: Proof | undefined): string {
  const { appId, target } = what.question;
  const [app, secret] = [nameInId(appId), target.secretName];
  if (!proof) return vscode.l10n.t('Verification canceled. The changes were kept.');
  return proof.proven
    ? vscode.l10n.t('{0} can read {1}: {2}.', app, secret, provenWords(proof, what))
    : vscode.l10n.t("Couldn't verify that {0} can read {1}: {2}", app, secret, unprovenWords(proof, what));
}

/** Asks for a function that can be called without asking for anything else. */
export async function pickReadingFunction(
  { inventory }: Pick<Services, 'inventory'>,
  title: string,
  app: AppTarget,
): Promise<HttpFunction> {
  const target = await pickFunction(inventory, title, app, {
    only: isCallable,
    none: vscode.l10n.t('{0} has no function that a plain GET request can run', app.app.name),
  });
  return target as HttpFunction; // isCallable checked its trigger
}

function sourcesOf({ question, setting, proveWith }: ToProve): ProofSources {
  const { connection, appId } = question;
  return {
    facts: async (signal) => (await readFacts(question, signal)).facts,
    ...(setting === undefined
      ? {}
      : {
          referenceStatus: async (signal) => {
            const app = await getFunctionApp(connection, appId, signal);
            const references = await refreshReferences(connection, app, signal, [settingKindOf(setting)]);
            return references.find((one) => isResolutionOf(one, setting))?.status ?? '';
          },
        }),
    ...(proveWith ? { runFunction: async (signal) => await statusOf(proveWith, signal) } : {}),
  };
}

/** Runs a function and returns only its status. Its answer can be a secret value, so it's dropped. */
export async function statusOf(target: HttpFunction, signal: AbortSignal): Promise<number> {
  const { connection, app, fn } = target;
  const key = await keyFor(target, 'default', signal);
  const call = { method: 'GET', ...(key === undefined ? {} : { key }) };
  return (await invokeFunction(connection, app, fn, call, signal)).status;
}

function provenWords({ verdict }: Proof, { setting, proveWith }: ToProve): string {
  const seen = [
    ...(proveWith ? [vscode.l10n.t('{0} ran successfully', proveWith.fn.name)] : []),
    ...(setting === undefined ? [] : [vscode.l10n.t('the reference in {0} is resolved', setting.name)]),
  ];
  if (seen.length > 0) return seen.join(', ');
  const isFresh = verdict.warnings.some(({ kind }) => kind === 'freshAssignment');
  return isFresh
    ? vscode.l10n.t('it has permission, which can take up to 10 minutes to take effect')
    : vscode.l10n.t('it has permission, and nothing blocks it');
}

function unprovenWords(
  { verdict, referenceStatus, functionStatus }: Proof,
  { setting, proveWith }: ToProve,
): string {
  if (verdict.kind === 'cannot')
    return verdict.causes.map((cause) => describeCause(cause).sentence).join(' ');
  if (verdict.kind === 'cannotTell')
    return verdict.missing.map((fact) => describeMissingFact(fact).sentence).join(' ');
  if (setting !== undefined && !isResolved({ status: referenceStatus ?? '' }))
    return vscode.l10n.t(
      'The reference in {0} is {1}.',
      setting.name,
      resolutionWords({ status: referenceStatus ?? '' }),
    );
  return vscode.l10n.t('{0} responded with {1}.', proveWith?.fn.name ?? '', functionStatus ?? '');
}

function offersOf({ grant, question }: ToProve): Offer[] {
  const undo = {
    title: vscode.l10n.t('Undo Grant'),
    command: 'keyless.undoLastGrant',
    arguments: [grant?.id],
  };
  const report = {
    title: vscode.l10n.t('Show Report'),
    command: 'keyless.whyCantItRead',
    arguments: [question],
  };
  return grant ? [report, undo] : [report]; // VS Code highlights the first
}
