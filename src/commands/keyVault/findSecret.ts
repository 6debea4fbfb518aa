import * as vscode from 'vscode';
import type { Connection } from '../../azure/core/connection';
import type { KeyVault, SecretInfo, Tenant } from '../../azure/core/model';
import { parseSecretIdentifier } from '../../azure/keyVault/secretUri';
import { tenantOfVault } from '../../azure/keyVault/vaultTenant';
import { UserError } from '../../ui/errors';
import { pickKeyVault } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { askText, pickOne } from '../../ui/quickPick';
import { listAllVersions } from '../../inventory/secretLists';
import { searchSecret } from '../../ui/pickers/secretSearch';
import type { SecretTarget, VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';

type UsedServices = Pick<Services, 'accounts' | 'inventory'>;

/** Finds a secret by name in a vault of any size, and offers commands for it. */
export async function findSecret(services: Pick<Services, 'inventory'>, node?: VaultTarget): Promise<void> {
  const title = vscode.l10n.t('Find Secret');
  await findIn(node ?? (await pickKeyVault(services.inventory, title)), title);
}

/**
 * Opens a vault or a secret by name or URI, for people who can read secrets but can't see the vault in its subscription.
 */
export async function openByUri(services: UsedServices): Promise<void> {
  const title = vscode.l10n.t('Open Secret by URI');
  const connections = await services.inventory.connections();
  if (connections.length === 0)
    throw new UserError(vscode.l10n.t("You aren't signed in"), undefined, [
      { title: vscode.l10n.t('Sign In'), command: 'keyless.signIn' },
    ]);
  const text = await askText({
    title,
    prompt: vscode.l10n.t('Name or URI of a key vault, or URI of a secret'),
    placeHolder: 'https://my-vault.vault.azure.net/secrets/my-secret',
    validateInput: (typed) =>
      partsOf(typed.trim(), '') ? undefined : vscode.l10n.t('Enter a name or an https URI.'),
  });
  const [first] = connections;
  const parts = first && partsOf(text.trim(), first.cloud.vaultSuffix);
  if (!parts) return;
  const vault = await vaultByUri(services, title, parts.vaultUri);
  if (parts.name === undefined) await findIn(vault, title);
  else await offer(await readSecret(vault, parts.name, parts.version), title);
}

/** A vault by its URI, also if its subscription can't be seen. @throws UserError if no account is signed in to its tenant */
export async function vaultByUri(
  services: UsedServices,
  title: string,
  vaultUri: string,
): Promise<VaultTarget> {
  return (await knownVault(services, vaultUri)) ?? (await hiddenVault(services, title, vaultUri));
}

async function findIn(target: VaultTarget, title: string): Promise<void> {
  const found = await searchSecret(target, title);
  await offer(
    typeof found === 'string' ? await readSecret(target, found) : { ...target, secret: found },
    title,
  );
}

/** Reads a secret from the list of its versions. Without permission to list, returns only what its name says. */
async function readSecret(target: VaultTarget, name: string, version?: string): Promise<SecretTarget> {
  const { connection, vault } = target;
  const assumed: SecretInfo = {
    id: `${vault.vaultUri}/secrets/${name}${version === undefined ? '' : `/${version}`}`,
    name,
    ...(version === undefined ? {} : { version }),
    enabled: true,
    tags: {},
  };
  const versions = await withProgress(vscode.l10n.t('Looking for {0} in {1}', name, vault.name), (signal) =>
    listAllVersions(connection, vault, name, signal).catch((error: unknown) => {
      if (isRefusal(error)) return undefined;
      throw error;
    }),
  );
  if (!versions) return { ...target, secret: assumed };
  const [newest] = versions;
  const found = version === undefined ? newest : versions.find((each) => each.version === version);
  if (!found) throw new UserError(vscode.l10n.t('{0} has no secret named {1}', vault.name, name));
  const { version: _version, ...current } = found;
  return { ...target, secret: version === undefined ? { ...current, id: assumed.id } : found };
}

/** Offers commands for a secret that may not be in the tree. */
async function offer(target: SecretTarget, title: string): Promise<void> {
  const line = (command: string, icon: string, label: string): Choice<string> => ({
    value: command,
    icon,
    label,
  });
  const inSubscription = /^\/subscriptions\//i.test(target.vault.id);
  const command = await pickOne(
    () =>
      Promise.resolve([
        line('copySecretUri', 'copy', vscode.l10n.t('Copy Secret URI')),
        line('copyKeyVaultReference', 'copy', vscode.l10n.t('Copy Key Vault Reference')),
        ...(inSubscription
          ? [
              line('letAppReadSecret', 'shield', vscode.l10n.t('Let App Read Secret…')),
              line('whoCanRead', 'organization', vscode.l10n.t('Who Can Read This?')),
            ]
          : []),
        line('addFunctionThatReadsSecret', 'code', vscode.l10n.t('Add Function That Reads a Secret')),
        line('showSecretValue', 'eye', vscode.l10n.t('Show Secret Value')),
        line('copySecretValue', 'clippy', vscode.l10n.t('Copy Secret Value')),
        line('createSecretVersion', 'versions', vscode.l10n.t('Create Secret Version')),
        line('compareSecretVersions', 'diff', vscode.l10n.t('Compare Secret Versions')),
        line('editSecret', 'edit', vscode.l10n.t('Edit Secret Attributes')),
        line('deleteSecrets', 'trash', vscode.l10n.t('Delete Secret')),
      ]),
    {
      title,
      placeHolder: vscode.l10n.t('Select what to do with {0} in {1}', target.secret.name, target.vault.name),
    },
    () => new UserError(target.secret.name),
  );
  await vscode.commands.executeCommand(`keyless.${command}`, target);
}

interface Parts {
  readonly vaultUri: string;
  readonly name?: string;
  readonly version?: string;
}

/** Parses a vault's name, a vault's URI, or a secret's URI. */
function partsOf(text: string, vaultSuffix: string): Parts | undefined {
  if (/^[a-z][a-z0-9-]{1,22}[a-z0-9]$/i.test(text))
    return { vaultUri: `https://${text.toLowerCase()}${vaultSuffix}` };
  const identifier = parseSecretIdentifier(text);
  if (identifier) return identifier;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url?.protocol === 'https:' && url.pathname === '/' && !url.search && !url.username;
  return isOrigin ? { vaultUri: url.origin } : undefined;
}

async function knownVault(
  { inventory }: Pick<Services, 'inventory'>,
  vaultUri: string,
): Promise<VaultTarget | undefined> {
  const known = await inventory.keyVaults().catch(() => []);
  return known.find(({ vault }) => vault.vaultUri.toLowerCase() === vaultUri.toLowerCase());
}

/** A vault of which only the URI is known, in the tenant that it names itself. */
async function hiddenVault(services: UsedServices, title: string, vaultUri: string): Promise<VaultTarget> {
  const name = new URL(vaultUri).hostname.split('.')[0] ?? vaultUri;
  const connection = await connectionFor(services, title, name, vaultUri);
  const vault: KeyVault = {
    id: `/providers/Microsoft.KeyVault/vaults/${name}`,
    name,
    subscriptionId: '',
    resourceGroup: '',
    location: '',
    tenantId: connection.tenantId,
    vaultUri,
    permissionModel: 'rbac',
    publicNetworkAccess: '',
    firewall: false,
    accessPolicies: [],
    tags: {},
  };
  return { connection, vault };
}

/** @throws UserError if the vault is in a tenant that no account is signed in to */
async function connectionFor(
  { accounts, inventory }: UsedServices,
  title: string,
  vaultName: string,
  vaultUri: string,
): Promise<Connection> {
  const connections = await inventory.connections();
  const asked = connections.find(({ http }) => http.trust.knows(vaultUri, 'vault'));
  const tenantId =
    asked &&
    (await withProgress(vscode.l10n.t('Looking for the tenant of {0}', vaultName), (signal) =>
      tenantOfVault(asked, vaultUri, signal),
    ));
  const tenants = (await accounts.tenants()).map(({ tenant }) => tenant);
  if (tenantId === undefined) return pickConnection(tenants, connections, title);
  const inTenant = connections.filter((one) => one.tenantId.toLowerCase() === tenantId);
  if (inTenant.length > 0) return pickConnection(tenants, inTenant, title);
  throw new UserError(
    vscode.l10n.t(
      "{0} is in the tenant {1}, which you aren't signed in to",
      vaultName,
      tenantName(tenants, tenantId),
    ),
    vscode.l10n.t('Sign in to the tenant, and try again.'),
    [
      {
        title: vscode.l10n.t('Sign In to Tenant'),
        command: 'keyless.signInToTenant',
        arguments: [{ tenant: { tenantId } }],
      },
    ],
  );
}

function tenantName(tenants: readonly Tenant[], tenantId: string): string {
  const found = tenants.find((tenant) => tenant.tenantId.toLowerCase() === tenantId.toLowerCase());
  return found?.displayName || tenantId;
}

function pickConnection(
  tenants: readonly Tenant[],
  connections: readonly Connection[],
  title: string,
): Promise<Connection> {
  const [only, ...others] = connections;
  if (only && others.length === 0) return Promise.resolve(only);
  return pickOne(
    () =>
      Promise.resolve(
        connections.map((connection): Choice<Connection> => ({
          icon: 'organization',
          label: tenantName(tenants, connection.tenantId),
          description: connection.tenantId,
          value: connection,
        })),
      ),
    { title, placeHolder: vscode.l10n.t('Select the tenant of the key vault') },
    () => new UserError(vscode.l10n.t("You aren't signed in")),
  );
}

function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && error.status === 403;
}
