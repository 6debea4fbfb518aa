import * as vscode from 'vscode';
import type { Finding } from '../../access/credentials/findings';
import { isReplaceable } from '../../access/replace/isReplaceable';
import type { HeldKey, KeyHolder, RotationFacts } from '../../access/keyAccess/rotation';
import { firstStep, keyLabel, keyToSwitchTo } from '../../access/keyAccess/rotation';
import { nameInId } from '../../access/words/format';
import { sameId } from '../../azure/core/armId';
import type { Connection } from '../../azure/core/connection';
import { isObject } from '../../azure/core/json';
import { rotatableTypes } from '../../azure/resources/keyRotation';
import { keySwitchOf } from '../../azure/resources/keySwitch';
import { findKeyIn, readKeyHolders } from '../../grants/keyAccess/readKeyHolders';
import { listAppsIn } from '../../inventory/findKeys';
import type { AppTarget } from '../../inventory/targets';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../reports/source';
import { withProgress } from '../../ui/progress';
import type { FileSecret } from '../../workspace/model/secretIn';
import { Buttons } from '../reports/buttons';
import type { SavedAccount } from '../reports/savedAccount';
import { connectionOf, hasTexts, isSavedAccount, savedAccount } from '../reports/savedAccount';
import type { Services } from '../services';
import { currentPlace } from '../workspace/filePlace';
import type { KeyedTarget } from './pickKeyedResource';
import { findOpened, pickKeyedResource } from './pickKeyedResource';
import { rotatedKeys } from './rotationMemory';
import { rotationReport } from './rotationReport';
import { rotate, switchSetting } from './carryOutRotation';

type UsedServices = Pick<
  Services,
  'accounts' | 'changes' | 'inventory' | 'logStreams' | 'memento' | 'refresh' | 'reports'
>;

/** A key of an app, or with `uri` in a file that others may have seen. Its resource must be found first. */
export type RotatableTarget =
  | { readonly finding: Pick<Finding, 'account' | 'host'>; readonly uri?: undefined }
  | { readonly finding: FileSecret; readonly uri: vscode.Uri };

/** Shows which app holds which key of a resource. Its buttons rotate a key, and give apps the other one. */
export async function rotateKey(
  services: UsedServices,
  target?: KeyedTarget | RotatableTarget,
): Promise<void> {
  const { connection, resourceId } =
    target === undefined
      ? await pickKeyedResource(services.inventory, vscode.l10n.t('Rotate Key'), rotatableTypes())
      : 'finding' in target
        ? await findOpened(services.inventory, target.finding, rotatableTypes())
        : target;
  const saved = { kind: 'rotateKey', resourceId, account: savedAccount(connection) } as const;
  const exposed =
    target && 'finding' in target && target.uri ? await exposedIn(target, connection, resourceId) : undefined;
  await services.reports.show(rotationSource(services, saved, exposed));
}

/** Which of the keys a file has. */
async function exposedIn(
  { finding, uri }: Extract<RotatableTarget, { uri: vscode.Uri }>,
  connection: Connection,
  resourceId: string,
): Promise<NonNullable<RotationFacts['exposed']>> {
  const { entry } = await currentPlace({ uri, secret: finding });
  const inFile = { text: entry.value, part: finding.entityPath };
  const keyName = await withProgress(
    vscode.l10n.t('Comparing the keys of {0}', nameInId(resourceId)),
    (signal) => findKeyIn(connection, resourceId, inFile, signal),
  );
  return keyName === undefined ? {} : { keyName };
}

/** A question as JSON. */
interface SavedRotation {
  readonly kind: 'rotateKey';
  readonly resourceId: string;
  readonly account: SavedAccount;
}

export function isSavedRotation(value: unknown): value is SavedRotation {
  return isObject(value) && hasTexts(value, ['resourceId']) && isSavedAccount(value['account']);
}

/** @param exposed what a file has of the keys, which isn't saved, because the page couldn't tell later whether it's the same */
export function rotationSource(
  services: UsedServices,
  saved: SavedRotation,
  exposed?: RotationFacts['exposed'],
): ReportSource {
  const { resourceId, account } = saved;
  const file = exposed && { exposed, at: new Date() };
  return {
    subject: JSON.stringify(['rotateKey', account, resourceId]),
    title: vscode.l10n.t('Rotate the keys of {0}', nameInId(resourceId)),
    saved,
    about: [resourceId],
    read: (page, signal) => readReport(services, page, saved, file, signal),
  };
}

