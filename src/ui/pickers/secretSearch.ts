import * as vscode from 'vscode';
import type { SecretInfo } from '../../azure/core/model';
import { isSecretName } from '../../azure/keyVault/secretUri';
import { plainLine } from '../text';
import type { VaultTarget } from '../../inventory/targets';

interface Item extends vscode.QuickPickItem {
  /** Missing for a typed name that isn't in the list yet. */
  readonly secret?: SecretInfo;
}

/**
 * Asks for a secret in a vault of any size. The list fills page by page while the user types, and a full name can be
 * accepted before it's listed. The secrets aren't added to the tree.
 * @returns the secret, or the name that was typed
 * @throws vscode.CancellationError when closed; AzureError if the vault refuses and the user hasn't typed anything
 */
export function searchSecret(target: VaultTarget, title: string): Promise<SecretInfo | string> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = plainLine(title);
  pick.placeholder = vscode.l10n.t('Type part of the name of a secret in {0}', plainLine(target.vault.name));
  pick.matchOnDescription = true;
  pick.busy = true;
  const abort = new AbortController();
  const found: Item[] = [];
  const show = () => {
    const typed = typedItem(pick.value, found);
    pick.items = typed ? [typed, ...found] : found;
  };
  const loading = load(target, abort.signal, (secrets) => {
    for (const secret of secrets) found.push(itemOf(secret));
    show();
  });
  return new Promise<SecretInfo | string>((resolve, reject) => {
    loading.then(
      () => {
        pick.busy = false;
        show();
      },
      (error: unknown) => {
        pick.busy = false;
        // Users who can't list secrets may still be able to read one by name.
        if (found.length === 0 && pick.value === '') reject(asError(error));
        else pick.placeholder = vscode.l10n.t("The list isn't complete. Type a full name.");
      },
    );
    pick.onDidChangeValue(show);
    pick.onDidAccept(() => {
      const [item] = pick.activeItems;
      if (item) resolve(item.secret ?? pick.value.trim());
    });
    pick.onDidHide(() => {
      reject(new vscode.CancellationError());
    });
    pick.show();
  }).finally(() => {
    abort.abort();
    pick.dispose();
  });
}

async function load(
  { connection, vault }: VaultTarget,
  signal: AbortSignal,
  add: (secrets: readonly SecretInfo[]) => void,
): Promise<void> {
  const { pagesOfSecrets } = await import('../../azure/keyVault/secrets');
  for await (const page of pagesOfSecrets(connection, vault, signal)) add(page);
}

function itemOf(secret: SecretInfo): Item {
  return {
    label: `$(key) ${plainLine(secret.name)}`,
    description: [
      secret.enabled ? '' : vscode.l10n.t('disabled'),
      plainLine(secret.contentType ?? ''),
      ...Object.entries(secret.tags).map(([name, value]) => plainLine(`${name}=${value}`)),
    ]
      .filter(Boolean)
      .join(', '),
    secret,
  };
}

function typedItem(value: string, found: readonly Item[]): Item | undefined {
  const name = value.trim();
  const isThere = found.some(({ secret }) => secret?.name.toLowerCase() === name.toLowerCase());
  if (!isSecretName(name) || isThere) return undefined;
  return {
    label: `$(arrow-right) ${name}`,
    description: vscode.l10n.t('use this name'),
    alwaysShow: true,
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
