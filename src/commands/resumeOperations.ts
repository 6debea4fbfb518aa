import * as vscode from 'vscode';
import { describeChange } from '../changes/describeChange';
import { listed, nameInId } from '../access/words/format';
import type { Connection } from '../azure/core/connection';
import { isPending } from '../azure/core/limits/pending';
import { deletedVaultId } from '../azure/keyVault/deletedVaults';
import { partsOf } from '../azure/appService/creation/functionAppCreation';
import { reachesStorageByIdentity } from '../azure/appService/creation/functionAppBody';
import { settingsOf } from '../grants/replace/replacement';
import type { OperationTiming } from '../azure/resources/operationEnd';
import { isThere, waitForEnd } from '../azure/resources/operationEnd';
import { getFunctionApp } from '../azure/appService/sites';
import { showError, UserError } from '../ui/errors';
import type { AppInTheMaking, LongChange, RememberedOperation } from './longOperations';
import { tell, warn } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { plain, plainLine } from '../ui/text';
import { makeFunctionApp, namesOfMade, removeAll } from './apps/makeFunctionApp';
import { tellCreated } from './apps/tellCreated';
import { resumeTurnOff } from './keyAccess/carryOutTurnOff';
import { resumeReplacement } from './replace/resumeReplacement';
import type { Services } from './services';
import { resumeMove } from './settings/resumeMove';

/**
 * Follows up on what was running when the window closed, and says how it ended. Operations of an account that isn't
 * signed in now are kept for the next window.
 */
export async function resumeOperations(
  services: Pick<Services, 'inventory' | 'log'> & UsedServices,
  timing?: OperationTiming,
): Promise<void> {
  const connections = await services.inventory.connections().catch(() => []);
  const resumed = services.operations.left.map(async (operation) => {
    const { accountId, tenantId } = operation;
    const connection = connections.find((c) => c.accountId === accountId && c.tenantId === tenantId);
    if (!connection) return;
    try {
      await resume({ services, connection, timing }, operation);
    } catch (error) {
      showError(services.log, titleOf(operation), error);
      // What couldn't be read may need its way back, so the next window looks again.
      if ((hasWayBack(operation) && !(error instanceof UserError)) || isPending(error)) return;
    }
    await services.operations.forget(operation.key);
  });
  await Promise.all(resumed);
}

type UsedServices = Pick<Services, 'changes' | 'logStreams' | 'memento' | 'operations' | 'refresh'>;

interface Resuming {
  readonly services: UsedServices;
  readonly connection: Connection;
  readonly timing: OperationTiming | undefined;
}

async function resume(resuming: Resuming, operation: RememberedOperation): Promise<void> {
  if ('app' in operation) await resumeApp(resuming, operation.app, operation.key);
  else if ('move' in operation) await resumeMove(resuming.services, resuming.connection, operation.move);
  else if ('replacement' in operation)
    await resumeReplacement(resuming.services, resuming.connection, operation.replacement);
  else if ('keyAccess' in operation)
    await resumeTurnOff(resuming.services, resuming.connection, operation.keyAccess);
  else await resumeChange(resuming, operation.change, operation.shown);
}

function hasWayBack(operation: RememberedOperation): boolean {
  return 'move' in operation || 'replacement' in operation || 'keyAccess' in operation;
}

function titleOf(operation: RememberedOperation): string {
  return plainLine(vscode.l10n.t('Resuming the operation on {0}', nameOf(operation)));
}

function nameOf(operation: RememberedOperation): string {
  if ('app' in operation) return operation.app.wanted.name;
  if ('replacement' in operation) return listed(settingsOf(operation.replacement));
  if ('keyAccess' in operation) return nameInId(operation.keyAccess.resourceId);
  return 'move' in operation ? operation.move.name : nameInId(idOf(operation.change));
}

