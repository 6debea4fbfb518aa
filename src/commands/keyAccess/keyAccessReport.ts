import * as l10n from '@vscode/l10n';
import { kindWords } from '../../access/credentials/words';
import type { KeyAccessFacts, KeyUser } from '../../access/keyAccess/keyAccessFacts';
import { keyAccessVerdict } from '../../access/keyAccess/keyAccessFacts';
import {
  answerWords,
  obstacleOf,
  requestWords,
  wayBackWords,
  whatBreaks,
} from '../../access/keyAccess/keyAccessWords';
import { typeWords } from '../../access/operations/resourceWords';
import { inShort, nameInId } from '../../access/words/format';
import type { Card, Report, ReportAction, Section, Tone } from '../../reports/model/report';
import { card } from '../access/accessReport';

const tones: Readonly<Record<ReturnType<typeof keyAccessVerdict>, Tone>> = {
  ...{ off: 'good', inUse: 'bad', usedElsewhere: 'warning', quiet: 'neutral', unknown: 'unknown' },
};

/** Who still uses the keys of a resource, what breaks without them, and whether they come back. */
export function keyAccessReport(
  facts: KeyAccessFacts,
  at: number,
  actions: readonly ReportAction[],
  actionsOf: (user: KeyUser) => readonly ReportAction[],
): Report {
  const { resource, keySwitch, users } = facts;
  const obstacle = obstacleOf(facts);
  return {
    kind: l10n.t('Turn Off Key Access'),
    title: l10n.t('Can the keys of {0} be turned off?', resource.name),
    answer: { tone: tones[keyAccessVerdict(facts)], ...answerWords(facts), actions },
    sections: [
      ...(users.length > 0
        ? [
            {
              title: l10n.t('Apps that hold its keys'),
              cards: users.map((user) => userCard(user, actionsOf(user))),
            },
          ]
        : []),
      ...(obstacle ? [{ title: l10n.t('What prevents it'), cards: [card('bad', obstacle)] }] : []),
      seenSection(facts),
      ...(resource.keysWork
        ? [
            { title: l10n.t('What stops working'), cards: [breaksCard(keySwitch.type)] },
            {
              title: l10n.t('The way back'),
              facts: [{ label: l10n.t('Keys'), text: wayBackWords(keySwitch.deletesKeys) }],
            },
          ]
        : []),
    ],
    ids: [
      { name: resource.name, id: resource.id },
      ...users.map(({ app }) => ({ name: nameInId(app.id), id: app.id })),
    ],
    note: l10n.t('That nothing in sight uses a key is no proof that nothing does. No key was shown.'),
    at,
  };
}

function userCard({ app, findings }: KeyUser, actions: readonly ReportAction[]): Card {
  const points = findings.map(({ name, kind }) => l10n.t('{0}: {1}', name, kindWords(kind)));
  return { tone: 'bad', title: nameInId(app.id), paragraphs: [], points, actions };
}

function seenSection(facts: KeyAccessFacts): Section {
  const { appsRead, unread, keySwitch } = facts;
  return {
    title: l10n.t('What was checked'),
    facts: [
      { label: l10n.t('Type'), text: typeWords(keySwitch.type.toLowerCase()) },
      { label: l10n.t('Apps'), text: l10n.t('Apps and slots whose settings were read: {0}', appsRead) },
      ...(unread.length > 0 ? [{ label: l10n.t("Couldn't be read"), text: inShort(unread) }] : []),
      { label: l10n.t('Requests'), text: requestWords(facts) },
      {
        label: l10n.t('Not seen'),
        text: l10n.t(
          "Other services, other tenants, your own tools, and app code that doesn't use a setting",
        ),
      },
    ],
  };
}

function breaksCard(type: string): Card {
  const title = l10n.t('Everything that uses a key');
  return { tone: 'warning', title, paragraphs: [], points: whatBreaks(type), actions: [] };
}
