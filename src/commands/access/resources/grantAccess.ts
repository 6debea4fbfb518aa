import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { roleOf } from '../../../access/operations/operation';
import { wantedWords } from '../../../access/operations/operationWords';
import type { AccessPlan } from '../../../access/operations/planAccess';
import type { PlanStep } from '../../../access/plan/planStep';
import { nameInId } from '../../../access/words/format';
import { describeScope } from '../../../access/words/reach';
import { sameId, scopeKey } from '../../../azure/core/armId';
import type { FunctionApp } from '../../../azure/core/model';
import { beginAccessGrant } from '../../../grants/access/beginAccessGrant';
import type { AccessQuestion } from '../../../grants/access/readAccessFacts';
import type { ReportProgress } from '../../../ui/progress';
import type { Services } from '../../services';
import { applyGrant } from '../applyPlan';
import type { KeptGrant } from '../grantHistory';
import { keptGrants } from '../grantHistory';

/**
 * Carries out steps of a plan as a grant that can be undone, see {@link applyGrant}.
 * @param app as the plan was made for it
 */
export async function grantAccess(
  services: Pick<Services, 'changes' | 'log' | 'logStreams' | 'memento' | 'refresh'>,
  question: AccessQuestion,
  app: FunctionApp,
  plan: AccessPlan,
  steps: readonly PlanStep[],
  afterward?: (signal: AbortSignal, report: ReportProgress) => Promise<void>,
): Promise<KeptGrant | undefined> {
  const { connection, scope, wanted } = question;
  const granting = {
    ...{ connection, vaultConnection: connection, app, target: { vaultId: scope } },
    progress: vscode.l10n.t('Giving {0} access to {1}', app.name, nameInId(scope)),
    begin: async (signal: AbortSignal): Promise<KeptGrant> => ({
      id: randomUUID(),
      title: vscode.l10n.t(
        '{0} can access the {1} ({2})',
        ...[app.name, describeScope(scope), wantedWords(wanted)],
      ),
      accountId: connection.accountId,
      tenantIds: [connection.tenantId, connection.tenantId],
      ...(await beginAccessGrant(question, plan, signal)),
    }),
  };
  return await applyGrant(services, granting, steps, afterward);
}

/** The last grant that lets the app do this and can be undone, also one from before a reload of the window. */
export function accessGrantOf(
  { memento }: Pick<Services, 'memento'>,
  { connection, appId, identity, scope, wanted }: AccessQuestion,
): KeptGrant | undefined {
  return keptGrants(memento).find(
    (one) =>
      one.accountId === connection.accountId &&
      one.steps.length > 0 &&
      one.roles?.[0] === roleOf(wanted).guid &&
      sameId(one.appId, appId) &&
      scopeKey(one.vaultId) === scopeKey(scope) &&
      sameId(one.identity, identity),
  );
}
