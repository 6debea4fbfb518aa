import * as vscode from 'vscode';
import type { SecretInfo } from '../../azure/core/model';
import { isSecretName } from '../../azure/keyVault/secretUri';
import { plainLine } from '../text';
import type { VaultTarget } from '../../inventory/targets';

interface Item extends vscode.QuickPickItem {
  /** Absent for what was typed and is not in the list yet. */
  readonly secret?: SecretInfo;
}

/**
 * Asks for a secret by name in a vault of any size: the list fills page by page while one types, and a name that was
 * typed whole needs no list. Nothing of it goes into the tree.
 * @returns the secret, or the name that was typed
 * @throws vscode.CancellationError when closed; AzureError where the vault refuses, and nothing was typed that helps
 */
export function searchSecret(target: VaultTarget, title: string): Promise<SecretInfo | string> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = plainLine(title);
  pick.placeholder = vscode.l10n.t('Type a part of a name in {0}', plainLine(target.vault.name));
  pick.matchOnDescription = true;
  pick.busy = true;
  const abort = new AbortController();
  const found: Item[] = [];
  const show = () => {
    const typed = typedItem(pick.value, found);
    pick.items = typed ? [typed, ...found] : found;
  };
  const loading = load(target, abort.signal, (secrets) => {
    found.push(...secrets.map(itemOf));
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
        // Who may not list may still read one by its name.
        if (found.length === 0 && pick.value === '') reject(asError(error));
        else pick.placeholder = vscode.l10n.t('The list is not complete. Type a whole name.');
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
  const { listSecrets } = await import('../../azure/keyVault/secrets');
  let continuation: string | undefined;
  do {
    const page = await listSecrets(connection, vault, continuation, signal);
    add(page.items);
    continuation = page.continuation;
  } while (continuation !== undefined);
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
    description: vscode.l10n.t('by its whole name'),
    alwaysShow: true,
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
