import * as vscode from 'vscode';
import { createUserAssignedIdentity as create } from '../../azure/appService/identities';
import { tell } from '../../ui/messages';
import { pickResourceGroup, pickSubscription } from '../../ui/pickers/identityPickers';
import { withProgress } from '../../ui/progress';
import { askText } from '../../ui/quickPick';
import type { SubscriptionTarget } from '../../inventory/targets';
import { requireProviders } from '../resources/requireProviders';
import type { Services } from '../services';

const title = () => vscode.l10n.t('Create User-Assigned Identity');

/** Creates a user-assigned identity in a resource group, in the group's location. */
export async function createUserAssignedIdentity(
  services: Pick<Services, 'changes' | 'inventory' | 'refresh'>,
  node?: SubscriptionTarget,
): Promise<void> {
  const target = node ?? (await pickSubscription(services.inventory, title()));
  const { connection, subscription } = target;
  const group = await pickResourceGroup(title(), target);
  const name = await askText({
    title: title(),
    prompt: vscode.l10n.t('Name of the new identity in {0}', group.name),
    validateInput: (text) =>
      /^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/.test(text.trim())
        ? undefined
        : vscode.l10n.t(
            'Use 3 to 128 letters, digits, hyphens, and underscores. Start with a letter or digit.',
          ),
  });
  const wanted = {
    subscriptionId: subscription.subscriptionId,
    resourceGroup: group.name,
    name: name.trim(),
    location: group.location,
  };
  await requireProviders(services, connection, wanted.subscriptionId, ['Microsoft.ManagedIdentity']);
  const identity = await withProgress(vscode.l10n.t('Creating the identity {0}', wanted.name), (signal) =>
    create(connection, wanted, signal),
  );
  services.changes.record(connection, {
    kind: 'createIdentity',
    identityId: identity.id,
    location: wanted.location,
  });
  services.refresh(connection, identity.id, identity.id);
  tell(vscode.l10n.t("Created the identity {0}. It doesn't have any access yet.", identity.name), {
    title: vscode.l10n.t('Assign to App'),
    command: 'keyless.assignUserAssignedIdentity',
    arguments: [{ connection, identity }],
  });
}
