import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { PlanStep } from '../../access/plan/planStep';
import { nameInId } from '../../access/words/format';
import type { Connection } from '../../azure/core/connection';
import type { FunctionApp } from '../../azure/core/model';
import { explain } from '../../azure/explain/explain';
import type { Applied, StepDone } from '../../grants/apply';
import type { GrantPlace } from '../../grants/grantPlace';
import { apply } from '../../grants/apply';
import { beginGrant, grantAfter } from '../../grants/beginGrant';
import type { ReadQuestion } from '../../grants/readFacts';
import { undo } from '../../grants/undo';
import { isCancellation, UserError } from '../../ui/errors';
import { tell, warn } from '../../ui/messages';
import type { ReportProgress } from '../../ui/progress';
import { withProgress } from '../../ui/progress';
import { plain, plainLine } from '../../ui/text';
import { checkLater } from '../identities/checkLater';
import type { KeptGrant } from './grantHistory';
import { keepAfterUndo, keepGrant, keptGrants } from './grantHistory';
import { numbered, stepWords, undoWords } from './grantWords';
import type { Services } from '../services';

/**
 * {@link applyGrant} for a plan that lets an app read a secret.
 * @param app as the plan was made for it
 */
export async function applyPlan(
  services: Pick<Services, 'changes' | 'log' | 'logStreams' | 'memento' | 'refresh'>,
  question: ReadQuestion,
  app: FunctionApp,
  steps: readonly PlanStep[],
  afterward?: (signal: AbortSignal, report: ReportProgress) => Promise<void>,
): Promise<KeptGrant | undefined> {
  const granting: Granting = {
    ...{ ...question, app },
    progress: vscode.l10n.t('Giving {0} access to {1}', app.name, question.target.secretName),
    begin: (signal) => keptGrantOf(question, app, steps, signal),
  };
  return await applyGrant(services, granting, steps, afterward);
}

/** What a grant is about. */
export interface Granting {
  readonly connection: Connection;
  readonly vaultConnection: Connection;
  /** As the plan was made for it. */
  readonly app: FunctionApp;
  /** `vaultId`: ARM ID of the vault, or of what else the app may use. */
  readonly target: { readonly vaultId: string };
  /** Title of the progress notification. */
  readonly progress: string;
  /** The grant before its first step. */
  readonly begin: (signal: AbortSignal) => Promise<KeptGrant>;
}

/**
 * Carries out a plan, showing each step. If a step fails, it says what was done and asks whether to continue or undo it.
 * What was done is remembered for *Undo Last Grant*.
 * @param afterward work that is shown under the same progress, such as verification
 * @returns the grant, or undefined if nothing had to be changed
 * @throws vscode.CancellationError if it was stopped or undone
 */
export async function applyGrant(
  services: Pick<Services, 'changes' | 'log' | 'logStreams' | 'memento' | 'refresh'>,
  granting: Granting,
  steps: readonly PlanStep[],
  afterward: (signal: AbortSignal, report: ReportProgress) => Promise<void> = () => Promise.resolve(),
): Promise<KeptGrant | undefined> {
  const { connection, vaultConnection, app, progress } = granting;
  let grant: KeptGrant | undefined;
  const keep = async (begun: KeptGrant, done: readonly StepDone[]) => {
    grant = grantAfter(begun, done);
    if (grant.steps.length > 0 || done.length === steps.length) await keepGrant(services.memento, grant);
  };
  const place = grantPlaceOf(services, connection, vaultConnection);
  let applied: Applied = { done: [], failure: { error: undefined, left: steps } };
  while (applied.failure) {
    const { done, failure } = applied;
    applied = await withProgress(progress, async (signal, report) => {
      const begun = grant ? Promise.resolve(grant) : granting.begin(signal);
      const count = done.length + failure.left.length;
      const onStep = (index: number, step: PlanStep) => {
        report(progressWords(done.length + index, count, stepWords(step)));
      };
      const now = await apply(place, failure.left, onStep, signal, {
        ...{ app, before: done, ready: begun },
        ...checkLater(services, connection, app.id, progress),
        onDone: async (soFar) => {
          await keep(await begun, soFar);
        },
      });
      refresh(services, granting);
      if (now.failure) return now;
      await keep(await begun, now.done);
      await afterward(signal, report);
      return now;
    });
    if (!applied.failure) break;
    const answer = await askAfterFailure(applied);
    if (answer === 'undo' && grant) await undoGrant(services, grant, place);
    if (answer !== 'goOn') throw new vscode.CancellationError();
  }
  return grant && grant.steps.length > 0 ? grant : undefined;
}

