import * as vscode from 'vscode';
import type { Verdict } from '../../access/model/verdict';
import { planRead } from '../../access/plan/plan';
import { describeCause, describeMissingFact, describeWarning } from '../../access/words/describeVerdict';
import { requireFeature } from '../../azure/appService/hosting/features';
import { sameId } from '../../azure/core/armId';
import { setKeyVaultReferenceIdentity as set } from '../../azure/appService/identities';
import type { FunctionApp } from '../../azure/core/model';
import { getFunctionApp } from '../../azure/appService/sites';
import type { ReadQuestion } from '../../grants/readFacts';
import { readFacts } from '../../grants/readFacts';
import { UserError } from '../../ui/errors';
import { pickSite } from '../../ui/pickers/identityPickers';
import { titleFor } from '../../ui/pickers/nearest';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import type { SummaryLine } from '../../ui/summary';
import { askWithSummary } from '../../ui/summary';
import type { AppTarget, AssignedIdentityTarget } from '../../inventory/targets';
import { applyPlan } from '../access/applyPlan';
import { stepWords } from '../access/grantWords';
import { nameOfIdentity } from './appPrincipal';
import type { CheckedReference } from './referenceCheck';
import { checkReferences } from './referenceCheck';
import type { Services } from '../services';

const title = () => vscode.l10n.t('Set Key Vault Reference Identity');

/** `SystemAssigned`, or the resource ID of a user-assigned identity. */
type Resolver = string;

type UsedServices = Pick<Services, 'changes' | 'inventory' | 'log' | 'logStreams' | 'memento' | 'refresh'>;

/**
 * Sets which of an app's identities resolves its Key Vault references. Shows first which of them it couldn't resolve, and
 * offers to give it access.
 */
export async function setKeyVaultReferenceIdentity(
  services: UsedServices,
  node?: AppTarget | AssignedIdentityTarget,
): Promise<void> {
  const { connection, app: shown } = node ?? (await pickSite(services.inventory, title()));
  requireFeature(shown, 'references');
  const app = await withProgress(vscode.l10n.t('Reading the identities of {0}', shown.name), (signal) =>
    getFunctionApp(connection, shown.id, signal),
  );
  const identity = node && 'assigned' in node ? node.assigned.resourceId : await pickResolver(app);
  const name = resolverName(identity);
  if (sameId(app.keyVaultReferenceIdentity, identity)) {
    tell(vscode.l10n.t('{0} already uses {1} to resolve Key Vault references.', app.name, name));
    return;
  }
  await askBeforeSwitch(services, { connection, app }, identity);
  services.logStreams.expectRestart(app.id);
  try {
    await withProgress(
      vscode.l10n.t('Setting {0} as the Key Vault reference identity of {1}', name, app.name),
      (signal) => set(connection, app, identity, signal),
    );
    services.changes.record(connection, { kind: 'setKeyVaultReferenceIdentity', appId: app.id, identity });
    tell(
      vscode.l10n.t(
        '{0} now uses {1} to resolve Key Vault references. The app restarts.',
        ...[app.name, name],
      ),
    );
  } finally {
    services.refresh(connection, app.id);
  }
}

/** `give`: gives the identity access first. A question leads to its report. */
type Answer = 'use' | 'give' | ReadQuestion;

/** Shows what the identity can and can't resolve until the person switches to it, after giving it access or not. */
async function askBeforeSwitch(services: UsedServices, target: AppTarget, identity: Resolver): Promise<void> {
  const name = resolverName(identity);
  for (;;) {
    const checked = await withProgress(
      vscode.l10n.t('Checking what {0} of {1} can read', name, target.app.name),
      (signal) => checkReferences(services, target, identity, signal),
    );
    const fixable = checked.filter(({ steps }) => steps.length > 0);
    const giving: Choice<Answer> = {
      icon: 'shield',
      label: vscode.l10n.t('Give Access First'),
      detail: [...new Set(fixable.flatMap(({ steps }) => steps.map(stepWords)))].join(' · '),
      value: 'give',
    };
    const switching: Choice<Answer> = {
      icon: 'check',
      label: vscode.l10n.t('Use {0}', name),
      description: afterSwitch(checked.filter(breaks).length),
      value: 'use',
    };
    const answer = await askWithSummary<Answer>(
      {
        title: titleFor(title(), target.app),
        placeHolder: vscode.l10n.t('Select how to go on. The app restarts when it uses {0}.', name),
      },
      fixable.length > 0 ? [giving, switching] : [switching],
      linesOf(checked),
    );
    if (answer === 'use') return;
    if (answer !== 'give') {
      await vscode.commands.executeCommand('keyless.whyCantItRead', answer);
      throw new vscode.CancellationError();
    }
    for (const { question } of fixable) {
      // What was given for one secret may be enough for another one in the same vault.
      const { facts, app } = await withProgress(vscode.l10n.t('Checking what is missing'), (signal) =>
        readFacts(question, signal),
      );
      await applyPlan(services, question, app, planRead(facts, { roleScope: 'secret' }).steps);
    }
  }
}