async function resumeChange(
  { services, connection: c, timing }: Resuming,
  change: LongChange,
  shown: readonly string[],
): Promise<void> {
  const wanted = /^(delete|purge)/.test(change.kind) ? 'absent' : 'ready';
  const id = idOf(change);
  const name = nameInId(id);
  try {
    const end = await withProgress(progressWords(change.kind, name), (signal) =>
      waitForEnd(c, id, wanted, signal, timing),
    );
    if (end === wanted) {
      services.changes.record(c, change);
      tell(describeChange(change));
    } else if (change.kind === 'purgeVault')
      warn(vscode.l10n.t("The deleted key vault {0} hasn't been purged.", name));
    else if (wanted === 'absent')
      warn(vscode.l10n.t("{0} wasn't deleted because the window was reloaded.", name));
    else if (end === 'absent')
      warn(vscode.l10n.t("{0} wasn't created because the window was reloaded.", name));
    else warn(vscode.l10n.t("Azure couldn't finish creating {0}. Delete it and try again.", name));
  } finally {
    for (const one of shown) services.refresh(c, one);
  }
}

function progressWords(kind: LongChange['kind'], name: string): string {
  switch (kind) {
    case 'createResourceGroup':
      return vscode.l10n.t('Creating the resource group {0}', name);
    case 'createVault':
      return vscode.l10n.t('Creating the key vault {0}', name);
    case 'recoverVault':
      return vscode.l10n.t('Recovering the key vault {0}', name);
    case 'deleteVault':
      return vscode.l10n.t('Deleting the key vault {0}', name);
    case 'purgeVault':
      return vscode.l10n.t('Purging the key vault {0}', name);
    case 'deleteResourceGroup':
      return vscode.l10n.t('Deleting the resource group {0}', name);
    case 'deleteApp':
      return vscode.l10n.t('Deleting {0}', name);
  }
}

async function resumeApp(resuming: Resuming, begun: AppInTheMaking, key: string): Promise<void> {
  const { services, connection: c } = resuming;
  const { wanted } = begun;
  const { app } = partsOf(wanted);
  const made = await withProgress(
    vscode.l10n.t('Checking which parts of the function app {0} were created', wanted.name),
    (signal) => lookAtMade(resuming, begun, signal),
  );
  const hasRole = made.some((id) => /\/roleAssignments\//i.test(id));
  if (made.includes(app) && (hasRole || !reachesStorageByIdentity(wanted.plan))) {
    await tellCreated(services, c, await getFunctionApp(c, app));
    return;
  }
  const goOn = vscode.l10n.t('Continue');
  const remove = vscode.l10n.t('Delete Resources');
  const answer = await vscode.window.showWarningMessage(
    plain(
      made.length === 0
        ? vscode.l10n.t(
            'The window was reloaded before any part of the function app {0} was created.',
            wanted.name,
          )
        : vscode.l10n.t(
            'The window was reloaded while the function app {0} was being created. These resources were created and may cost money: {1}.',
            wanted.name,
            namesOfMade(made).join(', '),
          ),
    ),
    goOn,
    ...(made.length === 0 ? [] : [remove]),
  );
  // Whatever follows is tracked as an operation of its own.
  await services.operations.forget(key);
  if (answer === goOn) await makeFunctionApp(services, c, { ...begun, made });
  else if (answer === remove) await removeAll(services, c, { ...begun, made });
}

/** The parts that exist, once Azure has finished the last request. */
async function lookAtMade(
  { connection: c, timing }: Resuming,
  { made, making }: AppInTheMaking,
  signal: AbortSignal,
): Promise<string[]> {
  const all = [...made];
  if (making !== undefined && !all.includes(making)) {
    const end = await waitForEnd(c, making, 'ready', signal, timing);
    if (end !== 'absent') all.push(making);
  }
  const there = await Promise.all(all.map((id) => isThere(c, id, signal)));
  return all.filter((_, index) => there[index]);
}

function idOf(change: LongChange): string {
  switch (change.kind) {
    case 'createResourceGroup':
    case 'deleteResourceGroup':
      return change.groupId;
    case 'deleteApp':
      return change.appId;
    case 'purgeVault':
      return deletedVaultId(change);
    default:
      return change.vaultId;
  }
}
