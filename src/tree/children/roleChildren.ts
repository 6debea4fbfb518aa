import * as l10n from '@vscode/l10n';
import { getSecret, permits } from '../../access/rules/dataActions';
import type { Connection } from '../../azure/core/connection';
import { isSameAccount } from '../../azure/core/connection';
import type { RoleAssignment } from '../../azure/core/model';
import { principalNames } from '../../inventory/principalNames';
import { scopeWords } from '../../ui/pickers/scopeWords';
import type { PrincipalRolesNode, RoleAssignmentNode, SecretRolesNode } from '../nodes/identityNodes';
import type { LiveInventory } from '../../inventory/inventory';
import { wordsOf } from '../nodes/messageNodes';
import { inPartsOf } from './page';
import type { MessageNode, Node, Page, SecretNode } from '../nodes/nodes';
import { nodeId } from '../nodes/nodes';
import { withPlaces } from './places';

/** The group of a secret's role assignments. Missing in vaults with access policies, where roles don't open secrets. */
export function rolesGroupOf({ connection, vault, secret, id: parentId }: SecretNode): Node[] {
  if (vault.permissionModel !== 'rbac') return [];
  return [{ kind: 'secretRoles', id: `${parentId}#roles`, parentId, connection, vault, secret }];
}

/** Role assignments on a secret and on its parent scopes. */
export function rolesOnSecret(
  node: SecretRolesNode,
  inventory: LiveInventory,
  signal: AbortSignal,
): Promise<Page> {
  return rolesAt(node, `${node.vault.id}/secrets/${node.secret.name}`, inventory, signal);
}

/**
 * Role assignments on a scope (a vault or something in it) and its parent and child scopes. Those on the scope itself come
 * first. Only the principals of a part are looked up, so each part is sorted by roles and their names.
 */
export async function rolesAt(
  node: { readonly id: string; readonly connection: Connection },
  scope: string,
  inventory: LiveInventory,
  signal: AbortSignal,
): Promise<Page> {
  const { connection, id: parentId } = node;
  const { listRoleAssignmentsAt, listRoleDefinitions, roleGuid } =
    await import('../../azure/directory/roles');
  const [assignments, definitions] = await Promise.all([
    listRoleAssignmentsAt(connection, scope, signal),
    listRoleDefinitions(connection, scope, signal),
  ]);
  const roles = new Map(definitions.map((role) => [roleGuid(role.id), role]));
  const nodeOf = (assignment: RoleAssignment, names: ReadonlyMap<string, string>): RoleAssignmentNode => {
    const guid = roleGuid(assignment.roleDefinitionId);
    const role = roles.get(guid);
    return {
      kind: 'roleAssignment',
      id: nodeId(connection, scope, `assignments${assignment.id}`),
      parentId,
      connection,
      assignment,
      listedBy: 'scope',
      roleName: role?.name ?? l10n.t('Role {0}', guid),
      // Owner, for example, manages everything in a vault but has no data actions.
      ...(role && !permits(role.permissions, getSecret) ? { withoutSecrets: true } : {}),
      throughGroup: false,
      ...whereFrom(scope, assignment, inventory),
      ...named(names.get(assignment.principalId.toLowerCase())),
    };
  };
  const distance = ({ scope: other }: RoleAssignment) => Math.abs(other.length - scope.length);
  return inPartsOf(
    assignments.toSorted((a, b) => distance(a) - distance(b)),
    async (part, later) => {
      const ids = part.map(({ principalId }) => principalId);
      const names = await namesOfPrincipals(connection, ids, inventory, later);
      const nodes = part.map((assignment) => nodeOf(assignment, names));
      return withPlaces(nodes, ({ assignment: { principalId } }) => principalId).sort(byRole);
    },
    signal,
  );
}

