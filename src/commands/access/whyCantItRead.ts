import * as vscode from 'vscode';
import { explainRead } from '../../access/explainRead';
import type { Cause, Verdict } from '../../access/model/verdict';
import { nameInId } from '../../access/words/format';
import type { FactsRead, ReadQuestion } from '../../grants/readFacts';
import { readFacts } from '../../grants/readFacts';
import type { OpenReport, ReadReport, ReportSource } from '../../reports/source';
import { accessReport } from './accessReport';
import { Buttons } from '../reports/buttons';
import { identityName } from './factTexts';
import type { AccessServices } from './fixes/fix';
import { fixesFor, planAction, refreshAction } from './fixes/fixes';
import type { ReadNode, SavedQuestion } from './readQuestion';
import { isSavedQuestion, questionOf, restoredQuestion, savedQuestion, subjectOf } from './readQuestion';

/**
 * Shows a report on why an app can't read a secret, or that it can, with buttons that fix each cause.
 * @param node what the report is about, or a complete question
 */
export async function whyCantItRead(
  services: AccessServices,
  node?: ReadNode | ReadQuestion,
  nodes?: readonly ReadNode[],
): Promise<void> {
  if (node && 'target' in node) return showReport(services, node);
  const title = vscode.l10n.t("Why Can't It Read?");
  const subject = await subjectOf(services, title, nodes && nodes.length > 0 ? nodes : node ? [node] : []);
  await showReport(services, await questionOf(services, subject));
}

async function showReport(services: AccessServices, question: ReadQuestion): Promise<void> {
  await services.reports.show(whySource(services, { kind: 'why', ...savedQuestion(question) }));
  services.milestones.reach('why');
}

type SavedWhy = SavedQuestion & { readonly kind: 'why' };

export function isSavedWhy(value: unknown): value is SavedWhy {
  return isSavedQuestion(value);
}

/** Reads the report on a question, as the account that asked it. */
export function whySource(services: AccessServices, saved: SavedWhy): ReportSource {
  const { appId, target, identity, account } = saved;
  const { vaultId, vaultName, secretName, secretVersion } = target;
  // A refusal that was seen before a change says nothing about the state after it.
  const { observed: _, ...since } = saved;
  return {
    subject: JSON.stringify(['why', account, appId, vaultId, vaultName, secretName, secretVersion, identity]),
    title: vscode.l10n.t('{0} reads {1}', nameInId(appId), secretName),
    saved,
    about: [appId, vaultId],
    afterChange: () => whySource(services, since),
    read: async (page, signal) => {
      const question = await restoredQuestion(services, saved);
      return reportOf(services, page, question, await readFacts(question, signal));
    },
  };
}

/** The report with its buttons. A button that changes something has the report read again. */
function reportOf(
  services: AccessServices,
  page: OpenReport,
  question: ReadQuestion,
  read: FactsRead,
): ReadReport {
  const { facts } = read;
  const verdict = explainRead(facts);
  const ask = (other: ReadQuestion) => showReport(services, other);
  const context = { services, question, read, changed: () => page.changed(), ask };
  const buttons = new Buttons();
  const causes = causesOf(verdict);
  const report = accessReport(facts, verdict, {
    answer: buttons.at('answer', planAction(context), causes.length > 1),
    ofCause: (cause) => buttons.at(cause.kind, fixesFor(cause, context), causes.length === 1),
    ofWarning: ({ kind }) => (kind === 'referenceStale' ? buttons.at(kind, refreshAction(context)) : []),
    identity: buttons.at(
      'identity',
      facts.otherIdentities.map((other) => ({
        title: vscode.l10n.t('Check as {0}', identityName(other)),
        run: () => ask({ ...question, identity: other.resourceId ?? 'SystemAssigned' }),
      })),
    ),
  });
  return { report, buttons: buttons.byId };
}

function causesOf(verdict: Verdict): readonly Cause[] {
  return verdict.kind === 'cannot' ? verdict.causes : [];
}
