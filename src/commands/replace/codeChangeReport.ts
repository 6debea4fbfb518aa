import * as l10n from '@vscode/l10n';
import { isMovable } from '../../access/credentials/movable';
import { kindWords, reasonWords } from '../../access/credentials/words';
import { codeChange } from '../../access/replace/codeChange';
import type { ReplaceFacts } from '../../access/replace/replaceFacts';
import type { Report, ReportAction, Section } from '../../reports/model/report';
import { card } from '../access/accessReport';
import { idsOf } from './replaceReport';

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
    ids: idsOf([{ facts }]),
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
