import * as l10n from '@vscode/l10n';
import type { AccessFacts } from '../../../access/operations/accessFacts';
import type { AccessCause, AccessVerdict } from '../../../access/operations/accessVerdict';
import { describeAccessCause, describeAccessMissing } from '../../../access/operations/describeAccess';
import { wantedWords } from '../../../access/operations/operationWords';
import { isWithheld } from '../../../access/model/facts';
import { describeWarning } from '../../../access/words/describeVerdict';
import { describeScope } from '../../../access/words/reach';
import type { Fact, Report, ReportAction } from '../../../reports/model/report';
import { answerOf, card, cards } from '../accessReport';
import { grantText, networkText } from '../factTexts';
import { accessIds, identityText } from './accessPlanReport';

interface ReasonActions {
  readonly answer: readonly ReportAction[];
  readonly ofCause: (cause: AccessCause) => readonly ReportAction[];
  readonly identity: readonly ReportAction[];
}

/** Says whether an app can use a resource, why not, what couldn't be read, and what was checked. */
export function accessReasons(facts: AccessFacts, verdict: AccessVerdict, actions: ReasonActions): Report {
  const { app, scope, now } = facts;
  const causes = verdict.kind === 'cannot' ? verdict.causes : [];
  const missing = verdict.kind === 'can' ? [] : verdict.missing;
  return {
    kind: l10n.t("Why Can't It Access?"),
    title: l10n.t('Can {0} access the {1}?', app.name, describeScope(scope)),
    answer: { ...answerOf(verdict), actions: actions.answer },
    sections: [
      ...cards(
        l10n.t('What prevents it'),
        causes.map((cause) => card('bad', describeAccessCause(cause), actions.ofCause(cause))),
      ),
      ...cards(
        l10n.t("What couldn't be read"),
        missing.map((fact) => card('unknown', describeAccessMissing(fact))),
      ),
      ...cards(
        l10n.t('Worth knowing'),
        verdict.warnings.map((warning) => card('warning', describeWarning(warning))),
      ),
      { title: l10n.t('What was checked'), facts: factsOf(facts, verdict, actions.identity) },
    ],
    ids: accessIds(facts),
    note: l10n.t('No data was read.'),
    at: now.getTime(),
  };
}

function factsOf(facts: AccessFacts, verdict: AccessVerdict, identity: readonly ReportAction[]): Fact[] {
  const { app, scope, wanted, target, roles } = facts;
  const network = isWithheld(target) || target.kind !== 'present' ? undefined : target.network;
  return [
    { label: l10n.t('App'), text: app.name },
    { label: l10n.t('Identity'), text: identityText(facts), actions: identity },
    { label: l10n.t('Resource'), text: describeScope(scope) },
    { label: l10n.t('Access'), text: wantedWords(wanted) },
    ...(network === undefined || isWithheld(network)
      ? []
      : [{ label: l10n.t('Network'), text: networkText(network) }]),
    ...(verdict.kind === 'can'
      ? verdict.through.map((grant) => ({ label: l10n.t('Role'), text: grantText(grant, { roles }) }))
      : []),
  ];
}
