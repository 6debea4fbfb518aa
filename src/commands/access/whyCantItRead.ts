import * as vscode from 'vscode';
import { explainRead } from '../../access/explainRead';
import type { Cause, Verdict } from '../../access/model/verdict';
import { nameInId } from '../../access/words/format';
import { isObject } from '../../azure/core/json';
import type { FactsRead, ReadQuestion } from '../../grants/readFacts';
import { readFacts } from '../../grants/readFacts';
import type { OpenReport, ReadReport, ReportSource } from '../../reports/source';
import type { Services } from '../services';
import { accessReport } from './accessReport';
import { Buttons } from './buttons';
import { identityName } from './factTexts';
import { fixesFor, planAction, refreshAction } from './fixes';
import type { ReadNode } from './readQuestion';
import { notGroups, questionOf, subjectOf } from './readQuestion';
import type { SavedAccount } from '../savedReport';
import { connectionOf, hasTexts, isSavedAccount, savedAccount } from '../savedReport';

type UsedServices = Pick<
  Services,
  'accounts' | 'changes' | 'inventory' | 'logStreams' | 'memento' | 'milestones' | 'refresh' | 'reports'
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
  await services.reports.show(whySource(services, savedOf(question)));
  services.milestones.reach('why');
}

/** A question as JSON. */
interface SavedWhy extends Pick<ReadQuestion, 'appId' | 'target' | 'identity' | 'settingName'> {
  readonly kind: 'why';
  readonly account: SavedAccount;
  readonly vaultAccount: SavedAccount;
  /** When in ISO 8601. */
  readonly observed?: { readonly code: string; readonly at: string };
}

function savedOf({ connection, vaultConnection, observed, ...question }: ReadQuestion): SavedWhy {
  const { appId, target, identity, settingName } = question;
  return {
    ...{ kind: 'why', appId, target },
    ...{ account: savedAccount(connection), vaultAccount: savedAccount(vaultConnection) },
    ...(identity === undefined ? {} : { identity }),
    ...(settingName === undefined ? {} : { settingName }),
    ...(observed ? { observed: { code: observed.code, at: observed.at.toISOString() } } : {}),
  };
}

export function isSavedWhy(value: unknown): value is SavedWhy {
  if (!isObject(value)) return false;
  const { appId, target, account, vaultAccount, observed } = value;
  const optional = [value['identity'], value['settingName'], isObject(target) ? target['secretVersion'] : ''];
  return (
    optional.every((one) => one === undefined || typeof one === 'string') &&
    typeof appId === 'string' &&
    isObject(target) &&
    hasTexts(target, ['vaultId', 'vaultName', 'secretName']) &&
    isSavedAccount(account) &&
    isSavedAccount(vaultAccount) &&
    (observed === undefined || (isObject(observed) && hasTexts(observed, ['code', 'at'])))
  );
}

/** Reads the report on a question, as the account that asked it. */
export function whySource(services: UsedServices, saved: SavedWhy): ReportSource {
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
      const question = await savedQuestion(services, saved);
      return reportOf(services, page, question, await readFacts(question, signal));
    },
  };
}

async function savedQuestion(
  services: UsedServices,
  { account, vaultAccount, observed, kind: _, ...question }: SavedWhy,
): Promise<ReadQuestion> {
  const connection = await connectionOf(services, account);
  const vaultConnection = await connectionOf(services, vaultAccount);
  return {
    ...question,
    ...{ connection, vaultConnection, notGroups: await notGroups(services, vaultConnection) },
    ...(observed ? { observed: { code: observed.code, at: new Date(observed.at) } } : {}),
  };
}

/** The report with its buttons. A button that changes something has the report read again. */
function reportOf(
  services: UsedServices,
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
