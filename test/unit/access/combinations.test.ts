import assert from 'node:assert/strict';
import { explainRead } from '../../../src/access/explainRead';
import type { ReadFacts } from '../../../src/access/model/facts';
import type { AccessPolicy, PermissionModel } from '../../../src/azure/core/model';
import type { DenyAssignment } from '../../../src/azure/directory/denyAssignments';
import { definition, factsWith, group, groupId, identity, other, otherId, present } from './readWorld';
import {
  principalId,
  role,
  secretId,
  secretsUserDefinition,
  subscription,
  tenantId,
  vaultId,
} from './readWorld';

/** The scope of a role or deny assignment, and whether it applies to the secret. */
const scopes: readonly (readonly [scope: string, counts: boolean])[] = [
  ['/', true],
  ['/providers/Microsoft.Management/managementGroups/mg', true],
  [subscription.toUpperCase(), true],
  [group, true],
  [vaultId.toLowerCase(), true],
  [secretId, true],
  [`${secretId}2`, false],
  [`${vaultId}2`, false],
  [vaultId.slice(0, -1), false],
  [`${group}2`, false],
  ['/subscriptions/55555555-5555-4555-8555-555555555556', false],
];

interface Permission {
  readonly name: string;
  readonly policies?: readonly AccessPolicy[];
  /** The role assigned at the scope, to whom and how. */
  readonly assigned?: Partial<Parameters<typeof role>[0]>;
  readonly denied?: boolean;
  /** Whether it alone allows reading a secret, under the model it's for. */
  readonly reads: boolean;
  /** The principal of a role that the app's other identity has. */
  readonly ofOther?: boolean;
}

