import * as l10n from '@vscode/l10n';
import { kindWords } from '../../access/credentials/words';
import type { Finding } from '../../access/credentials/findings';
import type { PlanStep } from '../../access/plan/planStep';
import type { Note, ReplacePlan } from '../../access/replace/planReplacement';
import type { SettingsWrite } from '../../access/replace/settingsFor';
import { writesOf } from '../../access/replace/writes';
import { isSlotSetting, workingOf } from '../../access/replace/replaceFacts';
import type { ReplaceFacts } from '../../access/replace/replaceFacts';
import { describeNote, describeRefusal } from '../../access/replace/replaceWords';
import { inShort, listed, nameInId } from '../../access/words/format';
import { describeScope } from '../../access/words/reach';
import type { OldValue } from '../../grants/replace/oldValue';
import type { Answer, Card, Fact, Report, ReportAction, Section } from '../../reports/model/report';
import { stepWords } from '../access/grantWords';
import type { PlannedReplacement, ReplacedKey } from './plannedReplacement';

/** A plan without what only its execution needs. */
export type ReportedPlan = Pick<PlannedReplacement, 'app' | 'plan' | 'question'>;

/** The actions that the report offers in its parts. */
export interface ReplaceActions {
  readonly answer: readonly ReportAction[];
  /** For a credential that stays. */
  readonly ofLeft: (plan: ReportedPlan, key: ReplacedKey) => readonly ReportAction[];
}

/**
 * What replaces the credentials of one or more apps, step by step, what prevents it, and how they come back.
 * @param resource name of the resource that all the credentials open, if that's what the plan is for
 */
export function replaceReport(
  plans: readonly ReportedPlan[],
  resource: string | undefined,
  at: number,
  { answer, ofLeft }: ReplaceActions,
): Report {
  const keys = plans.flatMap(({ plan }) => plan.keys);
  const left = plans.flatMap((plan) => plan.plan.left.map((key) => [plan, key] as const));
  const isAny = keys.length > 0;
  return {
    kind: l10n.t('Replace with Identity'),
    title: titleOf(plans, resource),
    answer: { ...answerOf(plans), actions: answer },
    sections: [
      ...(isAny ? [{ title: l10n.t('Steps'), steps: stepsOf(plans) }] : []),
      ...cardsOf(
        isAny ? l10n.t('What stays, and why') : l10n.t('What prevents it'),
        leftCards(left, plans, ofLeft),
      ),
      ...(isAny
        ? [
            {
              title: l10n.t('The way back'),
              facts: plans.flatMap((plan) => backFacts(plan, plans.length > 1)),
            },
          ]
        : []),
      ...cardsOf(l10n.t("What Keyless can't check for you"), noteCards(keys)),
    ],
    ids: idsOf([...keys, ...left.map(([, key]) => key)]),
    note: isAny ? l10n.t('You can take all of this back with "Undo Replacement".') : '',
    at,
  };
}

function titleOf([first, ...more]: readonly ReportedPlan[], resource: string | undefined): string {
  const { settings: [setting, ...others] = [] } = first?.question ?? {};
  const app = first?.app.name ?? '';
  const telemetry = first && keysOf(first).some(({ facts }) => facts.finding.kind === 'telemetry');
  if (telemetry) return l10n.t('Send the telemetry of {0} with its identity?', app);
  if (resource !== undefined && (more.length > 0 || others.length > 0 || setting === undefined))
    return l10n.t('Replace the keys to {0} with identities?', resource);
  return setting !== undefined && others.length === 0
    ? l10n.t('Replace {0} of {1} with its identity?', setting.name, app)
    : l10n.t('Replace all keys of {0} with its identity?', app);
}

function answerOf(plans: readonly ReportedPlan[]): Omit<Answer, 'actions'> {
  const keys = plans.flatMap(({ plan }) => plan.keys);
  const [count, of] = [keys.length, keys.length + plans.flatMap(({ plan }) => plan.left).length];
  const [first] = keys;
  if (of === 0)
    return { tone: 'good', text: noneWords(plans), detail: l10n.t('Nothing is left to replace.') };
  if (!first)
    return {
      tone: 'bad',
      text: of === 1 ? l10n.t("It can't be replaced now.") : l10n.t("They can't be replaced now."),
      detail: l10n.t("The app would stop working, or Keyless couldn't see whether it still works."),
    };
  return {
    tone: 'neutral',
    text:
      of === 1
        ? oneWords(first.facts.finding)
        : plans.length > 1
          ? l10n.t('Identities can replace {0} of {1} keys.', count, of)
          : count === of
            ? l10n.t('The identity can replace all {0} keys.', count)
            : l10n.t('The identity can replace {0} of {1} keys.', count, of),
    detail:
      plans.length > 1
        ? l10n.t("Each app restarts. If one isn't healthy afterward, all its old values are restored.")
        : count > 1
          ? l10n.t("The app restarts once. If it isn't healthy afterward, all old values are restored.")
          : l10n.t("The app restarts. If it isn't healthy afterward, the old value is restored."),
  };
}

