import * as vscode from 'vscode';
import type { ResourceGroup } from '../../azure/resources/resources';
import { deleteResource, listResources } from '../../azure/resources/resources';
import { pickResourceGroup, pickSubscription } from '../../ui/pickers/identityPickers';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { askText, confirm } from '../../ui/quickPick';
import type { SubscriptionTarget } from '../../inventory/targets';
import { bullets } from '../identities/principalAccess';
import type { Services } from '../services';

const title = () => vscode.l10n.t('Delete Resource Group');

/** Deletes a resource group and everything in it, after listing that and having the person type the group's name. */
export async function deleteResourceGroup(
  services: Pick<Services, 'changes' | 'inventory' | 'operations' | 'refresh'>,
  node?: SubscriptionTarget & { readonly group?: Pick<ResourceGroup, 'id' | 'name'> },
): Promise<void> {
  const target = node ?? (await pickSubscription(services.inventory, title()));
  const { connection, subscription } = target;
  const group = node?.group ?? (await pickResourceGroup(title(), target));
  const resources = await withProgress(vscode.l10n.t('Looking up what is in {0}', group.name), (signal) =>
    listResources(connection, subscription.subscriptionId, signal),
  );
  const inside = resources.filter(({ id }) => isBelow(id, group.id));
  await confirm(
    vscode.l10n.t('Delete the resource group {0}?', group.name),
    consequences(inside.map(({ name, type }) => `${name} (${type})`)),
    vscode.l10n.t('Delete Resource Group'),
  );
  await askText({
    title: title(),
    prompt: vscode.l10n.t('Type {0} to confirm the deletion', group.name),
    validateInput: (text) =>
      text === group.name ? undefined : vscode.l10n.t("This isn't the name of the resource group."),
  });
  const change = { kind: 'deleteResourceGroup', groupId: group.id } as const;
  const shown = [...inside.filter(({ type }) => isShown.test(type)).map(({ id }) => id), group.id];
  try {
    await services.operations.track(connection, { change, shown }, () =>
      withProgress(vscode.l10n.t('Deleting the resource group {0}', group.name), (signal) =>
        deleteResource(connection, group.id, signal),
      ),
    );
    services.changes.record(connection, change);
    tell(vscode.l10n.t('Deleted the resource group {0}.', group.name));
  } finally {
    for (const id of shown) services.refresh(connection, id);
  }
}

/** Resources that the tree shows. */
const isShown =
  /^microsoft\.(web\/sites|app\/containerapps|keyvault\/vaults|managedidentity\/userassignedidentities)$/i;

function consequences(inside: readonly string[]): string {
  return [
    inside.length > 0
      ? vscode.l10n.t('Everything in it is also deleted:')
      : vscode.l10n.t('No resources were found in it.'),
    ...bullets(inside),
    '',
    vscode.l10n.t(
      "You can't undo this. Only key vaults can be recovered for a while, after you create a resource group with this name again. Access that was granted to identities in the group is left orphaned.",
    ),
  ].join('\n');
}

function isBelow(id: string, groupId: string): boolean {
  return id.toLowerCase().startsWith(`${groupId.toLowerCase()}/`);
}
