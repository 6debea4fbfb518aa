import * as l10n from '@vscode/l10n';
import { lastSegment } from '../../access/words/format';
import type { IdentityUser } from '../../inventory/identityUsers';
import { describeUser, kindWords } from '../../inventory/identityUsers';
import type { Appearance, Icon } from '../appearance';
import { group, withPlace } from '../appearance';
import { principalWords } from './details';
import type {
  IdentitiesNode,
  IdentityUserNode,
  IdentityUsersNode,
  PrincipalRolesNode,
  RoleAssignmentNode,
  SecretRolesNode,
  UserAssignedNode,
} from '../nodes/identityNodes';
import { resolvesReferences } from '../children/identityChildren';
import type { SystemIdentityNode, UserIdentityNode } from '../nodes/nodes';

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

/** What nodes for identities and their role assignments show. */
export function describeIdentity(node: IdentityNodes): Appearance {
  switch (node.kind) {
    case 'systemIdentity':
      return systemAssigned(node);
    case 'userIdentity':
      return {
        label: lastSegment(node.assigned.resourceId),
        description: withReferences(
          withPlace(l10n.t('user-assigned'), node.place),
          node,
          node.assigned.resourceId,
        ),
        details: [
          [l10n.t('Principal ID'), node.assigned.principalId],
          [l10n.t('Client ID'), node.assigned.clientId],
          [l10n.t('Resource ID'), node.assigned.resourceId],
        ],
        icon: { file: 'identity' },
        children: 'collapsed',
      };
    case 'identities':
      return group(l10n.t('User-Assigned Identities'), 'account');
    case 'userAssigned':
      return {
        label: node.identity.name,
        description: withPlace(summary(node.apps), node.place),
        details: [
          [l10n.t('Principal ID'), node.identity.principalId],
          [l10n.t('Client ID'), node.identity.clientId],
          [l10n.t('Resource group'), node.identity.resourceGroup],
          ...(node.apps.length > 0 ? [[l10n.t('Function apps'), node.apps.join(', ')] as const] : []),
        ],
        icon: { file: 'identity' },
        children: 'collapsed',
      };
    case 'identityUsers':
      return group(l10n.t('Used By'), 'references');
    case 'identityUser': {
      const user = describeUser(node.userId);
      return {
        label: user.name,
        description: withPlace(kindWords(user), node.place),
        details: [[l10n.t('Resource ID'), node.userId]],
        icon: iconOfUser(user.kind),
        children: 'none',
      };
    }
    case 'principalRoles':
    case 'secretRoles':
      return group(l10n.t('Role Assignments'), 'organization');
    case 'roleAssignment':
      return roleAssignment(node);
  }
}

function systemAssigned(node: SystemIdentityNode): Appearance {
  const principalId = node.app.identity.systemAssigned?.principalId;
  return {
    label: l10n.t('System-assigned'),
    description: withReferences(
      principalId ? l10n.t('On, {0}', principalId) : l10n.t('Off'),
      node,
      'SystemAssigned',
    ),
    details: principalId
      ? [
          [l10n.t('State'), l10n.t('On')],
          [l10n.t('Principal ID'), principalId],
        ]
      : [[l10n.t('State'), l10n.t('Off')]],
    icon: { file: principalId ? 'identity' : 'identityOff' },
    children: principalId ? 'collapsed' : 'none',
  };
}

/** Marks the identity that resolves references if there's a choice, that is, if the app has user-assigned identities. */
function withReferences(
  text: string,
  { app }: SystemIdentityNode | UserIdentityNode,
  identityId: string,
): string {
  const chosen = app.identity.userAssigned.length > 0 && resolvesReferences(app, identityId);
  return chosen ? l10n.t('{0}, resolves Key Vault references', text) : text;
}

function summary(apps: readonly string[]): string {
  const [only] = apps;
  if (only === undefined) return l10n.t('no function apps');
  return apps.length === 1 ? l10n.t('used by {0}', only) : l10n.t('used by {0} function apps', apps.length);
}

function roleAssignment(node: RoleAssignmentNode): Appearance {
  const { assignment, roleName, where } = node;
  const { principalId, principalType } = assignment;
  const { name, kind } = principalWords(principalId, node.principalName, principalType);
  const limits = [
    node.withoutSecrets ? l10n.t('no access to secrets') : undefined,
    where,
    assignment.condition === undefined ? undefined : l10n.t('with a condition'),
    node.throughGroup ? l10n.t('through a group') : undefined,
  ];
  const words = node.listedBy === 'scope' ? [name, node.place, ...limits, kind] : limits;
  return {
    label: roleName,
    description: words.filter((word) => word !== undefined).join(', '),
    details: [
      ...(node.principalName === undefined ? [] : [[l10n.t('Principal'), node.principalName] as const]),
      [l10n.t('Principal ID'), principalId],
      [l10n.t('Principal type'), principalType],
      [l10n.t('Scope'), assignment.scope],
      ...(assignment.condition === undefined ? [] : [[l10n.t('Condition'), assignment.condition] as const]),
      ...(node.withoutSecrets ? [['', l10n.t('This role gives no access to secrets.')] as const] : []),
    ],
    icon: node.inherited ? { theme: 'type-hierarchy' } : { file: 'policy' },
    children: 'none',
  };
}

function iconOfUser(kind: IdentityUser['kind']): Icon {
  if (kind === 'app') return { file: 'functionApp' };
  return kind === 'slot' ? { file: 'slot' } : { theme: 'symbol-misc' };
}
