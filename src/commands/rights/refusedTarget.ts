import type { Connection } from '../../azure/core/connection';
import type { KeyVault, SecretInfo } from '../../azure/core/model';
import type { Refusal } from '../../azure/explain/refusal';
import { UserError } from '../../ui/errors';
import { pickKeyVault } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { VaultTarget } from '../../inventory/targets';
import { l10n } from 'vscode';
import type { Services } from '../services';

/** What was refused: a node of the tree, which has the vault, or a request in a message, which has the host. */
export interface RefusedTarget {
  readonly connection?: Connection;
  readonly vault?: KeyVault;
  readonly secret?: SecretInfo;
  readonly host?: string;
  readonly refusal?: Refusal;
}

/** The vault that refused. Asks for one if the node doesn't say. */
export async function findRefusingVault(
  { inventory }: Pick<Services, 'inventory'>,
  title: string,
  node: VaultTarget | RefusedTarget | undefined,
): Promise<VaultTarget> {
  const { connection, vault } = node ?? {};
  if (connection && vault) return { connection, vault };
  const host = node && 'host' in node ? node.host : undefined;
  if (host === undefined) return pickKeyVault(inventory, title);
  const vaults = await withProgress(l10n.t('Finding the vault'), (signal) => inventory.keyVaults(signal));
  const found = vaults.find((target) => new URL(target.vault.vaultUri).host === host);
  if (found) return found;
  throw new UserError(l10n.t("{0} doesn't belong to a key vault in the selected subscriptions", host));
}
