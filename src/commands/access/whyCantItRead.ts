import * as vscode from 'vscode';
import { explainRead } from '../../access/explainRead';
import { nameInId } from '../../access/words/format';
import type { Verdict } from '../../access/model/verdict';
import type { FactsRead, ReadQuestion } from '../../grants/readFacts';
import { readFacts } from '../../grants/readFacts';
import { accessReport, identityName } from './accessReport';
import { withProgress } from '../../ui/progress';
import type { Report, ReportAction } from '../../ui/reports';
import { fixesFor, planAction, refreshAction } from './fixes';
import type { ReadNode } from './readQuestion';
import { questionOf, subjectOf } from './readQuestion';
import type { Services } from '../services';

type UsedServices = Pick<
  Services,
  'changes' | 'inventory' | 'logStreams' | 'memento' | 'milestones' | 'refresh' | 'reports'
>;

/**
 * Shows a report on why an app can't read a secret, or that it can, with buttons that fix each cause.
 * @param node what the report is about, or a complete question
 */
export async function whyCantItRead(
  services: UsedServices,
  node?: ReadNode | ReadQuestion,
  nodes?: readonly ReadNode[],
): Promise<void> {
  if (node && 'target' in node) return showReport(services, node);
  const title = vscode.l10n.t("Why Can't It Read?");
  const subject = await subjectOf(services, title, nodes && nodes.length > 0 ? nodes : node ? [node] : []);
  await showReport(services, await questionOf(services, subject));
}

async function showReport(services: UsedServices, question: ReadQuestion): Promise<void> {
  const { target, appId } = question;
  const title = vscode.l10n.t('{0} reads {1}', nameInId(appId), target.secretName);
  const read = await withProgress(vscode.l10n.t('Checking whether {0}', title), (signal) =>
    readFacts(question, signal),
  );
  const subject = [
    appId,
    target.vaultId,
    target.vaultName,
    target.secretName,
    target.secretVersion,
    question.identity,
  ];
  services.milestones.reach('why');
  await services.reports.show(subject.join(' '), `${title}.md`, reportOf(services, question, read));
}

/** The report with its buttons. A button that changes something has the report read again. */
function reportOf(services: UsedServices, question: ReadQuestion, read: FactsRead): Report {
  const { facts } = read;
  const verdict = explainRead(facts);
  const page = accessReport(facts, verdict);
  const ask = (other: ReadQuestion) => showReport(services, other);
  const again = () => ask(question);
  // A refusal that was seen before a change says nothing about the state after it.
  const { observed: _, ...since } = question;
  const context = { services, question, read, changed: () => ask(since), ask };
  const at = (line: number, actions: readonly Omit<ReportAction, 'line'>[]) =>
    actions.map((action): ReportAction => ({ ...action, line }));
  return {
    text: page.text,
    actions: [
      ...at(page.verdictLine, [...planAction(context), { title: vscode.l10n.t('Check Again'), run: again }]),
      ...causesOf(verdict).flatMap((cause, index) =>
        at(page.causeLines[index] ?? 0, fixesFor(cause, context)),
      ),
      ...(page.warningsLine === undefined ? [] : at(page.warningsLine, refreshAction(verdict, context))),
      ...at(
        page.identityLine,
        facts.otherIdentities.map((other) => ({
          title: vscode.l10n.t('Check as {0}', identityName(other)),
          run: () => showReport(services, { ...question, identity: other.resourceId ?? 'SystemAssigned' }),
        })),
      ),
    ],
  };
}

function causesOf(verdict: Verdict) {
  return verdict.kind === 'cannot' ? verdict.causes : [];
}