/** A grant that has just begun, to be remembered step by step. */
export async function keptGrantOf(
  question: ReadQuestion,
  app: FunctionApp,
  steps: readonly PlanStep[],
  signal: AbortSignal,
): Promise<KeptGrant> {
  const { target, appId, connection, vaultConnection } = question;
  return {
    id: randomUUID(),
    title: vscode.l10n.t('{0} can read {1}', nameInId(appId), target.secretName),
    accountId: connection.accountId,
    tenantIds: [connection.tenantId, vaultConnection.tenantId],
    ...(await beginGrant(question, app, steps, signal)),
  };
}

/** Undoes a grant, showing each step. Steps that it couldn't undo stay remembered. @throws the failure */
export async function undoGrant(
  services: Pick<Services, 'memento' | 'refresh'>,
  grant: KeptGrant,
  place: GrantPlace,
): Promise<void> {
  const { steps, appId, vaultId, title } = grant;
  const all = keptGrants(services.memento);
  // What a grant added isn't needed by those before it.
  const later = all.slice(
    0,
    all.findIndex(({ id }) => id === grant.id),
  );
  const undone = await withProgress(vscode.l10n.t('Undoing the grant "{0}"', title), (signal, report) =>
    undo(
      place,
      grant,
      later,
      (index, step) => {
        report(progressWords(index, steps.length, undoWords(step)));
      },
      signal,
    ),
  );
  await keepAfterUndo(services.memento, grant, undone);
  refresh(services, { ...place, app: { id: appId }, target: { vaultId } });
  if (undone.failure) throw undone.failure.error;
  const left = undone.left.map(({ step, why }) => `${undoWords(step)}: ${why}.`);
  if (left.length === 0) tell(vscode.l10n.t('Undid the grant "{0}".', title));
  else warn(vscode.l10n.t('Undone, except for: {0}', left.join(' ')));
}

/** Where changes are made. Each is recorded, and log streams learn about restarts. */
export function grantPlaceOf(
  services: Pick<Services, 'changes' | 'logStreams'>,
  connection: Connection,
  vaultConnection: Connection,
): GrantPlace {
  return {
    connection,
    vaultConnection,
    restarts: (appId) => {
      services.logStreams.expectRestart(appId);
    },
    changed: (c, change) => {
      services.changes.record(c, change);
    },
  };
}

/** e.g. `✓✓ 3 of 4: Assign the role …`. */
function progressWords(index: number, count: number, words: string): string {
  return `${'✓'.repeat(index)} ${vscode.l10n.t('{0} of {1}: {2}', index + 1, count, words)}`.trim();
}

async function askAfterFailure({ done, failure }: Applied): Promise<'goOn' | 'undo' | 'leave'> {
  const changed = done.filter(({ undo: taken }) => taken);
  const { error, left } = failure ?? { left: [] };
  if (changed.length === 0) throw error instanceof Error ? error : new UserError(String(error));
  const { reason, nextStep } = isCancellation(error)
    ? { reason: vscode.l10n.t('You canceled the operation.'), nextStep: undefined }
    : explain(error);
  const detail = [
    [reason, nextStep].filter(Boolean).join(' '),
    `${vscode.l10n.t('Done so far:')}\n${numbered(changed.map(({ step }) => stepWords(step)))}`,
    `${vscode.l10n.t('Still to do:')}\n${numbered(left.map(stepWords))}`,
  ].join('\n\n');
  const [goOn, undoIt] = [vscode.l10n.t('Continue'), vscode.l10n.t('Undo')];
  const answer = await vscode.window.showWarningMessage(
    plainLine(vscode.l10n.t("Some steps weren't completed.")),
    { modal: true, detail: plain(detail) },
    goOn,
    undoIt,
  );
  return answer === goOn ? 'goOn' : answer === undoIt ? 'undo' : 'leave';
}

function refresh(
  services: Pick<Services, 'refresh'>,
  {
    connection,
    vaultConnection,
    app,
    target,
  }: Pick<Granting, 'connection' | 'vaultConnection' | 'target'> & { readonly app: Pick<FunctionApp, 'id'> },
): void {
  services.refresh(connection, app.id);
  services.refresh(vaultConnection, target.vaultId);
}
