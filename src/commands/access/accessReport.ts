import * as l10n from '@vscode/l10n';
import type { ReadFacts } from '../../access/model/facts';
import { isWithheld } from '../../access/model/facts';
import type { Cause, MissingFact, Verdict, Warning } from '../../access/model/verdict';
import { describeCause, describeMissingFact, describeWarning } from '../../access/words/describeVerdict';
import type { Description } from '../../access/words/format';
import type { Answer, Card, Fact, NamedId, Report, ReportAction, Tone } from '../../reports/model/report';
import { factTexts, identityName } from './factTexts';

/** The actions that the report offers in its parts. */
export interface AccessActions {
  readonly answer: readonly ReportAction[];
  readonly ofCause: (cause: Cause) => readonly ReportAction[];
  readonly ofWarning: (warning: Warning) => readonly ReportAction[];
  readonly identity: readonly ReportAction[];
}

/** Says whether an app can read a secret, why not, what couldn't be read, and what was checked. */
export function accessReport(facts: ReadFacts, verdict: Verdict, actions: AccessActions): Report {
  const { app, target, now } = facts;
  const causes = verdict.kind === 'cannot' ? verdict.causes : [];
  const missing = verdict.kind === 'can' ? [] : verdict.missing;
  const { warnings } = verdict;
  return {
    kind: l10n.t("Why Can't It Read?"),
    title: l10n.t('Can {0} read {1}?', app.name, target.secretName),
    answer: { ...answerOf(verdict), actions: actions.answer },
    sections: [
      ...cards(
        l10n.t('What prevents it'),
        causes.map((cause) => card('bad', describeCause(cause), actions.ofCause(cause))),
      ),
      ...cards(
        l10n.t("What couldn't be read"),
        missing.map((fact) => card('unknown', describeMissingFact(fact))),
      ),
      ...cards(
        l10n.t('Worth knowing'),
        warnings.map((warning) => card('warning', describeWarning(warning), actions.ofWarning(warning))),
      ),
      { title: l10n.t('What was checked'), facts: factsOf(facts, verdict, actions.identity) },
    ],
    ids: idsOf(facts, causes, missing),
    note: l10n.t('No secret values were read.'),
    at: now.getTime(),
  };
}

/** The answer to whether an app can do something. */
export function answerOf(
  verdict:
    | { readonly kind: 'can' | 'cannotTell' }
    | { readonly kind: 'cannot'; readonly causes: readonly unknown[]; readonly missing: readonly unknown[] },
): Omit<Answer, 'actions'> {
  switch (verdict.kind) {
    case 'can':
      return { tone: 'good', text: l10n.t('Yes. Nothing blocks it.') };
    case 'cannotTell':
      return {
        tone: 'unknown',
        text: l10n.t("Can't tell."),
        detail: l10n.t("Nothing is known to block it, but some facts couldn't be read."),
      };
    case 'cannot':
      return {
        tone: 'bad',
        text:
          verdict.causes.length === 1
            ? l10n.t('No, for one reason.')
            : l10n.t('No, for {0} reasons.', verdict.causes.length),
        ...(verdict.missing.length > 0
          ? { detail: l10n.t("There may be more reasons, because some facts couldn't be read.") }
          : {}),
      };
  }
}

/** A section, if there are cards for it. */
export function cards(title: string, all: readonly Card[]): { title: string; cards: readonly Card[] }[] {
  return all.length > 0 ? [{ title, cards: all }] : [];
}

/** A card that says what is wrong and what to do. */
export function card(tone: Tone, description: Description, actions: readonly ReportAction[] = []): Card {
  const { title, sentence, nextStep, times = [] } = description;
  return {
    ...{ tone, title, actions },
    paragraphs: [sentence, nextStep].filter((text) => text !== ''),
    moments: times.map(({ label, at }) => ({ label, at: at.getTime() })),
  };
}

function factsOf(facts: ReadFacts, verdict: Verdict, identity: readonly ReportAction[]): Fact[] {
  const { app, reference } = facts;
  const texts = factTexts(facts, verdict);
  return [
    { label: l10n.t('App'), text: app.name },
    { label: l10n.t('Reads as'), text: texts.identity, actions: identity },
    { label: l10n.t('Key vault'), text: texts.vault },
    ...(texts.network === undefined ? [] : [{ label: l10n.t('Network'), text: texts.network }]),
    ...texts.access.map((text) => ({ label: l10n.t('Access'), text })),
    { label: l10n.t('Secret'), text: texts.secret },
    ...(reference
      ? [
          {
            label: l10n.t('Key Vault reference'),
            text: [reference.settingName, reference.syntaxProblem ?? reference.status]
              .filter(Boolean)
              .join(': '),
          },
        ]
      : []),
  ];
}

/** IDs of everything that the report calls by name. */
export function idsOf(
  { app, principal, otherIdentities, target, vault }: ReadFacts,
  causes: readonly Cause[] = [],
  missing: readonly MissingFact[] = [],
): NamedId[] {
  const identities = [...(principal ? [principal] : []), ...otherIdentities].flatMap((one) => [
    { name: l10n.t('{0} (principal ID)', identityName(one)), id: one.principalId },
    ...(one.resourceId === undefined ? [] : [{ name: one.name, id: one.resourceId }]),
  ]);
  return [
    { name: app.name, id: app.id },
    ...identities,
    ...(target.vaultId === '' ? [] : [{ name: target.vaultName, id: target.vaultId }]),
    ...(isWithheld(vault) || vault.kind !== 'present'
      ? []
      : [{ name: l10n.t('Tenant of {0}', target.vaultName), id: vault.vault.tenantId }]),
    ...causes.flatMap((cause) =>
      cause.kind === 'wrongTenant'
        ? [{ name: l10n.t("Tenant of the app's identity"), id: cause.principalTenantId }]
        : [],
    ),
    ...missing.flatMap((fact) =>
      fact.kind === 'groups'
        ? fact.groupIds.map((id) => ({ name: l10n.t('Group that has access'), id }))
        : [],
    ),
  ];
}
