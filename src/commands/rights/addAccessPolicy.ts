import { l10n } from 'vscode';
import { addedPolicy } from '../../changes/change';
import { describePermissions } from '../../access/words/reach';
import type { KeyVault } from '../../azure/core/model';
import { settleAll } from '../../azure/core/wait';
import { tenantOf } from '../../azure/directory/subscriptions';
import * as vaults from '../../azure/keyVault/vaults';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { pickPermissions } from '../../ui/pickers/permissionPicker';
import { pickKeyVault } from '../../ui/pickers/pickers';
import { pickPrincipal } from '../../ui/pickers/principalPicker';
import { withProgress } from '../../ui/progress';
import { confirmSummary } from '../../ui/summary';
import type { AppTarget, VaultTarget } from '../../inventory/targets';
import type { Principal } from '../identities/appPrincipal';
import { principalOfApp } from '../identities/appPrincipal';
import type { Services } from '../services';

const title = () => l10n.t('Add Access Policy');

/** Gives an app, an identity, or any principal permissions on a vault, without writing anyone else's policy. */
export async function addAccessPolicy(
  services: Pick<Services, 'changes' | 'inventory' | 'log' | 'refresh'>,
  node?: AppTarget | VaultTarget,
): Promise<void> {
  const given = node && 'app' in node ? node : undefined;
  const { connection, vault } = node && 'vault' in node ? node : await pickPolicyVault(services, given);
  if (vault.permissionModel === 'rbac') throw usesRoles({ connection, vault });
  const picked = given
    ? ({ kind: 'app', target: given } as const)
    : await pickPrincipal(services.inventory, title(), vault.tenantId, vault);
  const principal =
    picked.kind === 'app'
      ? await principalOfApp(services, picked.target, title(), l10n.t('An access policy needs an identity.'))
      : picked;
  const permissions = await pickPermissions(
    title(),
    l10n.t('Select what {0} may do in {1}', principal.name, vault.name),
  );
  const policy = { objectId: principal.principalId, permissions };
  const what = describePermissions({ tenantId: vault.tenantId, ...policy });
  await confirmPolicy(vault, principal, what);
  let isAdded = false;
  try {
    // What was read before or after the change says what else the principal may do. The tree may be older, but has to do if
    // that fails: the change is made.
    const [, now] = await withProgress(
      l10n.t('Adding an access policy for {0} to {1}', principal.name, vault.name),
      (signal) =>
        settleAll([
          vaults.addAccessPolicy(connection, vault, policy, signal),
          vaults.getKeyVault(connection, vault.id, signal).catch(() => vault),
        ]),
    );
    isAdded = true;
    services.changes.record(connection, addedPolicy(now, policy));
    tell(l10n.t('{0} now has an access policy on {1}: {2}.', principal.name, vault.name, what));
  } finally {
    const added = `${vault.id}/accessPolicies/${principal.principalId}`;
    services.refresh(connection, vault.id, isAdded ? added : undefined);
  }
}

/** Shows what the policy will allow. @param what its permissions */
function confirmPolicy(
  vault: KeyVault,
  { principalId, name }: Pick<Principal, 'principalId' | 'name'>,
  what: string,
): Promise<void> {
  const has = vault.accessPolicies.some(
    ({ objectId }) => objectId.toLowerCase() === principalId.toLowerCase(),
  );
  const kept = l10n.t('{0} keeps the permissions that it has', name);
  return confirmSummary(
    { title: title(), placeHolder: l10n.t('Give {0} access to {1}?', name, vault.name) },
    title(),
    [
      { icon: 'shield', label: l10n.t('{0} gets permissions in {1}', name, vault.name), detail: what },
      ...(has ? [{ icon: 'history', label: kept }] : []),
    ],
  );
}

async function pickPolicyVault(
  { inventory }: Pick<Services, 'inventory'>,
  app?: AppTarget,
): Promise<VaultTarget> {
  const tenantId = app && (await tenantOf(app.connection, app.app.subscriptionId)).toLowerCase();
  const usesPolicies = {
    only: ({ vault }: VaultTarget) =>
      vault.permissionModel === 'accessPolicies' &&
      (tenantId === undefined || vault.tenantId.toLowerCase() === tenantId),
    none: app
      ? l10n.t('No key vault in the tenant of {0} uses access policies', app.app.name)
      : l10n.t('No key vault in the selected subscriptions uses access policies'),
  };
  return pickKeyVault(inventory, title(), usesPolicies, app);
}

function usesRoles(target: VaultTarget): UserError {
  return new UserError(
    l10n.t('{0} uses role assignments (Azure RBAC), so access policies have no effect', target.vault.name),
    l10n.t('Instead, assign the role Key Vault Secrets User on the vault or on one secret.'),
    [{ title: l10n.t('Add Role Assignment'), command: 'keyless.addRoleAssignment', arguments: [target] }],
  );
}
