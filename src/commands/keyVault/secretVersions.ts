import * as vscode from 'vscode';
import { AzureError } from '../../azure/core/errors';
import { isObject } from '../../azure/core/json';
import type { KeyVault, SecretInfo } from '../../azure/core/model';
import type { NewSecret } from '../../azure/keyVault/secrets';
import { findSecretVersions, setSecret } from '../../azure/keyVault/secrets';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { pickSecret } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import { askValue } from '../../ui/valueInput';
import { listAllVersions } from '../../inventory/secretLists';
import type { SecretTarget } from '../../inventory/targets';
import type { Cell, Report, Row } from '../../reports/model/report';
import type { ReportSource } from '../../reports/source';
import type { SavedAccount } from '../reports/savedAccount';
import { connectionOf, hasTexts, isSavedAccount, savedAccount } from '../reports/savedAccount';
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
  services: Pick<Services, 'accounts' | 'inventory' | 'reports'>,
  node?: SecretTarget,
): Promise<void> {
  const title = vscode.l10n.t('Compare Secret Versions');
  const { connection, vault, secret } = node ?? (await pickSecret(services.inventory, title));
  const saved: SavedVersions = {
    ...{ kind: 'versions', account: savedAccount(connection), secretName: secret.name },
    vault: { ...vault, accessPolicies: [], tags: {} },
  };
  await services.reports.show(versionsSource(services, saved));
}

/** What a comparison is about, as JSON. A vault that was opened by its URL can't be found by an ID. */
interface SavedVersions {
  readonly kind: 'versions';
  readonly account: SavedAccount;
  readonly vault: KeyVault;
  readonly secretName: string;
}

export function isSavedVersions(value: unknown): value is SavedVersions {
  if (!isObject(value)) return false;
  const { account, vault } = value;
  return (
    isSavedAccount(account) &&
    isObject(vault) &&
    hasTexts(vault, ['id', 'name', 'vaultUri', 'tenantId']) &&
    hasTexts(value, ['secretName'])
  );
}

/** Reads the comparison, as the account that asked for it. */
export function versionsSource(services: Pick<Services, 'accounts'>, saved: SavedVersions): ReportSource {
  const { account, vault, secretName } = saved;
  return {
    subject: JSON.stringify(['versions', account, vault.vaultUri, secretName]),
    title: vscode.l10n.t('Versions of {0}', secretName),
    saved,
    about: [vault.id],
    read: async (_, signal) => {
      const connection = await connectionOf(services, account);
      const versions = await listAllVersions(connection, vault, secretName, signal);
      if (versions.length === 0) throw new UserError(vscode.l10n.t('{0} has no versions', secretName));
      return { report: comparisonOf(secretName, vault.name, versions), buttons: new Map() };
    },
  };
}

function comparisonOf(secretName: string, vaultName: string, versions: readonly SecretInfo[]): Report {
  const names = versions.map(({ version = '' }) => version.slice(0, 8));
  const rows = [
    row(vscode.l10n.t('Enabled'), versions, ({ enabled }) =>
      enabled ? vscode.l10n.t('Yes') : vscode.l10n.t('No'),
    ),
    row(vscode.l10n.t('Created'), versions, ({ created }) => created?.getTime()),
    row(vscode.l10n.t('Updated'), versions, ({ updated }) => updated?.getTime()),
    row(vscode.l10n.t('Active from'), versions, ({ notBefore }) => notBefore?.getTime()),
    row(vscode.l10n.t('Expires'), versions, ({ expires }) => expires?.getTime()),
    row(vscode.l10n.t('Content type'), versions, ({ contentType }) => contentType),
    ...tagNames(versions).map((name) =>
      row(vscode.l10n.t('Tag {0}', name), versions, ({ tags }) => tags[name]),
    ),
  ];
  const count = versions.length;
  return {
    kind: vscode.l10n.t('Compare Secret Versions'),
    title: vscode.l10n.t('Versions of {0} in {1}', secretName, vaultName),
    answer: {
      tone: 'neutral',
      text:
        count === 1
          ? vscode.l10n.t('The secret has one version.')
          : vscode.l10n.t('The secret has {0} versions.', count),
      actions: [],
    },
    sections: [
      {
        title: vscode.l10n.t('Newest first'),
        table: {
          columns: names.map((name, index) => (index === 0 ? vscode.l10n.t('{0} (newest)', name) : name)),
          rows,
        },
      },
    ],
    ids: versions.map(({ version = '' }) => ({
      name: vscode.l10n.t('Version {0}', version.slice(0, 8)),
      id: version,
    })),
    note: vscode.l10n.t('No secret values were read.'),
    at: Date.now(),
  };
}

function row(
  label: string,
  versions: readonly SecretInfo[],
  of: (version: SecretInfo) => Cell | undefined,
): Row {
  const cells = versions.map((version) => of(version) ?? '–');
  return { label, cells, differs: new Set(cells).size > 1 };
}

function tagNames(versions: readonly SecretInfo[]): string[] {
  return [...new Set(versions.flatMap(({ tags }) => Object.keys(tags)))].sort();
}
