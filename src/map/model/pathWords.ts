import * as l10n from '@vscode/l10n';
import type { AccessPolicy } from '../../azure/core/model';
import type { RoleIndex } from '../../access/rules/roleIndex';
import type { MapPath } from './map';
import { describePermissions, describeScope } from '../../access/words/reach';
import { nameInId } from '../../access/words/format';
import type { Way } from '../../access/whoReads';

type PathWords = Pick<MapPath, 'label' | 'text'>;

export function wayWords(way: Way, roles: RoleIndex): PathWords {
  if (way.kind === 'policy') return policyWords(way.policy);
  const { assignment } = way;
  const label =
    roles.definition(assignment.roleDefinitionId)?.name ??
    l10n.t('role {0}', nameInId(assignment.roleDefinitionId));
  return { label, text: roleText(label, way) };
}

export function policyWords(policy: AccessPolicy): PathWords {
  const permissions = describePermissions(policy);
  return {
    label: l10n.t('access policy'),
    text: policy.applicationId
      ? l10n.t('access policy: {0}, only through application {1}', permissions, policy.applicationId)
      : l10n.t('access policy: {0}', permissions),
  };
}

function roleText(
  role: string,
  { assignment, inherited, conditional }: Way & { readonly kind: 'role' },
): string {
  const scope = describeScope(assignment.scope);
  if (inherited)
    return conditional
      ? l10n.t('{0}, inherited from {1}, with a condition', role, scope)
      : l10n.t('{0}, inherited from {1}', role, scope);
  return conditional ? l10n.t('{0}, with a condition', role) : role;
}
