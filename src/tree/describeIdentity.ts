import { describeUser } from '../ui/identityUsers';
import type { Appearance, Icon } from './appearance';
import { group, lastSegment } from './appearance';
import type {
  IdentitiesNode,
  IdentityUserNode,
  IdentityUsersNode,
  PrincipalRolesNode,
  RoleAssignmentNode,
  SecretRolesNode,
  UserAssignedNode,
} from './identityNodes';
import { resolvesReferences } from './identityChildren';
import type { SystemIdentityNode, UserIdentityNode } from './nodes';

type IdentityNodes =
  | SystemIdentityNode
  | UserIdentityNode
  | IdentitiesNode
  | UserAssignedNode
  | IdentityUsersNode
  | IdentityUserNode
  | PrincipalRolesNode
  | SecretRolesNode
  | RoleAssignmentNode;

/** What nodes of identities and of their roles show. */
export function describeIdentity(node: IdentityNodes): Appearance {
  switch (node.kind) {
    case 'systemIdentity':
      return systemAssigned(node);
    case 'userIdentity':
      return {
        label: lastSegment(node.assigned.resourceId),
        description: withReferences('user-assigned', node, node.assigned.resourceId),
        details: [
          ['Principal ID', node.assigned.principalId],
          ['Client ID', node.assigned.clientId],
          ['Resource ID', node.assigned.resourceId],
        ],
        icon: { file: 'identity' },
        children: 'collapsed',
      };
    case 'identities':
      return group('User-Assigned Identities', 'account');
    case 'userAssigned':
      return {
        label: node.identity.name,
        description: summary(node.apps),
        details: [
          ['Principal ID', node.identity.principalId],
          ['Client ID', node.identity.clientId],
          ['Resource group', node.identity.resourceGroup],
          ...(node.apps.length > 0 ? [['Function apps', node.apps.join(', ')] as const] : []),
        ],
        icon: { file: 'identity' },
        children: 'collapsed',
      };
    case 'identityUsers':
      return group('Used By', 'references');
    case 'identityUser': {
      const { name, kind } = describeUser(node.userId);
      return {
        label: name,
        description: kind,
        details: [['Resource ID', node.userId]],
        icon: iconOfUser(kind),
        children: 'none',
      };
    }
    case 'principalRoles':
    case 'secretRoles':
      return group('Role Assignments', 'organization');
    case 'roleAssignment':
      return roleAssignment(node);
  }
}

function systemAssigned(node: SystemIdentityNode): Appearance {
  const principalId = node.app.identity.systemAssigned?.principalId;
  return {
    label: 'System-assigned',
    description: withReferences(principalId ? `On, ${principalId}` : 'Off', node, 'SystemAssigned'),
    details: principalId
      ? [
          ['State', 'On'],
          ['Principal ID', principalId],
        ]
      : [['State', 'Off']],
    icon: { file: principalId ? 'identity' : 'identityOff' },
    children: principalId ? 'collapsed' : 'none',
  };
}

/** Said where there is a choice: an app with user-assigned identities. */
function withReferences(
  text: string,
  { app }: SystemIdentityNode | UserIdentityNode,
  identityId: string,
): string {
  const chosen = app.identity.userAssigned.length > 0 && resolvesReferences(app, identityId);
  return chosen ? `${text}, resolves Key Vault references` : text;
}

function summary(apps: readonly string[]): string {
  const [only] = apps;
  if (only === undefined) return 'in no function app';
  return apps.length === 1 ? `in ${only}` : `in ${apps.length} function apps`;
}

function roleAssignment(node: RoleAssignmentNode): Appearance {
  const { assignment, roleName, where } = node;
  const principal = node.principalName ?? assignment.principalId;
  const limits = [
    where,
    assignment.condition === undefined ? undefined : 'with a condition',
    node.throughGroup ? 'through a group' : undefined,
  ];
  const words = [node.shows === 'principal' ? roleName : undefined, ...limits];
  return {
    label: node.shows === 'principal' ? principal : roleName,
    description: words.filter((word) => word !== undefined).join(', '),
    details: [
      ['Role', roleName],
      ['Principal ID', assignment.principalId],
      ['Principal type', assignment.principalType],
      ['Scope', assignment.scope],
      ...(assignment.condition === undefined ? [] : [['Condition', assignment.condition] as const]),
    ],
    icon: node.inherited ? { theme: 'type-hierarchy' } : { file: 'policy' },
    children: 'none',
  };
}

function iconOfUser(kind: string): Icon {
  if (kind === 'app') return { file: 'functionApp' };
  return kind === 'slot' ? { file: 'slot' } : { theme: 'symbol-misc' };
}
