import * as vscode from 'vscode';
import { describeAccessCause, describeAccessMissing } from '../../../access/operations/describeAccess';
import { nameInId } from '../../../access/words/format';
import { describeScope } from '../../../access/words/reach';
import type { AccessProof } from '../../../grants/access/proveAccess';
import { proveAccess } from '../../../grants/access/proveAccess';
import type { AccessQuestion } from '../../../grants/access/readAccessFacts';
import { readAccessFacts } from '../../../grants/access/readAccessFacts';
import { isCancellation } from '../../../ui/errors';
import { tell, warn } from '../../../ui/messages';
import type { ReportProgress } from '../../../ui/progress';
import type { HttpFunction } from '../../functions/httpFunction';
import type { Services } from '../../services';
import type { KeptGrant } from '../grantHistory';
import type { Outcome } from '../proveGrant';
import { statusOf } from '../proveGrant';

/** What to verify, and how. */
interface AccessToProve {
  readonly question: AccessQuestion;
  /** What can be undone. */
  readonly grant?: KeptGrant | undefined;
  /** A function that uses the resource. */
  readonly proveWith?: HttpFunction | undefined;
}

/** Waits, showing progress, until the app can be seen to have access. @returns undefined if the person canceled it */
export async function lookForAccess(
  { question, proveWith }: AccessToProve,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<AccessProof | undefined> {
  report(vscode.l10n.t('Verifying access'));
  try {
    return await proveAccess(
      {
        facts: async (within) => (await readAccessFacts(question, within)).facts,
        ...(proveWith ? { runFunction: (within) => statusOf(proveWith, within) } : {}),
      },
      ({ attempt, proof, wait }) => {
        report(
          vscode.l10n.t(
            '{0} Checking again in {2} s (check {1}).',
            ...[unprovenWords(proof, proveWith), attempt + 1, Math.round(wait / 1000)],
          ),
        );
      },
      signal,
      question.connection.clock,
    );
  } catch (error) {
    if (isCancellation(error)) return undefined;
    throw error;
  }
}

/** Says whether the app has access, and how that was verified. @param proof undefined if the person canceled it */
export function tellAccess(
  services: Pick<Services, 'refresh'>,
  what: AccessToProve,
  proof: AccessProof | undefined,
): Outcome {
  const { question, grant } = what;
  const outcome = { proven: proof?.proven ?? false, text: outcomeWords(what, proof) };
  const undo = {
    title: vscode.l10n.t('Undo Grant'),
    command: 'keyless.undoLastGrant',
    arguments: [grant?.id],
  };
  (proof && !proof.proven ? warn : tell)(outcome.text, ...(grant ? [undo] : []));
  services.refresh(question.connection, question.appId);
  return outcome;
}

function outcomeWords(
  { question: { appId, scope }, proveWith }: AccessToProve,
  proof: AccessProof | undefined,
): string {
  if (!proof) return vscode.l10n.t('Verification canceled. The changes were kept.');
  const [app, resource] = [nameInId(appId), describeScope(scope)];
  if (!proof.proven)
    return vscode.l10n.t(
      "Couldn't verify that {0} can access the {1}: {2}",
      ...[app, resource, unprovenWords(proof, proveWith)],
    );
  if (proveWith)
    return vscode.l10n.t('{0} can access the {1}: {2} ran successfully.', app, resource, proveWith.fn.name);
  return proof.verdict.warnings.length > 0
    ? vscode.l10n.t(
        '{0} can access the {1}: it has permission, which can take up to 10 minutes to take effect.',
        ...[app, resource],
      )
    : vscode.l10n.t('{0} can access the {1}: it has permission, and nothing blocks it.', app, resource);
}

function unprovenWords(
  { verdict, functionStatus }: AccessProof,
  proveWith: HttpFunction | undefined,
): string {
  if (verdict.kind === 'cannot')
    return verdict.causes.map((cause) => describeAccessCause(cause).sentence).join(' ');
  if (verdict.kind === 'cannotTell')
    return verdict.missing.map((fact) => describeAccessMissing(fact).sentence).join(' ');
  return vscode.l10n.t('{0} responded with {1}.', proveWith?.fn.name ?? '', functionStatus ?? '');
}
