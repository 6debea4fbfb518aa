import assert from 'node:assert/strict';
import type { RolePermissions } from '../../../../src/azure/directory/roles';
import type { AccessFacts } from '../../../../src/access/operations/accessFacts';
import type { AccessCause } from '../../../../src/access/operations/accessVerdict';
import { describeAccessCause, describeAccessMissing } from '../../../../src/access/operations/describeAccess';
import { explainAccess } from '../../../../src/access/operations/explainAccess';
import { planAccess } from '../../../../src/access/operations/planAccess';
import { group, groupId, identity, now, other, otherId, principalId, tenantId, withheld } from '../readWorld';
import {
  accessFacts,
  account,
  container,
  definitions,
  inShort,
  network,
  wanted,
  withRole,
} from './accessWorld';

const explained = (facts: AccessFacts) => inShort(explainAccess(facts));
const reader = 'Storage Blob Data Reader';
const dataOf = (...dataActions: string[]): RolePermissions => ({
  ...{ actions: [], notActions: [], dataActions, notDataActions: [] },
});

describe('Whether an app can use a resource', () => {
  it('is decided by a role at the resource or above that allows all it needs', () => {
    assert.equal(explained(accessFacts()), 'cannot: noRole');
    for (const scope of [container, account, group])
      assert.equal(explained(withRole(reader, { scope })), 'can', scope);
    assert.equal(explained(withRole(reader, { scope: `${container}2` })), 'cannot: noRole');
    assert.equal(explained(withRole('Contributor')), 'cannot: noRole', 'it gives no access to data');
    assert.equal(explained(withRole('Storage Queue Data Contributor')), 'cannot: noRole');
    const write = accessFacts({ wanted: wanted('writeBlobs') });
    assert.equal(explained(withRole(reader, {}, write)), 'cannot: noRole');
    assert.equal(explained(withRole('Storage Blob Data Owner', {}, write)), 'can');
  });

  it('may be put together from several roles', () => {
    const scope = `${account}/queueServices/default/queues/orders`;
    const facts = accessFacts({ scope, wanted: wanted('receiveFromQueue') });
    const [peek] = withRole('Storage Queue Data Reader', {}, facts).roles.assignments as [object];
    const custom = {
      ...{ id: `${account}/x`, name: 'Takes', description: '', custom: true },
      permissions: [dataOf('Microsoft.Storage/storageAccounts/queueServices/queues/messages/process/action')],
    };
    const takes = { ...peek, id: 'a2', roleDefinitionId: custom.id };
    const both = (assignments: object[]) =>
      ({
        ...facts,
        roles: { ...facts.roles, definitions: [...definitions, custom], assignments },
      }) as AccessFacts;
    assert.equal(explained(both([peek])), 'cannot: noRole');
    assert.equal(explained(both([peek, takes])), 'can');
  });

  it('counts only a role itself if that is wanted', () => {
    const role = { guid: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', name: reader };
    const facts = accessFacts({ wanted: { kind: 'role', role } });
    assert.equal(explained(withRole('Storage Blob Data Owner', {}, facts)), 'cannot: noRole');
    assert.equal(explained(withRole(reader, {}, facts)), 'can');
  });

  it("is left open where a group, a condition, or what wasn't read decides", () => {
    const groups = accessFacts({ principal: { ...identity, groups: { withheld: 'AuthorizationFailed' } } });
    const ofGroup = { principalId: groupId, principalType: 'Group' };
    assert.equal(explained(withRole(reader, ofGroup, groups)), 'cannotTell: groups');
    assert.equal(explained(withRole(reader, { principalId: otherId }, groups)), 'cannot: noRole');
    const condition = "SubOperationMatches{'Blob.List'}";
    assert.equal(explained(withRole(reader, { condition })), 'cannotTell: condition');
    const { roles } = accessFacts();
    assert.equal(
      explained(accessFacts({ roles: { ...roles, assignments: withheld } })),
      'cannotTell: roleAssignments',
    );
    assert.equal(explained(withRole(reader, {}, accessFacts({ target: withheld }))), 'cannotTell: target');
  });

  it('is left open if a name in a Cosmos DB account differs by case', () => {
    const cosmos = `${group}/providers/Microsoft.DocumentDB/databaseAccounts/stock`;
    const reads = {
      ...{ id: `${cosmos}/sqlRoleDefinitions/reads`, name: 'Reads', description: '', custom: true },
      permissions: [dataOf('Microsoft.DocumentDB/databaseAccounts/*')],
    };
    const facts = (assigned: string) => {
      const asked = accessFacts({ scope: `${cosmos}/dbs/shop/colls/Stock`, wanted: wanted('readItems') });
      const held = withRole(reader, { scope: assigned, roleDefinitionId: reads.id }, asked);
      return { ...held, roles: { ...held.roles, definitions: [reads] } };
    };
    const database = `${cosmos}/dbs/shop`;
    for (const scope of [cosmos.toUpperCase(), database, `${database}/colls/Stock`])
      assert.equal(explained(facts(scope)), 'can', scope);
    for (const scope of [`${cosmos}/dbs/Shop`, `${database}/colls/stock`]) {
      assert.equal(explained(facts(scope)), 'cannotTell: spelling', scope);
      assert.equal(planAccess(facts(scope)).steps.length, 1, scope);
    }
    assert.equal(explained(facts(`${database}/colls/other`)), 'cannot: noRole');
  });

  it('needs an identity that exists and belongs to the tenant', () => {
    const { principal: _, ...without } = accessFacts();
    assert.equal(explained(without), 'cannot: noIdentity');
    const { causes = [] } = explainAccess(without) as { causes?: AccessCause[] };
    assert.match(
      causes.map(describeAccessCause)[0]?.sentence ?? '',
      /^The app app should use its system-assigned managed identity, which isn't enabled\.$/,
    );
    assert.equal(
      explained(withRole(reader, {}, accessFacts({ principal: { ...identity, exists: false } }))),
      'cannot: identityDeleted',
    );
    const foreign = accessFacts({ principal: { ...identity, tenantId: groupId } });
    assert.equal(explained(withRole(reader, {}, foreign)), 'cannot: otherTenant');
    for (const kind of ['absent', 'otherApi'] as const)
      assert.equal(explained(accessFacts({ target: { kind } })), `cannot: ${kind}`);
  });

  it('says which other identity of the app has access', () => {
    const facts = withRole(reader, { principalId: otherId }, accessFacts({ otherIdentities: [other] }));
    assert.equal(explained(facts), 'cannot: wrongIdentity, noRole');
  });

  it('is prevented by a deny assignment', () => {
    const facts = withRole(reader);
    const denial = {
      ...{ id: 'd1', name: 'Managed by a stack', scope: group, doNotApplyToChildScopes: false },
      ...{ principalIds: [principalId], excludedPrincipalIds: [] },
      permissions: [dataOf('Microsoft.Storage/*')],
    };
    const denied = (permissions = denial.permissions) =>
      explained({ ...facts, roles: { ...facts.roles, denyAssignments: [{ ...denial, permissions }] } });
    assert.equal(denied(), 'cannot: denied');
    const ofVaults = { ...dataOf('Microsoft.KeyVault/*'), actions: ['*'] };
    assert.equal(denied([ofVaults]), 'can');
  });

  it('depends on the network', () => {
    const within = (change: Parameters<typeof network>[0], isInRegionOfApp = false) => {
      const target = { kind: 'present', tenantId, network: network(change), isInRegionOfApp } as const;
      return explainAccess(withRole(reader, {}, accessFacts({ target })));
    };
    assert.equal(inShort(within({ publicNetworkAccess: 'Disabled' })), 'cannot: closed');
    assert.equal(inShort(within({ defaultAction: 'Deny' })), 'cannot: blocked');
    const rules = { defaultAction: 'Deny', ipRules: ['20.1.2.0/24'] } as const;
    assert.equal(inShort(within(rules)), 'can');
    const sameRegion = within(rules, true);
    assert.equal(inShort(sameRegion), 'cannot: blocked');
    assert.ok(sameRegion.kind === 'cannot' && sameRegion.causes[0]);
    assert.match(
      describeAccessCause(sameRegion.causes[0]).sentence,
      /don't apply to apps in the same region/,
    );
    const unread = { kind: 'present', tenantId, network: withheld } as const;
    const verdict = explainAccess(withRole(reader, {}, accessFacts({ target: unread })));
    assert.equal(inShort(verdict), 'cannotTell: network');
    assert.ok(verdict.kind === 'cannotTell' && verdict.missing[0]);
    assert.match(
      describeAccessMissing(verdict.missing[0]).sentence,
      /Couldn't read the network rules of the storage account fakeacct01: AuthorizationFailed/,
    );
    assert.equal(inShort(within({ publicNetworkAccess: 'SecuredByPerimeter' })), 'cannotTell: network');
  });

  it('mentions a role that was assigned minutes ago', () => {
    const createdOn = new Date(now.getTime() - 60_000);
    assert.deepEqual(
      explainAccess(withRole(reader, { createdOn })).warnings.map(({ kind }) => kind),
      ['freshAssignment'],
    );
    assert.deepEqual(explainAccess(withRole(reader, { createdOn: new Date(0) })).warnings, []);
  });
});
