import * as l10n from '@vscode/l10n';
import { isMovable } from '../../access/credentials/movable';
import { kindWords, reasonWords } from '../../access/credentials/words';
import { codeChange } from '../../access/replace/codeChange';
import type { ReplacePlan } from '../../access/replace/planReplacement';
import type { SettingsWrite } from '../../access/replace/settingsFor';
import { writesOf } from '../../access/replace/writes';
import { isSlotSetting } from '../../access/replace/replaceFacts';
import type { ReplaceFacts } from '../../access/replace/replaceFacts';
import { describeNote, describeRefusal } from '../../access/replace/replaceWords';
import { listed, nameInId } from '../../access/words/format';
import { describeScope } from '../../access/words/reach';
import type { OldValue } from '../../grants/replace/oldValue';
import type { Fact, Report, ReportAction, Section } from '../../reports/model/report';
import { card } from '../access/accessReport';
import { stepWords } from '../access/grantWords';

/** What replaces a credential, step by step, what speaks against it, and how it comes back. */
export function replaceReport(
  facts: ReplaceFacts,
  plan: ReplacePlan,
  old: OldValue | undefined,
  at: number,
  actions: readonly ReportAction[],
): Report {
  const { app, finding } = facts;
  const { refusals, notes } = plan;
  const isRefused = refusals.length > 0;
  const isTelemetry = finding.kind === 'telemetry';
  return {
    kind: l10n.t('Replace with Identity'),
    title: isTelemetry
      ? l10n.t('Send the telemetry of {0} with its identity?', app.name)
      : l10n.t('Replace {0} of {1} with its identity?', finding.name, app.name),
    answer: {
      ...(isRefused
        ? {
            tone: 'bad',
            text: l10n.t("It can't be replaced now."),
            detail: l10n.t('The app would stop working, or nobody would see that it does.'),
          }
        : {
            tone: 'neutral',
            text: isTelemetry
              ? l10n.t('The identity can send the telemetry. The connection string stays.')
              : l10n.t('The identity can replace the {0}.', kindWords(finding.kind)),
            detail: l10n.t("The app restarts. If it isn't healthy afterward, the old value is restored."),
          }),
      actions,
    },
    sections: [
      ...(isRefused
        ? [
            {
              title: l10n.t('What speaks against it'),
              cards: refusals.map((one) => card('bad', describeRefusal(one, facts))),
            },
          ]
        : [
            { title: l10n.t('Steps'), steps: stepsOf(facts, plan, old) },
            { title: l10n.t('The way back'), facts: [oldValueFact(facts, old), ...userFacts(plan)] },
          ]),
      ...(isRefused || notes.length === 0
        ? []
        : [
            {
              title: l10n.t("What Keyless can't check for you"),
              cards: notes.map((note) => card('warning', { ...describeNote(note, facts), nextStep: '' })),
            },
          ]),
    ],
    ids: idsOf(facts),
    note: isRefused ? '' : l10n.t('You can take all of this back with "Undo Replacement".'),
    at,
  };
}

/** What someone has to change, because settings alone don't replace it. */
export function codeChangeReport(facts: ReplaceFacts, at: number, actions: readonly ReportAction[]): Report {
  const { app, finding } = facts;
  return {
    kind: l10n.t('Replace with Identity'),
    title: l10n.t('Replace {0} of {1} with its identity?', finding.name, app.name),
    answer: {
      tone: 'neutral',
      text: l10n.t('The identity can replace the {0} once the app is changed.', kindWords(finding.kind)),
      detail: reasonWords(finding.wayOut.because),
      actions,
    },
    sections: [
      { title: l10n.t('What to change'), steps: codeChange(facts) },
      ...(isMovable(finding) ? [untilThen()] : []),
    ],
    ids: idsOf(facts),
    note: '',
    at,
  };
}

function untilThen(): Section {
  const sentence = l10n.t(
    'A key vault can hold the value meanwhile, and the app reads it through a reference without a change.',
  );
  return {
    title: l10n.t('Until then'),
    cards: [card('neutral', { title: l10n.t('Key vault'), sentence, nextStep: '' })],
  };
}

