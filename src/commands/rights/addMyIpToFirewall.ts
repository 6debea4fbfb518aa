import { isIPv4 } from 'node:net';
import { l10n } from 'vscode';
import { AzureError } from '../../azure/core/errors';
import { clientAddressOf, isMissingPolicy } from '../../azure/explain/refusal';
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

/** After asking, lets this computer's IP address, as the vault sees it, through the vault's firewall. */
export async function addMyIpToFirewall(
  services: Pick<Services, 'changes' | 'inventory' | 'refresh'>,
  node?: VaultTarget | RefusedTarget,
): Promise<void> {
  const { connection, vault } = await findRefusingVault(services, title(), node);
  const address = await withProgress(l10n.t('Asking {0} for your IP address', vault.name), (signal) =>
    refusedAddress({ connection, vault }, signal),
  );
  await confirm(
    l10n.t('Let {0} through the firewall of {1}?', address, vault.name),
    l10n.t(
      "Anyone at this IP address, such as everyone in your office, can get through the firewall, but still needs permission on the vault. The rule stays until it's removed.",
    ),
    l10n.t('Add IP Address'),
  );
  try {
    await withProgress(l10n.t('Updating the firewall of {0}', vault.name), (signal) =>
      addFirewallAddresses(connection, vault.id, [address], signal),
    );
    services.changes.record(connection, { kind: 'addFirewallAddress', vaultId: vault.id, address });
    tell(l10n.t('The firewall of {0} now allows {1}.', vault.name, address));
  } finally {
    services.refresh(connection, vault.id);
  }
}

/** Lists secret names, but no value: only the vault knows where a request comes from, and says so when it refuses one. */
async function refusedAddress({ connection, vault }: VaultTarget, signal: AbortSignal): Promise<string> {
  let address: string | undefined;
  try {
    await listSecrets(connection, vault, undefined, signal);
    throw letsInAlready(vault.name);
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    // The vault checks the firewall first, so a missing permission means that the firewall let the request in.
    if (isMissingPolicy(error) || error.innerCode === 'ForbiddenByRbac') throw letsInAlready(vault.name);
    if (error.innerCode !== 'ForbiddenByFirewall') throw error;
    address = clientAddressOf(error);
  }
  if (address !== undefined && isIPv4(address)) return address;
  throw new UserError(
    l10n.t('The vault sees your IP address as {0}', address ?? '?'),
    l10n.t(
      "A vault's firewall rules accept only IPv4 addresses. Connect over IPv4 or from a virtual network.",
    ),
  );
}

function letsInAlready(vaultName: string): UserError {
  return new UserError(l10n.t('The firewall of {0} already lets you in', vaultName));
}
