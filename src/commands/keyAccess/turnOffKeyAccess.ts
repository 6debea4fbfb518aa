import * as vscode from 'vscode';
import type { KeyAccessFacts, KeyUser } from '../../access/keyAccess/keyAccessFacts';
import { isReplaceable } from '../../access/replace/isReplaceable';
import { nameInId } from '../../access/words/format';
import { sameId } from '../../azure/core/armId';
import type { Connection } from '../../azure/core/connection';
import { isObject } from '../../azure/core/json';
import { switchableTypes } from '../../azure/resources/keySwitch';
import { readKeyAccessFacts } from '../../grants/keyAccess/readKeyAccessFacts';
import { listAppsIn } from '../../inventory/findKeys';
import type { AppTarget } from '../../inventory/targets';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../reports/source';
import { withProgress } from '../../ui/progress';
import { copyChangesAs } from '../changes/copyChange';
import type { KeyLeftTarget } from '../replace/replaceWithIdentity';
import { Buttons } from '../reports/buttons';
import type { SavedAccount } from '../reports/savedAccount';
import { connectionOf, hasTexts, isSavedAccount, savedAccount } from '../reports/savedAccount';
import type { Services } from '../services';
import { keyAccessReport } from './keyAccessReport';
import type { KeyedTarget } from './pickKeyedResource';
import { findOpened, pickKeyedResource } from './pickKeyedResource';
import { carryOutTurnOff } from './carryOutTurnOff';
import { turnOnKeyAccess } from './turnOnKeyAccess';

type UsedServices = Pick<
  Services,
  'accounts' | 'changes' | 'inventory' | 'memento' | 'operations' | 'refresh' | 'reports'
>;

const title = () => vscode.l10n.t('Turn Off Key Access');

/** Shows who still uses the keys of a resource, and what breaks without them. Its button turns them off. */
export async function turnOffKeyAccess(
  services: UsedServices,
  target?: KeyedTarget | KeyLeftTarget,
): Promise<void> {
  const { connection, resourceId } =
    target === undefined
      ? await pickKeyedResource(services.inventory, title())
      : 'finding' in target
        ? await findOpened(services.inventory, target.finding, switchableTypes())
        : target;
  await services.reports.show(
    keyAccessSource(services, { kind: 'keyAccess', resourceId, account: savedAccount(connection) }),
  );
}

/** A question as JSON. */
interface SavedKeyAccess {
  readonly kind: 'keyAccess';
  readonly resourceId: string;
  readonly account: SavedAccount;
}

export function isSavedKeyAccess(value: unknown): value is SavedKeyAccess {
  return isObject(value) && hasTexts(value, ['resourceId']) && isSavedAccount(value['account']);
}

/** Reads who uses the keys, as the account that asked for it. */
export function keyAccessSource(services: UsedServices, saved: SavedKeyAccess): ReportSource {
  const { resourceId, account } = saved;
  return {
    subject: JSON.stringify(['keyAccess', account, resourceId]),
    title: vscode.l10n.t('Keys of {0}', nameInId(resourceId)),
    saved,
    about: [resourceId],
    read: (page, signal) => readReport(services, page, saved, signal),
  };
}

async function readReport(
  services: UsedServices,
  page: OpenReport,
  { resourceId, account }: SavedKeyAccess,
  signal: AbortSignal,
): Promise<ReadReport> {
  const connection = await connectionOf(services, account);
  const { facts, apps } = await readFacts(services, connection, resourceId, signal);
  const buttons = new Buttons();
  const isUsed = facts.users.length > 0;
  const actions = buttons.at('keys', mainButtons(services, page, connection, facts), !isUsed);
  const report = keyAccessReport(facts, Date.now(), actions, (user) =>
    buttons.at(`user.${user.app.id}`, userButtons(apps, user)),
  );
  return { report, buttons: buttons.byId };
}

async function readFacts(
  { inventory }: Pick<Services, 'inventory'>,
  connection: Connection,
  resourceId: string,
  signal: AbortSignal,
): Promise<{ readonly facts: KeyAccessFacts; readonly apps: readonly AppTarget[] }> {
  const sight = await listAppsIn(inventory, '', signal);
  const facts = await readKeyAccessFacts(connection, resourceId, sight, signal);
  return { facts, apps: sight.apps };
}

function mainButtons(
  services: UsedServices,
  page: OpenReport,
  connection: Connection,
  facts: KeyAccessFacts,
): Button[] {
  const { resource, keySwitch, users } = facts;
  const run = (work: () => Promise<void>) => () => work().finally(() => page.changed());
  if (!resource.keysWork)
    return [
      {
        title: vscode.l10n.t('Turn On Key Access'),
        run: run(() => turnOnKeyAccess(services, { connection, resourceId: resource.id })),
      },
    ];
  const asks = keySwitch.deletesKeys;
  const off =
    users.length > 0
      ? asks
        ? vscode.l10n.t('Turn Off Anyway…')
        : vscode.l10n.t('Turn Off Anyway')
      : asks
        ? vscode.l10n.t('Turn Off Key Access…')
        : vscode.l10n.t('Turn Off Key Access');
  const change = { kind: 'turnOffKeys', resourceId: resource.id } as const;
  // The page may be from hours ago.
  const turnOff = async () => {
    const now = await withProgress(
      vscode.l10n.t('Checking who uses the keys of {0}', resource.name),
      (signal) => readFacts(services, connection, resource.id, signal),
    );
    await carryOutTurnOff(services, connection, now.facts);
  };
  return [
    { title: off, run: run(turnOff) },
    ...(users.length > 0
      ? [
          {
            title: vscode.l10n.t('Rotate Key'),
            run: async () =>
              vscode.commands.executeCommand('keyless.rotateKey', { connection, resourceId: resource.id }),
          },
        ]
      : []),
    {
      title: vscode.l10n.t('Copy Steps…'),
      run: () => copyChangesAs(title(), { connection, changes: [change] }),
    },
  ];
}

/** The way out of each app: the first key that its identity can replace, or else all of its keys. */
function userButtons(apps: readonly AppTarget[], { app, findings }: KeyUser): Button[] {
  const target = apps.find((one) => sameId(one.app.id, app.id));
  if (!target) return [];
  const replaceable = findings.filter(isReplaceable);
  if (replaceable.length === 0)
    return [
      {
        title: vscode.l10n.t('Find Keys'),
        run: async () => vscode.commands.executeCommand('keyless.findKeys', target),
      },
    ];
  return replaceable.map((finding) => ({
    title:
      replaceable.length === 1
        ? vscode.l10n.t('Replace with Identity…')
        : vscode.l10n.t('Replace {0} with Identity…', finding.name),
    run: async () => vscode.commands.executeCommand('keyless.replaceWithIdentity', { ...target, finding }),
  }));
}
