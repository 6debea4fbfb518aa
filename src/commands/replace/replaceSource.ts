import * as vscode from 'vscode';
import { isMovable } from '../../access/credentials/movable';
import { hasPlan, isPostgres, isReplaceable } from '../../access/replace/isReplaceable';
import { planReplacements } from '../../access/replace/planReplacements';
import { nameInId } from '../../access/words/format';
import { inParallel } from '../../azure/core/limits/parallel';
import { isObject } from '../../azure/core/json';
import { keySwitchOf } from '../../azure/resources/keySwitch';
import { changesOfReplacement } from '../../changes/planChanges';
import type { ReplaceQuestion } from '../../grants/replace/readReplaceFacts';
import { readReplaceFacts } from '../../grants/replace/readReplaceFacts';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../reports/source';
import { copyChangesAs } from '../changes/copyChange';
import { Buttons } from '../reports/buttons';
import type { SavedAccount } from '../reports/savedAccount';
import { connectionOf, hasTexts, isSavedAccount } from '../reports/savedAccount';
import type { Services } from '../services';
import { carryOutReplacements } from './carryOutReplacement';
import { codeChangeReport } from './codeChangeReport';
import { enableButton, meanwhileButtons, scriptButtons } from './databaseScript';
import type { PlannedReplacement, ReplacedKey } from './plannedReplacement';
import { lastReplacementOf } from './replacementHistory';
import { replaceReport } from './replaceReport';

export type ReplaceServices = Pick<
  Services,
  'accounts' | 'changes' | 'inventory' | 'logStreams' | 'memento' | 'operations' | 'refresh' | 'reports'
>;

/** A plan as JSON. */
interface SavedReplacement {
  readonly kind: 'replace';
  readonly apps: readonly SavedApp[];
  /** Name of the resource that all the credentials open, if that's what the plan is for. */
  readonly resource?: string;
}

type SavedApp = ReplaceQuestion & { readonly account: SavedAccount };

export function isSavedReplacement(value: unknown): value is SavedReplacement {
  if (!isObject(value)) return false;
  const { apps, resource } = value;
  return (
    Array.isArray(apps) &&
    apps.length > 0 &&
    apps.every(isSavedApp) &&
    (resource === undefined || typeof resource === 'string')
  );
}

function isSavedApp(value: unknown): value is SavedApp {
  if (!isObject(value)) return false;
  const { settings, account } = value;
  const isList = Array.isArray(settings) && settings.every((one) => isObject(one) && hasTexts(one, ['name']));
  return (
    hasTexts(value, ['appId', 'identity']) && isSavedAccount(account) && (settings === undefined || isList)
  );
}

/** Makes the plan, as the accounts that asked for it. */
export function replaceSource(services: ReplaceServices, saved: SavedReplacement): ReportSource {
  const { apps, resource } = saved;
  return {
    subject: JSON.stringify(['replace', apps]),
    title: titleOf(saved),
    saved,
    about: apps.map(({ appId }) => appId),
    read: (page, signal) => readReport(services, page, apps, resource, signal),
  };
}

function titleOf({ apps: [first, ...more], resource }: SavedReplacement): string {
  const app = nameInId(first?.appId ?? '');
  const [setting, ...others] = first?.settings ?? [];
  if (more.length === 0 && setting !== undefined && others.length === 0)
    return vscode.l10n.t('Replace {0} of {1}', setting.name, app);
  return vscode.l10n.t('Replace Keys: {0}', resource ?? app);
}

/** Apps to plan for at a time. */
const concurrency = 4;

async function readReport(
  services: ReplaceServices,
  page: OpenReport,
  apps: readonly SavedApp[],
  resource: string | undefined,
  signal: AbortSignal,
): Promise<ReadReport> {
  const isAlone = apps.length === 1 && apps[0]?.settings?.length === 1;
  const read = new Map<SavedApp, PlannedReplacement>();
  await inParallel(apps, concurrency, async (one) => {
    const connection = await connectionOf(services, one.account);
    const { app, keys } = await readReplaceFacts(connection, one, signal);
    // One script at a time: someone has to run it before anything else.
    const asking = isAlone
      ? keys.map((key) => ({ ...key, facts: { ...key.facts, asksForScript: true as const } }))
      : keys;
    read.set(one, { connection, question: one, app, plan: planReplacements(asking) });
  });
  const plans = apps.flatMap((one) => read.get(one) ?? []);
  const buttons = new Buttons();
  const [first] = plans;
  const asked = isAlone && first ? [...first.plan.keys, ...first.plan.left][0] : undefined;
  if (first && asked && !isReplaceable(asked.facts.finding) && !isPostgres(asked.facts.finding)) {
    const all = [...meanwhileButtons(first, asked.facts), ...undoButtons(services, apps)];
    const report = codeChangeReport(asked.facts, Date.now(), buttons.at('replace', all, true));
    return { report, buttons: buttons.byId };
  }
  const go = isAlone && first ? aloneButtons(services, page, first) : goButtons(services, page, plans);
  const hasKeys = plans.some(({ plan }) => plan.keys.length + plan.left.length > 0);
  const report = replaceReport(plans, resource, Date.now(), {
    answer: buttons.at(
      'replace',
      [...go, ...undoButtons(services, apps), ...(hasKeys ? [] : turnOffButtons(services, plans))],
      true,
    ),
    ofLeft: ({ app }, key) => {
      const target = plans.find((one) => one.app.id === app.id);
      return target && !isAlone ? buttons.at(`left.${app.id}`, leftButtons(target, key)) : [];
    },
  });
  return { report, buttons: buttons.byId };
}

