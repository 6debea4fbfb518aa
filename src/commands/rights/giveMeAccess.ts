import { l10n } from 'vscode';
import type { Change } from '../../changes/change';
import { addedPolicy } from '../../changes/change';
import { leastRights } from '../../access/ownRights';
import { describeScope } from '../../access/words/reach';
import { AzureError } from '../../azure/core/errors';
import { explain } from '../../azure/explain/explain';
import { getSignedInPrincipal, type SignedInPrincipal } from '../../azure/directory/signedInPrincipal';
import type { Refusal, SecretTask } from '../../azure/explain/refusal';
import { createRoleAssignment } from '../../azure/directory/roles';
import { listSecrets, listSecretVersions } from '../../azure/keyVault/secrets';
import { addAccessPolicy, getKeyVault } from '../../azure/keyVault/vaults';
import { pause } from '../../azure/core/wait';
import { isCancellation, UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import type { SecretTarget, VaultTarget } from '../../inventory/targets';
import { findRefusingVault, type RefusedTarget } from './refusedTarget';
import type { Services } from '../services';

const title = () => l10n.t('Give Me Access');

/** Gives the signed-in account the least right on a vault for what it wants to do there. */
export async function giveMeAccess(
  services: Services,
  node?: VaultTarget | SecretTarget | RefusedTarget,
): Promise<void> {
  const target = await findRefusingVault(services, title(), node);
  const { connection } = target;
  // The vault as the tree has it may be of before a change of its permission model.
  const { vault, me } = await withProgress(l10n.t('Reading {0}', target.vault.name), async (signal) => ({
    vault: await getKeyVault(connection, target.vault.id, signal),
    me: await getSignedInPrincipal(connection, signal),
  }));
  const refusal = node && 'refusal' in node ? node.refusal : undefined;
  const task = await pickTask({ connection, vault }, refusal);
  const fresh = { connection, vault };
  if (vault.permissionModel === 'accessPolicies')
    await addPolicy(services, fresh, me, permissionsFor(task, refusal));
  else await assignRole(services, fresh, me, task, await pickScope(fresh, task, secretOf(node)));
}

async function addPolicy(
  services: Services,
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
  services: Services,
  { connection, vault }: VaultTarget,
  me: SignedInPrincipal,
  task: SecretTask,
  scope: string,
): Promise<void> {
  const { role } = leastRights[task];
  const wanted = {
    scope,
    roleDefinitionId: `/subscriptions/${vault.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role.guid}`,
    ...{ principalId: me.objectId, principalType: me.type },
  };
  const change: Change = { kind: 'createRoleAssignment', ...wanted, roleName: role.name };
  await carryOut(services, { connection, vault }, change, async (signal) => {
    const { created } = await createRoleAssignment(connection, wanted, signal);
    if (created) services.changes.record(connection, change);
    const what = created
      ? l10n.t('You now have the role {0} on {1}.', role.name, describeScope(scope))
      : l10n.t('You have the role {0} on {1} already.', role.name, describeScope(scope));
    tell(`${what} ${l10n.t('It takes up to 10 minutes until the vault knows of it.')}`);
  });
  await waitUntilKnown({ connection, vault }, scope);
  services.refresh(connection, vault.id);
}

/** Pauses in milliseconds until the documented ten minutes are over; given up before if the person does. */
const pauses = [1000, 2000, 4000, 8000, ...Array.from({ length: 39 }, () => 15_000)];

/** Names are listed as a proof, no value is read. */
async function waitUntilKnown({ connection, vault }: VaultTarget, scope: string): Promise<void> {
  const secret = /\/secrets\/([^/]+)$/i.exec(scope)?.[1];
  const list = async (signal: AbortSignal) => {
    if (secret === undefined) await listSecrets(connection, vault, undefined, signal);
    else await listSecretVersions(connection, vault, secret, undefined, signal);
  };
  try {
    await withProgress(l10n.t('Waiting until {0} knows of your role', vault.name), async (signal) => {
      for (const milliseconds of pauses) {
        if (await isKnown(list(signal))) return;
        await pause(milliseconds, signal);
      }
    });
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

/** Another failure, a firewall's say, does not go away by waiting. */
async function isKnown(listed: Promise<void>): Promise<boolean> {
  try {
    await listed;
    return true;
  } catch (error) {
    return !(error instanceof AzureError) || error.innerCode !== 'ForbiddenByRbac';
  }
}

/** Where the person may not give it, the change can be sent to somebody who may. */
async function carryOut(
  services: Services,
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
      l10n.t('Ask an owner of {0} to run the command that you can copy here.', vault.name),
      [
        {
          title: l10n.t('Copy as Azure CLI'),
          command: 'keyless.copyAsAzureCli',
          arguments: [{ changes: [change] }],
        },
        ...(connection.cloud.portal ? [{ ...activate, arguments: [{ connection, vault }] }] : []),
      ],
    );
  } finally {
    services.refresh(connection, vault.id);
  }
}

/** The task that was refused comes first. */
function pickTask({ vault }: VaultTarget, refusal: Refusal | undefined): Promise<SecretTask> {
  const refused = refusal?.kind === 'access' ? refusal.task : undefined;
  const label = {
    list: l10n.t('See the names of secrets'),
    read: l10n.t('Read secrets'),
    write: l10n.t('Create and change secrets'),
  };
  const choices = (['list', 'read', 'write'] as const)
    .map((task): Choice<SecretTask> => ({
      icon: task === 'write' ? 'edit' : task === 'read' ? 'eye' : 'list-unordered',
      label: label[task],
      description: task === refused ? l10n.t('what was refused') : undefined,
      detail:
        vault.permissionModel === 'rbac'
          ? l10n.t('Role {0}', leastRights[task].role.name)
          : l10n.t('Access policy: secrets {0}', permissionsFor(task, refusal).join(', ')),
      value: task,
    }))
    .sort((one, other) => Number(other.value === refused) - Number(one.value === refused));
  return pickOne(
    () => Promise.resolve(choices),
    { title: title(), placeHolder: l10n.t('What do you want to do in {0}?', vault.name) },
    () => new UserError(l10n.t('There is nothing to select')),
  );
}

/** Names are listed for a whole vault; anything else may be allowed for one secret alone. */
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
    { title: title(), placeHolder: l10n.t('Where do you want to have the role?') },
    () => new UserError(l10n.t('There is nothing to select')),
  );
}

/** What was refused may want a permission of its own, e.g. `recover`. */
function permissionsFor(task: SecretTask, refusal: Refusal | undefined): readonly string[] {
  const { permissions } = leastRights[task];
  const wanted = refusal?.kind === 'access' && refusal.task === task ? refusal.permission : undefined;
  return wanted === undefined || permissions.includes(wanted) ? permissions : [...permissions, wanted];
}

function secretOf(node: VaultTarget | SecretTarget | RefusedTarget | undefined): string | undefined {
  return node && 'secret' in node ? node.secret?.name : undefined;
}
