import assert from 'node:assert/strict';
import {
  createUserAssignedIdentity,
  deleteUserAssignedIdentity,
} from '../../src/azure/appService/identities';
import { objectOf } from '../../src/azure/core/json';
import { createRoleAssignment, deleteRoleAssignment } from '../../src/azure/directory/roles';
import { skip } from '../support/skip';
import type { Exchange } from './recordings';
import { load, only, replay, whyAbsent } from './recordings';

const subscription = '/subscriptions/00000000-0000-0000-0000-000000000000';
const contributor = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c`;

/** The exchange with Keyless's own name for an assignment, or with the scope that it lists. */
const at = (exchange: Exchange, scope: string, name = ''): Exchange => ({
  ...exchange,
  request: {
    ...exchange.request,
    url: `${scope}/providers/Microsoft.Authorization/roleAssignments${name && `/${name}`}`,
  },
});
const pick = (recorded: readonly Exchange[], seq: number) => only(recorded.filter((one) => one.seq === seq));
const noAssignments = (scope: string): Exchange => ({
  file: '',
  seq: 0,
  request: { method: 'GET', url: `${scope}/providers/Microsoft.Authorization/roleAssignments`, body: null },
  response: { status: 200, headers: {}, body: { value: [] } },
});

describe('With recorded role assignments and identities, Keyless', () => {
  before(function () {
    const reason = whyAbsent();
    if (reason !== undefined) skip(this, reason);
  });

  it('waits for a principal that is not known yet', async () => {
    const recorded = load('azure-cli__test_container_create_with_msi_scope');
    const scope = `${subscription}/resourceGroups/clitest.rg000001/providers/Microsoft.Storage/storageAccounts/clistorage000003`;
    const name = '06d3c11a-335d-5724-84bf-3ff45a2edd0c';
    const { c, asked } = replay([
      noAssignments(scope),
      at(pick(recorded, 28), scope, name),
      at(pick(recorded, 29), scope, name),
    ]);
    const principalId = '27e3fe0a-ef36-41a0-ab3b-4666831b100b';
    const written = await createRoleAssignment(c, { scope, roleDefinitionId: contributor, principalId });
    assert.deepEqual(written, {
      created: true,
      assignment: {
        id: `${scope}/providers/Microsoft.Authorization/roleAssignments/ed1b7e3c-01d4-4e07-b09f-8e91788a95e2`,
        scope,
        roleDefinitionId: contributor,
        principalId,
        principalType: 'ServicePrincipal',
        createdOn: new Date('2023-05-05T00:17:45.092Z'),
      },
    });
    const bodies = asked.filter(({ method }) => method === 'PUT').map(({ body }) => body);
    const body = {
      properties: { roleDefinitionId: contributor, principalId, principalType: 'ServicePrincipal' },
    };
    assert.deepEqual(bodies, [body, body]);
  });

  it('finds an assignment that exists under another name', async () => {
    const recorded = load('azure-cli__test_role_assignment_e2e__');
    const scope = `${subscription}/resourceGroups/cli_role_assign000001`;
    const { c } = replay([
      noAssignments(scope),
      at(pick(recorded, 12), scope, '695ed017-1ee3-550f-af1e-1a56b56296ff'),
      at(pick(recorded, 14), scope),
    ]);
    const { assignment, created } = await createRoleAssignment(c, {
      scope,
      roleDefinitionId: contributor,
      principalId: 'c124ee20-c266-4520-aff4-b19fb61b14c3',
      principalType: 'User',
    });
    assert.equal(created, false);
    assert.ok(assignment.id.endsWith('/88888888-0000-0000-0000-000000000001'));
    const removal = replay([pick(recorded, 35)]);
    await deleteRoleAssignment(removal.c, assignment.id);
    assert.equal(removal.asked.length, 1);
  });

  it('creates and deletes an identity', async () => {
    const recorded = load('azure-cli__test_identity_management');
    const made = pick(recorded, 2);
    const id = new URL(made.request.url).pathname;
    const missing: Exchange = {
      ...made,
      request: { method: 'GET', url: id, body: null },
      response: { status: 404, headers: {}, body: { error: { code: 'ResourceNotFound', message: '' } } },
    };
    const { c, asked } = replay([missing, ...recorded]);
    const identity = await createUserAssignedIdentity(c, {
      subscriptionId: subscription.replace('/subscriptions/', ''),
      resourceGroup: 'cli_test_identity_mgmt_000001',
      name: 'myidentity',
      location: 'westus',
    });
    assert.equal(identity.id, objectOf(made.response.body)['id']);
    assert.ok(identity.principalId && identity.clientId);
    assert.deepEqual(asked.at(-1)?.body, { location: 'westus' });
    await deleteUserAssignedIdentity(c, identity.id);
    assert.equal(asked.at(-1)?.method, 'DELETE');
  });
});
