import * as vscode from 'vscode';
import { listed, nameInId } from '../../access/words/format';
import type { Connection } from '../../azure/core/connection';
import { settingsOf } from '../../grants/replace/replacement';
import { replaceCredential } from '../../grants/replace/replaceCredential';
import { withProgress } from '../../ui/progress';
import { grantPlaceOf } from '../access/applyPlan';
import type { Services } from '../services';
import { replaceEvents } from './carryOutReplacement';
import type { KeptReplacement } from './replacementHistory';
import { endReplacement } from './replaceOutcome';

/**
 * Goes on with a replacement that the reload of a window interrupted.
 * @throws UserError if the credential wasn't replaced; AzureError if the app can't be read, so that it may need its old value back
 */
export async function resumeReplacement(
  services: Pick<Services, 'changes' | 'logStreams' | 'memento' | 'refresh'>,
  connection: Connection,
  kept: KeptReplacement,
): Promise<void> {
  const { appId } = kept;
  const place = grantPlaceOf(services, connection, connection);
  try {
    const replaced = await withProgress(
      vscode.l10n.t('Replacing {0} of {1}', listed(settingsOf(kept)), nameInId(appId)),
      (signal, report) => replaceCredential(connection, kept, replaceEvents(place, appId, report), signal),
    );
    if (replaced.kind === 'unread') throw replaced.error;
    await endReplacement(services, kept, replaced);
  } finally {
    services.refresh(connection, appId);
  }
}
