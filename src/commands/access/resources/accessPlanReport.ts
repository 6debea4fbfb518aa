import * as l10n from '@vscode/l10n';
import type { DatabaseAccess } from '../../../access/operations/databaseAccess';
import { databaseAccess } from '../../../access/operations/databaseAccess';
import type { AccessFacts } from '../../../access/operations/accessFacts';
import { describeAccessCause, describeAccessMissing } from '../../../access/operations/describeAccess';
import { roleOf } from '../../../access/operations/operation';
import { operationWords, wantedWords } from '../../../access/operations/operationWords';
import type { AccessPlan } from '../../../access/operations/planAccess';
import { listed, nameInId } from '../../../access/words/format';
import { describeScope } from '../../../access/words/reach';
import type { Answer, Card, Fact, NamedId, Report } from '../../../reports/model/report';
import { card } from '../accessReport';
import { identityName } from '../factTexts';
import { stepWords } from '../grantWords';
import type { PlanProof } from '../planReport';
import { planAnswer, proofCard } from '../planReport';

/** The steps that let an app use a resource, what they don't cover, and how the result is verified or what came of it. */
export function accessPlanReport(
  facts: AccessFacts,
  { steps, expected }: AccessPlan,
  { functionName, outcome, actions, proofActions }: PlanProof,
): Report {
  const { app, scope, wanted } = facts;
  const causes = expected.kind === 'cannot' ? expected.causes : [];
  const database = databaseAccess(facts);
  // What a script gives isn't left to be found out.
  const missing = (expected.kind === 'can' ? [] : expected.missing).filter(
    ({ kind }) => kind !== 'database' || !database,
  );
  const left = [
    ...causes.map((cause) => card('bad', describeAccessCause(cause))),
    ...missing.map((fact) => card('unknown', describeAccessMissing(fact))),
  ];
  const needed = [...steps.map(stepWords), ...(database ? [scriptStep(database)] : [])];
  return {
    kind: l10n.t('Let App Access'),
    title: l10n.t('Let {0} access the {1}?', app.name, describeScope(scope)),
    answer: {
      ...(outcome
        ? { tone: outcome.proven ? 'good' : 'warning', text: outcome.text }
        : database && causes.length === 0
          ? scriptAnswer(database)
          : planAnswer(steps.length, expected.kind, {
              cannot: l10n.t("The app still won't have access."),
              cannotTell: l10n.t("Can't confirm that the app will have access."),
              least: l10n.t("It's the least access that lets the app do this."),
            })),
      actions,
    },
    sections: [
      { title: l10n.t('What it may do'), facts: factsOf(facts, database) },
      ...(needed.length > 0
        ? [
            {
              title: l10n.t('Steps'),
              steps: [...needed, ...verifiedWords(functionName, database !== undefined)],
            },
          ]
        : []),
      ...(left.length > 0 ? [{ title: l10n.t("What the steps don't change"), cards: left }] : []),
      ...(proofActions.length > 0 && !outcome?.proven
        ? [{ title: l10n.t('Proof'), cards: [proofCard(functionName, usesResource(database), proofActions)] }]
        : []),
      ...(wanted.kind === 'operation' && wanted.operation.isData
        ? [{ title: l10n.t("What a role doesn't do"), cards: uncovered(facts) }]
        : []),
    ],
    ids: accessIds(facts),
    note: database?.scripts
      ? l10n.t('"Open Undo Script" opens a script that undoes this in the database.')
      : steps.length > 0 && !database
        ? l10n.t('You can undo all of this with "Undo Grant".')
        : '',
    at: facts.now.getTime(),
  };
}

function scriptAnswer({ scripts }: DatabaseAccess): Omit<Answer, 'actions'> {
  return {
    ...{ tone: 'neutral', text: l10n.t('A script in the database gives it access.') },
    detail: scripts
      ? l10n.t("Keyless can't run it, and can't see whether it has run.")
      : l10n.t('The script contains the ID of the identity, so enable the identity first.'),
  };
}