/** The buttons of a plan for a single credential, which may need a script. */
function aloneButtons(services: ReplaceServices, page: OpenReport, planned: PlannedReplacement): Button[] {
  const { keys, left } = planned.plan;
  const [key = left[0]] = keys;
  if (!key) return [];
  const { facts, plan } = key;
  const script = scriptButtons(planned, plan);
  if (left.length > 0) {
    const enable = plan.refusals.some(({ kind }) => kind === 'noPrincipal') ? [enableButton(planned)] : [];
    const first = isPostgres(facts.finding) ? script : enable;
    return [...first, ...meanwhileButtons(planned, facts)];
  }
  const [go, ...more] = goButtons(services, page, [planned]);
  const isReady = plan.script === undefined || plan.script.text !== undefined;
  return [...script, ...(isReady && go ? [go] : []), ...more];
}

function goButtons(
  services: ReplaceServices,
  page: OpenReport,
  all: readonly PlannedReplacement[],
): Button[] {
  const plans = all.filter(({ plan }) => plan.keys.length > 0);
  const [first] = plans;
  if (!first) return [];
  const keys = plans.flatMap(({ plan }) => plan.keys);
  const asks = keys.some(({ listed }) => !listed);
  const go: Button = {
    title:
      keys.length === 1
        ? asks
          ? vscode.l10n.t('Replace…')
          : vscode.l10n.t('Replace')
        : asks
          ? vscode.l10n.t('Replace All…')
          : vscode.l10n.t('Replace All'),
    run: () => carryOutReplacements(services, plans).finally(() => page.changed()),
  };
  const { connection } = first;
  const copy: Button = {
    title: vscode.l10n.t('Copy Steps…'),
    run: () => {
      const changes = plans.flatMap(({ app, plan }) =>
        changesOfReplacement(
          app,
          plan.grant,
          plan.keys.map((key) => key.plan),
        ),
      );
      return copyChangesAs(vscode.l10n.t('Replace with Identity'), { connection, changes });
    },
  };
  // What is copied is for one account in one tenant.
  return plans.every((one) => one.connection === connection) ? [go, copy] : [go];
}

function undoButtons({ memento }: ReplaceServices, apps: readonly SavedApp[]): Button[] {
  const kept = apps.flatMap(({ appId, settings }) => lastReplacementOf(memento, appId, settings) ?? []);
  const [last, ...more] = kept;
  if (!last) return [];
  // With several, the command asks which.
  const which = more.length > 0 ? [] : [last.id];
  return [
    {
      title: vscode.l10n.t('Undo Replacement…'),
      run: async () => {
        await vscode.commands.executeCommand('keyless.undoReplacement', ...which);
      },
    },
  ];
}

/** Once its keys are replaced, a resource may need no keys. The page that opens says whether something else uses them. */
function turnOffButtons({ memento }: ReplaceServices, plans: readonly PlannedReplacement[]): Button[] {
  const replaced = plans.flatMap(({ connection, question: { appId, settings } }) => {
    const { parts = [] } = lastReplacementOf(memento, appId, settings) ?? {};
    return parts.flatMap(({ resourceId }) => (resourceId === undefined ? [] : [{ connection, resourceId }]));
  });
  const targets = [...new Map(replaced.map((one) => [one.resourceId.toLowerCase(), one])).values()];
  return targets
    .filter(({ resourceId }) => keySwitchOf(resourceId))
    .map((target) => ({
      title:
        targets.length > 1
          ? vscode.l10n.t('Turn Off Key Access to {0}…', nameInId(target.resourceId))
          : vscode.l10n.t('Turn Off Key Access…'),
      run: async () => {
        await vscode.commands.executeCommand('keyless.turnOffKeyAccess', target);
      },
    }));
}

/** What to do about a credential that stays. A script, and what to change in the code, have a plan of their own. */
function leftButtons(
  { connection, app }: PlannedReplacement,
  { facts, plan, setting }: ReplacedKey,
): Button[] {
  const { finding } = facts;
  const run = (command: string, target: object) => async () => {
    await vscode.commands.executeCommand(command, { connection, app, ...target });
  };
  return [
    ...(plan.refusals.every(({ kind }) => kind === 'script' || (kind === 'wayOut' && hasPlan(finding)))
      ? [
          {
            title: vscode.l10n.t('Replace {0} with Identity…', finding.name),
            run: run('keyless.replaceWithIdentity', { finding }),
          },
        ]
      : []),
    ...(setting && isMovable(finding)
      ? [
          {
            title: vscode.l10n.t('Move {0} to Key Vault…', finding.name),
            run: run('keyless.moveToKeyVault', { setting }),
          },
        ]
      : []),
  ];
}
