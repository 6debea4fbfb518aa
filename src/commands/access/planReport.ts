import * as l10n from '@vscode/l10n';
import type { ReadFacts } from '../../access/model/facts';
import type { ReadPlan } from '../../access/plan/plan';
import { describeCause, describeMissingFact } from '../../access/words/describeVerdict';
import type { Answer, Card, Report, ReportAction } from '../../reports/model/report';
import { card, idsOf } from './accessReport';
import { stepWords } from './grantWords';
import type { Outcome } from './proveGrant';

/** How a plan is proved, what came of it, and what the report offers. */
export interface PlanProof {
  /** Of the function that is run to prove it. */
  readonly functionName: string | undefined;
  /** Undefined unless the plan was carried out. */
  readonly outcome: Outcome | undefined;
  readonly actions: readonly ReportAction[];
  /** Empty if the app has no functions that could be run. */
  readonly proofActions: readonly ReportAction[];
}

/** The steps that give an app access, what they can't change, and how the result is verified or what came of it. */
export function planReport(
  facts: ReadFacts,
  { steps, expected }: ReadPlan,
  { functionName, outcome, actions, proofActions }: PlanProof,
): Report {
  const causes = expected.kind === 'cannot' ? expected.causes : [];
  const missing = expected.kind === 'can' ? [] : expected.missing;
  const left = [
    ...causes.map((cause) => card('bad', describeCause(cause))),
    ...missing.map((fact) => card('unknown', describeMissingFact(fact))),
  ];
  const verified =
    functionName === undefined
      ? l10n.t('Keyless then verifies access.')
      : l10n.t('Keyless then waits for the change to take effect and runs {0} to verify it.', functionName);
  return {
    kind: l10n.t('Let App Read Secret'),
    title: l10n.t('Let {0} read {1}?', facts.app.name, facts.target.secretName),
    answer: {
      ...(outcome
        ? { tone: outcome.proven ? 'good' : 'warning', text: outcome.text }
        : planAnswer(steps.length, expected.kind, {
            cannot: l10n.t("The app still won't be able to read the secret."),
            cannotTell: l10n.t("Can't confirm that the app will be able to read the secret."),
            least: l10n.t("It's the least access that lets the app read the secret."),
          })),
      actions,
    },
    sections: [
      ...(steps.length > 0 ? [{ title: l10n.t('Steps'), steps: [...steps.map(stepWords), verified] }] : []),
      ...(left.length > 0 ? [{ title: l10n.t("What the steps don't change"), cards: left }] : []),
      ...(proofActions.length > 0 && !outcome?.proven
        ? [{ title: l10n.t('Proof'), cards: [proofCard(functionName, readsSecret(), proofActions)] }]
        : []),
    ],
    ids: idsOf(facts, causes, missing),
    note: steps.length > 0 ? l10n.t('You can undo all of this with "Undo Grant".') : '',
    at: facts.now.getTime(),
  };
}

function readsSecret(): string {
  return l10n.t("That's the most reliable check. Select a function that reads the secret.");
}

/** How the result is proved by a function. @param which says which one, if none is selected yet */
export function proofCard(
  functionName: string | undefined,
  which: string,
  actions: readonly ReportAction[],
): Card {
  return functionName === undefined
    ? {
        tone: 'neutral',
        title: l10n.t('Run a function to prove it'),
        paragraphs: [which],
        actions,
      }
    : {
        tone: 'neutral',
        title: l10n.t('Run {0} to prove it', functionName),
        paragraphs: [
          l10n.t('Keyless sends it a GET request until it succeeds, and looks at nothing but its status.'),
        ],
        actions,
      };
}

/** The sentences of a plan's answer that depend on what the app gets. */
export interface PlanWords {
  readonly cannot: string;
  readonly cannotTell: string;
  readonly least: string;
}

export function planAnswer(
  steps: number,
  expected: 'can' | 'cannot' | 'cannotTell',
  { cannot, cannotTell, least }: PlanWords,
): Omit<Answer, 'actions'> {
  if (expected === 'cannot')
    return {
      ...{ tone: 'bad', text: cannot },
      ...(steps === 0 ? { detail: l10n.t("Granting more access won't help.") } : {}),
    };
  if (expected === 'cannotTell') return { tone: 'unknown', text: cannotTell };
  if (steps === 0)
    return {
      tone: 'good',
      text: l10n.t('The app already has everything it needs.'),
      detail: l10n.t('Nothing will be changed.'),
    };
  return {
    tone: 'neutral',
    text: steps === 1 ? l10n.t('One step gives it access.') : l10n.t('{0} steps give it access.', steps),
    detail: least,
  };
}