function scriptStep({ server, database, roles }: DatabaseAccess): string {
  return l10n.t(
    'Run the script in the database {0} on {1} as a Microsoft Entra administrator of the server. It creates a user for the identity, with these roles: {2}',
    ...[database, server, listed(roles)],
  );
}

function usesResource(database: DatabaseAccess | undefined): string {
  return database
    ? l10n.t('Nothing else shows whether the script has run. Select a function that uses the database.')
    : l10n.t("That's the most reliable check. Select a function that uses the resource.");
}

/** What follows the last step. */
function verifiedWords(functionName: string | undefined, isDatabase: boolean): string[] {
  if (isDatabase) return [];
  return [
    functionName === undefined
      ? l10n.t('Keyless then reads the role assignment again. It can take up to 10 minutes to take effect.')
      : l10n.t('Keyless then waits for the change to take effect and runs {0} to verify it.', functionName),
  ];
}

function factsOf(
  { wanted, scope, principal, app }: AccessFacts,
  database: DatabaseAccess | undefined,
): Fact[] {
  return [
    { label: l10n.t('Access'), text: wantedWords(wanted) },
    ...(wanted.kind === 'operation'
      ? [{ label: l10n.t('Allows'), text: operationWords(wanted.operation).allows }]
      : []),
    { label: l10n.t('Role'), text: roleOf(wanted).name },
    { label: l10n.t('Where'), text: describeScope(scope) },
    { label: l10n.t('Identity'), text: identityText({ principal, app }) },
    ...(database ? [{ label: l10n.t('Connection string'), text: database.connectionString }] : []),
  ];
}

/** What the app uses, in words. */
export function identityText({ principal, app }: Pick<AccessFacts, 'principal' | 'app'>): string {
  if (principal) return identityName(principal);
  return app.identityInUse.startsWith('/')
    ? l10n.t("{0}, which isn't assigned to the app", nameInId(app.identityInUse))
    : l10n.t("its system-assigned identity, which isn't enabled");
}

/** IDs of everything that a report calls by name. */
export function accessIds({ app, scope, principal }: AccessFacts): NamedId[] {
  return [
    { name: app.name, id: app.id },
    { name: describeScope(scope), id: scope },
    ...(principal
      ? [{ name: l10n.t('{0} (principal ID)', identityName(principal)), id: principal.principalId }]
      : []),
  ];
}

function uncovered({ app, principal, wanted }: AccessFacts): Card[] {
  const isUserAssigned = principal?.kind === 'user-assigned' || app.identityInUse.startsWith('/');
  const id = wanted.kind === 'operation' ? wanted.operation.id : undefined;
  return [
    ...(id === 'readFiles' || id === 'writeFiles' ? [ofFileShares()] : []),
    {
      tone: 'neutral',
      title: l10n.t('The app must use its identity'),
      paragraphs: [
        isUserAssigned
          ? l10n.t(
              "Its code or its connection's settings must name the identity by its client ID. Otherwise, the app uses its system-assigned identity.",
            )
          : l10n.t(
              'Its code must use the identity, as DefaultAzureCredential does, or its connection must be set without a key.',
            ),
      ],
      actions: [],
    },
    {
      tone: 'neutral',
      title: l10n.t('Keys that the app holds stay'),
      paragraphs: [
        l10n.t('As long as a setting has a key, the app uses that. "Replace with Identity" replaces it.'),
      ],
      actions: [],
    },
  ];
}

/** Functions mount shares by the key only (functions-reference.md), and over REST need the intent (authorize-oauth-rest.md). */
function ofFileShares(): Card {
  return {
    tone: 'neutral',
    title: l10n.t('The role applies only over REST'),
    paragraphs: [
      l10n.t(
        'Each request must have the header "x-ms-file-request-intent: backup". SDKs have an option for it, which is called token intent.',
      ),
      l10n.t(
        "A share that's mounted over SMB, such as the content share of an app, still needs a key of the storage account.",
      ),
    ],
    actions: [],
  };
}
