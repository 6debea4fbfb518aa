import * as vscode from 'vscode';
import { lastSegment, nameInId } from '../../access/words/format';
import { requireFeature } from '../../azure/appService/hosting/features';
import { getFunctionApp } from '../../azure/appService/sites';
import type { Connection } from '../../azure/core/connection';
import { isObject } from '../../azure/core/json';
import type { FunctionApp } from '../../azure/core/model';
import type { AppTarget, AssignedIdentityTarget } from '../../inventory/targets';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../reports/source';
import { UserError } from '../../ui/errors';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import { letAppReadSecret } from '../access/letAppReadSecret';
import { Buttons } from '../reports/buttons';
import type { SavedAccount } from '../reports/savedAccount';
import { connectionOf, hasTexts, isSavedAccount, savedAccount } from '../reports/savedAccount';
import type { Services } from '../services';
import { enableSystemAssignedIdentity } from './enableSystemAssignedIdentity';
import type { TestedIdentity } from './identityReport';
import { identityReport } from './identityReport';

type UsedServices = Parameters<typeof letAppReadSecret>[0] & Pick<Services, 'log'>;

/** Has an app request tokens with its identities, and shows a report on them, but never a token itself. */
export async function testIdentity(
  services: UsedServices,
  node?: AppTarget | AssignedIdentityTarget,
): Promise<void> {
  const target = node ?? (await pickFunctionApp(services.inventory, vscode.l10n.t('Test Identity')));
  requireTestable(target);
  const identity = identityOf(target);
  const saved: SavedIdentityTest = {
    ...{ kind: 'identity', account: savedAccount(target.connection), appId: target.app.id },
    ...(identity === undefined ? {} : { identity }),
  };
  await services.reports.show(identitySource(services, saved));
}

/** @throws UserError */
function requireTestable({ connection, app }: AppTarget): void {
  requireFeature(app, 'scmSite');
  if (!app.linux) return;
  throw new UserError(
    vscode.l10n.t("{0} runs on Linux, where the SCM site can't use the app's identity", app.name),
    vscode.l10n.t('Run a function that reads a secret instead. It tests the identity, too.'),
    [
      {
        title: vscode.l10n.t('Add Function That Reads a Secret'),
        command: 'keyless.addFunctionThatReadsSecret',
        arguments: [{ connection, app }],
      },
    ],
  );
}

const systemAssigned = 'SystemAssigned';

/** The identity that a row of the tree stands for. */
function identityOf(target: (AppTarget | AssignedIdentityTarget) & { kind?: string }): string | undefined {
  if ('assigned' in target) return target.assigned.resourceId;
  return target.kind === 'systemIdentity' ? systemAssigned : undefined;
}

/** What a report is about, as JSON. */
interface SavedIdentityTest {
  readonly kind: 'identity';
  readonly account: SavedAccount;
  readonly appId: string;
  /** `SystemAssigned` or an ARM ID. By default, all identities of the app. */
  readonly identity?: string;
}

export function isSavedIdentityTest(value: unknown): value is SavedIdentityTest {
  if (!isObject(value)) return false;
  const { account, identity } = value;
  return (
    isSavedAccount(account) &&
    hasTexts(value, ['appId']) &&
    (identity === undefined || typeof identity === 'string')
  );
}

/** Tests the identities, as the account that asked for it. */
export function identitySource(services: UsedServices, saved: SavedIdentityTest): ReportSource {
  const { account, appId, identity } = saved;
  return {
    subject: JSON.stringify(['identity', account, appId, identity]),
    title: vscode.l10n.t('Identity of {0}', nameInId(appId)),
    saved,
    about: [appId],
    read: async (page, signal) => {
      const connection = await connectionOf(services, account);
      const app = await getFunctionApp(connection, appId, signal);
      requireTestable({ connection, app });
      const tested = await testEach(connection, app, identity, signal);
      return reportOf(services, page, { connection, app }, tested);
    },
  };
}

/** @throws UserError if the app has other identities than the one to test */
async function testEach(
  connection: Connection,
  app: FunctionApp,
  identity: string | undefined,
  signal: AbortSignal,
): Promise<readonly TestedIdentity[]> {
  const all = identitiesOf(app);
  const some = all.filter(
    ({ resourceId = systemAssigned }) =>
      identity === undefined || resourceId.toLowerCase() === identity.toLowerCase(),
  );
  if (some.length === 0 && all.length > 0)
    throw new UserError(vscode.l10n.t("{0} doesn't have the identity anymore", app.name));
  const { testIdentity: test } = await import('../../azure/appService/identityProbe');
  const tested: TestedIdentity[] = [];
  // One after the other, because each is a process beside the app.
  for (const { clientId, ...one } of some)
    tested.push({
      ...one,
      test: await test(connection, app, connection.cloud.vaultAudience, clientId, signal),
    });
  return tested;
}

function identitiesOf({ identity }: FunctionApp): (Omit<TestedIdentity, 'test'> & { clientId?: string })[] {
  const { systemAssigned: own, userAssigned } = identity;
  return [
    ...(own ? [{ name: vscode.l10n.t('System-assigned identity'), principalId: own.principalId }] : []),
    ...userAssigned.map(({ resourceId, principalId, clientId }) => ({
      ...{ name: lastSegment(resourceId), principalId, resourceId, clientId },
    })),
  ];
}

function reportOf(
  services: UsedServices,
  page: OpenReport,
  target: AppTarget,
  tested: readonly TestedIdentity[],
): ReadReport {
  const enable: Button = {
    title: vscode.l10n.t('Enable System-Assigned Identity'),
    run: async () => {
      await enableSystemAssignedIdentity(services, target);
      await page.changed();
    },
  };
  const grant: Button = {
    title: vscode.l10n.t('Let App Read Secret…'),
    run: () => letAppReadSecret(services, target),
  };
  const works = tested.some((one) => one.test.kind === 'claims');
  const buttons = new Buttons();
  const actions = buttons.at('answer', tested.length === 0 ? [enable] : works ? [grant] : [], true);
  const { connection, app } = target;
  const report = identityReport(app, connection.cloud.vaultAudience, tested, actions, Date.now());
  return { report, buttons: buttons.byId };
}
