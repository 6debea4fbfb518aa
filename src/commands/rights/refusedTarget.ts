import type { Connection } from '../../azure/core/connection';
import type { KeyVault, SecretInfo } from '../../azure/core/model';
import type { Refusal } from '../../azure/explain/refusal';
import { UserError } from '../../ui/errors';
import { pickKeyVault } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { VaultTarget } from '../../inventory/targets';
import { l10n } from 'vscode';
import type { Services } from '../services';

/** A refusal: of a node of the tree, which knows the vault, or in a message, which knows the host that refused. */
export interface RefusedTarget {
  readonly connection?: Connection;
  readonly vault?: KeyVault;
  readonly secret?: SecretInfo;
  readonly host?: string;
  readonly refusal?: Refusal;
}

/** The vault that refused; asks for one where nothing tells. */
export async function findRefusingVault(
  { inventory }: Services,
  title: string,
  node: VaultTarget | RefusedTarget | undefined,
): Promise<VaultTarget> {
  const { connection, vault } = node ?? {};
  if (connection && vault) return { connection, vault };
  const host = node && 'host' in node ? node.host : undefined;
  if (host === undefined) return pickKeyVault(inventory, title);
  const vaults = await withProgress(l10n.t('Looking for the vault'), (signal) => inventory.keyVaults(signal));
  const found = vaults.find((target) => new URL(target.vault.vaultUri).host === host);
  if (found) return found;
  throw new UserError(l10n.t('{0} belongs to no vault of the selected subscriptions', host));
}
