import * as vscode from 'vscode';
import { isReplaceable } from '../../access/replace/isReplaceable';
import type { HeldKey, KeyHolder, RotationFacts } from '../../access/keyAccess/rotation';
import { keyToSwitchTo, rotationStep } from '../../access/keyAccess/rotation';
import { nameInId } from '../../access/words/format';
import { sameId } from '../../azure/core/armId';
import type { Connection } from '../../azure/core/connection';
import { isObject } from '../../azure/core/json';
import { readKeyHolders } from '../../grants/keyAccess/readKeyHolders';
import { listAppsInSight } from '../../inventory/appsInSight';
import type { AppTarget } from '../../inventory/targets';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../reports/source';
import { withProgress } from '../../ui/progress';
import { Buttons } from '../reports/buttons';
import type { SavedAccount } from '../reports/savedAccount';
import { connectionOf, hasTexts, isSavedAccount, savedAccount } from '../reports/savedAccount';
import type { Services } from '../services';
import type { KeyedTarget } from './pickKeyedResource';
import { pickKeyedResource } from './pickKeyedResource';
import { rotationReport } from './rotationReport';
import { rotate, switchKey } from './carryOutRotation';

type UsedServices = Pick<
  Services,
  'accounts' | 'changes' | 'inventory' | 'logStreams' | 'refresh' | 'reports'
>;

/** Shows which app holds which key of a storage account. Its buttons rotate a key, and give apps the other one. */
export async function rotateKey(services: UsedServices, target?: KeyedTarget): Promise<void> {
  const title = vscode.l10n.t('Rotate Key');
  const { connection, resourceId } =
    target ?? (await pickKeyedResource(services.inventory, title, ['Microsoft.Storage/storageAccounts']));
  await services.reports.show(
    rotationSource(services, {
      ...{ kind: 'rotateKey', accountId: resourceId, account: savedAccount(connection) },
    }),
  );
}

/** A question as JSON. */
interface SavedRotation {
  readonly kind: 'rotateKey';
  /** ARM ID of the storage account. */
  readonly accountId: string;
  readonly account: SavedAccount;
}

export function isSavedRotation(value: unknown): value is SavedRotation {
  return isObject(value) && hasTexts(value, ['accountId']) && isSavedAccount(value['account']);
}

export function rotationSource(services: UsedServices, saved: SavedRotation): ReportSource {
  const { accountId, account } = saved;
  return {
    subject: JSON.stringify(['rotateKey', account, accountId]),
    title: vscode.l10n.t('Rotate the keys of {0}', nameInId(accountId)),
    saved,
    about: [accountId],
    read: (page, signal) => readReport(services, page, saved, signal),
  };
}

/** What the buttons of the report work with. */
interface Offering {
  readonly services: UsedServices;
  readonly page: OpenReport;
  /** Of the storage account. */
  readonly connection: Connection;
  readonly apps: readonly AppTarget[];
  readonly facts: RotationFacts;
}

async function readReport(
  services: UsedServices,
  page: OpenReport,
  { accountId, account }: SavedRotation,
  signal: AbortSignal,
): Promise<ReadReport> {
  const connection = await connectionOf(services, account);
  const { apps, facts } = await readFacts(services, connection, accountId, signal);
  const offering = { services, page, connection, apps, facts };
  const buttons = new Buttons();
  const report = rotationReport(facts, Date.now(), {
    answer: buttons.at('answer', answerButtons(offering), true),
    ofKey: (key) => buttons.at(key.keyName, keyButtons(offering, key)),
    ofOther: (holder) =>
      buttons.at(`${holder.app.id}/${holder.finding.name}`, replaceButtons(offering, holder)),
  });
  return { report, buttons: buttons.byId };
}

async function readFacts(
  { inventory }: Pick<Services, 'inventory'>,
  connection: Connection,
  accountId: string,
  signal: AbortSignal,
): Promise<Pick<Offering, 'apps' | 'facts'>> {
  const sight = await listAppsInSight(inventory, signal);
  return { apps: sight.apps, facts: await readKeyHolders(connection, accountId, sight, signal) };
}

/** What to do first. */
function answerButtons(offering: Offering): Button[] {
  const { facts, connection } = offering;
  const step = rotationStep(facts, Date.now());
  const off: Button = {
    title: vscode.l10n.t('Turn Off Key Access…'),
    run: async () =>
      vscode.commands.executeCommand('keyless.turnOffKeyAccess', {
        ...{ connection, resourceId: facts.account.id },
      }),
  };
  return step.kind === 'rotate' ? [rotateButton(offering, step.key)] : step.kind === 'noneHeld' ? [off] : [];
}

function rotateButton({ services, page, connection, facts }: Offering, key: HeldKey): Button {
  const { keyName, holders } = key;
  const { id, name } = facts.account;
  // The page may be from hours ago.
  const run = async () => {
    const now = await withProgress(vscode.l10n.t('Checking who uses the keys of {0}', name), (signal) =>
      readFacts(services, connection, id, signal),
    );
    const same = now.facts.keys.find((one) => one.keyName === keyName);
    await rotate(services, connection, id, same ?? key);
  };
  return {
    title:
      holders.length > 0 ? vscode.l10n.t('Rotate {0} Anyway', keyName) : vscode.l10n.t('Rotate {0}', keyName),
    run: () => run().finally(() => page.changed()),
  };
}

/** Each app that holds the key can get another one, or none. */
function keyButtons(offering: Offering, key: HeldKey): Button[] {
  const { services, page, connection, apps, facts } = offering;
  const to = keyToSwitchTo(facts, key.keyName)?.keyName;
  const switches = key.holders.flatMap(({ app, finding, setting }): Button[] => {
    const target = apps.find((one) => sameId(one.app.id, app.id));
    if (!target || !setting || to === undefined) return [];
    const change = { appId: app.id, setting, accountId: facts.account.id, from: key.keyName, to };
    return [
      {
        title: vscode.l10n.t('Switch {0} of {1} to {2}', finding.name, nameInId(app.id), to),
        run: () => switchKey(services, connection, target, change).finally(() => page.changed()),
      },
    ];
  });
  const replacements = key.holders.flatMap((holder) => replaceButtons(offering, holder));
  return [...switches, ...replacements, rotateButton(offering, key)];
}

function replaceButtons({ apps }: Offering, { app, finding }: KeyHolder): Button[] {
  const target = apps.find((one) => sameId(one.app.id, app.id));
  if (!target || !isReplaceable(finding)) return [];
  return [
    {
      title: vscode.l10n.t('Replace {0} of {1} with Identity…', finding.name, nameInId(app.id)),
      run: async () => vscode.commands.executeCommand('keyless.replaceWithIdentity', { ...target, finding }),
    },
  ];
}
