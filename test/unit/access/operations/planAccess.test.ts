import assert from 'node:assert/strict';
import { planAccess } from '../../../../src/access/operations/planAccess';
import { identity, other, principalId, subscription, withheld } from '../readWorld';
import { accessFacts, container, group, inShort, wanted, withRole } from './accessWorld';

const roleId = (guid: string) => `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
const assignReader = {
  ...{ kind: 'createRoleAssignment', scope: container, roleName: 'Storage Blob Data Reader' },
  roleDefinitionId: roleId('2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'),
};

describe('The plan that lets an app use a resource', () => {
  it('assigns the least role at the least scope, to the identity that the app has', () => {
    const { steps, expected } = planAccess(accessFacts());
    assert.deepEqual(steps, [{ ...assignReader, principalId }]);
    assert.equal(inShort(expected), 'can');
  });

  it('enables or assigns the identity first', () => {
    const { principal: _, ...facts } = accessFacts();
    const enabled = planAccess(facts);
    assert.deepEqual(enabled.steps, [{ kind: 'enableIdentity', appId: facts.app.id }, assignReader]);
    assert.equal(inShort(enabled.expected), 'can');
    const identityId = other.resourceId ?? '';
    const assigned = planAccess({ ...facts, app: { ...facts.app, identityInUse: identityId } });
    assert.deepEqual(assigned.steps[0], { kind: 'assignIdentity', appId: facts.app.id, identityId });
  });

  it('changes nothing if a role already allows it', () => {
    assert.deepEqual(planAccess(withRole('Storage Blob Data Owner', { scope: group })).steps, []);
  });

  it('assigns a role even if the identity may have one through a group', () => {
    const principal = { ...identity, groups: withheld };
    const facts = withRole(
      'Storage Blob Data Reader',
      { principalId: 'g', principalType: 'Group' },
      accessFacts({ principal }),
    );
    assert.equal(planAccess(facts).steps.length, 1);
  });

  it("assigns none where it wouldn't help", () => {
    for (const change of [
      { target: { kind: 'absent' } as const },
      { target: withheld },
      { principal: { ...identity, exists: false } },
      { principal: { ...identity, tenantId: 'other' } },
    ])
      assert.deepEqual(planAccess(accessFacts(change)).steps, [], JSON.stringify(change));
  });

  it('assigns a role that was wanted by its name, and one for a resource group', () => {
    const role = { guid: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b', name: 'Storage Blob Data Owner' };
    const named = planAccess(accessFacts({ wanted: { kind: 'role', role } }));
    assert.deepEqual(
      named.steps.map((step) => step.kind === 'createRoleAssignment' && step.roleDefinitionId),
      [roleId(role.guid)],
    );
    assert.equal(inShort(named.expected), 'can');
    const view = planAccess(accessFacts({ wanted: wanted('viewResources'), scope: group }));
    assert.equal(inShort(view.expected), 'can');
    assert.equal(view.steps.length, 1);
  });
});
