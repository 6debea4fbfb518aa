import * as vscode from 'vscode';
import type { KeyVault } from '../../azure/core/model';
import { createKeyVault as create } from '../../azure/keyVault/vaultCreation';
import type { GroupPlace } from '../../ui/creation/creationPickers';
import { groupLine, nameValidator, pickGroupPlace } from '../../ui/creation/creationPickers';
import { pickSubscription } from '../../ui/pickers/identityPickers';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { UserError } from '../../ui/errors';
import { askText, pickOne } from '../../ui/quickPick';
import type { SummaryLine } from '../../ui/summary';
import { confirmSummary } from '../../ui/summary';
import type { SubscriptionTarget } from '../../inventory/targets';
import { makeGroup } from '../resources/createResourceGroup';
import { requireProviders } from '../resources/requireProviders';
import type { Services } from '../services';

const title = () => vscode.l10n.t('Create Key Vault');

/** Creates a key vault in its resource group's location, and creates the group if it's new. */
export async function createKeyVault(
  services: Pick<Services, 'changes' | 'inventory' | 'operations' | 'refresh'>,
  node?: SubscriptionTarget,
): Promise<void> {
  const target = node ?? (await pickSubscription(services.inventory, title()));
  const { connection, subscription } = target;
  const group = await pickGroupPlace(title(), target);
  const name = await askText({
    title: title(),
    prompt: vscode.l10n.t('Key vault name (must be globally unique)'),
    validateInput: nameValidator('keyVault', target),
  });
  const options: VaultOptions = {
    permissionModel: await pick(vscode.l10n.t('Select a permission model'), permissionModels()),
    retentionDays: await askRetention(),
    purgeProtection: await pick(
      vscode.l10n.t('Select whether to turn on purge protection'),
      purgeProtections(),
    ),
  };
  const wanted = { name, location: group.location, ...options };
  await confirmSummary(
    { title: title(), placeHolder: vscode.l10n.t('Create {0}?', name) },
    title(),
    summaryOf(group, name, options),
  );
  const { subscriptionId, tenantId } = subscription;
  await requireProviders(services, connection, subscriptionId, ['Microsoft.KeyVault']);
  const vaultId = `/subscriptions/${subscriptionId}/resourceGroups/${group.name}/providers/Microsoft.KeyVault/vaults/${name}`;
  const change = { kind: 'createVault', vaultId, tenantId, ...wanted } as const;
  const vault = await services.operations.track(connection, { change, shown: [vaultId] }, () =>
    withProgress(vscode.l10n.t('Creating the key vault {0}', name), async (signal, report) => {
      await makeGroup(services, { connection, subscriptionId }, group, signal);
      report(vscode.l10n.t('waiting for its host name'));
      return create(connection, { subscriptionId, tenantId, resourceGroup: group.name, ...wanted }, signal);
    }),
  );
  services.changes.record(connection, change);
  services.refresh(connection, vault.id, vault.id);
  tell(vscode.l10n.t('Created the key vault {0}. No one can read or write its secrets yet.', vault.name), {
    title: vscode.l10n.t('Give Me Access'),
    command: 'keyless.giveMeAccess',
    arguments: [{ connection, vault }],
  });
}

interface VaultOptions {
  readonly permissionModel: KeyVault['permissionModel'];
  readonly retentionDays: number;
  readonly purgeProtection: boolean;
}

function summaryOf(group: GroupPlace, name: string, wanted: VaultOptions): SummaryLine<never>[] {
  const model = permissionModels().find(({ value }) => value === wanted.permissionModel);
  const protection = purgeProtections().find(({ value }) => value === wanted.purgeProtection);
  const kept = vscode.l10n.t('Deleted items stay recoverable for {0} days', wanted.retentionDays);
  return [
    groupLine(group),
    { icon: 'key', label: vscode.l10n.t('Key vault {0}', name) },
    ...(model ? [{ icon: 'shield', label: model.label, detail: model.detail }] : []),
    { icon: 'history', label: kept, detail: vscode.l10n.t("You can't change this later.") },
    ...(protection ? [{ icon: 'lock', label: protection.label, detail: protection.detail }] : []),
  ];
}

function permissionModels() {
  return [
    {
      label: vscode.l10n.t('Azure role-based access control (recommended)'),
      detail: vscode.l10n.t(
        'Role assignments on the vault or a single secret. Only owners and user access administrators can grant access.',
      ),
      value: 'rbac' as const,
    },
    {
      label: vscode.l10n.t('Vault access policies (legacy)'),
      detail: vscode.l10n.t(
        'A list in the vault. Anyone who can change the vault, such as a Contributor, can give themselves access.',
      ),
      value: 'accessPolicies' as const,
    },
  ];
}

async function askRetention(): Promise<number> {
  const days = await askText({
    title: title(),
    prompt: vscode.l10n.t(
      "Number of days to keep the deleted vault and its deleted secrets recoverable (7 to 90). You can't change this later.",
    ),
    value: '90',
    validateInput: (text) =>
      /^\d+$/.test(text) && Number(text) >= 7 && Number(text) <= 90
        ? undefined
        : vscode.l10n.t('Enter a number from 7 to 90.'),
  });
  return Number(days);
}

function purgeProtections() {
  return [
    {
      label: vscode.l10n.t('Without purge protection'),
      detail: vscode.l10n.t(
        'Users with purge permission can permanently delete items and reuse their names.',
      ),
      value: false,
    },
    {
      label: vscode.l10n.t('With purge protection'),
      detail: vscode.l10n.t(
        "No one, not even Microsoft, can purge anything before its retention period ends. You can't turn this off later.",
      ),
      value: true,
    },
  ];
}

function pick<T>(
  placeHolder: string,
  choices: readonly { label: string; detail: string; value: T }[],
): Promise<T> {
  return pickOne(
    () => Promise.resolve(choices),
    { title: title(), placeHolder },
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
}
