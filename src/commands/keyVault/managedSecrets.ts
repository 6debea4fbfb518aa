import * as vscode from 'vscode';
import type { SecretInfo } from '../../azure/core/model';
import { UserError } from '../../ui/errors';

/**
 * Key Vault refuses to change a secret that belongs to a certificate: 403 `SecretManagedByKeyVault` (recorded for DELETE;
 * hashicorp/terraform-provider-azurerm#5659 for PUT). Says so before asking for anything. @throws UserError
 */
export function requireUnmanaged({ name, managed }: SecretInfo): void {
  if (!managed) return;
  throw new UserError(
    vscode.l10n.t('Key Vault manages the secret {0} because it belongs to a certificate', name),
    vscode.l10n.t('Change or delete the certificate instead.'),
  );
}
