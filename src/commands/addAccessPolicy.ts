import { addedPolicy } from '../access/change';
import { describePermissions } from '../access/reach';
import type { AssignedIdentity, FunctionApp } from '../azure/model';
import { enableSystemAssignedIdentity, getFunctionApp } from '../azure/sites';
import * as vaults from '../azure/vaults';
import { UserError } from '../ui/errors';
import { tell } from '../ui/messages';
import { pickKeyVault, pickPermissions, pickPrincipal } from '../ui/pickers';
import { withProgress } from '../ui/progress';
import type { Choice } from '../ui/quickPick';
import { confirm, pickOne } from '../ui/quickPick';
import type { AppTarget, VaultTarget } from '../ui/targets';
import type { Services } from './services';

const title = 'Add Access Policy';

/** Gives an app, an identity or any principal permissions on a vault. What others have there is not written. */
export async function addAccessPolicy(services: Services, node?: AppTarget | VaultTarget): Promise<void> {
  const given = node && 'app' in node ? node : undefined;
  const { connection, vault } = node && 'vault' in node ? node : await pickPolicyVault(services, given);
  if (vault.permissionModel === 'rbac') throw usesRoles(vault.name);
  const picked = given
    ? ({ kind: 'app', target: given } as const)
    : await pickPrincipal(services.inventory, title, vault.tenantId);
  const principal = picked.kind === 'app' ? await principalOf(services, picked.target) : picked;
  const permissions = await pickPermissions(title);
  try {
    const policy = { objectId: principal.principalId, permissions };
    const after = await withProgress(
      `Adding ${principal.name} to the access policies of ${vault.name}`,
      (signal) => vaults.addAccessPolicy(connection, vault, policy, signal),
    );
    services.changes.record(connection, addedPolicy(after, policy));
    const what = describePermissions({ tenantId: vault.tenantId, ...policy });
    tell(`${principal.name} now has an access policy on ${vault.name}: ${what}.`);
  } finally {
    services.refresh(connection, vault.id);
  }
}

function pickPolicyVault({ inventory }: Services, app?: AppTarget): Promise<VaultTarget> {
  return pickKeyVault(inventory, title, {
    only: ({ connection, vault }) =>
      vault.permissionModel === 'accessPolicies' && (!app || connection.tenantId === app.connection.tenantId),
    none: app
      ? `No key vault in the tenant of ${app.app.name} uses access policies`
      : 'No key vault in the selected subscriptions uses access policies',
  });
}

function usesRoles(vaultName: string): UserError {
  return new UserError(
    `${vaultName} uses role assignments (Azure RBAC): access policies have no effect there`,
    'Assign the role Key Vault Secrets User on the vault, or on one secret, instead.',
  );
}

interface Principal {
  readonly principalId: string;
  readonly name: string;
}

/** Which of an app's identities is meant. An app without any gets a system-assigned one, if that is confirmed. */
async function principalOf(services: Services, { connection, app: shown }: AppTarget): Promise<Principal> {
  const app = await withProgress(`Reading the identity of ${shown.name}`, (signal) =>
    getFunctionApp(connection, shown.id, signal),
  );
  const choice = app.identity.userAssigned.length > 0 ? await pickIdentity(app) : 'system-assigned';
  if (choice !== 'system-assigned') return { principalId: choice.principalId, name: nameOf(choice) };
  const existing = app.identity.systemAssigned?.principalId;
  if (existing) return { principalId: existing, name: app.name };
  await confirm(
    `${app.name} has no system-assigned identity. Enable it?`,
    'An access policy names an identity. The app gets one of its own, with no password to keep; it ends with the app.',
    'Enable',
  );
  try {
    const enabled = await withProgress(`Enabling the system-assigned identity of ${app.name}`, (signal) =>
      enableSystemAssignedIdentity(connection, app, signal),
    );
    services.changes.record(connection, { kind: 'enableIdentity', app: enabled });
    const principalId = enabled.identity.systemAssigned?.principalId;
    if (!principalId)
      throw new UserError(`Azure shows no principal for ${app.name}`, 'Refresh the app and try again.');
    return { principalId, name: app.name };
  } finally {
    services.refresh(connection, app.id);
  }
}

function pickIdentity(app: FunctionApp): Promise<AssignedIdentity | 'system-assigned'> {
  const systemAssigned: Choice<'system-assigned'> = {
    icon: 'zap',
    label: 'System-assigned identity',
    description: app.identity.systemAssigned ? app.name : 'not enabled yet',
    value: 'system-assigned',
  };
  const userAssigned = app.identity.userAssigned.map((identity): Choice<AssignedIdentity> => ({
    icon: 'account',
    label: nameOf(identity),
    description: 'user-assigned identity',
    value: identity,
  }));
  return pickOne<AssignedIdentity | 'system-assigned'>(
    () => Promise.resolve([systemAssigned, ...userAssigned]),
    { title, placeHolder: `Select the identity of ${app.name} that gets access` },
    () => new UserError(`${app.name} has no identity`),
  );
}

function nameOf(identity: AssignedIdentity): string {
  return identity.resourceId.split('/').at(-1) ?? identity.principalId;
}
