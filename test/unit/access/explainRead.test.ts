import assert from 'node:assert/strict';
import { explainRead } from '../../../src/access/explainRead';
import type { ReadFacts, RoleFacts } from '../../../src/access/model/facts';
import type { RoleAssignment } from '../../../src/azure/core/model';
import type { DenyAssignment } from '../../../src/azure/directory/denyAssignments';
import { factsWith, group, groupId, identity, now, other, otherId, present, principalId } from './readWorld';
import { rbacFacts, role, secretId, short, subscription, tenantId, vaultId, withheld } from './readWorld';

const getPolicy = (objectId: string) => ({ tenantId, objectId, permissions: { secrets: ['get'] } });
const granted = factsWith({ vault: present({ accessPolicies: [getPolicy(principalId)] }) });
const version = 'a'.repeat(32);

function withRoles(facts: ReadFacts, change: Partial<RoleFacts>): ReadFacts {
  return { ...facts, roles: { ...facts.roles, ...change } };
}

const hiddenGroups = { ...identity, groups: withheld };
const groupRole = role({ principalId: groupId, principalType: 'Group' });
const denial = (change: Partial<DenyAssignment>): DenyAssignment => ({
  ...{ id: 'd', name: 'locked', scope: group, doNotApplyToChildScopes: false },
  permissions: [{ actions: [], notActions: [], dataActions: ['*'], notDataActions: [] }],
  ...{ principalIds: [principalId], excludedPrincipalIds: [] },
  ...change,
});
const asksAttribute = "@Resource[a:b] StringEquals 'x'";

/** The effect of a withheld fact: none if another fact decides. */
const unknowns: readonly (readonly [what: string, facts: ReadFacts, verdict: string])[] = [
  ['the vault', { ...granted, vault: withheld }, 'cannotTell: vault'],
  [
    'the vault, of an app without identity',
    { ...withoutPrincipal(granted), vault: withheld },
    'cannot: noIdentity',
  ],
  ['the secret', { ...granted, secret: withheld }, 'cannotTell: secret'],
  ['the secret, without right', factsWith({ secret: withheld }), 'cannot: missingPolicy'],
  [
    'the secret of a vault that is gone',
    factsWith({ secret: withheld, vault: { kind: 'absent' } }),
    'cannot: vaultAbsent',
  ],
  ['groups, with a policy of its own', { ...granted, principal: hiddenGroups }, 'can'],
  [
    'groups, with a policy of somebody',
    factsWith({ principal: hiddenGroups, vault: present({ accessPolicies: [getPolicy(groupId)] }) }),
    'cannotTell: groups',
  ],
  [
    'groups, with a policy of somebody who is no group',
    factsWith({
      ...{ principal: hiddenGroups, notGroups: [groupId.toUpperCase()] },
      vault: present({ accessPolicies: [getPolicy(groupId)] }),
    }),
    'cannot: missingPolicy',
  ],
  [
    'groups, with a policy of another of its identities',
    factsWith({
      ...{ principal: hiddenGroups, otherIdentities: [other] },
      vault: present({ accessPolicies: [getPolicy(otherId)] }),
    }),
    'cannot: wrongIdentity, missingPolicy',
  ],
  [
    'groups, with a role of a group',
    rbacFacts([groupRole], { principal: hiddenGroups }),
    'cannotTell: groups',
  ],
  [
    'groups, with a role of a user',
    rbacFacts([role({ principalId: otherId, principalType: 'User' })], { principal: hiddenGroups }),
    'cannot: missingRole',
  ],
  [
    'groups, with a role of a group that the service says is not its own',
    rbacFacts([groupRole], { principal: { ...hiddenGroups, assignmentIds: [] } }),
    'cannot: missingRole',
  ],
  [
    'groups, with a role of a group that the service says is its own',
    rbacFacts([groupRole], { principal: { ...hiddenGroups, assignmentIds: [groupRole.id.toUpperCase()] } }),
    'can',
  ],
  ['assignments', withRoles(rbacFacts([]), { assignments: withheld }), 'cannotTell: roleAssignments'],
  ['assignments of a vault with policies', withRoles(granted, { assignments: withheld }), 'can'],
  ['a scope above', withRoles(rbacFacts([]), { unreadableScopes: [subscription] }), 'cannotTell: scope'],
  ['a scope beside', withRoles(rbacFacts([]), { unreadableScopes: [`${secretId}2`] }), 'cannot: missingRole'],
  [
    'a scope above, with a role elsewhere',
    withRoles(rbacFacts([role()]), { unreadableScopes: [subscription] }),
    'can',
  ],
  ['definitions', withRoles(rbacFacts([role()]), { definitions: withheld }), 'cannotTell: roleDefinitions'],
  [
    'definitions, without assignment',
    withRoles(rbacFacts([]), { definitions: withheld }),
    'cannot: missingRole',
  ],
  ['a definition', withRoles(rbacFacts([role()]), { definitions: [] }), 'cannotTell: roleDefinition'],
  [
    'deny assignments',
    withRoles(rbacFacts([role()]), { denyAssignments: withheld }),
    'cannotTell: denyAssignments',
  ],
  [
    'deny assignments, without role',
    withRoles(rbacFacts([]), { denyAssignments: withheld }),
    'cannot: missingRole',
  ],
  ['deny assignments of a vault with policies', withRoles(granted, { denyAssignments: withheld }), 'can'],
  ['what a condition asks', rbacFacts([role({ condition: asksAttribute })]), 'cannotTell: condition'],
  [
    'what a condition asks, with another role',
    rbacFacts([role({ condition: asksAttribute }), role()]),
    'can',
  ],
  [
    'what the condition of a deny assignment asks',
    withRoles(rbacFacts([role()]), { denyAssignments: [denial({ condition: asksAttribute })] }),
    'cannotTell: condition',
  ],
  [
    'groups, one of which is denied',
    withRoles(rbacFacts([role()], { principal: hiddenGroups }), {
      denyAssignments: [denial({ principalIds: [groupId] })],
    }),
    'cannotTell: groups',
  ],
  [
    'groups, one of which is excluded from what is denied',
    withRoles(rbacFacts([role()], { principal: hiddenGroups }), {
      denyAssignments: [denial({ excludedPrincipalIds: [groupId] })],
    }),
    'cannotTell: groups',
  ],
  [
    'groups, one of which has the role that is denied',
    withRoles(rbacFacts([groupRole], { principal: hiddenGroups }), { denyAssignments: [denial({})] }),
    'cannot: denied',
  ],
];

