import * as vscode from 'vscode';
import type { HeldKey } from '../../access/keyAccess/rotation';
import { keyLabel } from '../../access/keyAccess/rotation';
import { nameInId } from '../../access/words/format';
import type { Connection } from '../../azure/core/connection';
import type { Change } from '../../changes/change';
import { rotateKey } from '../../grants/keyAccess/rotateKey';
import type { SettingSwitch } from '../../grants/keyAccess/switchKey';
import { switchKey } from '../../grants/keyAccess/switchKey';
import type { AppTarget } from '../../inventory/targets';
import { isCancellation, reasonOf, UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import { grantPlaceOf } from '../access/applyPlan';
import { bullets } from '../identities/principalAccess';
import { replaceEvents } from '../replace/carryOutReplacement';
import type { Services } from '../services';
import { whatRotatingDoes } from './rotationReport';
import { rememberRotated } from './rotationMemory';

/** Rotates one key of a resource, after saying who holds it. */
export async function rotate(
  { changes, memento, refresh }: Pick<Services, 'changes' | 'memento' | 'refresh'>,
  connection: Connection,
  resourceId: string,
  { keyName, holders }: HeldKey,
): Promise<void> {
  const [name, key] = [nameInId(resourceId), keyLabel(keyName)];
  await confirm(
    vscode.l10n.t('Rotate {0} of {1}?', key, name),
    [
      ...(holders.length > 0
        ? [
            vscode.l10n.t('These apps hold it, and fail if they use it:'),
            ...bullets(holders.map(({ app, finding }) => `${nameInId(app.id)}: ${finding.name}`)),
            '',
          ]
        : []),
      whatRotatingDoes(),
    ].join('\n'),
    vscode.l10n.t('Rotate Key'),
  );
  let remembered = Promise.resolve();
  const changed = (change: Change) => {
    changes.record(connection, change);
    remembered = rememberRotated(memento, { resourceId, keyName });
  };
  try {
    await withProgress(vscode.l10n.t('Rotating {0} of {1}', key, name), (signal) =>
      rotateKey(connection, resourceId, keyName, changed, signal),
    );
    tell(vscode.l10n.t('{0} of {1} was rotated.', key, name));
  } finally {
    await remembered;
    refresh(connection, resourceId);
  }
}

/** Gives a setting of an app another key of the same resource, and watches the app. @throws UserError if it's left as it was */
export async function switchSetting(
  services: Pick<Services, 'changes' | 'logStreams' | 'refresh'>,
  connection: Connection,
  { connection: ofApp, app }: AppTarget,
  change: SettingSwitch,
): Promise<void> {
  const { setting } = change;
  const [appName, to] = [nameInId(app.id), keyLabel(change.to)];
  await confirm(
    vscode.l10n.t('Switch {0} of {1} to {2}?', setting.name, appName, to),
    vscode.l10n.t("The app restarts. If it isn't healthy afterward, it gets the old key back."),
    vscode.l10n.t('Switch Key'),
  );
  try {
    const switched = await withProgress(
      vscode.l10n.t('Switching {0} of {1} to {2}', setting.name, appName, to),
      (signal, report) =>
        switchKey(
          { app: ofApp, resource: connection },
          change,
          replaceEvents(grantPlaceOf(services, ofApp, ofApp), app.id, report),
          signal,
        ),
    );
    if (switched.kind === 'switched') {
      tell(vscode.l10n.t('{0} of {1} has {2}, and its host is healthy.', setting.name, appName, to));
      return;
    }
    if (isCancellation(switched.error) && switched.kind === 'untouched') throw switched.error;
    throw new UserError(
      vscode.l10n.t("{0} of {1} wasn't switched: {2}", setting.name, appName, reasonOf(switched.error)),
      switched.kind === 'stuck'
        ? vscode.l10n.t("The old key couldn't be written back. Set the setting again.")
        : switched.kind === 'back'
          ? vscode.l10n.t('It has the old key again.')
          : vscode.l10n.t('The setting is unchanged.'),
    );
  } finally {
    services.refresh(ofApp, app.id);
  }
}
