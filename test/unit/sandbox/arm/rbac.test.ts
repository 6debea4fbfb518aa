import assert from 'node:assert/strict';
import { conditionHolds } from '../../../../src/sandbox/authorization/condition';
import { decide } from '../../../../src/sandbox/authorization/rbac';
import type { World } from '../../../../src/sandbox/world/world';
import type { RoleAssignment } from '../../../../src/sandbox/world/rights';
import { roles } from './management';

const vault = '/subscriptions/S/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv';

function assignment(change: Partial<RoleAssignment>): RoleAssignment {
  return {
    name: 'a1',
    scope: '/subscriptions/S',
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${roles.owner}`,
    principalId: 'p1',
    principalType: 'User',
    condition: null,
    conditionVersion: null,
    description: null,
    createdOn: 0,
    createdBy: '',
    effectiveFrom: 0,
    ...change,
  };
}

function world(...roleAssignments: RoleAssignment[]): World {
  return { roleAssignments, denyAssignments: [], roleDefinitions: [] } as unknown as World;
}

describe('decide (role-based access control)', () => {
  const readSecret = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';

  it('inherits downwards, never upwards or sideways', () => {
    const atVault = world(assignment({ scope: vault }));
    const may = (scope: string) =>
      decide(atVault, 1, ['p1'], 'Microsoft.KeyVault/vaults/read', 'action', scope).allowed;
    assert.equal(may(vault.toUpperCase()), true);
    assert.equal(may(`${vault}/secrets/one`), true);
    assert.equal(may(`${vault}2`), false);
    assert.equal(may('/subscriptions/S'), false);
    assert.equal(
      decide(world(assignment({ scope: '/' })), 1, ['p1'], 'x/read', 'action', vault).allowed,
      true,
    );
  });

  it('gives owners no data actions, and readers no writes', () => {
    assert.equal(decide(world(assignment({})), 1, ['p1'], readSecret, 'dataAction', vault).allowed, false);
    const user = world(assignment({ roleDefinitionId: roles.keyVaultSecretsUser }));
    assert.deepEqual(decide(user, 1, ['p0', 'P1'], readSecret, 'dataAction', vault), {
      allowed: true,
      assignmentId: 'a1',
    });
    assert.equal(
      decide(user, 1, ['p1'], 'Microsoft.KeyVault/vaults/secrets/setSecret/action', 'dataAction', vault)
        .allowed,
      false,
    );
    const reader = world(assignment({ roleDefinitionId: roles.reader }));
    assert.equal(decide(reader, 1, ['p1'], 'microsoft.web/sites/READ', 'action', vault).allowed, true);
    assert.equal(decide(reader, 1, ['p1'], 'Microsoft.Web/sites/write', 'action', vault).allowed, false);
  });

  it('subtracts notActions only from the same role', () => {
    const write = 'Microsoft.Authorization/roleAssignments/write';
    const contributor = assignment({ roleDefinitionId: roles.contributor });
    assert.equal(decide(world(contributor), 1, ['p1'], write, 'action', vault).allowed, false);
    const both = world(contributor, assignment({ roleDefinitionId: roles.userAccessAdministrator }));
    assert.equal(decide(both, 1, ['p1'], write, 'action', vault).allowed, true);
  });

  it('applies an assignment from when it takes effect until it is removed', () => {
    const timed = world(assignment({ effectiveFrom: 100, removedAt: 200 }));
    const at = (now: number) => decide(timed, now, ['p1'], 'x/read', 'action', vault).allowed;
    assert.deepEqual([at(99), at(100), at(199), at(200)], [false, true, true, false]);
  });

  it('lets deny assignments override roles, except for excluded principals', () => {
    const denied = world(assignment({}), assignment({ principalId: 'p2' }));
    denied.denyAssignments = [
      {
        name: 'd1',
        displayName: '',
        scope: vault,
        permissions: [{ actions: ['*'], notActions: ['*/read'], dataActions: [], notDataActions: [] }],
        principalIds: ['00000000-0000-0000-0000-000000000000'],
        excludePrincipalIds: ['p2'],
      },
    ];
    assert.deepEqual(decide(denied, 1, ['p1'], 'x/write', 'action', vault), {
      allowed: false,
      denyAssignmentId: 'd1',
    });
    assert.equal(decide(denied, 1, ['p1'], 'x/read', 'action', vault).allowed, true);
    assert.equal(decide(denied, 1, ['p2'], 'x/write', 'action', vault).allowed, true);
    const below = () => decide(denied, 1, ['p1'], 'x/write', 'action', `${vault}/secrets/s`).allowed;
    assert.equal(below(), false);
    denied.denyAssignments = denied.denyAssignments.map((deny) => ({
      ...deny,
      doNotApplyToChildScopes: true,
    }));
    assert.equal(below(), true);
    assert.equal(decide(denied, 1, ['p1'], 'x/write', 'action', vault).allowed, false);
    denied.denyAssignments = denied.denyAssignments.map((deny) => ({ ...deny, audit: true }));
    assert.equal(decide(denied, 1, ['p1'], 'x/write', 'action', vault).allowed, true);
  });

  it('grants nothing if it cannot evaluate the condition', () => {
    const conditioned = (condition: string) =>
      decide(world(assignment({ condition })), 1, ['p1'], 'x/read', 'action', vault).allowed;
    assert.equal(conditioned("ActionMatches{'x/read'}"), true);
    assert.equal(conditioned("@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'a'"), false);
    for (const unknown of ["@Resource[a:b] StringEquals 'x'", "NOT @Resource[a:b] StringEquals 'x'"]) {
      assert.equal(conditioned(unknown), false);
      assert.equal(conditioned(`${unknown} OR ActionMatches{'*'}`), true, 'whatever the attribute is');
      assert.equal(conditioned(`ActionMatches{'*'} OR ${unknown}`), true);
      assert.equal(conditioned(`NOT (${unknown} AND ActionMatches{'y'})`), true);
    }
    assert.equal(conditioned('moonlight ?!'), false);
    assert.equal(conditioned(''), false);
  });

  it('evaluates the documented forms of conditions', () => {
    const attributes = {
      'request[a/b:id]': '11111111-AAAA-1111-1111-111111111111',
      'resource[a/b:name]': 'secret-one',
    };
    const holds = (condition: string) => conditionHolds(condition, 'a/b/write', attributes);
    assert.equal(
      holds(
        "(!(ActionMatches{'a/b/write'})) OR (@Request[a/b:id] ForAnyOfAnyValues:GuidEquals {11111111-aaaa-1111-1111-111111111111})",
      ),
      true,
    );
    assert.equal(
      holds('@Request[a/b:id] ForAnyOfAllValues:GuidNotEquals {11111111-aaaa-1111-1111-111111111111, 2}'),
      false,
    );
    assert.equal(
      holds("@Resource[a/b:name] StringLike 'secret-*' && NOT @Resource[A/B:NAME] StringEquals 'other'"),
      true,
    );
    assert.equal(
      holds(
        "@Resource[a/b:name] StringStartsWith 'x' || @Resource[a/b:name] StringEqualsIgnoreCase 'SECRET-ONE'",
      ),
      true,
    );
    assert.equal(holds('@Resource[a/b:name] StringEquals'), false);
    assert.equal(holds("@Resource[a/b:name] StringSmells 'x'"), false);
  });
});