function withoutPrincipal({ principal: _, ...facts }: ReadFacts): ReadFacts {
  return facts;
}

const at = now;
const fresh = (minutes: number): RoleAssignment =>
  role({ createdOn: new Date(now.getTime() - minutes * 60_000) });

/** What a refusal adds if the facts don't decide, and if they do. */
const observations: readonly (readonly [what: string, facts: ReadFacts, verdict: string])[] = [
  [
    'firewall, of an unknown vault',
    saw('ForbiddenByFirewall', { ...granted, vault: withheld }),
    'cannot: firewall',
  ],
  [
    'connection, of an unknown vault',
    saw('ForbiddenByConnection', { ...granted, vault: withheld }),
    'cannot: publicAccessOff',
  ],
  [
    'perimeter, of an unknown vault',
    saw('ForbiddenByNsp', { ...granted, vault: withheld }),
    'cannot: perimeterRefused',
  ],
  [
    'policy, of an unknown vault',
    saw('AccessDenied', { ...granted, vault: withheld }),
    'cannot: missingPolicy',
  ],
  [
    'role, of an unknown vault',
    saw('ForbiddenByRbac', { ...granted, vault: withheld }),
    'cannot: missingRole',
  ],
  [
    'disabled, of an unknown secret',
    saw('SecretDisabled', { ...granted, secret: withheld }),
    'cannot: secretDisabled',
  ],
  [
    'not found, of an unknown secret',
    saw('SecretNotFound', { ...granted, secret: withheld }),
    'cannot: secretAbsent',
  ],
  [
    'not found, of an unknown version',
    saw('SecretNotFound', {
      ...granted,
      secret: withheld,
      target: { ...granted.target, secretVersion: version },
    }),
    'cannot: versionGone',
  ],
  [
    'something else, of an unknown secret',
    saw('Throttled', { ...granted, secret: withheld }),
    'cannotTell: secret',
  ],
  [
    'role, with groups unknown',
    saw('ForbiddenByRbac', rbacFacts([groupRole], { principal: hiddenGroups })),
    'cannot: missingRole',
  ],
  [
    'role, with deny assignments unknown: it may be either',
    saw('ForbiddenByRbac', withRoles(rbacFacts([role()]), { denyAssignments: withheld })),
    'cannotTell: denyAssignments',
  ],
  [
    'policy of before, in a vault with roles',
    saw('AccessDenied', rbacFacts([groupRole], { principal: hiddenGroups })),
    'cannotTell: groups',
  ],
  ['role, given 9 minutes ago', saw('ForbiddenByRbac', rbacFacts([fresh(9)])), 'cannot: notPropagated'],
  ['role, given 10 minutes ago', saw('ForbiddenByRbac', rbacFacts([fresh(10)])), 'can'],
  ['role, given just now and long ago', saw('ForbiddenByRbac', rbacFacts([fresh(1), fresh(900)])), 'can'],
  [
    'role, before it was given',
    saw('ForbiddenByRbac', rbacFacts([fresh(5)]), new Date(now.getTime() - 6 * 60_000)),
    'can',
  ],
  ['policy, in spite of one', saw('AccessDenied', granted), 'can'],
];

