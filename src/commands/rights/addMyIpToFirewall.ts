import { isIPv4 } from 'node:net';
import { l10n } from 'vscode';
import { AzureError } from '../../azure/core/errors';
import { clientAddressOf } from '../../azure/explain/refusal';
import { listSecrets } from '../../azure/keyVault/secrets';
import { addFirewallAddresses } from '../../azure/keyVault/vaultNetwork';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import type { VaultTarget } from '../../inventory/targets';
import { findRefusingVault, type RefusedTarget } from './refusedTarget';
import type { Services } from '../services';

const title = () => l10n.t('Add My IP to the Firewall');

/** Lets the address from which the vault sees this computer through the vault's firewall, after asking. */
export async function addMyIpToFirewall(
  services: Services,
  node?: VaultTarget | RefusedTarget,
): Promise<void> {
  const { connection, vault } = await findRefusingVault(services, title(), node);
  const address = await withProgress(l10n.t('Asking {0} for your address', vault.name), (signal) =>
    refusedAddress({ connection, vault }, signal),
  );
  await confirm(
    l10n.t('Let {0} through the firewall of {1}?', address, vault.name),
    l10n.t(
      'Whoever comes from this address, such as everybody in your office, gets through the firewall; a right on the vault is still needed. The rule stays until somebody removes it.',
    ),
    l10n.t('Add Address'),
  );
  try {
    await withProgress(l10n.t('Changing the firewall of {0}', vault.name), (signal) =>
      addFirewallAddresses(connection, vault.id, [address], signal),
    );
    services.changes.record(connection, { kind: 'addFirewallAddress', vaultId: vault.id, address });
    tell(l10n.t('The firewall of {0} lets {1} in.', vault.name, address));
  } finally {
    services.refresh(connection, vault.id);
  }
}

/** Only the vault itself knows from where a request comes, and it says so when it refuses: names are asked for, no value. */
async function refusedAddress({ connection, vault }: VaultTarget, signal: AbortSignal): Promise<string> {
  let address: string | undefined;
  try {
    await listSecrets(connection, vault, undefined, signal);
    throw letsInAlready(vault.name);
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    // Whoever is let in is asked for a right next.
    if (error.innerCode === 'AccessDenied' || error.innerCode === 'ForbiddenByRbac')
      throw letsInAlready(vault.name);
    if (error.innerCode !== 'ForbiddenByFirewall') throw error;
    address = clientAddressOf(error);
  }
  if (address !== undefined && isIPv4(address)) return address;
  throw new UserError(
    l10n.t('The vault sees the address {0}', address ?? '?'),
    l10n.t(
      "Rules of a vault's firewall are for IPv4 addresses: connect over IPv4, or from a virtual network.",
    ),
  );
}

function letsInAlready(vaultName: string): UserError {
  return new UserError(l10n.t('The firewall of {0} lets you in already', vaultName));
}
