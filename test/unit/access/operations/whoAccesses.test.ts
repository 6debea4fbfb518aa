import assert from 'node:assert/strict';
import { actionsOf } from '../../../../src/access/operations/accessPermission';
import { listKeysAction } from '../../../../src/access/operations/keyAccess';
import { resourceKinds } from '../../../../src/access/operations/resourceKinds';
import { whoAccesses } from '../../../../src/access/operations/whoAccesses';
import type { RoleFacts } from '../../../../src/access/model/facts';
import type { RoleAssignment } from '../../../../src/azure/core/model';
import { group, withheld } from '../readWorld';
import { accessFacts, account, container, definitions, wanted } from './accessWorld';

describe('Who can use a resource', () => {
  const assign = (
    principalId: string,
    roleName: string,
    scope: string,
    condition?: string,
  ): RoleAssignment => ({
    ...{ id: `${principalId} ${roleName}`, principalId, scope, principalType: 'ServicePrincipal' },
    roleDefinitionId: definitions.find(({ name }) => name === roleName)?.id ?? 'roleDefinitions/unknown',
    ...(condition === undefined ? {} : { condition }),
  });
  const facts = (assignments: RoleFacts['assignments'], more: Partial<RoleFacts> = {}): RoleFacts => ({
    ...accessFacts().roles,
    ...{ assignments, ...more },
  });
  const found = (assignments: readonly RoleAssignment[], operation = 'readBlobs', scope = account) =>
    whoAccesses(actionsOf(wanted(operation)), scope, facts(assignments)).accessors.map(
      ({ principalId, ways }) =>
        `${principalId}: ${ways
          .map(({ assignment: { scope: at }, inherited, conditional, isOfPart }) =>
            [at.split('/').at(-1), inherited && 'inherited', conditional && 'conditional', isOfPart && 'part']
              .filter(Boolean)
              .join(' '),
          )
          .join(', ')}`,
    );

  it('are those whose roles allow it, at the resource and above it', () => {
    const all = [
      assign('a', 'Storage Blob Data Reader', account),
      assign('a', 'Storage Blob Data Owner', group),
      assign('b', 'Contributor', group),
      assign('c', 'Storage Queue Data Contributor', account),
      assign('d', 'Storage Blob Data Reader', `${account}2`),
    ];
    assert.deepEqual(found(all), ['a: fakeacct01, rg inherited']);
    assert.deepEqual(found(all, 'writeBlobs'), ['a: rg inherited']);
    assert.deepEqual(found(all, 'readBlobs', container), ['a: fakeacct01 inherited, rg inherited']);
  });

  it('are also those who can use only a part of it', () => {
    const all = [
      assign('a', 'Storage Blob Data Reader', container),
      assign('b', 'Storage Blob Data Reader', account),
      assign('b', 'Storage Blob Data Reader', container),
    ];
    assert.deepEqual(found(all), ['a: photos part', 'b: fakeacct01']);
  });

  it('are also those with a condition, and say so', () => {
    const condition = "@Resource[a:b] StringEquals 'x'";
    assert.deepEqual(found([assign('a', 'Storage Blob Data Reader', account, condition)]), [
      'a: fakeacct01 conditional',
    ]);
    const never = "ActionMatches{'x'}";
    assert.deepEqual(found([assign('a', 'Storage Blob Data Reader', account, never)]), []);
  });

  it('need all actions, which several roles may give together', () => {
    const queue = `${account}/queueServices/default/queues/orders`;
    const reader = assign('a', 'Storage Queue Data Reader', queue);
    assert.deepEqual(found([reader], 'receiveFromQueue', queue), []);
    const takes = { ...assign('a', 'Takes', account), roleDefinitionId: 'takes' };
    const dataActions = ['Microsoft.Storage/storageAccounts/queueServices/queues/messages/process/*'];
    const custom = {
      ...{ id: 'takes', name: 'Takes', description: '', custom: true },
      permissions: [{ actions: [], notActions: [], dataActions, notDataActions: [] }],
    };
    const both = facts([reader, takes], { definitions: [...definitions, custom] });
    const [one] = whoAccesses(actionsOf(wanted('receiveFromQueue')), queue, both).accessors;
    assert.deepEqual(
      one?.ways.map(({ assignment }) => assignment),
      [reader, takes],
    );
  });

  it('name the deny assignments that block them', () => {
    const denyAssignments = [
      {
        ...{ id: 'd1', name: 'Locked', scope: group, doNotApplyToChildScopes: false },
        ...{ principalIds: ['a'], excludedPrincipalIds: [] },
        permissions: [{ actions: [], notActions: [], dataActions: ['*'], notDataActions: [] }],
      },
    ];
    const both = ['a', 'b'].map((id) => assign(id, 'Storage Blob Data Reader', account));
    const { accessors } = whoAccesses(
      actionsOf(wanted('readBlobs')),
      account,
      facts(both, { denyAssignments }),
    );
    assert.deepEqual(
      accessors.map(({ denials }) => denials.map(({ name }) => name)),
      [['Locked'], []],
    );
  });

  it('may be more than could be read', () => {
    const missing = (roles: RoleFacts) =>
      whoAccesses(actionsOf(wanted('readBlobs')), account, roles).missing.map(({ kind }) => kind);
    assert.deepEqual(missing(facts(withheld, { denyAssignments: withheld })), [
      ...['roleAssignments', 'denyAssignments'],
    ]);
    assert.deepEqual(missing(facts([assign('a', 'Unknown', account)])), ['roleDefinition']);
    assert.deepEqual(missing(facts([assign('a', 'Unknown', `${group}2`)])), []);
  });

  it('are also those who can list the keys of a resource', () => {
    for (const { type, isOnlyParts } of resourceKinds) assert.ok(isOnlyParts ?? listKeysAction(type), type);
    const action = listKeysAction('microsoft.storage/storageaccounts');
    assert.ok(action);
    const roles = ['Contributor', 'Reader', 'Reader and Data Access', 'Storage Blob Data Owner'];
    const { accessors } = whoAccesses(
      [[action]],
      account,
      facts(roles.map((name) => assign(name, name, group))),
    );
    assert.deepEqual(
      accessors.map(({ principalId }) => principalId),
      ['Contributor', 'Reader and Data Access'],
    );
  });
});
