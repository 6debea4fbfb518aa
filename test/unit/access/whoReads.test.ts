import assert from 'node:assert/strict';
import { RoleIndex } from '../../../src/access/rules/roleIndex';
import { whoReads } from '../../../src/access/whoReads';
import type { RoleAssignment } from '../../../src/azure/core/model';
import type { DenyAssignment } from '../../../src/azure/directory/denyAssignments';
import {
  definition,
  group,
  groupId,
  otherId,
  principalId,
  role,
  secretId,
  secretsUserDefinition,
} from './readWorld';
import { subscription, tenantId, vaultId, vaultWith, withheld } from './readWorld';

const rbac = vaultWith({ permissionModel: 'rbac' });
const readerRole = '21090545-7ca7-4776-b22c-e363652d74d2';

function roles(
  assignments: readonly RoleAssignment[],
  denyAssignments: readonly DenyAssignment[] = [],
): RoleIndex {
  const definitions = [
    secretsUserDefinition,
    definition(readerRole, ['Microsoft.KeyVault/vaults/secrets/readMetadata/action']),
  ];
  return new RoleIndex({ assignments, definitions, denyAssignments, unreadableScopes: [] });
}

describe('whoReads', () => {
  it('lists everyone who may get secrets by access policy, each once', () => {
    const policy = (objectId: string, secrets: string[], applicationId?: string) => ({
      ...{ tenantId, objectId, permissions: { secrets } },
      ...(applicationId === undefined ? {} : { applicationId }),
    });
    const policies = [
      policy(principalId, ['Get', 'List']),
      policy(otherId, ['list', 'set']),
      policy(groupId, ['ALL']),
      policy(groupId.toUpperCase(), ['get'], 'an app'),
    ];
    const { readers, missing } = whoReads(vaultWith({ accessPolicies: policies }), 's', roles([role()]));
    assert.deepEqual(
      readers.map((reader) => [reader.principalId, reader.ways.length]),
      [
        [principalId, 1],
        [groupId, 2],
      ],
    );
    assert.deepEqual(missing, []);
  });

  it('lists everyone with a role that reads, on the secret, the vault or above', () => {
    const assignments = [
      role({ id: '1', scope: subscription, principalId: groupId, principalType: 'Group' }),
      role({ id: '2', scope: secretId.toUpperCase() }),
      role({ id: '3', scope: group.toLowerCase() }),
      role({ id: '4', principalId: otherId, roleDefinitionId: `/x/${readerRole}` }),
      role({ id: '5', principalId: otherId, scope: `${vaultId}/secrets/another` }),
      role({ id: '6', principalId: otherId, scope: `${vaultId}2` }),
    ];
    const { readers } = whoReads(rbac, 's', roles(assignments));
    assert.deepEqual(
      readers.map(({ principalId: id, principalType, ways }) => [
        ...[id, principalType],
        ways.map((way) => way.kind === 'role' && [way.assignment.id, way.inherited]),
      ]),
      [
        [groupId, 'Group', [['1', true]]],
        [
          principalId,
          'ServicePrincipal',
          [
            ['2', false],
            ['3', true],
          ],
        ],
      ],
    );
  });

  it('includes readers of a single secret if the question is about a whole vault', () => {
    const assignments = [
      role(),
      role({ id: '5', principalId: otherId, scope: `${vaultId}/secrets/another` }),
    ];
    const { readers } = whoReads(rbac, undefined, roles(assignments));
    assert.deepEqual(
      readers.map(({ ways: [way] }) => way?.kind === 'role' && way.secretName),
      [undefined, 'another'],
    );
  });

  it('marks readers that a deny assignment stops and grants that depend on a condition', () => {
    const denial: DenyAssignment = {
      ...{ id: 'd', name: 'locked', scope: group, doNotApplyToChildScopes: false },
      permissions: [{ actions: [], notActions: [], dataActions: ['*'], notDataActions: [] }],
      principalIds: ['00000000-0000-0000-0000-000000000000'],
      excludedPrincipalIds: [otherId],
    };
    const condition = "@Resource[x:y] StringEquals 'z'";
    const never = "ActionMatches{'Microsoft.KeyVault/vaults/keys/*'}";
    const assignments = [
      role(),
      role({ principalId: otherId, condition }),
      role({ principalId: groupId, condition: never }),
    ];
    const { readers } = whoReads(rbac, 's', roles(assignments, [denial]));
    assert.deepEqual(
      readers.map(({ principalId: id, denials, ways: [way] }) => [
        ...[id, denials.length],
        way?.kind === 'role' && way.conditional,
      ]),
      [
        [principalId, 1, false],
        [otherId, 0, true],
      ],
    );
  });

  it("says what couldn't be read", () => {
    const unknownRole = role({ roleDefinitionId: '/x/11111111-0000-0000-0000-000000000000' });
    const some = new RoleIndex({
      ...roles([unknownRole, { ...unknownRole, principalId: otherId }]).facts,
      unreadableScopes: [subscription],
    });
    assert.deepEqual(
      whoReads(rbac, 's', some).missing.map(({ kind }) => kind),
      ['scope', 'roleDefinition'],
    );
    const none = new RoleIndex({
      assignments: withheld,
      definitions: withheld,
      denyAssignments: withheld,
      unreadableScopes: [],
    });
    assert.deepEqual(
      whoReads(rbac, 's', none).missing.map(({ kind }) => kind),
      ['roleAssignments', 'denyAssignments'],
    );
  });
});
