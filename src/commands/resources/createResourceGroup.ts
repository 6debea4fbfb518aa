import * as vscode from 'vscode';
import type { Connection } from '../../azure/core/connection';
import { createResourceGroup as create } from '../../azure/resources/resourceGroups';
import { askGroupName, pickLocation, type GroupPlace } from '../../ui/creation/creationPickers';
import { pickSubscription } from '../../ui/pickers/identityPickers';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import type { SubscriptionTarget } from '../../inventory/targets';
import type { Services } from '../services';

const title = () => vscode.l10n.t('Create Resource Group');

export async function createResourceGroup(
  services: Pick<Services, 'changes' | 'inventory' | 'operations' | 'refresh'>,
  node?: SubscriptionTarget,
): Promise<void> {
  const target = node ?? (await pickSubscription(services.inventory, title()));
  const name = await askGroupName(title());
  const location = await pickLocation(title(), target);
  const { subscriptionId } = target.subscription;
  const groupId = `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
  const change = { kind: 'createResourceGroup', groupId, location } as const;
  await services.operations.track(target.connection, { change, shown: [groupId] }, () =>
    withProgress(vscode.l10n.t('Creating the resource group {0}', name), (signal) =>
      makeGroup(services, { ...target, subscriptionId }, { name, location, isNew: true }, signal),
    ),
  );
  services.refresh(target.connection, groupId, groupId);
  tell(vscode.l10n.t('Created the resource group {0}.', name));
}

/** Creates the group if it's new, and records the change. @returns the ID of the group it created */
export async function makeGroup(
  services: Pick<Services, 'changes'>,
  { connection, subscriptionId }: { readonly connection: Connection; readonly subscriptionId: string },
  { name, location, isNew }: GroupPlace,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!isNew) return undefined;
  const group = await create(connection, { subscriptionId, name, location }, signal);
  services.changes.record(connection, { kind: 'createResourceGroup', groupId: group.id, location });
  return group.id;
}
