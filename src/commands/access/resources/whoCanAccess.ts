import * as vscode from 'vscode';
import { sqlType } from '../../../access/operations/resourceKinds';
import type { Wanted } from '../../../access/operations/operation';
import { nameInId } from '../../../access/words/format';
import type { Accessor } from '../../../access/operations/whoAccesses';
import type { Connection } from '../../../azure/core/connection';
import { isObject } from '../../../azure/core/json';
import { readAccessors } from '../../../grants/access/readAccessors';
import { principalNames } from '../../../inventory/principalNames';
import type { SubscriptionTarget } from '../../../inventory/targets';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../../reports/source';
import { pickSubscription } from '../../../ui/pickers/identityPickers';
import type { Near } from '../../../ui/pickers/nearest';
import { needSignIn } from '../../../ui/pickers/pickers';
import { pickDataResource } from '../../../ui/pickers/resourcePicker';
import { scopeWords } from '../../../ui/pickers/scopeWords';
import { Buttons } from '../../reports/buttons';
import type { SavedAccount } from '../../reports/savedAccount';
import { connectionOf, hasTexts, isSavedAccount, savedAccount } from '../../reports/savedAccount';
import type { Services } from '../../services';
import { namesAtOnce } from '../whoCanRead/readers';
import type { FoundAccessors } from './accessorsReport';
import { accessorsReport } from './accessorsReport';
import type { SavedWanted } from './savedAccess';
import { isSavedWanted, savedWanted, wantedOf } from './savedAccess';
import { pickWanted } from './wantedPicker';

type UsedServices = Pick<Services, 'accounts' | 'inventory' | 'reports' | 'reveal'>;

/** Which resource, and what is done with it. */
export interface WhoAccessQuestion {
  readonly connection: Connection;
  /** ARM ID. */
  readonly scope: string;
  readonly wanted: Wanted;
}

/** Shows a report on every principal that can do something with a resource, how it can, and what to do about it. */
export async function whoCanAccess(services: UsedServices, asked?: WhoAccessQuestion): Promise<void> {
  const { connection, scope, wanted } = asked ?? (await ask(services));
  const saved = { kind: 'whoAccess', account: savedAccount(connection), scope } as const;
  await services.reports.show(whoAccessSource(services, { ...saved, wanted: savedWanted(wanted) }));
}

async function ask({ inventory }: Pick<Services, 'inventory'>): Promise<WhoAccessQuestion> {
  const title = vscode.l10n.t('Who Can Access This?');
  await needSignIn(inventory);
  const connections = await inventory.connections();
  const near = connections.length > 1 ? await pickSubscription(inventory, title) : undefined;
  const connection = near?.connection ?? connections[0];
  if (!connection) throw new vscode.CancellationError(); // needSignIn said why
  const scope = await pickDataResource(
    ...([inventory, title, connection, near && nearSubscription(near), sqlType] as const),
  );
  const wanted = await pickWanted(title, connection, scope);
  return { connection, scope, wanted };
}

function nearSubscription({ subscription }: SubscriptionTarget): Near {
  return { id: `/subscriptions/${subscription.subscriptionId}`, name: subscription.displayName };
}

/** The question as JSON. */
interface SavedWhoAccess {
  readonly kind: 'whoAccess';
  readonly account: SavedAccount;
  readonly scope: string;
  readonly wanted: SavedWanted;
}

export function isSavedWhoAccess(value: unknown): value is SavedWhoAccess {
  return (
    isObject(value) &&
    hasTexts(value, ['scope']) &&
    isSavedAccount(value['account']) &&
    isSavedWanted(value['wanted'])
  );
}

/** Reads the report on a question, as the account that asked it. */
export function whoAccessSource(services: UsedServices, saved: SavedWhoAccess): ReportSource {
  const { account, scope, wanted } = saved;
  let most = namesAtOnce;
  return {
    subject: JSON.stringify(['whoAccess', account, scope, wanted]),
    title: vscode.l10n.t('Who can access {0}', nameInId(scope)),
    saved,
    about: [scope],
    read: async (page, signal) => {
      const connection = await connectionOf(services, account);
      const question = { connection, scope, wanted: wantedOf(wanted) };
      const read = await readAccessors(connection, scope, question.wanted, signal);
      const shown = read.found.accessors.slice(0, most);
      const listers = read.keys?.listers.accessors.slice(0, namesAtOnce) ?? [];
      const ids = [...new Set([...shown, ...listers].map(({ principalId }) => principalId))];
      const names = await principalNames(services.inventory, connection, ids, signal);
      const found = { ...question, read, shown, names };
      return reportOf(services, page, found, () => {
        most += namesAtOnce;
      });
    },
  };
}

/** @param showMore called before the page is read again to show more principals */
function reportOf(
  services: UsedServices,
  page: OpenReport,
  found: FoundAccessors,
  showMore: () => void,
): ReadReport {
  const buttons = new Buttons();
  const { connection, names } = found;
  const show = ({ principalId }: Accessor): Button[] => {
    const id = names.get(principalId.toLowerCase())?.resourceId;
    if (id === undefined) return [];
    return [{ title: vscode.l10n.t('Show in Tree'), run: () => services.reveal(connection, id) }];
  };
  const remove = ({ ways }: Accessor): Button[] =>
    ways.map(({ assignment }) => ({
      title:
        ways.length === 1
          ? vscode.l10n.t('Remove Role Assignment…')
          : vscode.l10n.t('Remove Role Assignment ({0})…', scopeWords(services.inventory, assignment.scope)),
      run: async () => {
        await vscode.commands.executeCommand('keyless.removeRoleAssignment', { connection, assignment });
        await page.changed();
      },
    }));
  const more: Button = {
    title: vscode.l10n.t('Show More'),
    run: async () => {
      showMore();
      await page.changed();
    },
  };
  const report = accessorsReport(found, {
    scope: (id) => scopeWords(services.inventory, id),
    of: (one) => buttons.at(one.principalId, [...show(one), ...remove(one)]),
    more: buttons.at('more', [more]),
  });
  return { report, buttons: buttons.byId };
}
