import * as vscode from 'vscode';
import { nameInId } from '../../access/words/format';
import type { PublishingMethod } from '../../azure/appService/basicPublishing';
import { setBasicPublishing } from '../../azure/appService/basicPublishing';
import { requireFeature } from '../../azure/appService/hosting/features';
import { mainAppId } from '../../azure/appService/settings/slotSettings';
import type { Connection } from '../../azure/core/connection';
import { isObject } from '../../azure/core/json';
import type { PublishingAccess } from '../../grants/keyAccess/publishingAccess';
import { readPublishingAccess } from '../../grants/keyAccess/publishingAccess';
import type { AppTarget } from '../../inventory/targets';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../reports/source';
import { reasonOf } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import { copyChangesAs } from '../changes/copyChange';
import { bullets } from '../identities/principalAccess';
import { Buttons } from '../reports/buttons';
import type { SavedAccount } from '../reports/savedAccount';
import { connectionOf, hasTexts, isSavedAccount, savedAccount } from '../reports/savedAccount';
import type { Services } from '../services';
import { methodWords, publishingReport } from './publishingReport';

type UsedServices = Pick<Services, 'accounts' | 'changes' | 'inventory' | 'refresh' | 'reports'>;

const title = () => vscode.l10n.t('Turn Off Basic Publishing');

/** Shows which ways of publishing to an app and its slots accept a password. Its buttons turn that off and on. */
export async function turnOffBasicPublishing(services: UsedServices, node?: AppTarget): Promise<void> {
  const { connection, app } = node ?? (await pickFunctionApp(services.inventory, title()));
  requireFeature(app, 'scmSite');
  await services.reports.show(
    publishingSource(services, {
      ...{ kind: 'basicPublishing', appId: mainAppId(app), account: savedAccount(connection) },
    }),
  );
}

/** A question as JSON. */
interface SavedPublishing {
  readonly kind: 'basicPublishing';
  readonly appId: string;
  readonly account: SavedAccount;
}

export function isSavedPublishing(value: unknown): value is SavedPublishing {
  return isObject(value) && hasTexts(value, ['appId']) && isSavedAccount(value['account']);
}

export function publishingSource(services: UsedServices, saved: SavedPublishing): ReportSource {
  const { appId, account } = saved;
  return {
    subject: JSON.stringify(['basicPublishing', account, appId]),
    title: vscode.l10n.t('Publishing to {0}', nameInId(appId)),
    saved,
    about: [appId],
    read: (page, signal) => readReport(services, page, saved, signal),
  };
}

interface Policy {
  readonly appId: string;
  readonly method: PublishingMethod;
}

async function readReport(
  services: UsedServices,
  page: OpenReport,
  { appId, account }: SavedPublishing,
  signal: AbortSignal,
): Promise<ReadReport> {
  const connection = await connectionOf(services, account);
  const sites = await readPublishingAccess(connection, appId, signal);
  const buttons = new Buttons();
  const set = (policies: readonly Policy[], allow: boolean) => () =>
    write(services, connection, policies, allow).finally(() => page.changed());
  const open = sites.flatMap(({ site, accepts = [] }) =>
    accepts.map((method) => ({ appId: site.id, method })),
  );
  const all: readonly Button[] =
    open.length === 0
      ? []
      : [
          { title: vscode.l10n.t('Turn Off'), run: set(open, false) },
          {
            title: vscode.l10n.t('Copy Steps…'),
            run: () =>
              copyChangesAs(title(), {
                connection,
                changes: open.map((one) => ({ kind: 'setBasicPublishing', ...one, allow: false }) as const),
              }),
          },
        ];
  const ofSite = ({ site, accepts }: PublishingAccess): Button[] =>
    accepts === undefined
      ? []
      : (['scm', 'ftp'] as const).map((method) => {
          const allow = !accepts.includes(method);
          const run = set([{ appId: site.id, method }], allow);
          const name = method.toUpperCase();
          return {
            title: allow ? vscode.l10n.t('Turn On {0}', name) : vscode.l10n.t('Turn Off {0}', name),
            run,
          };
        });
  const report = publishingReport(sites, reasonOf, Date.now(), buttons.at('all', all, true), (one) =>
    buttons.at(one.site.id, ofSite(one)),
  );
  return { report, buttons: buttons.byId };
}

async function write(
  { changes, refresh }: Pick<Services, 'changes' | 'refresh'>,
  connection: Connection,
  policies: readonly Policy[],
  allow: boolean,
): Promise<void> {
  const lines = bullets(policies.map(({ appId, method }) => `${nameInId(appId)}: ${methodWords(method)}`));
  await confirm(
    allow ? vscode.l10n.t('Accept a password for publishing?') : vscode.l10n.t('Stop accepting a password?'),
    [
      ...lines,
      '',
      allow
        ? vscode.l10n.t('Anyone who has the password can publish again.')
        : vscode.l10n.t('What publishes with a password fails until you turn this on again.'),
    ].join('\n'),
    allow ? vscode.l10n.t('Turn On') : vscode.l10n.t('Turn Off'),
  );
  try {
    await withProgress(vscode.l10n.t('Changing how the app can be published'), async (signal) => {
      for (const { appId, method } of policies) {
        await setBasicPublishing(connection, { id: appId }, method, allow, signal);
        changes.record(connection, { kind: 'setBasicPublishing', appId, method, allow });
      }
    });
    tell(
      allow
        ? vscode.l10n.t('Publishing accepts a password.')
        : vscode.l10n.t('Publishing no longer accepts a password.'),
    );
  } finally {
    for (const appId of new Set(policies.map((one) => one.appId))) refresh(connection, appId);
  }
}
