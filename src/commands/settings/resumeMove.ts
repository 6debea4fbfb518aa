import * as vscode from 'vscode';
import { nameInId } from '../../access/words/format';
import type { Connection } from '../../azure/core/connection';
import { continueMove } from '../../grants/continueMove';
import { withProgress } from '../../ui/progress';
import { grantPlaceOf } from '../access/applyPlan';
import { forgetGrant, keptGrants } from '../access/grantHistory';
import type { KeptMove } from '../longOperations';
import type { Services } from '../services';
import { tellOutcome } from './moveOutcome';
import { eventsOf } from './moveToKeyVault';

/** Goes on with a move that the reload of a window interrupted. @throws UserError if the setting wasn't moved; AzureError */
export async function resumeMove(
  services: Pick<Services, 'changes' | 'logStreams' | 'memento' | 'refresh'>,
  connection: Connection,
  move: KeptMove,
): Promise<void> {
  const { appId, vaultId, name, secretName, grantId } = move;
  const vaultName = nameInId(vaultId);
  const place = grantPlaceOf(services, connection, connection);
  const grant = keptGrants(services.memento).find(({ id }) => id === grantId);
  const target = { vaultId, vaultName, secretName };
  const question = { connection, appId, vaultConnection: connection, target };
  try {
    const replaced = await withProgress(
      vscode.l10n.t('Moving {0} to {1}', name, vaultName),
      (signal, report) => continueMove(connection, move, eventsOf(place, appId, report), signal),
    );
    if (replaced.kind === 'resolved') await forgetGrant(services.memento, grantId);
    tellOutcome({ settingName: name, question, grant }, replaced);
  } finally {
    services.refresh(connection, appId);
    services.refresh(connection, vaultId);
  }
}
