import * as vscode from 'vscode';
import type { SecretInfo } from '../../azure/core/model';
import { AzureError } from '../../azure/core/errors';
import type { NewSecret } from '../../azure/keyVault/secrets';
import { findSecretVersions, setSecret } from '../../azure/keyVault/secrets';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { pickSecret } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import { askValue } from '../../ui/valueInput';
import { listAllVersions } from '../../inventory/secretLists';
import { plainLine } from '../../ui/text';
import type { SecretTarget } from '../../inventory/targets';
import { complaintAboutValue } from './createSecret';
import { requireUnmanaged } from './managedSecrets';
import type { Services } from '../services';

/** Gives a secret a new value, and keeps the content type and tags of the version before. */
export async function createSecretVersion(
  services: Pick<Services, 'changes' | 'inventory' | 'refresh'>,
  node?: SecretTarget,
): Promise<void> {
  const title = vscode.l10n.t('Create Secret Version');
  const { connection, vault, secret } = node ?? (await pickSecret(services.inventory, title));
  requireUnmanaged(secret);
  const { name } = secret;
  const value = await askValue({
    ...{ title, name, prompt: vscode.l10n.t('New value of {0}', name), hidden: true },
    complaint: complaintAboutValue,
  });
  const creating = vscode.l10n.t('Creating a version of {0} in {1}', name, vault.name);
  const attributes = await keptOf({ connection, vault, secret });
  let made: SecretInfo | undefined;
  try {
    made = await withProgress(creating, (signal) =>
      setSecret(connection, vault, { name, value, ...attributes }, signal),
    );
    services.changes.record(connection, { kind: 'setSecret', vaultId: vault.id, name });
    tell(
      vscode.l10n.t(
        'Created a new version of {0}. Apps that reference the secret without a version get it within a day or when they restart.',
        name,
      ),
      {
        title: vscode.l10n.t('Copy Secret URI'),
        command: 'keyless.copySecretUri',
        arguments: [{ connection, vault, secret: made }],
      },
    );
  } finally {
    services.refresh(connection, vault.id, made && `${vault.id}/secrets/${name}`);
  }
}

/**
 * The content type and tags of the current version, which a new version doesn't inherit (Azure/AzureKeyVault#17). What the
 * tree shows of them may be out of date. @throws CancellationError if they can't be read and the person doesn't go on
 */
async function keptOf({ connection, vault, secret }: SecretTarget): Promise<Kept> {
  const { name } = secret;
  try {
    const [current] = await withProgress(
      vscode.l10n.t('Reading the current version of {0}', name),
      (signal) => findSecretVersions(connection, vault, name, undefined, signal),
    );
    return kept(current);
  } catch (error) {
    if (!(error instanceof AzureError) || error.status !== 403) throw error;
    // Resource Manager listed it, for someone whom the vault refuses.
    if (secret.created !== undefined) return kept(secret);
    await confirm(
      vscode.l10n.t('Create a version of {0} without content type and tags?', name),
      vscode.l10n.t(
        "Keyless can't read those of the current version, because you don't have permission to list the secret's versions. The current version keeps them.",
      ),
      vscode.l10n.t('Create Version'),
    );
    return {};
  }
}

type Kept = Pick<NewSecret, 'contentType' | 'tags'>;

function kept({ contentType, tags }: SecretInfo): Kept {
  return { tags, ...(contentType === undefined ? {} : { contentType }) };
}

/** Shows the attributes of a secret's versions side by side, newest first. It reads no value. */
export async function compareSecretVersions(
  services: Pick<Services, 'documents' | 'inventory'>,
  node?: SecretTarget,
): Promise<void> {
  const title = vscode.l10n.t('Compare Secret Versions');
  const { connection, vault, secret } = node ?? (await pickSecret(services.inventory, title));
  const versions = await withProgress(vscode.l10n.t('Reading the versions of {0}', secret.name), (signal) =>
    listAllVersions(connection, vault, secret.name, signal),
  );
  if (versions.length === 0) throw new UserError(vscode.l10n.t('{0} has no versions', secret.name));
  await services.documents.show(`${secret.name} versions.txt`, tableOf(versions));
}

/** A table of attributes, with marks on those that differ between versions. */
function tableOf(versions: readonly SecretInfo[]): string {
  const rows = [
    row(vscode.l10n.t('Version'), versions, ({ version }) => version),
    row(vscode.l10n.t('Enabled'), versions, ({ enabled }) =>
      enabled ? vscode.l10n.t('yes') : vscode.l10n.t('no'),
    ),
    row(vscode.l10n.t('Created'), versions, ({ created }) => created?.toISOString()),
    row(vscode.l10n.t('Updated'), versions, ({ updated }) => updated?.toISOString()),
    row(vscode.l10n.t('Active from'), versions, ({ notBefore }) => notBefore?.toISOString()),
    row(vscode.l10n.t('Expires'), versions, ({ expires }) => expires?.toISOString()),
    row(vscode.l10n.t('Content type'), versions, ({ contentType }) => contentType),
    ...tagNames(versions).map((name) =>
      row(vscode.l10n.t('Tag {0}', plainLine(name)), versions, ({ tags }) => tags[name]),
    ),
  ];
  const widths = rows.reduce<number[]>(
    (all, cells) => cells.map((cell, index) => Math.max(cell.length, all[index] ?? 0)),
    [],
  );
  const lines = rows.map((cells) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n\n${vscode.l10n.t('* differs between versions')}\n`;
}

function row(
  label: string,
  versions: readonly SecretInfo[],
  of: (version: SecretInfo) => string | undefined,
): string[] {
  const cells = versions.map((version) => plainLine(of(version) ?? '-', 60));
  return [`${new Set(cells).size > 1 ? '*' : ' '} ${label}`, ...cells];
}

function tagNames(versions: readonly SecretInfo[]): string[] {
  return [...new Set(versions.flatMap(({ tags }) => Object.keys(tags)))].sort();
}
