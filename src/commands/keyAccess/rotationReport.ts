import * as l10n from '@vscode/l10n';
import { kindWords } from '../../access/credentials/words';
import type { HeldKey, KeyHolder, KeyPair, RotationFacts } from '../../access/keyAccess/rotation';
import { firstStep, keyLabel, keyToSwitchTo } from '../../access/keyAccess/rotation';
import { dayOf, inShort, listed, nameInId } from '../../access/words/format';
import type { Answer, Card, Report, ReportAction, Section } from '../../reports/model/report';

/** What the report offers for a key, and for a setting that holds one. */
export interface RotationActions {
  readonly answer: readonly ReportAction[];
  readonly ofKey: (key: HeldKey) => readonly ReportAction[];
  readonly ofOther: (holder: KeyHolder) => readonly ReportAction[];
}

/** Which key of a resource to rotate first, and which apps must get the other one before that. */
export function rotationReport(facts: RotationFacts, at: number, actions: RotationActions): Report {
  const { resource, pairs, others, unread, exposed } = facts;
  return {
    kind: l10n.t('Rotate Key'),
    title: l10n.t('Which key of {0} can be rotated?', resource.name),
    answer: { ...answerOf(facts, at), actions: actions.answer },
    sections: [
      ...(pairs.length > 0 ? [keySection(pairs, actions.ofKey)] : []),
      ...otherSection(others, actions.ofOther),
      {
        title: l10n.t('Good to know'),
        facts: [
          {
            label: l10n.t('Rotating'),
            text: whatRotatingDoes(),
          },
          ...(exposed && exposed.keyName === undefined
            ? [
                {
                  label: l10n.t('In the file'),
                  text: resource.keysWork
                    ? l10n.t(
                        'None of these keys: it has one that no longer works, or a shared access signature.',
                      )
                    : l10n.t('If it has one of the keys, that may work again once key access is turned on.'),
                },
              ]
            : []),
          {
            label: l10n.t('Not seen'),
            text: l10n.t('Other services, other tenants, key vaults, and your own tools'),
          },
          ...(unread.length > 0 ? [{ label: l10n.t("Couldn't be read"), text: inShort(unread) }] : []),
        ],
      },
    ],
    ids: [{ name: resource.name, id: resource.id }],
    note: l10n.t('Keys were compared without showing or storing them.'),
    at,
  };
}

/** Cosmos DB takes minutes to hours for it, so this doesn't say when. */
export function whatRotatingDoes(): string {
  return l10n.t(
    'The old key stops working, and so does what it signed, such as shared access signatures. There is no way back.',
  );
}

function answerOf(facts: RotationFacts, at: number): Omit<Answer, 'actions'> {
  const first = firstStep(facts, at);
  if (!first)
    return { tone: 'good', text: l10n.t('Key access is off.'), detail: l10n.t('Only identities get in.') };
  const { step, pair } = first;
  const held = listed(
    pair.keys.filter(({ holders }) => holders.length > 0).map(({ keyName }) => keyLabel(keyName)),
  );
  switch (step.kind) {
    case 'exposed': {
      const other = keyToSwitchTo(pair, step.key.keyName)?.keyName ?? '';
      return {
        tone: 'bad',
        text: l10n.t('{0} is in a file that others may have seen.', keyLabel(step.key.keyName)),
        detail:
          step.key.holders.length > 0
            ? l10n.t('Switch the apps that hold it to {0}, and then rotate it.', keyLabel(other))
            : l10n.t('No app in sight holds it. Rotate it.'),
      };
    }
    case 'allHeld':
      return {
        tone: 'warning',
        text: l10n.t('None yet: apps hold each key.'),
        detail: l10n.t('Switch all apps to the same key first.'),
      };
    case 'noneHeld':
      return {
        tone: 'neutral',
        text: l10n.t('No app in sight holds a key.'),
        detail: l10n.t('If nothing else does, turning off key access is better than rotating.'),
      };
    case 'done':
      return {
        tone: 'good',
        text: l10n.t('All keys were created in the last 24 hours.'),
        detail: l10n.t('Nothing needs to be rotated.'),
      };
    case 'switch':
      return {
        tone: 'neutral',
        text: l10n.t('{0} is new. Switch the apps that hold {1} to it.', keyLabel(step.key.keyName), held),
        detail: l10n.t('Then rotate {0}.', held),
      };
    case 'rotate':
      return {
        tone: 'neutral',
        text: l10n.t('{0}: no app in sight holds it.', keyLabel(step.key.keyName)),
        detail: l10n.t('Rotate it, switch the apps that hold {0} to it, and then rotate {0}.', held),
      };
  }
}

function keySection(pairs: readonly KeyPair[], actionsOf: RotationActions['ofKey']): Section {
  const keys = pairs.flatMap((pair) => pair.keys);
  return { title: l10n.t('Keys'), cards: keys.map((key) => keyCard(key, actionsOf(key))) };
}

function keyCard({ keyName, madeAt, holders }: HeldKey, actions: readonly ReportAction[]): Card {
  return {
    ...{ tone: holders.length > 0 ? 'warning' : 'good', title: keyLabel(keyName), actions },
    ...(madeAt ? { subtitle: l10n.t('created on {0}', dayOf(madeAt)) } : {}),
    paragraphs: [holders.length > 0 ? l10n.t('These apps hold it:') : l10n.t('No app in sight holds it.')],
    points: holders.map(placeOf),
  };
}

/** What can't be switched to another key by its value alone. */
function otherSection(
  others: readonly KeyHolder[],
  actionsOf: (holder: KeyHolder) => readonly ReportAction[],
): Section[] {
  if (others.length === 0) return [];
  const cards = others.map((holder): Card => ({
    ...{ tone: 'unknown', title: placeOf(holder), actions: actionsOf(holder) },
    paragraphs: [
      l10n.t("Can't tell which key this needs ({0}). It may stop working.", kindWords(holder.finding.kind)),
    ],
  }));
  return [{ title: l10n.t('Other ways in'), cards }];
}

function placeOf({ app, finding }: KeyHolder): string {
  return l10n.t('{0}: {1}', nameInId(app.id), finding.name);
}