/** What the buttons of the report work with. */
interface Offering {
  readonly services: UsedServices;
  readonly page: OpenReport;
  /** Of the resource. */
  readonly connection: Connection;
  readonly apps: readonly AppTarget[];
  readonly facts: RotationFacts;
  readonly file: FileKeys | undefined;
}

/** What a file had of the keys when it was read. */
interface FileKeys {
  readonly exposed: NonNullable<RotationFacts['exposed']>;
  readonly at: Date;
}

async function readReport(
  services: UsedServices,
  page: OpenReport,
  { resourceId, account }: SavedRotation,
  file: FileKeys | undefined,
  signal: AbortSignal,
): Promise<ReadReport> {
  const connection = await connectionOf(services, account);
  const { apps, facts } = await readFacts(services, connection, resourceId, file, signal);
  const offering = { services, page, connection, apps, facts, file };
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
  { inventory, memento }: Pick<Services, 'inventory' | 'memento'>,
  connection: Connection,
  resourceId: string,
  file: FileKeys | undefined,
  signal: AbortSignal,
): Promise<Pick<Offering, 'apps' | 'facts'>> {
  const sight = await listAppsIn(inventory, '', signal);
  const facts = await readKeyHolders(connection, resourceId, sight, signal);
  const rotated = rotatedKeys(memento, resourceId);
  const timed = (key: HeldKey): HeldKey => ({ ...key, ...timeOf(key.madeAt ?? rotated.get(key.keyName)) });
  const pairs = facts.pairs.map(({ keys }) => ({ keys: keys.map(timed) }));
  const since = rotated.get(file?.exposed.keyName ?? '');
  const isOver = file && since && since >= file.at;
  const exposed = file && !isOver ? { exposed: file.exposed } : {};
  return { apps: sight.apps, facts: { ...facts, pairs, ...exposed } };
}

function timeOf(madeAt: Date | undefined): Pick<HeldKey, 'madeAt'> {
  return madeAt ? { madeAt } : {};
}

/** What to do first. */
function answerButtons(offering: Offering): Button[] {
  const { facts, connection } = offering;
  const step = firstStep(facts, Date.now())?.step;
  const off: Button = {
    title: vscode.l10n.t('Turn Off Key Access…'),
    run: async () =>
      vscode.commands.executeCommand('keyless.turnOffKeyAccess', {
        ...{ connection, resourceId: facts.resource.id },
      }),
  };
  const isFree = step?.kind === 'exposed' && step.key.holders.length === 0;
  if (step?.kind === 'rotate' || isFree) return [rotateButton(offering, step.key)];
  return step?.kind === 'noneHeld' && keySwitchOf(facts.resource.id) ? [off] : [];
}

function rotateButton(offering: Offering, key: HeldKey): Button {
  const { services, page, connection, facts, file } = offering;
  const { keyName, holders } = key;
  const label = keyLabel(keyName);
  const { id, name } = facts.resource;
  // The page may be from hours ago.
  const run = async () => {
    const now = await withProgress(vscode.l10n.t('Checking who uses the keys of {0}', name), (signal) =>
      readFacts(services, connection, id, file, signal),
    );
    const same = keysIn(now.facts).find((one) => one.keyName === keyName);
    await rotate(services, connection, id, same ?? key);
  };
  return {
    title:
      holders.length > 0 ? vscode.l10n.t('Rotate {0} Anyway', label) : vscode.l10n.t('Rotate {0}', label),
    run: () => run().finally(() => page.changed()),
  };
}

function keysIn({ pairs }: RotationFacts): HeldKey[] {
  return pairs.flatMap(({ keys }) => keys);
}

/** Each app that holds the key can get another one, or none. */
function keyButtons(offering: Offering, key: HeldKey): Button[] {
  const { services, page, connection, apps, facts } = offering;
  const pair = facts.pairs.find(({ keys }) => keys.includes(key));
  const to = pair && keyToSwitchTo(pair, key.keyName)?.keyName;
  const switches = key.holders.flatMap(({ app, finding, setting }): Button[] => {
    const target = apps.find((one) => sameId(one.app.id, app.id));
    if (!target || !setting || to === undefined) return [];
    const change = { appId: app.id, setting, resourceId: facts.resource.id, from: key.keyName, to };
    return [
      {
        title: vscode.l10n.t('Switch {0} of {1} to {2}', finding.name, nameInId(app.id), keyLabel(to)),
        run: () => switchSetting(services, connection, target, change).finally(() => page.changed()),
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
