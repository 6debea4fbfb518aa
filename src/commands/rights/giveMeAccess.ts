import { l10n } from 'vscode';
import type { Change } from '../../changes/change';
import { addedPolicy } from '../../changes/change';
import { leastRights } from '../../access/ownRights';
import { describeScope } from '../../access/words/reach';
import { AzureError } from '../../azure/core/errors';
import { explain } from '../../azure/explain/explain';
import { getSignedInPrincipal, type SignedInPrincipal } from '../../azure/directory/signedInPrincipal';
import type { Refusal, SecretTask } from '../../azure/explain/refusal';
import { createRoleAssignment, roleDefinitionIdOf } from '../../azure/directory/roles';
import { listSecrets, listSecretVersions } from '../../azure/keyVault/secrets';
import { addAccessPolicy, getKeyVault } from '../../azure/keyVault/vaults';
import { pause } from '../../azure/core/clock';
import { isCancellation, UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import type { SecretTarget, VaultTarget } from '../../inventory/targets';
import { findRefusingVault, type RefusedTarget } from './refusedTarget';
import type { Services } from '../services';

const title = () => l10n.t('Give Me Access');

/** Gives the signed-in account the least access to a vault that it needs for a task. */
export async function giveMeAccess(
  services: Pick<Services, 'changes' | 'inventory' | 'refresh'>,
  node?: VaultTarget | SecretTarget | RefusedTarget,
): Promise<void> {
  const target = await findRefusingVault(services, title(), node);
  const { connection } = target;
  // Read the vault again, because its permission model may have changed since the tree read it.
  const { vault, me } = await withProgress(l10n.t('Reading {0}', target.vault.name), async (signal) => ({
    vault: await getKeyVault(connection, target.vault.id, signal),
    me: await getSignedInPrincipal(connection, signal),
  }));
  requireOwnTenant({ connection, vault });
  const refusal = node && 'refusal' in node ? node.refusal : undefined;
  const task = await pickTask({ connection, vault }, refusal);
  const fresh = { connection, vault };
  if (vault.permissionModel === 'accessPolicies')
    await addPolicy(services, fresh, me, permissionsFor(task, refusal));
  else await assignRole(services, fresh, me, task, await pickScope(fresh, task, secretOf(node)));
}

/**
 * The account is known by another object ID in another tenant, or not at all, and a delegation (Azure Lighthouse) gives no
 * access to secrets: learn.microsoft.com/azure/lighthouse/concepts/tenants-users-roles excludes roles with data actions.
 */
function requireOwnTenant({ connection, vault }: VaultTarget): void {
  if (vault.tenantId.toLowerCase() === connection.tenantId.toLowerCase()) return;
  throw new UserError(
    l10n.t(
      '{0} belongs to another tenant ({1}), which your account only manages',
      vault.name,
      vault.tenantId,
    ),
    l10n.t("Sign in with an account of the vault's tenant, or ask someone there."),
  );
}

async function addPolicy(
  services: Pick<Services, 'changes' | 'refresh'>,
  { connection, vault }: VaultTarget,
  { objectId }: SignedInPrincipal,
  secrets: readonly string[],
): Promise<void> {
  const policy = { objectId, permissions: { secrets } };
  const change = addedPolicy(vault, policy);
  await carryOut(services, { connection, vault }, change, async (signal) => {
    await addAccessPolicy(connection, vault, policy, signal);
    services.changes.record(connection, change);
    tell(l10n.t('You now have an access policy on {0}: secrets {1}.', vault.name, secrets.join(', ')));
  });
}

async function assignRole(
  services: Pick<Services, 'changes' | 'refresh'>,
  { connection, vault }: VaultTarget,
  me: SignedInPrincipal,
  task: SecretTask,
  scope: string,
): Promise<void> {
  const { role } = leastRights[task];
  const wanted = {
    scope,
    roleDefinitionId: roleDefinitionIdOf(vault.subscriptionId, role.guid),
    ...{ principalId: me.objectId, principalType: me.type },
  };
  const change: Change = { kind: 'createRoleAssignment', ...wanted, roleName: role.name };
  await carryOut(services, { connection, vault }, change, async (signal) => {
    const { created } = await createRoleAssignment(connection, wanted, signal);
    if (created) services.changes.record(connection, change);
    const what = created
      ? l10n.t('You now have the role {0} on {1}.', role.name, describeScope(scope))
      : l10n.t('You already have the role {0} on {1}.', role.name, describeScope(scope));
    tell(`${what} ${l10n.t('It can take up to 10 minutes to take effect.')}`);
  });
  await waitUntilKnown({ connection, vault }, scope);
  services.refresh(connection, vault.id);
}

/** Pauses in milliseconds, which add up to the documented ten minutes. */
const pauses = [1000, 2000, 4000, 8000, ...Array.from({ length: 39 }, () => 15_000)];

/** Waits until the role works, which shows when names can be listed. It reads no value. */
async function waitUntilKnown({ connection, vault }: VaultTarget, scope: string): Promise<void> {
  const secret = /\/secrets\/([^/]+)$/i.exec(scope)?.[1];
  const list = async (signal: AbortSignal) => {
    if (secret === undefined) await listSecrets(connection, vault, undefined, signal);
    else await listSecretVersions(connection, vault, secret, undefined, signal);
  };
  try {
    await withProgress(l10n.t('Waiting for your role on {0} to take effect', vault.name), async (signal) => {
      for (const milliseconds of pauses) {
        if (await isKnown(list(signal))) return;
        await pause(connection, milliseconds, signal);
      }
    });
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

/** True for other failures, too: a firewall's refusal, for example, doesn't go away by waiting. */
async function isKnown(listed: Promise<void>): Promise<boolean> {
  try {
    await listed;
    return true;
  } catch (error) {
    return !(error instanceof AzureError) || error.innerCode !== 'ForbiddenByRbac';
  }
}

/** Makes the change. If the person isn't allowed to, offers it as a command to send to someone who is. */
async function carryOut(
  services: Pick<Services, 'refresh'>,
  { connection, vault }: VaultTarget,
  change: Change,
  act: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  try {
    await withProgress(l10n.t('Giving you access to {0}', vault.name), act);
  } catch (error) {
    if (!(error instanceof AzureError) || error.code !== 'AuthorizationFailed') throw error;
    const activate = { title: l10n.t('Activate Role…'), command: 'keyless.activateRole' };
    throw new UserError(
      explain(error).reason,
      l10n.t('Copy the command and ask an owner of {0} to run it.', vault.name),
      [
        {
          title: l10n.t('Copy as Azure CLI'),
          command: 'keyless.copyAsAzureCli',
          arguments: [{ connection, changes: [change] }],
        },
        ...(connection.cloud.portal ? [{ ...activate, arguments: [{ connection, vault }] }] : []),
      ],
    );
  } finally {
    services.refresh(connection, vault.id);
  }
}

/** Asks for a task, and lists the one that was refused first. */
function pickTask({ vault }: VaultTarget, refusal: Refusal | undefined): Promise<SecretTask> {
  const refused = refusal?.kind === 'access' ? refusal.task : undefined;
  const label = {
    list: l10n.t('List the names of secrets'),
    read: l10n.t('Read secrets'),
    write: l10n.t('Create and change secrets'),
  };
  const choices = (['list', 'read', 'write'] as const)
    .map((task): Choice<SecretTask> => ({
      icon: task === 'write' ? 'edit' : task === 'read' ? 'eye' : 'list-unordered',
      label: label[task],
      description: task === refused ? l10n.t('was denied') : undefined,
      detail:
        vault.permissionModel === 'rbac'
          ? l10n.t('Role {0}', leastRights[task].role.name)
          : l10n.t('Access policy: secrets {0}', permissionsFor(task, refusal).join(', ')),
      value: task,
    }))
    .sort((one, other) => Number(other.value === refused) - Number(one.value === refused));
  return pickOne(
    () => Promise.resolve(choices),
    { title: title(), placeHolder: l10n.t('Select what you want to do in {0}', vault.name) },
    () => new UserError(l10n.t("There's nothing to select")),
  );
}

/** Asks for a scope. Listing names needs the whole vault, and anything else can be limited to one secret. */
async function pickScope(
  { vault }: VaultTarget,
  task: SecretTask,
  secret: string | undefined,
): Promise<string> {
  if (secret === undefined || task === 'list') return vault.id;
  const choices: Choice<string>[] = [
    { icon: 'key', label: l10n.t('Only {0}', secret), value: `${vault.id}/secrets/${secret}` },
    { icon: 'shield', label: l10n.t('All secrets of {0}', vault.name), value: vault.id },
  ];
  return pickOne(
    () => Promise.resolve(choices),
    { title: title(), placeHolder: l10n.t('Select a scope for the role') },
    () => new UserError(l10n.t("There's nothing to select")),
  );
}

/** The refused task may need a permission of its own, such as `recover`. */
function permissionsFor(task: SecretTask, refusal: Refusal | undefined): readonly string[] {
  const { permissions } = leastRights[task];
  const wanted = refusal?.kind === 'access' && refusal.task === task ? refusal.permission : undefined;
  return wanted === undefined || permissions.includes(wanted) ? permissions : [...permissions, wanted];
}

function secretOf(node: VaultTarget | SecretTarget | RefusedTarget | undefined): string | undefined {
  return node && 'secret' in node ? node.secret?.name : undefined;
}
