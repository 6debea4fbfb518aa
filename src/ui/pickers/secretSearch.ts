import * as vscode from 'vscode';
import type { SecretInfo } from '../../azure/core/model';
import { isSecretName } from '../../azure/keyVault/secretUri';
import type { VaultTarget } from '../../inventory/targets';
import type { Searchable } from './matches';
import { pickBySearching } from './searchPick';

interface FoundSecret extends Searchable {
  readonly secret: SecretInfo;
}

/**
 * Asks for a secret in a vault of any size. A full name can be accepted before it's listed. The secrets aren't added to
 * the tree. Users who can't list secrets may still be able to read one by name.
 * @returns the secret, or the name that was typed
 * @throws vscode.CancellationError when closed; AzureError if the vault refuses and the user hasn't typed anything
 */
export async function searchSecret(target: VaultTarget, title: string): Promise<SecretInfo | string> {
  const found = await pickBySearching<FoundSecret>({
    title,
    placeholder: vscode.l10n.t('Type part of the name of a secret in {0}', target.vault.name),
    iconOf: () => 'key',
    incomplete: vscode.l10n.t("The list isn't complete. Type a full name."),
    isName: isSecretName,
    pages: (signal) => pagesOf(target, signal),
  });
  return typeof found === 'string' ? found : found.secret;
}

async function* pagesOf(
  { connection, vault }: VaultTarget,
  signal: AbortSignal,
): AsyncGenerator<readonly FoundSecret[], void, undefined> {
  const { pagesOfSecrets } = await import('../../azure/keyVault/secrets');
  for await (const page of pagesOfSecrets(connection, vault, signal))
    yield page.map((secret) => ({ name: secret.name, description: descriptionOf(secret), secret }));
}

function descriptionOf({ enabled, contentType, tags }: SecretInfo): string {
  return [
    enabled ? '' : vscode.l10n.t('disabled'),
    contentType ?? '',
    ...Object.entries(tags).map(([name, value]) => `${name}=${value}`),
  ]
    .filter(Boolean)
    .join(', ');
}
