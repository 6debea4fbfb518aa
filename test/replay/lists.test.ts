import assert from 'node:assert/strict';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { AzureError } from '../../src/azure/core/errors';
import { getDirectoryObjects } from '../../src/azure/directory/graph';
import { listUserAssignedIdentities } from '../../src/inventory/listResources';
import { listOf, objectOf } from '../../src/azure/core/json';
import { queryResourceGraph } from '../../src/azure/core/resourceGraph';
import { listRoleAssignmentsOf, listRoleDefinitions } from '../../src/azure/directory/roles';
import { listSubscriptions, listTenants } from '../../src/azure/directory/subscriptions';
import { skip } from '../support/skip';
import { load, loadAll, noResourceGraph, only, replay, whyAbsent } from './recordings';

const zero = '00000000-0000-0000-0000-000000000000';

describe('From recorded lists, Keyless', () => {
  before(function () {
    const reason = whyAbsent();
    if (reason !== undefined) skip(this, reason);
  });

  it('reads identities, tenants and subscriptions', async () => {
    const identities = load('azure-cli__test_identity_management').map((exchange) => ({
      ...exchange,
      request: { ...exchange.request, url: exchange.request.url.replace(/\/resourceGroups\/[^/]+/i, '') },
    }));
    const found = await listUserAssignedIdentities(replay([noResourceGraph, ...identities]).c, [zero]);
    const identity = only(found.items);
    assert.deepEqual([identity.name, identity.subscriptionId], ['myidentity', zero]);
    assert.ok(identity.principalId && identity.clientId);
    const rest = replay(load('azure-cli__test_rest_arm'));
    const subscriptions = await listSubscriptions(rest.c);
    assert.ok(
      subscriptions.length > 0 &&
        subscriptions.every(
          ({ subscriptionId, displayName, state }) => subscriptionId && displayName && state,
        ),
    );
    assert.equal((await listTenants(rest.c))[0]?.displayName, 'Microsoft');
    assert.equal(
      (await listTenants(replay(load('azure-libraries-for-java__canListTenants')).c))[0]?.displayName,
      zero,
      'an old tenant has no name',
    );
  });

  it('reads role assignments and definitions', async () => {
    const recorded = load('azure-cli__test_role_assignment_e2e').filter(
      ({ request, response }) =>
        request.method === 'GET' &&
        /roleAssignments\?/.test(request.url) &&
        listOf(objectOf(response.body)['value']).length > 0,
    );
    const principalId = 'c124ee20-c266-4520-aff4-b19fb61b14c3';
    const assignments = await listRoleAssignmentsOf(replay(recorded.slice(0, 1)).c, zero, principalId);
    assert.ok(assignments.length > 0);
    for (const assignment of assignments) {
      assert.equal(assignment.principalId, principalId);
      assert.ok(
        assignment.scope.startsWith('/') && assignment.roleDefinitionId.includes('/roleDefinitions/'),
      );
    }
    const definitions = loadAll().filter(
      ({ request, response }) =>
        request.method === 'GET' && response.status === 200 && /roleDefinitions\?/.test(request.url),
    );
    for (const exchange of definitions) {
      const scope = decodeURIComponent(
        new URL(exchange.request.url, 'https://management.azure.com').pathname,
      ).replace(/\/providers\/Microsoft.Authorization\/roleDefinitions$/i, '');
      const read = await listRoleDefinitions(replay([exchange]).c, scope);
      assert.equal(read.length, listOf(objectOf(exchange.response.body)['value']).length);
      assert.ok(read.every(({ name, permissions }) => name && permissions.length > 0));
    }
    assert.ok(definitions.length > 5);
  });

  it('follows pages of Resource Graph by their token', async () => {
    const [page] = load('azure-cli-extensions__test_paged_query');
    assert.ok(page);
    const last = {
      ...page,
      response: { ...page.response, body: { ...objectOf(page.response.body), $skipToken: undefined } },
    };
    const { c, asked } = replay([page, last]);
    const rows = await queryResourceGraph(c, [zero], 'project id', undefined);
    assert.equal(rows.length, 6);
    assert.equal(
      objectOf(objectOf(asked[1]?.body)['options'])['$skipToken'],
      objectOf(page.response.body)['$skipToken'],
    );
    const [refused] = load('azure-cli-extensions__test_query_error');
    assert.ok(refused);
    await assert.rejects(
      queryResourceGraph(replay([refused]).c, [zero], 'where', undefined),
      (error) => error instanceof AzureError && error.status === 400 && error.code === 'BadRequest',
    );
  });

  it('reads names of principals', async () => {
    const recorded = load('azure-cli__test_containerapp_registry_identity_user').filter(({ request }) =>
      request.url.includes('getByIds'),
    );
    const id = '79f354fa-0cb4-4d35-9742-f6c631c5094d';
    const named = await getDirectoryObjects(replay(recorded.slice(0, 1)).c, [id]);
    assert.equal(named.get(id)?.kind, 'managedIdentity');
    assert.ok(named.get(id)?.displayName);
  });

  it('fails on a request that was not recorded', async () => {
    await assert.rejects(
      replay([]).c.http.sendRequest(createPipelineRequest({ url: 'https://management.azure.com/tenants' })),
      /Nothing was recorded/,
    );
  });
});
