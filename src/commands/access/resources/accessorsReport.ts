import * as l10n from '@vscode/l10n';
import { describeAccessMissing } from '../../../access/operations/describeAccess';
import { asAccessMissing } from '../../../access/operations/explainAccess';
import type { Wanted } from '../../../access/operations/operation';
import { roleOf } from '../../../access/operations/operation';
import { operationWords, wantedWords } from '../../../access/operations/operationWords';
import type { Accessor, AccessWay } from '../../../access/operations/whoAccesses';
import { isWithheld } from '../../../access/model/facts';
import { inShort } from '../../../access/words/format';
import { describeScope } from '../../../access/words/reach';
import type { Connection } from '../../../azure/core/connection';
import { roleGuid } from '../../../azure/directory/roles';
import type { AccessorsRead } from '../../../grants/access/readAccessors';
import type { PrincipalName } from '../../../inventory/principalNames';
import { kindOfType, principalKindWords, unnamedWords } from '../../../inventory/principalNames';
import type { Answer, Card, Fact, Report, ReportAction } from '../../../reports/model/report';
import { card, cards } from '../accessReport';
import { networkText } from '../factTexts';
import { denialsOf } from '../whoCanRead/readers';

/** Who can do something with a resource, and the names to show for them. */
export interface FoundAccessors {
  readonly connection: Connection;
  readonly scope: string;
  readonly wanted: Wanted;
  readonly read: AccessorsRead;
  /** The first of them. */
  readonly shown: readonly Accessor[];
  /** Names by object ID in lowercase. */
  readonly names: ReadonlyMap<string, PrincipalName>;
}

interface AccessorActions {
  /** Describes a scope. */
  readonly scope: (id: string) => string;
  readonly of: (accessor: Accessor) => readonly ReportAction[];
  readonly more: readonly ReportAction[];
}

/** Says who can do something with a resource, by which role assignments, and who else could by its keys. */
export function accessorsReport(found: FoundAccessors, actions: AccessorActions): Report {
  const { scope, read, shown } = found;
  const { accessors, missing } = read.found;
  const named = shown
    .map((accessor) => ({ accessor, name: nameOf(found, accessor) }))
    .sort((a, b) => a.name.localeCompare(b.name));
  const who = named.map(({ accessor, name }): Card => ({
    tone: accessor.denials.length > 0 ? 'warning' : 'neutral',
    title: name,
    subtitle: principalKindWords(kindOf(found, accessor)),
    paragraphs: [],
    points: [...accessor.ways.map((way) => wayOf(found, way, actions)), ...denialsOf(accessor)],
    actions: actions.of(accessor),
  }));
  const rest = accessors.length - shown.length;
  const more: Card[] =
    rest > 0
      ? [{ tone: 'neutral', title: l10n.t('{0} more', rest), paragraphs: [], actions: actions.more }]
      : [];
  return {
    kind: l10n.t('Who Can Access This?'),
    title: l10n.t('Who can access the {0}?', describeScope(scope)),
    answer: { ...answerOf(found), actions: [] },
    sections: [
      ...cards(l10n.t('Can access it'), [...who, ...more]),
      ...cards(l10n.t('By keys'), keyCards(found)),
      ...cards(
        l10n.t("What couldn't be read"),
        missing.map((fact) => card('unknown', describeAccessMissing(asAccessMissing(fact)))),
      ),
      { title: l10n.t('What was checked'), facts: factsOf(found) },
    ],
    ids: [
      { name: describeScope(scope), id: scope },
      ...named.map(({ accessor, name }) => ({ name, id: accessor.principalId })),
    ],
    note: l10n.t('No data was read.'),
    at: Date.now(),
  };
}

function nameOf({ names }: FoundAccessors, { principalId }: Accessor): string {
  return names.get(principalId.toLowerCase())?.name ?? principalId;
}

function kindOf({ names }: FoundAccessors, { principalId, principalType }: Accessor): PrincipalName['kind'] {
  return names.get(principalId.toLowerCase())?.kind ?? kindOfType(principalType);
}

/** For example, `Storage Blob Data Reader, inherited from resource group rg`. */
function wayOf(
  { read }: FoundAccessors,
  { assignment, inherited, conditional, isOfPart }: AccessWay,
  { scope }: AccessorActions,
): string {
  const guid = roleGuid(assignment.roleDefinitionId);
  const { definitions } = read.roles;
  const role = isWithheld(definitions)
    ? undefined
    : definitions.find(({ id }) => roleGuid(id) === guid)?.name;
  const at = scope(assignment.scope);
  const where = inherited
    ? l10n.t('inherited from {0}', at)
    : isOfPart
      ? l10n.t('only on {0}', at)
      : l10n.t('assigned on {0}', at);
  const parts = [role ?? l10n.t('Role {0}', guid), where];
  return (conditional ? [...parts, l10n.t('with a condition')] : parts).join(', ');
}

/** Anyone who has or can list a key needs no role. */
function keyCards(found: FoundAccessors): Card[] {
  const { keys } = found.read;
  if (!keys) return [];
  const listers = keys.listers.accessors.map(
    ({ principalId, principalType }) =>
      found.names.get(principalId.toLowerCase())?.name ?? unnamedWords(principalId, principalType),
  );
  return [
    {
      tone: 'warning',
      title: keys.isSure
        ? l10n.t('The resource accepts keys')
        : l10n.t("It isn't known whether the resource accepts keys"),
      paragraphs: [
        l10n.t(
          "Anyone who has a key can do everything with the data, without a role. Keyless can't see who has one.",
        ),
        ...(listers.length > 0 ? [l10n.t('These can list the keys: {0}.', inShort(listers))] : []),
      ],
      actions: [],
    },
  ];
}

function answerOf({ wanted, read: { found, keys } }: FoundAccessors): Omit<Answer, 'actions'> {
  const able = found.accessors.filter(({ denials }) => denials.length === 0).length;
  const isOpen = found.missing.length > 0;
  return {
    tone: isOpen ? 'unknown' : 'neutral',
    text:
      able === 0
        ? l10n.t('No one was found whose role allows it.')
        : able === 1
          ? l10n.t('One principal can access it by its role.')
          : l10n.t('{0} principals can access it by their roles.', able),
    ...(isOpen
      ? { detail: l10n.t("There may be more, because some facts couldn't be read.") }
      : keys?.isSure && wanted.kind === 'operation'
        ? {
            detail:
              able === 0
                ? l10n.t('But everyone who has a key can access it.')
                : l10n.t('So can everyone who has a key.'),
          }
        : {}),
  };
}

function factsOf({ scope, wanted, read: { network } }: FoundAccessors): Fact[] {
  return [
    { label: l10n.t('Resource'), text: describeScope(scope) },
    { label: l10n.t('Access'), text: wantedWords(wanted) },
    ...(wanted.kind === 'operation'
      ? [{ label: l10n.t('Allows'), text: operationWords(wanted.operation).allows }]
      : []),
    { label: l10n.t('Least role'), text: roleOf(wanted).name },
    ...(network === undefined
      ? []
      : [
          {
            label: l10n.t('Network'),
            text: isWithheld(network)
              ? l10n.t("couldn't be read: {0}", network.withheld)
              : networkText(network),
          },
        ]),
  ];
}
