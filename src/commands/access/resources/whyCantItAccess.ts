import * as vscode from 'vscode';
import type { AccessFacts } from '../../../access/operations/accessFacts';
import type { AccessCause } from '../../../access/operations/accessVerdict';
import { databaseAccess } from '../../../access/operations/databaseAccess';
import { explainAccess } from '../../../access/operations/explainAccess';
import { planAccess } from '../../../access/operations/planAccess';
import { databaseRolesOf, roleOf } from '../../../access/operations/operation';
import type { PlanStep } from '../../../access/plan/planStep';
import { nameInId } from '../../../access/words/format';
import type { FunctionApp } from '../../../azure/core/model';
import type { AccessQuestion } from '../../../grants/access/readAccessFacts';
import { readAccessFacts } from '../../../grants/access/readAccessFacts';
import type { AppTarget } from '../../../inventory/targets';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../../reports/source';
import { tell } from '../../../ui/messages';
import { Buttons } from '../../reports/buttons';
import { openInPortal } from '../../resources/copyAndView';
import type { Services } from '../../services';
import { identityName } from '../factTexts';
import { accessReasons } from './accessReasons';
import { askAccess } from './askAccess';
import { grantAccess } from './grantAccess';
import { showAccessPlan } from './letAppAccess';
import type { AskedAccess, SavedAccess } from './savedAccess';
import { isSavedAccess, restoredAccess, savedAccess } from './savedAccess';

type UsedServices = Pick<
  Services,
  'accounts' | 'changes' | 'inventory' | 'log' | 'logStreams' | 'memento' | 'refresh' | 'reports'
>;

/**
 * Shows a report on why an app can't use a resource, or that it can, with buttons that fix each cause.
 * @param node what the report is about, or a complete question
 */
export async function whyCantItAccess(services: UsedServices, node?: AppTarget | AskedAccess): Promise<void> {
  const question =
    node && 'scope' in node ? node : await askAccess(services, vscode.l10n.t("Why Can't It Access?"), node);
  await services.reports.show(whyAccessSource(services, { kind: 'whyAccess', ...savedAccess(question) }));
}

type SavedWhyAccess = SavedAccess & { readonly kind: 'whyAccess' };

export function isSavedWhyAccess(value: unknown): value is SavedWhyAccess {
  return isSavedAccess(value);
}

/** Reads the report on a question, as the account that asked it. */
export function whyAccessSource(services: UsedServices, saved: SavedWhyAccess): ReportSource {
  const { appId, scope, identity, wanted, account } = saved;
  return {
    subject: JSON.stringify(['whyAccess', account, appId, scope, identity, wanted]),
    title: vscode.l10n.t('{0} uses {1}', nameInId(appId), nameInId(scope)),
    saved,
    about: [appId, scope],
    read: async (page, signal) => {
      const question = await restoredAccess(services, saved);
      return reportOf({ services, page, question, ...(await readAccessFacts(question, signal)) });
    },
  };
}

interface WhyContext {
  readonly services: UsedServices;
  readonly page: OpenReport;
  readonly question: AccessQuestion;
  readonly facts: AccessFacts;
  readonly app: FunctionApp;
}

function reportOf(context: WhyContext): ReadReport {
  const { services, question, facts } = context;
  const verdict = explainAccess(facts);
  const causes = verdict.kind === 'cannot' ? verdict.causes : [];
  const buttons = new Buttons();
  const whole: Button = {
    title: vscode.l10n.t('Let App Access…'),
    run: () => showAccessPlan(services, question),
  };
  const who: Button = {
    title: vscode.l10n.t('Who Can Access This?'),
    run: async () => vscode.commands.executeCommand('keyless.whoCanAccess', question),
  };
  const isPlanned = planAccess(facts).steps.length > 0 || databaseAccess(facts) !== undefined;
  const isDatabase = databaseRolesOf(question.wanted) !== undefined;
  const report = accessReasons(facts, verdict, {
    answer: buttons.at(
      'answer',
      [...(isPlanned ? [whole] : []), ...(isDatabase ? [] : [who])],
      causes.length > 1,
    ),
    ofCause: (cause) => buttons.at(cause.kind, fixesFor(cause, context), causes.length === 1),
    identity: buttons.at(
      'identity',
      facts.otherIdentities.map((other) => ({
        title: vscode.l10n.t('Check as {0}', identityName(other)),
        run: () => whyCantItAccess(services, { ...question, identity: other.resourceId ?? 'SystemAssigned' }),
      })),
    ),
  });
  return { report, buttons: buttons.byId };
}

/** Buttons that fix a cause. Each says everything it does. */
function fixesFor(cause: AccessCause, context: WhyContext): Button[] {
  switch (cause.kind) {
    case 'noIdentity':
      return steps(context, ['enableIdentity', 'assignIdentity'], (step) =>
        step.kind === 'assignIdentity'
          ? vscode.l10n.t('Assign Identity {0}', nameInId(step.identityId))
          : vscode.l10n.t('Enable System-Assigned Identity'),
      );
    case 'noRole':
      return steps(context, ['createRoleAssignment', 'assignDataRole'], () =>
        vscode.l10n.t('Assign {0}', roleOf(cause.wanted).name),
      );
    case 'closed':
    case 'blocked':
      return portal(context, cause.resourceId);
    case 'denied':
      return portal(context, cause.scope);
    case 'identityDeleted':
    case 'wrongIdentity':
    case 'absent':
    case 'otherApi':
    case 'otherTenant':
      return [];
  }
}

/** A button that carries out the steps of these kinds as a grant that can be undone. */
function steps(
  { services, page, question, facts, app }: WhyContext,
  kinds: readonly PlanStep['kind'][],
  title: (step: PlanStep) => string,
): Button[] {
  const plan = planAccess(facts);
  const chosen = plan.steps.filter(({ kind }) => kinds.includes(kind));
  const [first] = chosen;
  if (!first) return [];
  const run = async () => {
    const grant = await grantAccess(services, question, app, plan, chosen);
    if (grant)
      tell(vscode.l10n.t('Done: {0}.', grant.title), {
        title: vscode.l10n.t('Undo Grant'),
        command: 'keyless.undoLastGrant',
        arguments: [grant.id],
      });
    await page.changed();
  };
  return [{ title: title(first), run }];
}

function portal({ services, question: { connection } }: WhyContext, resourceId: string): Button[] {
  if (!connection.cloud.portal || !/^\/subscriptions\//i.test(resourceId)) return [];
  const title = vscode.l10n.t('Open in Portal');
  return [{ title, run: () => openInPortal(services, { connection, resourceId }) }];
}