function oneWords({ kind }: Finding): string {
  return kind === 'telemetry'
    ? l10n.t('The identity can send the telemetry. The connection string stays.')
    : l10n.t('The identity can replace the {0}.', kindWords(kind));
}

function keysOf({ plan }: ReportedPlan): readonly ReplacedKey[] {
  return [...plan.keys, ...plan.left];
}

function noneWords([first, ...more]: readonly ReportedPlan[]): string {
  const { settings: [setting] = [] } = first?.question ?? {};
  return more.length > 0
    ? l10n.t('The apps hold no such key.')
    : l10n.t('{0} holds no key.', setting?.name ?? first?.app.name ?? '');
}

function stepsOf(all: readonly ReportedPlan[]): string[] {
  const plans = all.filter(({ plan }) => plan.keys.length > 0);
  const copied = plans.flatMap(({ plan }) => plan.keys.filter((key) => !key.listed));
  const names = copied.map(({ facts }) => facts.finding.name);
  const apps = listed(plans.map(({ app }) => app.name));
  const isOne = plans.length === 1;
  const functions = plans.flatMap(({ plan }) => workingOf(plan.keys[0]?.facts));
  return [
    ...(copied.length === 0
      ? []
      : plans.every(({ plan }) => plan.keys.length === 1) && isOne
        ? [l10n.t('Keep the old value in a key vault that you choose')]
        : copied.length === 1
          ? [l10n.t('Keep the old value of {0} in a key vault that you choose', listed(names))]
          : [l10n.t('Keep the old values of {0} in a key vault that you choose', inShort(names))]),
    ...plans.flatMap((plan) => plan.plan.grant.map((step) => grantWords(plan, step, isOne))),
    ...plans.flatMap(({ plan }) => plan.keys.flatMap((key) => scriptSteps(key.plan))),
    ...(plans.some(({ plan }) => plan.roles.length > 0)
      ? [l10n.t('Wait until the roles have taken effect, up to 10 minutes')]
      : []),
    isOne
      ? l10n.t('Check that the host of {0} is healthy', apps)
      : l10n.t('Check that the hosts of {0} are healthy', apps),
    ...plans.flatMap((plan) => writeSteps(plan, isOne)),
    isOne
      ? l10n.t(
          'Watch the host: it must run without errors, list the same functions as before ({0}), and start and sync their triggers',
          listed(functions),
        )
      : l10n.t(
          'Watch each host: it must run without errors, list the same functions as before, and start and sync their triggers',
        ),
    plans.some(({ plan }) => plan.keys.length > 1)
      ? l10n.t("If it doesn't, restore all old values of the app in one write")
      : l10n.t("If it doesn't, restore the old value"),
  ];
}

function grantWords({ app, plan }: ReportedPlan, step: PlanStep, isOne: boolean): string {
  const needed =
    'roleName' in step
      ? plan.roles.find(({ role, scope }) => role.name === step.roleName && scope === step.scope)
      : undefined;
  const functions = needed?.functions ?? [];
  if (functions.length > 0 && isOne) return l10n.t('{0} (for {1})', stepWords(step), listed(functions));
  return isOne || !needed ? stepWords(step) : l10n.t('{0} (for {1})', stepWords(step), app.name);
}

function scriptSteps({ script }: ReplacePlan): string[] {
  if (!script) return [];
  const { database = '', server } = script;
  return [
    l10n.t(
      'Run the script in the database {0} on {1} as a Microsoft Entra administrator of the server. It creates a user for the identity, with the least rights for these functions',
      ...[database, server],
    ),
  ];
}

/** All that is written; a connection string is in another list than the app settings. */
function writeSteps({ app, plan: { keys } }: ReportedPlan, isOne: boolean): string[] {
  const isSlot = keys.every(({ facts }) => isSlotSetting(facts));
  return writesOf(keys.map(({ plan }) => plan)).map((one) => {
    const words =
      one.kind === 'platform'
        ? one.fetched === 'image'
          ? l10n.t('Let {0} pull its image with the identity (the app restarts)', app.name)
          : l10n.t('Let the deployment storage of {0} use the identity (the app restarts)', app.name)
        : one.kind === 'appSettings'
          ? settingsStep(one, isSlot)
          : one.value === undefined
            ? l10n.t('Delete the connection string {0}, which wins until then (the app restarts)', one.name)
            : l10n.t('Set the connection string {0} to {1} (the app restarts)', one.name, one.value);
    return isOne ? words : l10n.t('{0}: {1}', app.name, words);
  });
}

