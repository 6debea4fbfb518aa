import assert from 'node:assert/strict';
import { Harness, ids } from '../keyvault/harness';
import { roles } from './management';

const path = '/providers/Microsoft.ResourceGraph/resources?api-version=';

describe('role assignments in Resource Graph', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = await Harness.start({ resourceGroups: ['RG-One', 'rg-two'] });
  });
  afterEach(() => harness.stop());

  it('shows those that are inherited if asked, and new or removed ones late', async () => {
    const { objectId } = harness.principals.stranger;
    const query =
      "authorizationresources | where type =~ 'microsoft.authorization/roleassignments' | project id, scope = tostring(properties.scope)";
    const scopes = async (filter?: string, version = '2022-10-01') => {
      harness.advance(6000);
      const body = {
        subscriptions: [ids.subscription],
        query,
        options: { authorizationScopeFilter: filter },
      };
      const answer = await harness.manage('POST', `${path}${version}`, body);
      return (answer.json as { data: { scope: string }[] }).data.map(({ scope }) => scope);
    };
    harness.assignRole(harness.principals.user.objectId, roles.reader, '/');
    harness.assignRole(objectId, roles.reader, harness.groupId);
    const own = `/subscriptions/${ids.subscription}`;
    assert.deepEqual(await scopes(), [own, harness.groupId]);
    assert.deepEqual(await scopes('AtScopeAboveAndBelow'), [own, '/', harness.groupId]);
    assert.deepEqual(await scopes('AtScopeAndAbove'), [own, '/']);
    assert.deepEqual(await scopes('AtScopeExact'), [own]);
    // The version before doesn't know the option.
    assert.deepEqual(await scopes('AtScopeAboveAndBelow', '2021-03-01'), [own, harness.groupId]);

    const name = '77777777-7777-4777-8777-777777777777';
    const url = `${harness.groupId}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`;
    const roleDefinitionId = `${own}/providers/Microsoft.Authorization/roleDefinitions/${roles.contributor}`;
    await harness.manage('PUT', url, { properties: { roleDefinitionId, principalId: objectId } });
    assert.equal((await scopes()).length, 2);
    harness.advance(60_000);
    assert.equal((await scopes()).length, 3);
    await harness.manage('DELETE', url);
    assert.equal((await scopes()).length, 3);
    harness.advance(60_000);
    assert.equal((await scopes()).length, 2);
  });
});