/** Role assignments of an identity in all selected subscriptions of its tenant. */
export async function rolesOfPrincipal(
  { connection, id: parentId, principalId, principalName }: PrincipalRolesNode,
  inventory: LiveInventory,
  signal: AbortSignal,
): Promise<Node[]> {
  const { readRolesToShow } = await import('../../azure/directory/shownRoles');
  const subscriptions = (await inventory.subscriptions())
    .filter((other) => isSameAccount(other.connection, connection))
    .map(({ subscription }) => subscription.subscriptionId);
  const shown = await readRolesToShow(
    connection,
    subscriptions,
    principalId,
    inventory.recentlyWritten(connection),
    signal,
  );
  const { roles, failures } = shown;
  const [failure] = failures;
  const nodes = roles.map(({ assignment, roleName }): RoleAssignmentNode => ({
    kind: 'roleAssignment',
    id: `${parentId}/${assignment.id}`.toLowerCase(),
    parentId,
    connection,
    assignment,
    listedBy: 'principal',
    roleName,
    principalName,
    where: l10n.t('on {0}', scopeWords(inventory, assignment.scope)),
    inherited: false,
    throughGroup: assignment.principalId.toLowerCase() !== principalId.toLowerCase(),
  }));
  nodes.sort((a, b) => a.roleName.localeCompare(b.roleName) || a.id.localeCompare(b.id));
  const notices = [
    ...(failure ? [await unread(parentId, failure)] : []),
    ...(shown.partial ? [mayBeMore(parentId, shown.withoutGroups)] : []),
  ];
  return [...notices, ...nodes];
}

/** The names that can be found, by lowercase object ID. */
export async function namesOfPrincipals(
  connection: Connection,
  principalIds: readonly string[],
  inventory: LiveInventory,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const names = await principalNames(inventory, connection, principalIds, signal);
  return new Map([...names].map(([id, { name }]) => [id, name]));
}

export function named(principalName: string | undefined): { principalName?: string } {
  return principalName ? { principalName } : {};
}

/** Sorts by name. Principals without a name come last. */
export function byName(a: { principalName?: string }, b: { principalName?: string }): number {
  if (!a.principalName || !b.principalName) return Number(!a.principalName) - Number(!b.principalName);
  return a.principalName.localeCompare(b.principalName);
}

function byRole(a: RoleAssignmentNode, b: RoleAssignmentNode): number {
  return a.roleName.localeCompare(b.roleName) || byName(a, b);
}

/** Where an assignment is made, relative to a scope. Omitted for an assignment on the scope itself. */
function whereFrom(
  scope: string,
  assignment: RoleAssignment,
  inventory: LiveInventory,
): Pick<RoleAssignmentNode, 'where' | 'inherited'> {
  const [own, other] = [scope.toLowerCase(), assignment.scope.toLowerCase()];
  if (own === other) return { inherited: false };
  if (!other.startsWith(`${own}/`))
    return { where: l10n.t('inherited from {0}', scopeWords(inventory, assignment.scope)), inherited: true };
  const secretName = /\/secrets\/([^/]+)$/i.exec(assignment.scope)?.[1];
  return {
    where:
      secretName === undefined
        ? l10n.t('on {0}', scopeWords(inventory, assignment.scope))
        : l10n.t('on secret {0}', secretName),
    inherited: false,
  };
}

/** Says why the list can't be taken as complete. */
function mayBeMore(parentId: string, withoutGroups: boolean): MessageNode {
  const detail = l10n.t(
    "In many subscriptions, Keyless lists role assignments with Azure Resource Graph. It leaves out those that you can't read, and can be a few minutes behind.",
  );
  return {
    kind: 'message',
    id: `${parentId}#partial`,
    parentId,
    text: l10n.t('There may be more role assignments'),
    detail: withoutGroups
      ? `${detail} ${l10n.t("Role assignments through groups aren't listed, because your account can't read the groups.")}`
      : detail,
    icon: 'info',
  };
}

async function unread(parentId: string, failure: unknown): Promise<MessageNode> {
  const { reason, nextStep } = await wordsOf(failure);
  return {
    kind: 'message',
    id: `${parentId}#unread`,
    parentId,
    text: l10n.t("Some role assignments couldn't be read"),
    detail: nextStep ? `${reason} ${nextStep}` : reason,
    icon: 'warning',
  };
}
