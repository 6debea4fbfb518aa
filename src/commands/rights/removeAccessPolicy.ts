import { l10n } from 'vscode';
import { describePermissions } from '../../access/words/reach';
import type { AccessPolicy, KeyVault } from '../../azure/core/model';
import * as vaults from '../../azure/keyVault/vaults';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { pickKeyVault } from '../../ui/pickers/pickers';
import type { PrincipalName } from '../../inventory/principalNames';
import { principalNames, typesOfUnnamed, unnamedWords } from '../../inventory/principalNames';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { confirm, pickOne } from '../../ui/quickPick';
import type { PolicyTarget, VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';
import { principalPlaceWords } from './principalPlace';

const title = () => l10n.t('Remove Access Policy');

/** Removes one principal's access policy from a vault, after showing who loses what. */
export async function removeAccessPolicy(
  services: Pick<Services, 'changes' | 'inventory' | 'refresh'>,
  node?: VaultTarget | PolicyTarget,
): Promise<void> {
  const { connection, vault: shown } =
    node ??
    (await pickKeyVault(services.inventory, title(), {
      only: ({ vault }) => vault.accessPolicies.length > 0,
      none: l10n.t('No key vault in the selected subscriptions has access policies'),
    }));
  const { vault, names, types } = await withProgress(
    l10n.t('Reading the access policies of {0}', shown.name),
    async (signal) => {
      const vault = await vaults.getKeyVault(connection, shown.id, signal);
      const ids = vault.accessPolicies.map(({ objectId }) => objectId);
      const names = await principalNames(services.inventory, connection, ids, signal);
      return { vault, names, types: await typesOfUnnamed(connection, vault.id, ids, names, signal) };
    },
  );
  const holderName = ({ objectId }: AccessPolicy) =>
    names.get(objectId.toLowerCase())?.name ?? unnamedWords(objectId, types.get(objectId.toLowerCase()));
  const policy =
    node && 'policy' in node ? stillThere(vault, node.policy) : await pickPolicy(vault, holderName, names);
  const name = holderName(policy);
  await confirm(
    l10n.t('Remove the access policy of {0} from {1}?', name, vault.name),
    l10n.t(
      'Code that runs as this principal loses these permissions: {0}.\nObject ID: {1}',
      describePermissions(policy),
      policy.objectId,
    ),
    l10n.t('Remove Access Policy'),
  );
  try {
    await withProgress(l10n.t('Removing the access policy of {0} from {1}', name, vault.name), (signal) =>
      vaults.removeAccessPolicy(connection, vault, policy, signal),
    );
    services.changes.record(connection, { kind: 'removeAccessPolicy', vaultId: vault.id, ...policy });
    tell(l10n.t('{0} no longer has an access policy on {1}.', name, vault.name));
  } finally {
    services.refresh(connection, vault.id);
  }
}

function stillThere(vault: KeyVault, wanted: AccessPolicy): AccessPolicy {
  const same = (a?: string, b?: string) => (a ?? '').toLowerCase() === (b ?? '').toLowerCase();
  const found = vault.accessPolicies.find(
    (policy) => same(policy.objectId, wanted.objectId) && same(policy.applicationId, wanted.applicationId),
  );
  if (found) return found;
  throw new UserError(
    l10n.t('{0} no longer has an access policy for {1}', vault.name, wanted.objectId),
    l10n.t('Someone else removed it. Refresh the vault.'),
  );
}

function pickPolicy(
  vault: KeyVault,
  holderName: (policy: AccessPolicy) => string,
  names: ReadonlyMap<string, PrincipalName>,
): Promise<AccessPolicy> {
  const choices = vault.accessPolicies.map((policy): Choice<AccessPolicy> => {
    const known = names.get(policy.objectId.toLowerCase());
    return {
      icon: 'account',
      label: holderName(policy),
      description: known && principalPlaceWords(known),
      detail: describePermissions(policy),
      value: policy,
    };
  });
  return pickOne(
    () => Promise.resolve(choices),
    { title: title(), placeHolder: l10n.t('Select the access policy to remove from {0}', vault.name) },
    () =>
      new UserError(l10n.t('{0} has no access policies', vault.name), l10n.t('There is nothing to remove.')),
  );
}