const policy = (secrets: readonly string[], change: Partial<AccessPolicy> = {}): AccessPolicy => ({
  ...{ tenantId, objectId: principalId, permissions: { secrets } },
  ...change,
});
const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const officer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';
const reader = '21090545-7ca7-4776-b22c-e363652d74d2';
const inRole = (guid: string) => ({
  roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${guid}`,
});
const definitions = [
  secretsUserDefinition,
  definition(owner, []),
  definition(officer, ['Microsoft.KeyVault/vaults/secrets/*']),
  definition(reader, [
    'Microsoft.KeyVault/vaults/*/read',
    'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
  ]),
];

const permissions: readonly Permission[] = [
  { name: 'nothing', reads: false },
  { name: 'policy get', policies: [policy(['get'])], reads: true },
  { name: 'policy GET', policies: [policy(['List', 'GET'])], reads: true },
  { name: 'policy all', policies: [policy(['all'])], reads: true },
  { name: 'policy list', policies: [policy(['list', 'set', 'backup'])], reads: false },
  { name: 'policy for keys', policies: [policy([], { permissions: { keys: ['get'] } })], reads: false },
  {
    name: 'policy of its group',
    policies: [policy(['get'], { objectId: groupId.toUpperCase() })],
    reads: true,
  },
  {
    name: 'policy of somebody',
    policies: [policy(['get'], { objectId: otherId })],
    reads: false,
    ofOther: true,
  },
  { name: 'compound policy', policies: [policy(['get'], { applicationId: otherId })], reads: false },
  { name: 'Secrets User', assigned: {}, reads: true },
  { name: 'Secrets Officer', assigned: inRole(officer), reads: true },
  { name: 'Owner', assigned: inRole(owner), reads: false },
  { name: 'Key Vault Reader', assigned: inRole(reader), reads: false },
  { name: 'role of its group', assigned: { principalId: groupId, principalType: 'Group' }, reads: true },
  { name: 'role of somebody', assigned: { principalId: otherId }, reads: false, ofOther: true },
  { name: 'role with a condition', assigned: { condition: "ActionMatches{'*'}" }, reads: true },
  {
    name: 'role with a condition that fails',
    assigned: { condition: "NOT ActionMatches{'*'}" },
    reads: false,
  },
  { name: 'role that is denied', assigned: {}, denied: true, reads: true },
];

interface State {
  readonly name: string;
  readonly change: (facts: ReadFacts) => ReadFacts;
  /** Causes that the service would report before and after the permission check. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** The permission isn't checked. */
  readonly moot?: boolean;
}

function inVault(
  facts: ReadFacts,
  change: Parameters<typeof present>[0],
  network: Parameters<typeof present>[1] = {},
): ReadFacts {
  if (!('kind' in facts.vault) || facts.vault.kind !== 'present') return facts;
  return { ...facts, vault: present({ ...facts.vault.vault, ...change }, network) };
}

function secretWith(change: object): ReadFacts['secret'] {
  return { kind: 'present', secret: { id: '', name: 's', enabled: true, tags: {}, ...change } };
}

const states: readonly State[] = [
  { name: 'in order', change: (facts) => facts },
  { name: 'expired', change: (facts) => ({ ...facts, secret: secretWith({ expires: new Date(0) }) }) },
  {
    name: 'not yet valid',
    change: (facts) => ({ ...facts, secret: secretWith({ notBefore: new Date(4e12) }) }),
  },
  {
    name: 'disabled',
    change: (facts) => ({ ...facts, secret: secretWith({ enabled: false }) }),
    after: ['secretDisabled'],
  },
  {
    name: 'deleted',
    change: (facts) => ({ ...facts, secret: { kind: 'deleted' } }),
    after: ['secretDeleted'],
  },
  { name: 'absent', change: (facts) => ({ ...facts, secret: { kind: 'absent' } }), after: ['secretAbsent'] },
  {
    name: 'version gone',
    change: (facts) => ({ ...facts, secret: { kind: 'versionAbsent' } }),
    after: ['versionGone'],
  },
  {
    name: 'vault deleted',
    change: (facts) => ({
      ...facts,
      vault: { kind: 'softDeleted', deleted: { vaultId, name: 'kv', location: '' } },
    }),
    ...{ before: ['vaultSoftDeleted'], moot: true },
  },
  {
    name: 'vault absent',
    change: (facts) => ({ ...facts, vault: { kind: 'absent' } }),
    before: ['vaultAbsent'],
    moot: true,
  },
  {
    name: 'firewall',
    change: (facts) => inVault(facts, {}, { defaultAction: 'Deny' }),
    before: ['firewall'],
  },
  {
    name: 'public access off',
    change: (facts) => inVault(facts, {}, { publicNetworkAccess: 'Disabled' }),
    before: ['publicAccessOff'],
  },
  {
    name: 'other tenant',
    change: (facts) => inVault(facts, { tenantId: otherId }),
    before: ['wrongTenant'],
    moot: true,
  },
  {
    name: 'no identity',
    change: ({ principal: _, ...facts }) => facts,
    ...{ before: ['noIdentity'], moot: true },
  },
];

const models: readonly PermissionModel[] = ['accessPolicies', 'rbac'];

function factsFor(
  model: PermissionModel,
  { policies = [], assigned, denied }: Permission,
  scope: string,
): ReadFacts {
  const denial: DenyAssignment = {
    ...{ id: 'd', name: 'locked', scope: subscription, doNotApplyToChildScopes: false },
    permissions: [{ actions: [], notActions: [], dataActions: ['*'], notDataActions: [] }],
    ...{ principalIds: [principalId], excludedPrincipalIds: [] },
  };
  return factsWith({
    principal: { ...identity, groups: [groupId] },
    otherIdentities: [other],
    vault: present({ permissionModel: model, accessPolicies: policies }),
    roles: {
      assignments: assigned ? [role({ ...assigned, scope })] : [],
      definitions,
      denyAssignments: denied ? [denial] : [],
      unreadableScopes: [],
    },
  });
}

/** The effect of the permission under the vault's model, stated without the rules. */
function permissionCauses(model: PermissionModel, permission: Permission, counts: boolean): string[] {
  const { policies, assigned, reads, denied, ofOther } = permission;
  const byPolicy = policies !== undefined && reads;
  const byRole = assigned !== undefined && reads && counts;
  const otherCan = ofOther && (model === 'rbac' ? assigned && counts : policies);
  const wrong = otherCan ? ['wrongIdentity'] : [];
  if (model === 'rbac') {
    const denial = denied ? ['denied'] : [];
    if (byRole) return denial;
    return [...wrong, ...denial, byPolicy ? 'policyOnRbacVault' : 'missingRole'];
  }
  return byPolicy ? [] : [...wrong, byRole ? 'roleOnPolicyVault' : 'missingPolicy'];
}

describe('Every combination of permission model, permission, scope and state', () => {
  for (const model of models)
    for (const { name: state, change, before = [], after = [], moot } of states)
      it(`gives the right verdict for ${model}, ${state} (${permissions.length * scopes.length} cases)`, () => {
        for (const permission of permissions)
          for (const [scope, counts] of scopes) {
            const verdict = explainRead(change(factsFor(model, permission, scope)));
            const right = permissionCauses(model, permission, counts);
            // A missing identity isn't checked, but another one may have access.
            const asked = !moot
              ? right
              : state === 'no identity'
                ? right.filter((kind) => kind === 'wrongIdentity')
                : [];
            const expected = [...before, ...asked, ...after];
            const what = `${permission.name} at ${scope}`;
            assert.deepEqual(
              verdict.kind === 'cannot' ? verdict.causes.map(({ kind }) => kind) : [],
              expected,
              what,
            );
            assert.equal(verdict.kind, expected.length === 0 ? 'can' : 'cannot', what);
            assert.deepEqual(
              verdict.warnings.map(({ kind }) => kind),
              state === 'expired'
                ? ['secretExpired']
                : state === 'not yet valid'
                  ? ['secretNotYetValid']
                  : [],
              what,
            );
            if (verdict.kind === 'can') assert.equal(verdict.through.length, 1, what);
          }
      });

  it('names the principal with access, and why it has it', () => {
    const ofGroup = permissions.find(({ name }) => name === 'role of its group');
    assert.ok(ofGroup);
    const throughGroup = explainRead(factsFor('rbac', ofGroup, group));
    assert.deepEqual(throughGroup.kind === 'can' && throughGroup.through, [
      {
        ...{ kind: 'role', assignmentId: role().id, roleDefinitionId: role().roleDefinitionId },
        ...{ scope: group, throughGroup: true },
      },
    ]);
  });
});
