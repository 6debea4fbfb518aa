import * as vscode from 'vscode';
import { nameInId } from '../../access/words/format';
import type { Connection } from '../../azure/core/connection';
import type { Switched } from '../../grants/keyAccess/switchKeys';
import { reasonOf, UserError } from '../../ui/errors';
import type { Offer } from '../../ui/messages';
import { tell, warn } from '../../ui/messages';
import type { KeyedTarget } from './pickKeyedResource';

/** Says how turning off keys ended. @throws what prevented it; UserError if an app failed */
export function endTurnOff(connection: Connection, resourceId: string, switched: Switched): void {
  const name = nameInId(resourceId);
  const target: KeyedTarget = { connection, resourceId };
  const turnOn: Offer = {
    title: vscode.l10n.t('Turn On Key Access'),
    command: 'keyless.turnOnKeyAccess',
    arguments: [target],
  };
  switch (switched.kind) {
    case 'off':
      tell(vscode.l10n.t('The keys of {0} are off.', name), turnOn);
      return;
    case 'unwatched':
      warn(vscode.l10n.t('The keys of {0} are off. Its apps are no longer watched.', name), turnOn);
      return;
    case 'notOff':
      throw switched.error;
    case 'back':
      throw new UserError(
        vscode.l10n.t(
          '{0} failed without the keys of {1}: {2}',
          ...[nameInId(switched.appId), name, reasonOf(switched.error)],
        ),
        vscode.l10n.t('The keys are on again.'),
      );
    case 'failing':
      throw new UserError(
        vscode.l10n.t(
          '{0} fails without the keys of {1}: {2}',
          ...[nameInId(switched.appId), name, reasonOf(switched.error)],
        ),
        switched.why === undefined
          ? vscode.l10n.t('Its keys are deleted for good. Give the app an identity, or a new key.')
          : vscode.l10n.t("The keys couldn't be turned on again: {0}", reasonOf(switched.why)),
        [turnOn],
      );
  }
}
