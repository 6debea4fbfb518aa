import * as l10n from '@vscode/l10n';
import type { PlanStep } from '../../access/plan/planStep';
import { describeScope } from '../../access/words/reach';
import { nameInId } from '../../access/words/format';
import type { UndoStep } from '../../grants/undoStep';

/** Describes a step of a plan for a list. */
export function stepWords(step: PlanStep): string {
  switch (step.kind) {
    case 'enableIdentity':
      return l10n.t('Enable the system-assigned identity of {0}', nameInId(step.appId));
    case 'assignIdentity':
      return l10n.t('Assign the identity {0} to {1}', nameInId(step.identityId), nameInId(step.appId));
    case 'addAccessPolicy':
      return l10n.t(
        'Add an access policy to {0}: secrets {1} (applies to all its secrets)',
        nameInId(step.vaultId),
        step.secrets.join(', '),
      );
    case 'createRoleAssignment':
      return l10n.t(
        'Assign the role {0} on the {1}',
        ...[step.roleName ?? 'Key Vault Secrets User', describeScope(step.scope)],
      );
    case 'assignDataRole':
      return l10n.t('Assign the role {0} on the {1}', step.roleName, describeScope(step.scope));
    case 'setReferenceIdentity':
      return l10n.t('Resolve Key Vault references as {0}', identityWords(step.identity));
    case 'writeReference':
      return step.connectionType === undefined
        ? l10n.t('Write the app setting {0} as a Key Vault reference (the app restarts)', step.name)
        : l10n.t('Write the connection string {0} as a Key Vault reference (the app restarts)', step.name);
  }
}

/** Describes how a change is undone. */
export function undoWords(step: UndoStep): string {
  switch (step.kind) {
    case 'disableIdentity':
      return l10n.t(
        'Disable the system-assigned identity of {0} (its principal is permanently deleted)',
        nameInId(step.appId),
      );
    case 'unassignIdentity':
      return l10n.t('Remove the identity {0} from {1}', nameInId(step.identityId), nameInId(step.appId));
    case 'removePermissions':
      return l10n.t('Remove secret permissions on {1}: {0}', step.secrets.join(', '), nameInId(step.vaultId));
    case 'deleteRoleAssignment':
      return l10n.t('Remove the role assignment on the {0}', describeScope(step.scope));
    case 'removeDataRole':
      return l10n.t('Remove the role assignment on the {0}', describeScope(step.scope));
    case 'setReferenceIdentity':
      return l10n.t('Resolve Key Vault references as {0} again', identityWords(step.identity));
    case 'restoreSetting':
      return restoreWords(step);
  }
}

function restoreWords({ name, before, connectionType }: UndoStep & { kind: 'restoreSetting' }): string {
  if (connectionType === undefined)
    return before === undefined
      ? l10n.t('Delete the app setting {0} (the app restarts)', name)
      : before === null
        ? l10n.t('Remove the value of the app setting {0} again (the app restarts)', name)
        : l10n.t('Restore the reference in the app setting {0} (the app restarts)', name);
  return before === undefined
    ? l10n.t('Delete the connection string {0} (the app restarts)', name)
    : before === null
      ? l10n.t('Remove the value of the connection string {0} again (the app restarts)', name)
      : l10n.t('Restore the reference in the connection string {0} (the app restarts)', name);
}

/** A numbered list. */
export function numbered(lines: readonly string[]): string {
  return lines.map((line, index) => `${index + 1}. ${line}`).join('\n');
}

function identityWords(identity: string): string {
  return identity.startsWith('/') ? nameInId(identity) : l10n.t('the system-assigned identity');
}