function saw(code: string, facts: ReadFacts, when = at): ReadFacts {
  return { ...facts, observed: { code, at: when } };
}

describe('explainRead', () => {
  for (const [what, facts, verdict] of unknowns)
    it(`answers ${verdict} if ${what} is withheld`, () => {
      assert.equal(short(explainRead(facts)), verdict);
    });

  for (const [what, facts, verdict] of observations)
    it(`answers ${verdict} after a refusal (${what})`, () => {
      assert.equal(short(explainRead(facts)), verdict);
    });

  it("says what else couldn't be read if something prevents reading", () => {
    const verdict = explainRead({ ...factsWith({ secret: withheld }) });
    assert.deepEqual(verdict.kind === 'cannot' && verdict.missing, [
      { kind: 'secret', reason: 'AuthorizationFailed' },
    ]);
  });

  it('names the blocked addresses and when a role will have taken effect', () => {
    const vault = present(
      { accessPolicies: [getPolicy(principalId)] },
      { defaultAction: 'Deny', ipRules: ['20.1.2.3'] },
    );
    const shut = explainRead({ ...granted, vault });
    assert.deepEqual(shut.kind === 'cannot' && shut.causes, [
      { kind: 'firewall', vaultId, addresses: ['20.1.2.4'] },
    ]);
    const late = explainRead(saw('ForbiddenByRbac', rbacFacts([fresh(9), { ...fresh(3), id: 'a2' }])));
    assert.deepEqual(late.kind === 'cannot' && late.causes, [
      {
        kind: 'notPropagated',
        assignmentIds: [role().id, 'a2'],
        expectedBy: new Date(now.getTime() + 60_000),
      },
    ]);
  });

  it("warns about what doesn't prevent reading", () => {
    const warnings = (facts: ReadFacts) => explainRead(facts).warnings.map(({ kind }) => kind);
    const reference = { settingName: 'SECRET', status: 'AccessToKeyVaultDenied' };
    assert.deepEqual(warnings({ ...granted, reference }), ['referenceStale']);
    assert.deepEqual(warnings({ ...granted, reference: { ...reference, status: 'Resolved' } }), []);
    assert.deepEqual(warnings(factsWith({ reference })), [], 'it is no wonder');
    assert.deepEqual(warnings(rbacFacts([fresh(1)])), ['freshAssignment']);
    assert.deepEqual(warnings(saw('AccessDenied', granted)), ['refusedNevertheless']);
  });

  it("believes App Service that it can't read a reference", () => {
    const reference = { settingName: 'SECRET', status: 'InvalidSyntax' };
    assert.equal(short(explainRead({ ...granted, reference })), 'cannot: referenceSyntax');
  });
});
