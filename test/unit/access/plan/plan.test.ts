import assert from 'node:assert/strict';
import type { ReadFacts } from '../../../../src/access/model/facts';
import { planRead } from '../../../../src/access/plan/plan';
import type { ReadWish } from '../../../../src/access/plan/plan';
import {
  appId,
  factsWith,
  groupId,
  identity,
  other,
  present,
  principalId,
  rbacFacts,
  role,
} from '../readWorld';
import { secretId, secretsUserRoleId, tenantId, vaultId, withheld } from '../readWorld';

const wish: ReadWish = { roleScope: 'secret' };
const reference = '@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/s)';
const setting = { name: 'SECRET', reference };
const getPolicy = (objectId: string) => ({ tenantId, objectId, permissions: { secrets: ['Get'] } });

function withoutPrincipal({ principal: _, ...facts }: ReadFacts): ReadFacts {
  return facts;
}

describe('planRead', () => {
  it('plans nothing if the app already has access', () => {
    const facts = factsWith({ vault: present({ accessPolicies: [getPolicy(principalId)] }) });
    assert.deepEqual(planRead(facts, wish).steps, []);
    assert.deepEqual(planRead(rbacFacts([role()]), wish).steps, []);
  });

  it('plans one access policy with only get, or one role on the secret', () => {
    const policies = planRead(factsWith(), wish);
    assert.deepEqual(policies.steps, [
      { kind: 'addAccessPolicy', vaultId, tenantId, principalId, secrets: ['get'] },
    ]);
    assert.equal(policies.expected.kind, 'can');
    const rbac = planRead(rbacFacts([]), wish);
    assert.deepEqual(rbac.steps, [
      { kind: 'createRoleAssignment', scope: secretId, roleDefinitionId: secretsUserRoleId, principalId },
    ]);
    assert.equal(rbac.expected.kind, 'can');
    const [atVault] = planRead(rbacFacts([]), { roleScope: 'vault' }).steps;
    assert.ok(atVault?.kind === 'createRoleAssignment' && atVault.scope === vaultId);
  });

  it("starts with the identity and doesn't name one that isn't created yet", () => {
    const { steps, expected } = planRead(withoutPrincipal(factsWith()), wish);
    assert.deepEqual(steps, [
      { kind: 'enableIdentity', appId },
      { kind: 'addAccessPolicy', vaultId, tenantId, secrets: ['get'] },
    ]);
    assert.equal(expected.kind, 'can');
    const facts = withoutPrincipal(rbacFacts([]));
    const identityInUse = other.resourceId ?? '';
    const assigning = planRead({ ...facts, app: { ...facts.app, identityInUse } }, wish);
    assert.deepEqual(assigning.steps, [
      { kind: 'assignIdentity', appId, identityId: identityInUse },
      { kind: 'createRoleAssignment', scope: secretId, roleDefinitionId: secretsUserRoleId },
    ]);
  });

  it('writes a reference only if it is missing, and lets the same identity resolve it', () => {
    const granted = factsWith({ vault: present({ accessPolicies: [getPolicy(principalId)] }) });
    const write = { kind: 'writeReference', appId, ...setting };
    assert.deepEqual(planRead(granted, { ...wish, setting }).steps, [write]);
    const there = { ...granted, reference: { settingName: 'SECRET', status: 'AccessToKeyVaultDenied' } };
    assert.deepEqual(planRead(there, { ...wish, setting }).steps, []);
    const broken = { ...granted, reference: { settingName: 'SECRET', syntaxProblem: 'no vault' } };
    const fixed = planRead(broken, { ...wish, setting });
    assert.deepEqual(fixed.steps, [write]);
    assert.equal(fixed.expected.kind, 'can');
    const app = { ...granted.app, referenceIdentity: other.resourceId ?? '' };
    assert.deepEqual(planRead({ ...granted, app }, { ...wish, setting }).steps, [
      { kind: 'setReferenceIdentity', appId, identity: 'SystemAssigned' },
      write,
    ]);
  });

  it('grants access even if a group might already grant it, so that nothing stays unknown', () => {
    const facts = factsWith({
      vault: present({ accessPolicies: [getPolicy(groupId)] }),
      principal: { ...identity, groups: withheld },
    });
    const { steps, expected } = planRead(facts, wish);
    assert.equal(steps.length, 1);
    assert.equal(expected.kind, 'can');
  });

  it("says what it doesn't fix", () => {
    const shut = { publicNetworkAccess: 'Disabled' };
    const facts = factsWith({ vault: present({}, shut), secret: { kind: 'absent' } });
    const { steps, expected } = planRead(facts, wish);
    assert.equal(steps.length, 1);
    assert.ok(expected.kind === 'cannot');
    assert.deepEqual(
      expected.causes.map(({ kind }) => kind),
      ['publicAccessOff', 'secretAbsent'],
    );
  });

  it('grants nothing to an identity of another tenant or in an unknown vault', () => {
    const foreign = factsWith({ principal: { ...identity, tenantId: 'other' } });
    assert.deepEqual(planRead(foreign, wish).steps, []);
    assert.deepEqual(planRead(factsWith({ vault: withheld }), wish).steps, []);
    assert.deepEqual(planRead(factsWith({ vault: { kind: 'absent' } }), wish).steps, []);
  });
});
