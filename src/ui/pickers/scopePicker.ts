import * as vscode from 'vscode';
import { describeScope } from '../../access/words/reach';
import { parseResourceId } from '../../azure/core/armId';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import type { KeyVault } from '../../azure/core/model';
import { UserError } from '../errors';
import { pickResourceGroup, pickSubscription } from './identityPickers';
import type { Near } from './nearest';
import { nearestFirst, titleFor } from './nearest';
import { narrowed, needSignIn, pickKeyVault, pickSecret } from './pickers';
import { withProgress } from '../progress';
import type { Choice } from '../quickPick';
import { askText, pickOne } from '../quickPick';
import { scopeWords } from './scopeWords';
import type { Inventory, SecretTarget, SubscriptionTarget, VaultTarget } from '../../inventory/targets';

/** Where a role is assigned. */
export interface Scope {
  readonly connection: Connection;
  /** ARM ID. */
  readonly id: string;
  /** For display, such as `key vault kv`. */
  readonly name: string;
  /** The vault, if the scope is a vault or one of its secrets. */
  readonly vault?: KeyVault;
}

export function scopeOfVault({ connection, vault }: VaultTarget): Scope {
  return { connection, id: vault.id, name: describeScope(vault.id), vault };
}

export function scopeOfSecret({ connection, vault, secret }: SecretTarget): Scope {
  const id = `${vault.id}/secrets/${secret.name}`;
  return { connection, id, name: describeScope(id), vault };
}

type Kind = 'secret' | 'group' | 'subscription' | 'resource' | 'id';

/**
 * Asks for a key vault, secret, resource group, subscription or any other resource.
 * @param tenantId the principal's tenant, if known, because roles can't be assigned across tenants
 * @param near the resource with the principal's identity, if known
 */
