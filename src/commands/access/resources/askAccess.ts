import * as vscode from 'vscode';
import type { AppTarget } from '../../../inventory/targets';
import { pickSite } from '../../../ui/pickers/identityPickers';
import { nearTo } from '../../../ui/pickers/nearest';
import { pickIdentity } from '../../../ui/pickers/readPickers';
import { pickDataResource } from '../../../ui/pickers/resourcePicker';
import type { Services } from '../../services';
import type { AskedAccess } from './savedAccess';
import { pickWanted } from './wantedPicker';

/** Asks which app should do what with which resource, and with which of its identities if there's a choice. */
export async function askAccess(
  { inventory }: Pick<Services, 'inventory'>,
  title: string,
  node: AppTarget | undefined,
): Promise<AskedAccess> {
  const target = node ?? (await pickSite(inventory, title));
  const { connection, app } = target;
  const scope = await pickDataResource(inventory, title, connection, nearTo(target));
  const wanted = await pickWanted(title, connection, scope, app.name);
  const placeHolder = vscode.l10n.t('Select the identity that {0} uses', app.name);
  const identity = await pickIdentity(title, app, placeHolder);
  return { connection, appId: app.id, identity, scope, wanted };
}