function settingsStep(write: SettingsWrite, isSlot: boolean): string {
  const removed = listed(write.remove);
  const set = listed(Object.entries(write.set).map(([name, value]) => `${name}=${value}`));
  if (set === '') return l10n.t('Delete the app setting {0} (the app restarts)', removed);
  if (removed === '') return l10n.t('Set {0} in one write (the app restarts)', set);
  return isSlot
    ? l10n.t('Delete {0} and set {1} as slot settings, in one write (the app restarts)', removed, set)
    : l10n.t('Delete {0} and set {1} in one write (the app restarts)', removed, set);
}

function backFacts({ app, plan }: ReportedPlan, isOfSeveral: boolean): Fact[] {
  return plan.keys.flatMap(({ facts: { finding }, listed: old, plan: { script } }) => [
    {
      label: isOfSeveral
        ? l10n.t('Old value of {0} of {1}', finding.name, app.name)
        : l10n.t('Old value of {0}', finding.name),
      text: oldValueWords(finding, old),
    },
    ...(script
      ? [
          {
            label: l10n.t('User in the database'),
            text: l10n.t('Stays until someone deletes it. The last line of the script says how.'),
          },
        ]
      : []),
  ]);
}

function oldValueWords({ kind }: Finding, old: OldValue | undefined): string {
  if (kind === 'telemetry') return l10n.t('It stays, because it says where to send the telemetry.');
  return old && old.kind !== 'secret'
    ? l10n.t(
        "Read again as {0} of the {1} when it's needed. Keyless stores no copy.",
        ...[old.keyName, describeScope(old.accountId)],
      )
    : l10n.t('Kept as a secret in the key vault, because no service can list it again.');
}

function cardsOf(title: string, cards: readonly Card[]): Section[] {
  return cards.length > 0 ? [{ title, cards }] : [];
}

/** One for each reason, with all credentials that stay because of it. */
function leftCards(
  left: readonly (readonly [ReportedPlan, ReplacedKey])[],
  plans: readonly ReportedPlan[],
  ofLeft: ReplaceActions['ofLeft'],
): Card[] {
  const described = left.flatMap(([plan, key]) =>
    key.plan.refusals.map((refusal) => ({ plan, key, ...describeRefusal(refusal, key.facts) })),
  );
  const isOfOne = plans.length === 1 && plans[0]?.question.settings?.length === 1;
  const groups = Map.groupBy(described, ({ title, sentence }) => `${title}\n${sentence}`);
  return [...groups.values()].map((group) => {
    const { title = '', sentence = '', nextStep = '' } = group[0] ?? {};
    const names = group.map(({ plan, key }) =>
      plans.length > 1 ? l10n.t('{0} of {1}', key.facts.finding.name, plan.app.name) : key.facts.finding.name,
    );
    return {
      ...{ tone: 'bad', title },
      ...(isOfOne ? {} : { subtitle: listed(names) }),
      paragraphs: [sentence, nextStep].filter((text) => text !== ''),
      actions: group.flatMap(({ plan, key }) => ofLeft(plan, key)),
    };
  });
}

/** One for each subject, with a sentence for each credential unless it's the same. */
function noteCards(keys: readonly ReplacedKey[]): Card[] {
  const described = keys.flatMap(({ facts, plan }) =>
    plan.notes.map((note: Note) => describeNote(note, facts)),
  );
  const groups = Map.groupBy(described, ({ title }) => title);
  return [...groups].map(([title, group]) => ({
    ...{ tone: 'warning', title, actions: [] },
    paragraphs: [...new Set(group.map(({ sentence }) => sentence))],
  }));
}

/** IDs of everything that the report calls by name. */
export function idsOf(keys: readonly Pick<ReplacedKey, 'facts'>[]): Report['ids'] {
  const named = keys.flatMap(({ facts: { app, resource, identity } }: { facts: ReplaceFacts }) => [
    { name: app.name, id: app.id },
    ...(typeof resource === 'object' ? [{ name: nameInId(resource.id), id: resource.id }] : []),
    ...(identity.kind === 'user-assigned'
      ? [{ name: nameInId(identity.resourceId), id: identity.resourceId }]
      : []),
    ...(identity.principalId ? [{ name: l10n.t('principal'), id: identity.principalId }] : []),
  ]);
  return [...new Map(named.map((one) => [one.id, one])).values()];
}
