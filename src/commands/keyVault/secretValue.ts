import * as vscode from 'vscode';
import { getSecretValue } from '../../azure/keyVault/secrets';
import { tellCopied } from '../../ui/messages';
import { pickSecret } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { SecretTarget, VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';

/** Shows a secret's value: in a dialog, which no other extension can read, or in a read-only document if it's long. */
export async function showSecretValue(
  services: Pick<Services, 'clipboard' | 'documents' | 'inventory'>,
  node?: VaultTarget | SecretTarget,
): Promise<void> {
  const target = await secretOf(services, vscode.l10n.t('Show Secret Value'), node);
  const value = await read(target);
  const { name } = target.secret;
  if (value.length > longestInDialog || /[\n\r]/.test(value)) {
    await services.documents.show(`${name}.txt`, value);
    return;
  }
  const answer = await vscode.window.showInformationMessage(
    name,
    { modal: true, detail: value },
    vscode.l10n.t('Copy'),
  );
  if (answer === vscode.l10n.t('Copy')) await copy(services, name, value);
}

/** Copies a secret's value to the clipboard for 30 seconds. */
export async function copySecretValue(
  services: Pick<Services, 'clipboard' | 'inventory'>,
  node?: VaultTarget | SecretTarget,
): Promise<void> {
  const target = await secretOf(services, vscode.l10n.t('Copy Secret Value'), node);
  await copy(services, target.secret.name, await read(target));
}

const longestInDialog = 500;

async function secretOf(
  { inventory }: Pick<Services, 'inventory'>,
  title: string,
  node?: VaultTarget | SecretTarget,
): Promise<SecretTarget> {
  return node && 'secret' in node ? node : pickSecret(inventory, title, node);
}

function read({ connection, vault, secret }: SecretTarget): Promise<string> {
  return withProgress(vscode.l10n.t('Reading {0} from {1}', secret.name, vault.name), (signal) =>
    getSecretValue(connection, vault, secret.name, secret.version, signal),
  );
}

async function copy({ clipboard }: Pick<Services, 'clipboard'>, name: string, value: string): Promise<void> {
  await clipboard.copy(value);
  tellCopied(vscode.l10n.t('Copied the value of {0}. The clipboard is cleared in 30 seconds.', name));
}
