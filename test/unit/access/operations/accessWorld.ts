import type { RoleDefinition } from '../../../../src/azure/directory/roles';
import type { RoleAssignment } from '../../../../src/azure/core/model';
import type { VaultNetwork } from '../../../../src/azure/keyVault/vaultNetwork';
import type { AccessFacts } from '../../../../src/access/operations/accessFacts';
import type { AccessVerdict } from '../../../../src/access/operations/accessVerdict';
import type { Wanted } from '../../../../src/access/operations/operation';
import { operationWith } from '../../../../src/access/operations/operations';
import { builtInRoles } from '../../../../src/sandbox/authorization/builtInRoles';
import { factsWith, group, identity, now, principalId, tenantId } from '../readWorld';

export { group };
export const account = `${group}/providers/Microsoft.Storage/storageAccounts/fakeacct01`;
export const container = `${account}/blobServices/default/containers/photos`;

/** Microsoft's definitions. */
export const definitions = builtInRoles().map(
  ({ name, roleName, description, permissions }): RoleDefinition => ({
    id: `/providers/Microsoft.Authorization/roleDefinitions/${name}`,
    ...{ name: roleName, description, custom: false, permissions },
  }),
);

export function wanted(id: string): Wanted {
  const operation = operationWith(id);
  if (!operation) throw new RangeError(id);
  return { kind: 'operation', operation };
}

/** An app that has an identity and no role, and wants to read the blobs of a container. */
export function accessFacts(change: Partial<AccessFacts> = {}): AccessFacts {
  return {
    ...{ app: factsWith().app, wanted: wanted('readBlobs'), scope: container, principal: identity },
    ...{ otherIdentities: [], notGroups: [], now },
    target: { kind: 'present', tenantId, network: network() },
    roles: { assignments: [], definitions, denyAssignments: [], unreadableScopes: [] },
    ...change,
  };
}

export function network(change: Partial<VaultNetwork> = {}): VaultNetwork {
  return {
    ...{ publicNetworkAccess: 'Enabled', defaultAction: 'Allow', ipRules: [], subnetIds: [] },
    ...{ uncheckedSubnetIds: [], privateEndpoints: 0, ...change },
  };
}

/** The facts with a role of this name. */
export function withRole(
  roleName: string,
  change: Partial<RoleAssignment> = {},
  facts: AccessFacts = accessFacts(),
): AccessFacts {
  const roleDefinitionId = definitions.find(({ name }) => name === roleName)?.id ?? '';
  const id = `${account}/providers/Microsoft.Authorization/roleAssignments/a1`;
  const assignment = { id, scope: account, roleDefinitionId, principalId, principalType: 'ServicePrincipal' };
  return { ...facts, roles: { ...facts.roles, assignments: [{ ...assignment, ...change }] } };
}

/** For example, `can`, `cannot: blocked, noRole`, or `cannotTell: groups`. */
export function inShort(verdict: AccessVerdict): string {
  const said = verdict.kind === 'cannot' ? verdict.causes : verdict.kind === 'can' ? [] : verdict.missing;
  return [verdict.kind, said.map(({ kind }) => kind).join(', ')].filter(Boolean).join(': ');
}