/** Whether the setting resolves now, but not as the identity. */
function breaks({ setting, verdict }: CheckedReference): boolean {
  return verdict.kind === 'cannot' && setting.resolution?.status === 'Resolved';
}

function afterSwitch(count: number): string {
  if (count === 0) return vscode.l10n.t('the app restarts');
  return count === 1
    ? vscode.l10n.t('the app restarts, and 1 setting stops resolving')
    : vscode.l10n.t('the app restarts, and {0} settings stop resolving', count);
}

/** The settings, those that stop resolving first. Each leads to its report. */
function linesOf(checked: readonly CheckedReference[]): SummaryLine<ReadQuestion>[] {
  if (checked.length === 0)
    return [{ icon: 'info', label: vscode.l10n.t('No setting of the app is a Key Vault reference.') }];
  const groups = [
    {
      ...{ icon: 'error', group: vscode.l10n.t('Stop resolving') },
      of: checked.filter(breaks),
    },
    {
      ...{ icon: 'warning', group: vscode.l10n.t("Don't resolve now either") },
      of: checked.filter((one) => one.verdict.kind === 'cannot' && !breaks(one)),
    },
    {
      ...{ icon: 'question', group: vscode.l10n.t("Can't tell") },
      of: checked.filter(({ verdict }) => verdict.kind === 'cannotTell'),
    },
    {
      ...{ icon: 'pass', group: vscode.l10n.t('Resolve') },
      of: checked.filter(({ verdict }) => verdict.kind === 'can'),
    },
  ];
  return groups.flatMap(({ icon, group, of }) =>
    of.map(({ setting, verdict, question }) => ({
      ...{ icon, group, label: setting.name, description: reasonOf(verdict), value: question },
    })),
  );
}

function reasonOf(verdict: Verdict): string | undefined {
  const causes = verdict.kind === 'cannot' ? verdict.causes : [];
  // The identity was chosen here, so that another one can read isn't the reason.
  const cause = causes.find(({ kind }) => kind !== 'wrongIdentity');
  const [fact] = verdict.kind === 'can' ? [] : verdict.missing;
  const [warning] = verdict.warnings;
  if (cause) return describeCause(cause).title;
  if (fact) return describeMissingFact(fact).title;
  return warning && describeWarning(warning).title;
}

function pickResolver(app: FunctionApp): Promise<Resolver> {
  const choice = (value: Resolver, label: string, state: string, icon: string): Choice<Resolver> => ({
    icon,
    label,
    description: sameId(app.keyVaultReferenceIdentity, value)
      ? vscode.l10n.t('{0}, in use now', state)
      : state,
    value,
  });
  const system = app.identity.systemAssigned ? vscode.l10n.t('enabled') : vscode.l10n.t('not enabled');
  const assigned = app.identity.userAssigned.map((identity) =>
    choice(identity.resourceId, nameOfIdentity(identity), vscode.l10n.t('user-assigned'), 'account'),
  );
  return pickOne(
    () =>
      Promise.resolve([
        choice('SystemAssigned', vscode.l10n.t('System-assigned identity'), system, 'zap'),
        ...assigned,
      ]),
    {
      title: title(),
      placeHolder: vscode.l10n.t('Select the identity to resolve the Key Vault references of {0}', app.name),
    },
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
}

function resolverName(identity: Resolver): string {
  return identity.startsWith('/')
    ? identity.slice(identity.lastIndexOf('/') + 1)
    : vscode.l10n.t('its system-assigned identity');
}
