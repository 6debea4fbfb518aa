import { knownPrincipals } from '../access/principals';
import type { Connection } from '../azure/connection';
import type { RoleDefinition } from '../azure/roles';
import type { LiveInventory } from './inventory';
import type { AccessNode, Node, PolicyNode, RoleAssignmentNode } from './nodes';
import { nodeId } from './nodes';

/** Who has access to a vault: its access policies, or the role assignments that reach it. */
export async function accessOf(
  node: AccessNode,
  inventory: LiveInventory,
  signal: AbortSignal,
): Promise<Node[]> {
  return node.vault.permissionModel === 'rbac'
    ? [rbacNotice(node), ...(await roleAssignmentsOf(node, inventory, signal))]
    : policiesOf(node, inventory, signal);
}

async function policiesOf(node: AccessNode, inventory: LiveInventory, signal: AbortSignal): Promise<Node[]> {
  const { connection, vault, id: parentId } = node;
  const names = await namesOf(
    connection,
    vault.accessPolicies.map(({ objectId }) => objectId),
    inventory,
    signal,
  );
  const nodes = vault.accessPolicies.map((policy): PolicyNode => ({
    kind: 'policy',
    id: nodeId(connection, vault.id, `policies/${policy.objectId}/${policy.applicationId ?? ''}`),
    parentId,
    connection,
    vault,
    policy,
    ...named(names.get(policy.objectId.toLowerCase())),
  }));
  return nodes.sort(byName);
}

async function roleAssignmentsOf(
  node: AccessNode,
  inventory: LiveInventory,
  signal: AbortSignal,
): Promise<Node[]> {
  const { connection, vault, id: parentId } = node;
  const { listRoleAssignmentsAt, listRoleDefinitions } = await import('../azure/roles');
  const [assignments, definitions] = await Promise.all([
    listRoleAssignmentsAt(connection, vault.id, signal),
    listRoleDefinitions(connection, vault.id, signal),
  ]);
  const roles = new Map(definitions.map((role) => [guidOf(role.id), role]));
  const names = await namesOf(
    connection,
    assignments.map(({ principalId }) => principalId),
    inventory,
    signal,
  );
  const nodes = assignments.map((assignment): RoleAssignmentNode => ({
    kind: 'roleAssignment',
    id: nodeId(connection, vault.id, `assignments${assignment.id}`),
    parentId,
    connection,
    vault,
    assignment,
    roleName: roleName(roles.get(guidOf(assignment.roleDefinitionId)), assignment.roleDefinitionId),
    ...named(names.get(assignment.principalId.toLowerCase())),
  }));
  return nodes.sort(byName);
}

function rbacNotice({ id }: AccessNode): Node {
  return {
    kind: 'message',
    id: `${id}#rbac`,
    parentId: id,
    text: 'Uses Azure role assignments',
    detail:
      'Access policies have no effect on it. Owner and Contributor can manage the vault, but read no secrets.',
    icon: 'info',
  };
}

/** Names of Keyless's own apps and identities, and of what else the directory tells. By ID in lower case. */
async function namesOf(
  connection: Connection,
  principalIds: readonly string[],
  inventory: LiveInventory,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const [apps, identities] = await Promise.all([
    inventory.functionApps(signal).catch(() => []),
    inventory.userAssignedIdentities(signal).catch(() => []),
  ]);
  signal.throwIfAborted();
  const known = knownPrincipals(
    apps.map(({ app }) => app),
    identities.map(({ identity }) => identity),
  );
  const names = new Map([...known].map(([id, { name }]) => [id, name]));
  const others = [...new Set(principalIds.map((id) => id.toLowerCase()))].filter((id) => !names.has(id));
  if (others.length > 0) {
    const { getDirectoryObjects } = await import('../azure/graph');
    for (const [id, { displayName }] of await getDirectoryObjects(connection, others, signal))
      names.set(id, displayName);
  }
  return names;
}

function roleName(role: RoleDefinition | undefined, roleDefinitionId: string): string {
  if (!role) return `Role ${guidOf(roleDefinitionId)}`;
  return readsSecrets(role) ? role.name : `${role.name} (no access to secrets)`;
}

/** Built-in roles that manage everything about a vault, such as Owner, hold no data action at all. */
function readsSecrets({ permissions }: RoleDefinition): boolean {
  const action = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';
  const grants = (patterns: readonly string[]) => patterns.some((pattern) => matches(pattern, action));
  return permissions.some(
    ({ dataActions, notDataActions }) => grants(dataActions) && !grants(notDataActions),
  );
}

/** `*` in an action stands for any text, without regard to case. */
function matches(pattern: string, action: string): boolean {
  const expression = pattern
    .split('*')
    .map((text) => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`, 'i').test(action);
}

function named(principalName: string | undefined): { principalName?: string } {
  return principalName ? { principalName } : {};
}

function byName(a: { principalName?: string }, b: { principalName?: string }): number {
  // Those without a name come last.
  if (!a.principalName || !b.principalName) return Number(!a.principalName) - Number(!b.principalName);
  return a.principalName.localeCompare(b.principalName);
}

function guidOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).toLowerCase();
}
