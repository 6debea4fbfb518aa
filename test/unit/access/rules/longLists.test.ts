import assert from 'node:assert/strict';
import { explainRead } from '../../../../src/access/explainRead';
import { factsWith, identity, now, present, rbacFacts, role, short, vaultId, withheld } from '../readWorld';

/** More than a call can have arguments. */
const many = Array.from({ length: 130_000 }, (_, index) => `o${index}`);
const unknownGroups = { ...identity, groups: withheld };

describe('a verdict from lists of 130,000', () => {
  it('access policies', () => {
    const accessPolicies = many.map((objectId) => ({
      ...{ tenantId: identity.tenantId, objectId, permissions: { secrets: ['get'] } },
    }));
    const vault = present({ accessPolicies });
    assert.match(short(explainRead(factsWith({ vault }))), /^cannot: /);
    assert.match(short(explainRead(factsWith({ vault, principal: unknownGroups }))), /^cannotTell: /);
  });

  it('role assignments', () => {
    const others = many.map((principalId) =>
      role({ id: `${vaultId}/${principalId}`, principalId, principalType: '' }),
    );
    assert.match(short(explainRead(rbacFacts(others, { principal: unknownGroups }))), /^cannotTell: /);
    const own = many.map((name) => role({ id: `${vaultId}/${name}`, createdOn: now }));
    assert.equal(explainRead(rbacFacts(own)).kind, 'can');
  });

  it('principals of a deny assignment', () => {
    const base = rbacFacts([role()]);
    const denial = {
      ...{ id: 'd', name: 'd', scope: vaultId, doNotApplyToChildScopes: false },
      permissions: [{ actions: [], notActions: [], dataActions: ['*'], notDataActions: [] }],
      ...{ principalIds: many, excludedPrincipalIds: many },
    };
    const verdict = explainRead({ ...base, roles: { ...base.roles, denyAssignments: [denial] } });
    assert.equal(verdict.kind, 'can');
  });
});
