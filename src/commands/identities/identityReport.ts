import * as l10n from '@vscode/l10n';
import type { IdentityClaims, IdentityTest } from '../../azure/appService/identityProbe';
import type { FunctionApp } from '../../azure/core/model';
import type { Answer, Card, Cell, NamedId, Report, ReportAction, Row } from '../../reports/model/report';

/** An identity of an app, and what came of the app's request for a token. */
export interface TestedIdentity {
  readonly name: string;
  readonly principalId: string;
  /** ARM ID of a user-assigned identity. */
  readonly resourceId?: string;
  readonly test: IdentityTest;
}

/** Says whether an app's identities get tokens, why not, and what is in the tokens. */
export function identityReport(
  app: Pick<FunctionApp, 'id' | 'name'>,
  audience: string,
  tested: readonly TestedIdentity[],
  actions: readonly ReportAction[],
  at: number,
): Report {
  const cards = tested.map((one) => cardOf(one, audience));
  const claims = tableOf(tested);
  return {
    kind: l10n.t('Test Identity'),
    title: l10n.t('Can {0} get a token with its identity?', app.name),
    answer: { ...answerOf(tested), actions },
    sections: [
      ...(cards.length > 0 ? [{ title: l10n.t('What was tested'), cards }] : []),
      ...(claims.columns.length > 0 ? [{ title: l10n.t('Claims in the token'), table: claims }] : []),
    ],
    ids: [{ name: app.name, id: app.id }, ...tested.flatMap(idsOf)],
    note: claims.columns.length > 0 ? l10n.t("The token itself didn't leave the app.") : '',
    at,
  };
}

function answerOf(tested: readonly TestedIdentity[]): Omit<Answer, 'actions'> {
  const count = tested.length;
  const working = tested.filter(({ test }) => test.kind === 'claims').length;
  if (count === 0) return { tone: 'bad', text: l10n.t('No. The app has no managed identity.') };
  if (working === 0) return { tone: 'bad', text: l10n.t('No.') };
  const detail = l10n.t("A token says who the app is. Whether the app has access to a secret isn't tested.");
  if (working < count)
    return { tone: 'warning', text: l10n.t('Only with {0} of its {1} identities.', working, count), detail };
  return {
    tone: tested.some(ofOther) ? 'warning' : 'good',
    text: count === 1 ? l10n.t('Yes.') : l10n.t('Yes, with each of its {0} identities.', count),
    detail,
  };
}

function cardOf(tested: TestedIdentity, audience: string): Card {
  const { name, test } = tested;
  const card = { title: name, actions: [] };
  switch (test.kind) {
    case 'claims':
      return {
        ...card,
        tone: ofOther(tested) ? 'warning' : 'good',
        paragraphs: [
          l10n.t('It gets a token for {0}.', audience),
          // Azure keeps tokens for about 24 hours (Microsoft's best practices for managed identities).
          ofOther(tested)
            ? l10n.t(
                "But the token isn't for the principal that Azure shows for this identity. It may be from before the identity was replaced: Azure keeps tokens for about 24 hours.",
              )
            : l10n.t('The token is for the principal that Azure shows for this identity.'),
        ],
        moments: test.of.expires ? [{ label: l10n.t('Expires'), at: test.of.expires.getTime() }] : [],
      };
    case 'noEndpoint':
      return {
        ...card,
        tone: 'bad',
        paragraphs: [
          l10n.t("The app's process has no endpoint to request a token from."),
          l10n.t(
            'If the identity was enabled just now, wait a few minutes. Also check the setting WEBSITE_DISABLE_MSI, which can turn the endpoint off.',
          ),
        ],
      };
    case 'refused':
      return {
        ...card,
        tone: 'bad',
        paragraphs: [
          l10n.t("The app couldn't get a token: {0}", test.reason),
          l10n.t('If the identity was enabled just now, wait a few minutes, and then check again.'),
        ],
      };
  }
}

/** Whether the token is for another principal than the one that Azure shows. */
function ofOther({ principalId, test }: TestedIdentity): boolean {
  const oid = test.kind === 'claims' ? test.of.claims['oid'] : undefined;
  return oid !== undefined && oid.toLowerCase() !== principalId.toLowerCase();
}

function tableOf(tested: readonly TestedIdentity[]): {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
} {
  const tokens = tested.flatMap(({ name, test }) => (test.kind === 'claims' ? [{ name, of: test.of }] : []));
  const names = new Set(tokens.flatMap(({ of }) => Object.keys(of.claims)));
  return {
    columns: tokens.map(({ name }) => name),
    rows: [...names].map((name) => {
      const cells = tokens.map(({ of }) => cellOf(name, of));
      return { label: labelOf(name), cells, differs: new Set(cells).size > 1 };
    }),
  };
}

function cellOf(name: string, { claims }: IdentityClaims): Cell {
  const text = claims[name] ?? '–';
  const seconds = ['exp', 'iat', 'nbf'].includes(name) ? Number(text) : NaN;
  return seconds > 0 ? seconds * 1000 : text.slice(0, 400);
}

function labelOf(claim: string): string {
  const labels: Readonly<Record<string, string>> = {
    aud: l10n.t('Audience (aud)'),
    iss: l10n.t('Issuer (iss)'),
    oid: l10n.t('Principal ID (oid)'),
    sub: l10n.t('Subject (sub)'),
    appid: l10n.t('Client ID (appid)'),
    tid: l10n.t('Tenant ID (tid)'),
    idtyp: l10n.t('Type (idtyp)'),
    xms_mirid: l10n.t('Resource (xms_mirid)'),
    iat: l10n.t('Issued (iat)'),
    nbf: l10n.t('Valid from (nbf)'),
    exp: l10n.t('Expires (exp)'),
  };
  return labels[claim] ?? claim;
}

function idsOf({ name, principalId, resourceId }: TestedIdentity): NamedId[] {
  return [
    { name: l10n.t('{0} (principal ID)', name), id: principalId },
    ...(resourceId === undefined ? [] : [{ name, id: resourceId }]),
  ];
}
