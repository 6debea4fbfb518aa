import * as vscode from 'vscode';
import { resourceOf } from '../../access/operations/resourceKinds';
import type { Connection } from '../../azure/core/connection';
import type { RoleAssignment } from '../../azure/core/model';
import type { RoleDefinition } from '../../azure/directory/roles';
import {
  deleteRoleAssignment,
  listRoleAssignmentsAt,
  listRoleDefinitions,
  readRoleAssignment,
  roleGuid,
} from '../../azure/directory/roles';
import { deleteDataRole, hasDataRoles, readDataRole } from '../../azure/resources/dataRoles';
import { inFormOfAzure, listDataRoleDefinitions } from '../../grants/access/readDataRoles';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import type { PrincipalName } from '../../inventory/principalNames';
import { principalNames, unnamedWords } from '../../inventory/principalNames';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { confirm, pickOne } from '../../ui/quickPick';
import { pickScope } from '../../ui/pickers/scopePicker';
import { scopeWords } from '../../ui/pickers/scopeWords';
import type { RoleAssignmentTarget } from '../../inventory/targets';
import type { Services } from '../services';
import { principalPlaceWords } from './principalPlace';

const title = () => vscode.l10n.t('Remove Role Assignment');

/** Removes a role assignment, after showing what is lost and where. */
export async function removeRoleAssignment(
  services: Pick<Services, 'changes' | 'inventory' | 'refresh'>,
  node?: RoleAssignmentTarget,
): Promise<void> {
  const { connection, assignment, role, principalName } = node
    ? await detailsOf(services, node)
    : await pickAssignment(services);
  const place = scopeWords(services.inventory, assignment.scope);
  const roleName = role?.name ?? vscode.l10n.t('the role {0}', roleGuid(assignment.roleDefinitionId));
  await confirm(
    vscode.l10n.t('Remove {0} from {1} on {2}?', roleName, principalName, place),
    consequences(assignment, role, place),
    vscode.l10n.t('Remove Role Assignment'),
  );
  const { id, scope, roleDefinitionId, principalId } = assignment;
  const isOwn = isOfService(id);
  try {
    await withProgress(vscode.l10n.t('Removing {0} from {1}', roleName, principalName), (signal) =>
      (isOwn ? deleteDataRole : deleteRoleAssignment)(connection, id, signal),
    );
    const what = { id, scope, principalId };
    services.changes.record(
      connection,
      isOwn
        ? { kind: 'removeDataRole', ...what, resourceId: resourceOf(id), role: roleGuid(roleDefinitionId) }
        : {
            ...{ kind: 'deleteRoleAssignment', ...what, roleDefinitionId },
            ...(role ? { roleName: role.name } : {}),
          },
    );
    tell(
      vscode.l10n.t(
        '{0} no longer has {1} on {2}. It can take up to 10 minutes to take effect.',
        ...[principalName, roleName, place],
      ),
    );
  } finally {
    services.refresh(connection, id);
  }
}

/** Whether an assignment gives a role of a Cosmos DB account's own, by its ARM ID. */
function isOfService(id: string): boolean {
  return hasDataRoles(resourceOf(id));
}

async function readOwn(
  connection: Connection,
  id: string,
  signal: AbortSignal,
): Promise<RoleAssignment | undefined> {
  const own = await readDataRole(connection, id, signal);
  return own && inFormOfAzure(own);
}

interface Detailed extends RoleAssignmentTarget {
  readonly role: RoleDefinition | undefined;
  readonly principalName: string;
  /** Absent if nothing names the principal. */
  readonly principal: PrincipalName | undefined;
}

/** Reads it again from Authorization, because the tree may show what Resource Graph knew. */
async function detailsOf(
  services: Pick<Services, 'inventory'>,
  { connection, assignment: { id } }: RoleAssignmentTarget,
): Promise<Detailed> {
  return withProgress(vscode.l10n.t('Reading the role assignment'), async (signal) => {
    const assignment = await (isOfService(id) ? readOwn : readRoleAssignment)(connection, id, signal);
    if (!assignment) throw new UserError(vscode.l10n.t("The role assignment doesn't exist anymore"));
    const [detailed] = await inDetail(services, connection, assignment.scope, [assignment], signal);
    if (!detailed) throw new UserError(vscode.l10n.t("The role assignment couldn't be read"));
    return detailed;
  });
}

async function pickAssignment(services: Pick<Services, 'inventory'>): Promise<Detailed> {
  const { inventory } = services;
  const { connection, id: scope, name } = await pickScope(inventory, title());
  return pickOne(
    async (signal) => {
      const assignments = await listRoleAssignmentsAt(connection, scope, signal);
      const all = await inDetail(services, connection, scope, assignments, signal);
      return all.map((value): Choice<Detailed> => ({
        icon: 'account',
        label: value.principalName,
        description: value.principal && principalPlaceWords(value.principal),
        detail: `${value.role?.name ?? roleGuid(value.assignment.roleDefinitionId)} · ${scopeWords(inventory, value.assignment.scope)}`,
        value,
      }));
    },
    { title: title(), placeHolder: vscode.l10n.t('Select the role assignment to remove') },
    () => new UserError(vscode.l10n.t('There are no role assignments on {0}', name)),
  );
}

async function inDetail(
  { inventory }: Pick<Services, 'inventory'>,
  connection: Connection,
  scope: string,
  assignments: readonly RoleAssignment[],
  signal: AbortSignal,
): Promise<Detailed[]> {
  const ids = assignments.map(({ principalId }) => principalId);
  const [definitions, names] = await Promise.all([
    assignments.some(({ id }) => isOfService(id))
      ? listDataRoleDefinitions(connection, resourceOf(scope), signal)
      : listRoleDefinitions(connection, scope, signal),
    principalNames(inventory, connection, ids, signal),
  ]);
  const roles = new Map(definitions.map((role) => [roleGuid(role.id), role]));
  return assignments.map((assignment) => {
    const principal = names.get(assignment.principalId.toLowerCase());
    return {
      ...{ connection, assignment, principal },
      role: roles.get(roleGuid(assignment.roleDefinitionId)),
      principalName: principal?.name ?? unnamedWords(assignment.principalId, assignment.principalType),
    };
  });
}

function consequences(
  { scope, principalId, principalType, condition }: RoleAssignment,
  role: RoleDefinition | undefined,
  place: string,
): string {
  const holdsMore = !/\/providers\//i.test(scope);
  return [
    role?.description ? vscode.l10n.t('About this role: {0}', role.description) : '',
    holdsMore ? vscode.l10n.t('This removes access to everything in {0}.', place) : '',
    principalType.toLowerCase() === 'group' ? vscode.l10n.t('All members of the group lose the role.') : '',
    condition === undefined
      ? ''
      : vscode.l10n.t('The condition of the assignment is also removed: {0}', condition),
    vscode.l10n.t('Object ID: {0}', principalId),
  ]
    .filter(Boolean)
    .join('\n');
}
