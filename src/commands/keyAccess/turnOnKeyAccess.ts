import * as vscode from 'vscode';
import type { KeyedResource } from '../../azure/resources/keySwitch';
import { readKeyedResource, writeKeyAccess } from '../../azure/resources/keySwitch';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import type { Services } from '../services';
import type { KeyedTarget } from './pickKeyedResource';
import { pickKeyedResource } from './pickKeyedResource';

/** Turns on the keys of a resource: the way back of *Turn Off Key Access*. */
export async function turnOnKeyAccess(
  { inventory, changes, refresh }: Pick<Services, 'changes' | 'inventory' | 'refresh'>,
  target?: KeyedTarget,
): Promise<void> {
  const { connection, resourceId } =
    target ?? (await pickKeyedResource(inventory, vscode.l10n.t('Turn On Key Access')));
  const resource = await readKeyedResource(connection, resourceId);
  const { name, id } = resource;
  if (resource.keysWork) {
    tell(vscode.l10n.t('The keys of {0} are on already.', name));
    return;
  }
  await confirm(
    vscode.l10n.t('Turn on the keys of {0}?', name),
    consequence(resource),
    vscode.l10n.t('Turn On Key Access'),
  );
  try {
    await withProgress(vscode.l10n.t('Turning on the keys of {0}', name), (signal) =>
      writeKeyAccess(connection, resource, true, signal),
    );
    changes.record(connection, { kind: 'turnOnKeys', resourceId: id });
    tell(vscode.l10n.t('The keys of {0} are on.', name));
  } finally {
    refresh(connection, id);
  }
}

function consequence({ keySwitch }: KeyedResource): string {
  return keySwitch.deletesKeys
    ? vscode.l10n.t('Azure makes new keys. The ones from before stay deleted.')
    : vscode.l10n.t('Anyone who has one of its keys gets in again.');
}
