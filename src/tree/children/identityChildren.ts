import * as l10n from '@vscode/l10n';
import { lastSegment } from '../../access/words/format';
import type { FunctionApp } from '../../azure/core/model';
import { hasIdentity, usersOfIdentity } from '../../inventory/identityUsers';
import type {
  IdentitiesNode,
  IdentityUserNode,
  IdentityUsersNode,
  PrincipalRolesNode,
  UserAssignedNode,
} from '../nodes/identityNodes';
import type { LiveInventory } from '../../inventory/inventory';
import type { ResourceGroupNode } from '../nodes/groupNodes';
import { messageNode } from '../nodes/messageNodes';
import type { IdentityNode, MessageNode, Node, SystemIdentityNode, UserIdentityNode } from '../nodes/nodes';
import { nodeId } from '../nodes/nodes';
import { placesOf } from './places';

/** The user-assigned identities of the subscription, with the apps that use them. */
export async function identitiesOf(
  { connection, subscription, id: parentId }: IdentitiesNode | ResourceGroupNode,
  inventory: LiveInventory,
): Promise<UserAssignedNode[]> {
  const [identities, apps] = await Promise.all([
    inventory.identitiesOf(connection, subscription.subscriptionId),
    inventory.functionApps().catch(() => []),
  ]);
  return identities.map((identity): UserAssignedNode => ({
    kind: 'userAssigned',
    id: nodeId(connection, identity.id),
    parentId,
    connection,
    identity,
    apps: apps.filter(({ app }) => hasIdentity(app, identity)).map(({ app }) => app.name),
  }));
}

/** What uses an identity and what the identity has access to. */
export function partsOfIdentity({ connection, identity, id: parentId }: UserAssignedNode): Node[] {
  return [
    {
      kind: 'identityUsers',
      id: nodeId(connection, identity.id, 'users'),
      parentId,
      connection,
      identity,
    },
    principalRoles({ connection, id: parentId }, identity.principalId, identity.name, identity.id),
  ];
}

/** Resources of any type that use an identity, including slots. */
export async function usersOf(
  { connection, identity, id: parentId }: IdentityUsersNode,
  inventory: LiveInventory,
  signal: AbortSignal,
): Promise<Node[]> {
  const users = await usersOfIdentity(inventory, { connection, identity }, signal);
  const placeOf = placesOf(users);
  return users.map((userId): IdentityUserNode => ({
    kind: 'identityUser',
    ...placeOf(userId),
    id: nodeId(connection, identity.id, `users${userId}`),
    parentId,
    connection,
    identity,
    userId,
  }));
}

/** The identities of an app or slot, and a warning if the one that should resolve its references isn't assigned. */
export function identitiesOfApp(node: IdentityNode): Node[] {
  const { connection, app, id: parentId } = node;
  const system: Node = {
    kind: 'systemIdentity',
    id: nodeId(connection, app.id, 'systemIdentity'),
    parentId,
    connection,
    app,
  };
  const placeOf = placesOf(app.identity.userAssigned.map(({ resourceId }) => resourceId));
  const assigned = app.identity.userAssigned.map((each): Node => ({
    kind: 'userIdentity',
    ...placeOf(each.resourceId),
    id: nodeId(connection, app.id, `identity${each.resourceId}`),
    parentId,
    connection,
    app,
    assigned: each,
  }));
  return [...missingResolver(node), system, ...assigned];
}

function missingResolver({ connection, app, id: parentId }: IdentityNode): MessageNode[] {
  const { keyVaultReferenceIdentity: wanted } = app;
  const known = wanted.toLowerCase() === 'systemassigned' || hasIdentity(app, { id: wanted });
  if (known) return [];
  return [
    messageNode(
      parentId,
      l10n.t('Key Vault references need {0}', lastSegment(wanted)),
      'warning',
      l10n.t(
        "The app is set to resolve them with an identity that isn't assigned to it: {0}. Run Assign User-Assigned Identity… to assign it, or run Set Key Vault Reference Identity… to select another one.",
        wanted,
      ),
      { connection, app },
    ),
  ];
}

/** The role assignments of an app's identity. Empty if the identity is off. */
export function partsOfAssigned(node: SystemIdentityNode | UserIdentityNode): Node[] {
  if (node.kind === 'userIdentity') {
    const { principalId, resourceId } = node.assigned;
    return [principalRoles(node, principalId, lastSegment(resourceId), resourceId)];
  }
  const principalId = node.app.identity.systemAssigned?.principalId;
  return principalId ? [principalRoles(node, principalId, node.app.name, node.app.id)] : [];
}

/** Whether an identity resolves the app's Key Vault references. @param identityId `SystemAssigned` or an ARM ID */
export function resolvesReferences({ keyVaultReferenceIdentity }: FunctionApp, identityId: string): boolean {
  return keyVaultReferenceIdentity.toLowerCase() === identityId.toLowerCase();
}

function principalRoles(
  { connection, id: parentId }: Pick<PrincipalRolesNode, 'connection' | 'id'>,
  principalId: string,
  principalName: string,
  identityId: string,
): PrincipalRolesNode {
  return {
    kind: 'principalRoles',
    id: `${parentId}#roles`,
    parentId,
    connection,
    principalId,
    principalName,
    identityId,
  };
}
