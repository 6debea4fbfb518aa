import * as vscode from 'vscode';
import { AzureError } from '../../azure/core/errors';
import type { SecretInfo } from '../../azure/core/model';
import type { SecretIdentifier } from '../../azure/keyVault/secretUri';
import {
  formatKeyVaultReference,
  formatSecretIdentifier,
  parseSecretIdentifier,
} from '../../azure/keyVault/secretUri';
import { UserError } from '../../ui/errors';
import { tellCopied } from '../../ui/messages';
import { pickSecret } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import type { SecretTarget, VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';

type UsedServices = Pick<Services, 'inventory' | 'milestones'>;

type Node = VaultTarget | SecretTarget;

/** Copies identifiers. A secret's has no version, so it means the current one. A version has its own identifier. */
export async function copySecretUri(
  services: UsedServices,
  node?: Node,
  nodes?: readonly Node[],
): Promise<void> {
  const title = vscode.l10n.t('Copy Secret URI');
  await copy(
    services,
    await identifiers(services, title, withVersion, node, nodes),
    formatSecretIdentifier,
    uris,
  );
}

/** Copies identifiers without a version, even for versions. */
export async function copySecretUriWithoutVersion(
  services: UsedServices,
  node?: Node,
  nodes?: readonly Node[],
): Promise<void> {
  const title = vscode.l10n.t('Copy Secret URI Without Version');
  const found = await identifiers(services, title, withoutVersion, node, nodes);
  const once = new Map(found.map(({ vaultUri, name }) => [`${vaultUri}/${name}`, { vaultUri, name }]));
  await copy(services, [...once.values()], formatSecretIdentifier, uris);
}

/** Copies the identifiers of the current versions. It lists versions, but reads no value. */
export async function copySecretUriOfCurrentVersion(
  services: UsedServices,
  node?: Node,
  nodes?: readonly Node[],
): Promise<void> {
  const title = vscode.l10n.t('Copy Secret URI of Current Version');
  const secrets = selectedSecrets(node, nodes);
  const targets = secrets.length > 0 ? secrets : [await pickSecret(services.inventory, title, node)];
  const found = await withProgress(vscode.l10n.t('Finding the current version'), (signal) =>
    Promise.all(targets.map((target) => currentVersion(target, signal))),
  );
  await copy(services, found, formatSecretIdentifier, uris);
}

/** Copies `@Microsoft.KeyVault(SecretUri=…)`, which App Service replaces with the secret in an app setting. */
export async function copyKeyVaultReference(
  services: UsedServices,
  node?: Node,
  nodes?: readonly Node[],
): Promise<void> {
  const title = vscode.l10n.t('Copy Key Vault Reference');
  await copy(
    services,
    await identifiers(services, title, withVersion, node, nodes),
    formatKeyVaultReference,
    references,
  );
}

/** The messages that say what was copied. */
interface Copied {
  one(name: string): string;
  many(count: number): string;
}

const uris: Copied = {
  one: (name) => vscode.l10n.t('Copied the URI of {0}', name),
  many: (count) => vscode.l10n.t('Copied {0} URIs', count),
};
const references: Copied = {
  one: (name) => vscode.l10n.t('Copied the Key Vault reference of {0}', name),
  many: (count) => vscode.l10n.t('Copied {0} Key Vault references', count),
};

type AskVersion = (title: string, target: SecretTarget) => Promise<SecretTarget>;

/** Takes the identifiers from the selected nodes without a request. From the palette, asks for a vault, secret, and version. */
async function identifiers(
  services: Pick<Services, 'inventory'>,
  title: string,
  ask: AskVersion,
  node?: Node,
  nodes?: readonly Node[],
): Promise<SecretIdentifier[]> {
  const selected = selectedSecrets(node, nodes);
  if (selected.length > 0) return selected.map(identifierOf);
  return [identifierOf(await ask(title, await pickSecret(services.inventory, title, node)))];
}

function selectedSecrets(node?: Node, nodes?: readonly Node[]): SecretTarget[] {
  const selected = nodes?.length ? nodes : node ? [node] : [];
  return selected.filter((target): target is SecretTarget => 'secret' in target);
}

/** The newest version, which the vault uses when no version is named, even if that version is disabled. */
async function currentVersion(
  { connection, vault, secret }: SecretTarget,
  signal: AbortSignal,
): Promise<SecretIdentifier> {
  const { listAllVersions } = await import('../../inventory/secretLists');
  const [newest, next] = await listAllVersions(connection, vault, secret.name, signal);
  if (!newest)
    throw new UserError(
      vscode.l10n.t('{0} has no versions', secret.name),
      vscode.l10n.t('Refresh the vault.'),
    );
  if (newest.created?.getTime() !== next?.created?.getTime())
    return identifierOf({ connection, vault, secret: newest });
  // Both were created in the same second, and the vault's times are no finer. Resource Manager knows which is current.
  const { currentSecretIdThroughResourceManager } = await import('../../azure/keyVault/vaults');
  const id = await currentSecretIdThroughResourceManager(connection, vault, secret.name, signal);
  return identifierOf({ connection, vault, secret: { ...newest, id: id ?? newest.id } });
}

/** Parses a secret's identifier, and rejects one that points to another vault. */
function identifierOf({ vault, secret }: SecretTarget): SecretIdentifier {
  const parsed = parseSecretIdentifier(secret.id);
  if (parsed?.vaultUri !== new URL(vault.vaultUri).origin)
    throw new UserError(
      vscode.l10n.t('The vault {0} returned the identifier of another vault', vault.name),
      vscode.l10n.t('Refresh the vault.'),
    );
  return parsed;
}

const withoutVersion: AskVersion = (_title, target) => Promise.resolve(target);

const withVersion: AskVersion = async (title, { connection, vault, secret }) => {
  const current: Choice<SecretInfo> = {
    icon: 'lock',
    label: vscode.l10n.t('Without version'),
    description: vscode.l10n.t('always the current version'),
    value: secret,
  };
  const picked = await pickOne<SecretInfo>(
    async (signal) => [current, ...(await versions(signal)).map(versionChoice)],
    { title, placeHolder: vscode.l10n.t('Select a version of {0}', secret.name) },
    () => new UserError(vscode.l10n.t('{0} has no versions', secret.name)),
  );
  return { connection, vault, secret: picked };

  async function versions(signal: AbortSignal): Promise<SecretInfo[]> {
    const { listAllVersions } = await import('../../inventory/secretLists');
    return listAllVersions(connection, vault, secret.name, signal).catch((error: unknown) => {
      // Someone who can't list versions can still copy the identifier without one.
      if (error instanceof AzureError && error.status === 403) return [];
      throw error;
    });
  }
};

function versionChoice(version: SecretInfo, index: number): Choice<SecretInfo> {
  const notes = [
    index === 0 && vscode.l10n.t('current version'),
    version.created?.toLocaleString(),
    !version.enabled && vscode.l10n.t('disabled'),
  ];
  return {
    icon: 'versions',
    label: version.version ?? '',
    description: notes.filter(Boolean).join(', '),
    value: version,
  };
}

async function copy(
  { milestones }: Pick<Services, 'milestones'>,
  found: readonly SecretIdentifier[],
  format: (identifier: SecretIdentifier) => string,
  copied: Copied,
): Promise<void> {
  await vscode.env.clipboard.writeText(found.map(format).join('\n'));
  const [first] = found;
  milestones.reach('uri');
  tellCopied(found.length === 1 && first ? copied.one(first.name) : copied.many(found.length));
}
