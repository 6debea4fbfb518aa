import * as l10n from '@vscode/l10n';
import type { RoleFacts } from '../../access/model/facts';
import type { AccessPolicy, RoleAssignment } from '../../azure/core/model';
import { RoleIndex } from '../../access/rules/roleIndex';
import type { MapPath } from './map';
import { describePermissions, describeScope } from '../../access/words/reach';
import { nameInId } from '../../access/words/format';
import type { Way } from '../../access/whoReads';

type PathWords = Pick<MapPath, 'label' | 'text'>;

/** Role facts and the words for them. An assignment on a subscription is a path to each vault, in the same words. */
export class RoleWords {
  readonly index: RoleIndex;
  private readonly inherited = new Map<RoleAssignment, PathWords>();

  constructor(facts: RoleFacts) {
    this.index = new RoleIndex(facts);
  }

  of(way: Way): PathWords {
    if (way.kind === 'policy') return policyWords(way.policy);
    if (!way.inherited) return this.wordsOf(way);
    const words = this.inherited.get(way.assignment) ?? this.wordsOf(way);
    this.inherited.set(way.assignment, words);
    return words;
  }

  private wordsOf(way: Way & { readonly kind: 'role' }): PathWords {
    const { roleDefinitionId } = way.assignment;
    const label =
      this.index.definition(roleDefinitionId)?.name ?? l10n.t('role {0}', nameInId(roleDefinitionId));
    return { label, text: roleText(label, way) };
  }
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