export async function pickScope(
  inventory: Inventory,
  title: string,
  tenantId?: string,
  near?: Near,
): Promise<Scope> {
  const inTenant = isInTenant(tenantId);
  await needSignIn(inventory);
  const picked = await pickOne<VaultTarget | Kind>(
    async (signal) => {
      const vaults = await narrowed(await inventory.keyVaults(signal), { only: inTenant });
      const choices = vaults.map((target) => vaultChoice(inventory, target));
      return [...nearestFirst(choices, near, inventory, ({ vault }) => vault), ...kinds()];
    },
    { title: titleFor(title, near), placeHolder: vscode.l10n.t('Select a scope') },
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
  if (typeof picked !== 'string') return scopeOfVault(picked);
  switch (picked) {
    case 'secret':
      return scopeOfSecret(
        await pickSecret(inventory, title, await pickKeyVault(inventory, title, { only: inTenant, near })),
      );
    case 'subscription': {
      const { connection, subscription } = await pickSubscription(inventory, title, inTenant);
      const id = `/subscriptions/${subscription.subscriptionId}`;
      return { connection, id, name: scopeWords(inventory, id) };
    }
    case 'group': {
      const target = await pickSubscription(inventory, title, inTenant);
      const { id } = await pickResourceGroup(title, target);
      return { connection: target.connection, id, name: scopeWords(inventory, id) };
    }
    case 'resource':
      return pickResource(inventory, title, inTenant);
    case 'id':
      return askResourceId(inventory, title, inTenant);
  }
}

function vaultChoice(inventory: Inventory, target: VaultTarget): Choice<VaultTarget> {
  const { vault } = target;
  return {
    icon: 'key',
    label: vault.name,
    description:
      vault.permissionModel === 'rbac'
        ? vscode.l10n.t('key vault')
        : vscode.l10n.t("key vault with access policies: roles don't give access to its secrets"),
    detail: inventory.subscriptionName(vault.subscriptionId),
    value: target,
  };
}

function kinds(): Choice<Kind>[] {
  const group = vscode.l10n.t('Other scopes');
  const all: Choice<Kind>[] = [
    { icon: 'lock', label: vscode.l10n.t('One Secret…'), value: 'secret' },
    { icon: 'folder', label: vscode.l10n.t('Resource Group…'), value: 'group' },
    { icon: 'layers', label: vscode.l10n.t('Subscription…'), value: 'subscription' },
    { icon: 'package', label: vscode.l10n.t('Any Resource…'), value: 'resource' },
    { icon: 'edit', label: vscode.l10n.t('Enter a Resource ID…'), value: 'id' },
  ];
  return all.map((kind) => ({ ...kind, group }));
}

type InTenant = (target: VaultTarget | SubscriptionTarget) => Promise<boolean>;

/** A subscription that another tenant delegated (Azure Lighthouse) isn't in the connection's tenant. */
function isInTenant(tenantId: string | undefined): InTenant {
  return async (target) => {
    if (tenantId === undefined) return true;
    const { isOfTenant } = await import('../../azure/directory/subscriptions');
    const { subscriptionId } = 'vault' in target ? target.vault : target.subscription;
    return isOfTenant(target.connection, subscriptionId, tenantId);
  };
}

async function pickResource(inventory: Inventory, title: string, inTenant: InTenant): Promise<Scope> {
  const { connection, subscription } = await pickSubscription(inventory, title, inTenant);
  const id = await pickOne(
    async (signal) => {
      const { listResources } = await import('../../azure/resources/resources');
      const resources = await listResources(connection, subscription.subscriptionId, signal);
      return resources.map((resource): Choice<string> => ({
        icon: 'package',
        label: resource.name,
        description: resource.type,
        detail: resource.resourceGroup,
        value: resource.id,
      }));
    },
    { title, placeHolder: vscode.l10n.t('Select a resource in {0}', subscription.displayName) },
    () => new UserError(vscode.l10n.t('{0} has no resources', subscription.displayName)),
  );
  return { connection, id, name: scopeWords(inventory, id), ...(await vaultAt(inventory, id)) };
}

async function askResourceId(inventory: Inventory, title: string, inTenant: InTenant): Promise<Scope> {
  const text = await askText({
    title,
    prompt: vscode.l10n.t('Resource ID of a subscription, a resource group or a resource'),
    placeHolder: '/subscriptions/…/resourceGroups/…/providers/…',
    validateInput: (input) =>
      isResourceId(input.trim())
        ? undefined
        : vscode.l10n.t('A resource ID starts with /subscriptions/ followed by a subscription ID.'),
  });
  const id = text.trim();
  const { subscriptionId } = parseResourceId(id);
  const [target] = await narrowed(
    (await inventory.subscriptions()).filter(
      ({ subscription }) => subscription.subscriptionId.toLowerCase() === subscriptionId.toLowerCase(),
    ),
    { only: inTenant },
  );
  if (!target)
    throw new UserError(
      vscode.l10n.t("Subscription {0} isn't one of the selected subscriptions", subscriptionId),
      vscode.l10n.t('Check which subscriptions are selected and which account is signed in.'),
    );
  const { connection } = target;
  await requireResource(connection, id);
  return { connection, id, name: scopeWords(inventory, id), ...(await vaultAt(inventory, id)) };
}

/**
 * Doesn't fail if the account isn't allowed to read the resource, because assigning a role takes a different permission.
 * @throws UserError if the resource doesn't exist
 */
async function requireResource(connection: Connection, id: string): Promise<void> {
  const { getResourceJson } = await import('../../azure/resources/resources');
  try {
    await withProgress(vscode.l10n.t('Looking for the resource'), (signal) =>
      getResourceJson(connection, id, signal),
    );
  } catch (error) {
    if (error instanceof AzureError && error.status === 403) return;
    if (error instanceof AzureError && error.status === 404)
      throw new UserError(
        vscode.l10n.t("There's no {0}", describeScope(id)),
        vscode.l10n.t('Check the resource ID.'),
      );
    throw error;
  }
}

async function vaultAt(inventory: Inventory, id: string): Promise<{ vault?: KeyVault }> {
  const vaultId = id.toLowerCase().replace(/\/secrets\/[^/]+$/, '');
  const found = (await inventory.keyVaults()).find(({ vault }) => vault.id.toLowerCase() === vaultId);
  return found ? { vault: found.vault } : {};
}

function isResourceId(text: string): boolean {
  try {
    return /^[0-9a-f-]{36}$/i.test(parseResourceId(text).subscriptionId);
  } catch {
    return false;
  }
}