/** That nothing is left to replace. */
export function nothingToReplace(
  appName: string,
  setting: string,
  at: number,
  actions: readonly ReportAction[],
): Report {
  return {
    kind: l10n.t('Replace with Identity'),
    title: l10n.t('Replace {0} of {1} with its identity?', setting, appName),
    answer: {
      tone: 'good',
      text: l10n.t('{0} holds no key.', setting),
      detail: l10n.t('Nothing is left to replace.'),
      actions,
    },
    sections: [],
    ids: [],
    note: '',
    at,
  };
}

function stepsOf(facts: ReplaceFacts, plan: ReplacePlan, old: OldValue | undefined): string[] {
  const { app, functions = [] } = facts;
  return [
    ...(old ? [] : [l10n.t('Keep the old value in a key vault that you choose')]),
    ...plan.grant.map((step) => {
      const needed =
        step.kind === 'createRoleAssignment' || step.kind === 'assignDataRole'
          ? plan.roles.find(({ role, scope }) => role.name === step.roleName && scope === step.scope)
          : undefined;
      return needed && needed.functions.length > 0
        ? l10n.t('{0} (for {1})', stepWords(step), listed(needed.functions))
        : stepWords(step);
    }),
    ...scriptSteps(plan),
    ...(plan.roles.length > 0 ? [l10n.t('Wait until the roles have taken effect, up to 10 minutes')] : []),
    l10n.t('Check that the host of {0} is healthy', app.name),
    ...writeSteps(facts, plan),
    l10n.t(
      'Watch the host: it must run without errors, list the same functions as before ({0}), and sync its triggers',
      listed(functions),
    ),
    l10n.t("If it doesn't, restore the old value"),
  ];
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
function writeSteps(facts: ReplaceFacts, plan: ReplacePlan): string[] {
  return writesOf([plan]).map((one) => {
    if (one.kind === 'appSettings') return settingsStep(facts, one);
    return one.value === undefined
      ? l10n.t('Delete the connection string {0}, which wins until then (the app restarts)', one.name)
      : l10n.t('Set the connection string {0} to {1} (the app restarts)', one.name, one.value);
  });
}

function settingsStep(facts: ReplaceFacts, write: SettingsWrite): string {
  const removed = listed(write.remove);
  const set = listed(Object.entries(write.set).map(([name, value]) => `${name}=${value}`));
  if (set === '') return l10n.t('Delete the app setting {0} (the app restarts)', removed);
  if (removed === '') return l10n.t('Set {0} in one write (the app restarts)', set);
  return isSlotSetting(facts)
    ? l10n.t('Delete {0} and set {1} as slot settings, in one write (the app restarts)', removed, set)
    : l10n.t('Delete {0} and set {1} in one write (the app restarts)', removed, set);
}

function oldValueFact({ finding }: ReplaceFacts, old: OldValue | undefined): Fact {
  return {
    label: l10n.t('Old value of {0}', finding.name),
    text:
      finding.kind === 'telemetry'
        ? l10n.t('It stays, because it says where to send the telemetry.')
        : old && old.kind !== 'secret'
          ? l10n.t(
              "Read again as {0} of the {1} when it's needed. Keyless stores no copy.",
              ...[old.keyName, describeScope(old.accountId)],
            )
          : l10n.t('Kept as a secret in the key vault, because no service can list it again.'),
  };
}

function userFacts({ script }: ReplacePlan): Fact[] {
  if (!script) return [];
  return [
    {
      label: l10n.t('User in the database'),
      text: l10n.t('Stays until someone deletes it. The last line of the script says how.'),
    },
  ];
}

function idsOf({ app, resource, identity }: ReplaceFacts): Report['ids'] {
  return [
    { name: app.name, id: app.id },
    ...(typeof resource === 'object' ? [{ name: nameInId(resource.id), id: resource.id }] : []),
    ...(identity.kind === 'user-assigned'
      ? [{ name: nameInId(identity.resourceId), id: identity.resourceId }]
      : []),
    ...(identity.principalId ? [{ name: l10n.t('principal'), id: identity.principalId }] : []),
  ];
}
