import * as vscode from 'vscode';
import { isLeastForSecrets, orderRoles } from '../../access/roleOrder';
import { parseResourceId } from '../../azure/core/armId';
import type { RoleDefinition } from '../../azure/directory/roles';
import { UserError } from '../errors';
import type { Choice } from '../quickPick';
import { pickOne } from '../quickPick';
import type { Scope } from './scopePicker';

/** Asks for a role that can be assigned at a scope. The least privileged one that reads secrets comes first. */
export async function pickRole(
  title: string,
  { connection, id, name }: Scope,
  who: string,
): Promise<RoleDefinition> {
  return pickOne(
    async (signal) => {
      const { listRoleDefinitions } = await import('../../azure/directory/roles');
      const roles = await listRoleDefinitions(connection, id, signal);
      return orderRoles(roles, parseResourceId(id).type).map(roleChoice);
    },
    { title, placeHolder: vscode.l10n.t('Select the role that {0} gets on {1}', who, name) },
    () => new UserError(vscode.l10n.t('No role can be assigned on {0}', name)),
  );
}

function roleChoice(role: RoleDefinition): Choice<RoleDefinition> {
  const what = isLeastForSecrets(role) ? vscode.l10n.t('least privilege to read secrets') : undefined;
  return {
    icon: 'shield',
    label: role.name,
    description: role.custom ? vscode.l10n.t('custom role') : what,
    detail: role.description,
    value: role,
  };
}
