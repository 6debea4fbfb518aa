import * as l10n from '@vscode/l10n';
import { nameInId } from '../../access/words/format';
import type { PublishingMethod } from '../../azure/appService/basicPublishing';
import type { PublishingAccess } from '../../grants/keyAccess/publishingAccess';
import type { Answer, Card, Report, ReportAction } from '../../reports/model/report';

/** Which ways of publishing to an app and its slots accept a password, and what breaks without it. */
export function publishingReport(
  sites: readonly PublishingAccess[],
  reasonOf: (error: unknown) => string,
  at: number,
  actions: readonly ReportAction[],
  actionsOf: (site: PublishingAccess) => readonly ReportAction[],
): Report {
  const name = nameInId(sites[0]?.site.id ?? '');
  return {
    kind: l10n.t('Turn Off Basic Publishing'),
    title: l10n.t('Can {0} be published with a password?', name),
    answer: { ...answerOf(sites), actions },
    sections: [
      { title: l10n.t('App and slots'), cards: sites.map((one) => siteCard(one, reasonOf, actionsOf(one))) },
      { title: l10n.t('What stops working without it'), cards: [breaksCard()] },
      {
        title: l10n.t('Good to know'),
        facts: [
          {
            label: l10n.t('Who uses it'),
            text: l10n.t("Can't tell: only the audit logs of App Service (AppServiceAuditLogs) show it."),
          },
          { label: l10n.t('The way back'), text: l10n.t('Turn it on again. The password stays the same.') },
          {
            label: l10n.t('Instead'),
            text: l10n.t(
              'Publish with an identity: VS Code, the Azure CLI 2.48.1 or later, and GitHub Actions with OpenID Connect do so.',
            ),
          },
        ],
      },
    ],
    ids: sites.map(({ site }) => ({ name: nameInId(site.id), id: site.id })),
    note: l10n.t('No password was read.'),
    at,
  };
}

function answerOf(sites: readonly PublishingAccess[]): Omit<Answer, 'actions'> {
  const open = sites.filter(({ accepts = [] }) => accepts.length > 0);
  if (open.length > 0)
    return {
      tone: 'warning',
      text: l10n.t('Yes: {0}', open.map(({ site }) => nameInId(site.id)).join(', ')),
      detail: l10n.t('Anyone who has the password can replace its code and read its settings.'),
    };
  return sites.some(({ failure }) => failure)
    ? { tone: 'unknown', text: l10n.t("Can't tell: not everything could be read.") }
    : { tone: 'good', text: l10n.t('No. Publishing requires an identity.') };
}

/** What the ways of publishing are called. */
export function methodWords(method: PublishingMethod): string {
  return method === 'scm' ? l10n.t('SCM site (Kudu, web deploy, local Git)') : l10n.t('FTP');
}

function siteCard(
  { site, accepts, failure }: PublishingAccess,
  reasonOf: (error: unknown) => string,
  actions: readonly ReportAction[],
): Card {
  const title = nameInId(site.id);
  if (!accepts) return { tone: 'unknown', title, paragraphs: [reasonOf(failure)], actions };
  return {
    ...{ tone: accepts.length > 0 ? 'warning' : 'good', title, paragraphs: [], actions },
    points: (['scm', 'ftp'] as const).map((method) =>
      accepts.includes(method)
        ? l10n.t('{0}: accepts a password', methodWords(method))
        : method === 'ftp'
          ? l10n.t('{0}: off, because it can only take a password', methodWords(method))
          : l10n.t('{0}: requires an identity', methodWords(method)),
    ),
  };
}

function breaksCard(): Card {
  return {
    ...{ tone: 'warning', title: l10n.t('Everything that publishes with a password'), actions: [] },
    paragraphs: [],
    points: [
      l10n.t('FTP and local Git.'),
      l10n.t('Publish profiles, such as those in GitHub workflows and in older versions of Visual Studio.'),
      l10n.t('Versions of the Azure CLI before 2.48.1.'),
    ],
  };
}
