import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { listKeyVaults, listUserAssignedIdentities } from '../../../../src/inventory/listResources';
import { readRolesOf } from '../../../../src/azure/directory/principalRoles';
import { listDenyAssignmentsAt } from '../../../../src/azure/directory/denyAssignments';
import * as roles from '../../../../src/azure/directory/roles';
import { seededWorld } from '../../../../src/sandbox/world/seed';
import { temporaryFolder } from '../../../support/processes';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { json, testCloud, TestServer, vaultId } from '../servers';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

const secretsUser = '4633458b-17de-408a-b874-0445c86b69e6';
const principal = '33333333-3333-4333-8333-333333333333';

describe('role assignments', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let vault: string;
  let subscription: string;
  let reader: string;

  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    const ids = sandbox.ready.subscriptionIds;
    vault = only((await listKeyVaults(c, ids)).items, ({ name }) => name === 'keyless-rbac-kv', 'it').id;
    subscription = `/subscriptions/${ids[1]}`;
    const identities = (await listUserAssignedIdentities(c, ids)).items;
    reader = only(identities, ({ name }) => name === 'keyless-reader-id', 'it').principalId;
  });
  after(() => sandbox.stop());

  const role = (guid: string) => `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;

  it('are created once at each kind of scope, and removed', async () => {
    const group = vault.replace(/\/providers\/.*/, '');
    for (const scope of [subscription, group, vault, `${vault}/secrets/DbPassword`]) {
      const wanted = { scope, roleDefinitionId: role(secretsUser), principalId: reader };
      const { assignment, created } = await roles.createRoleAssignment(c, wanted);
      assert.equal(created, true, scope);
      assert.equal(assignment.scope, scope);
      assert.equal(assignment.principalType, 'ServicePrincipal');
      assert.ok(assignment.createdOn && Math.abs(Date.now() - assignment.createdOn.getTime()) < 60_000);
      const again = await roles.createRoleAssignment(c, { ...wanted, scope: scope.toUpperCase() });
      assert.deepEqual(again, { assignment, created: false });
      await roles.deleteRoleAssignment(c, assignment.id);
      await roles.deleteRoleAssignment(c, assignment.id);
      const left = await roles.listRoleAssignmentsAt(c, scope);
      assert.ok(!left.some(({ principalId }) => principalId === reader));
    }
  });

  it('have a deterministic name, so that concurrent calls create only one', async () => {
    const wanted = { scope: vault, roleDefinitionId: role(secretsUser), principalId: reader };
    const made = await Promise.all([1, 2, 3].map(() => roles.createRoleAssignment(c, wanted)));
    assert.equal(new Set(made.map(({ assignment }) => assignment.id)).size, 1);
    const all = await roles.listRoleAssignmentsAt(c, vault);
    const [mine] = all.filter(({ principalId }) => principalId === reader);
    assert.match(mine?.id ?? '', /[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(all.filter(({ principalId }) => principalId === reader).length, 1);
    await roles.deleteRoleAssignment(c, mine?.id ?? '');
  });

  it('are returned with their condition if someone else created them under another name meanwhile', async () => {
    const other = '44444444-4444-4444-8444-444444444444';
    const there = {
      id: `${vaultId}/providers/Microsoft.Authorization/roleAssignments/${other}`,
      properties: {
        scope: vaultId,
        roleDefinitionId: `/x/providers/Microsoft.Authorization/roleDefinitions/${secretsUser.toUpperCase()}`,
        principalId: principal.toUpperCase(),
        principalType: 'ServicePrincipal',
        condition: "@Resource[Microsoft.KeyVault/vaults/secrets:name] StringEquals 'a'",
      },
    };
    let lists = 0;
    const arm = await TestServer.start((request, response) => {
      request.resume();
      if (request.method === 'PUT')
        json(response, 409, {
          error: { code: 'RoleAssignmentExists', message: 'The role assignment already exists.' },
        });
      else json(response, 200, { value: lists++ === 0 ? [] : [there] });
    });
    try {
      const { c: plain } = await testCloud({ arm: arm.port });
      const { assignment, created } = await roles.createRoleAssignment(plain, {
        scope: vaultId,
        roleDefinitionId: role(secretsUser),
        principalId: principal,
      });
      assert.equal(created, false);
      assert.equal(assignment.id, there.id);
      assert.equal(assignment.condition, there.properties.condition);
    } finally {
      await arm.stop();
    }
  });

  it('include the principal type, so that Azure accepts a principal too new for the directory', async () => {
    await control(c, sandbox.ready, 'PATCH', '/settings', { principalReplicationMs: 600_000 });
    const { createUserAssignedIdentity, deleteUserAssignedIdentity } =
      await import('../../../../src/azure/appService/identities');
    const identity = await createUserAssignedIdentity(c, {
      subscriptionId: subscription.slice('/subscriptions/'.length),
      resourceGroup: 'keyless-rbac',
      name: 'new-id',
      location: 'northeurope',
    });
    const { assignment } = await roles.createRoleAssignment(c, {
      scope: vault,
      roleDefinitionId: role(secretsUser),
      principalId: identity.principalId,
    });
    await roles.deleteRoleAssignment(c, assignment.id);
    await deleteUserAssignedIdentity(c, identity.id);
    await control(c, sandbox.ready, 'PATCH', '/settings', { principalReplicationMs: 0 });
  });

  it('wait for a principal that the directory does not know yet, and stop when canceled', async () => {
    await control(c, sandbox.ready, 'POST', '/faults', {
      method: 'PUT',
      path: 'roleAssignments',
      status: 400,
      count: 1,
      body: {
        error: { code: 'PrincipalNotFound', message: 'Principal x does not exist in the directory y.' },
      },
    });
    const wanted = { scope: vault, roleDefinitionId: role(secretsUser), principalId: reader };
    c.log.length = 0;
    const { created, assignment } = await roles.createRoleAssignment(c, wanted);
    assert.equal(created, true);
    assert.equal(c.log.filter((line) => line.startsWith('PUT')).length, 2);
    await roles.deleteRoleAssignment(c, assignment.id);

    const refusing = await TestServer.start((request, response) => {
      request.resume();
      if (request.method === 'PUT')
        json(response, 400, { error: { code: 'PrincipalNotFound', message: '' } });
      else json(response, 200, { value: [] });
      if (request.method === 'PUT') stop.abort();
    });
    const stop = new AbortController();
    try {
      const { c: plain } = await testCloud({ arm: refusing.port });
      await assert.rejects(roles.createRoleAssignment(plain, wanted, stop.signal), { name: 'AbortError' });
      assert.equal(refusing.seen.filter(({ method }) => method === 'PUT').length, 1);
    } finally {
      await refusing.stop();
    }
  });

  it('are read across subscriptions without duplicates, along with any failures', async () => {
    const ids = sandbox.ready.subscriptionIds;
    const group = vault.replace(/\/providers\/.*/, '');
    const made = await Promise.all(
      [group, vault].map((scope) =>
        roles.createRoleAssignment(c, { scope, roleDefinitionId: role(secretsUser), principalId: reader }),
      ),
    );
    const all = await readRolesOf(c, [...ids, ids[1] ?? ''], reader);
    assert.deepEqual(all.failures, []);
    assert.deepEqual(all.roles.map(({ roleName, assignment }) => `${roleName} ${assignment.scope}`).sort(), [
      `Key Vault Secrets User ${group}`,
      `Key Vault Secrets User ${vault}`,
    ]);
    await control(c, sandbox.ready, 'POST', '/faults', {
      method: 'GET',
      path: `${ids[0] ?? ''}/providers/Microsoft.Authorization/roleAssignments`,
      status: 403,
      body: { error: { code: 'AuthorizationFailed', message: 'no' } },
    });
    const some = await readRolesOf(c, ids, reader);
    assert.equal(some.roles.length, 2);
    assert.deepEqual(
      some.failures.map(({ subscriptionId, error }) => [subscriptionId, error.code]),
      [[ids[0], 'AuthorizationFailed']],
    );
    for (const { assignment } of made) await roles.deleteRoleAssignment(c, assignment.id);
  });

  it('are rejected for an invalid principal, role or resource', async () => {
    const wanted = { scope: vault, roleDefinitionId: role(secretsUser), principalId: "x' or '1" };
    await assert.rejects(roles.createRoleAssignment(c, wanted), RangeError);
    const nobody = { ...wanted, principalId: reader };
    await assert.rejects(
      roles.createRoleAssignment(c, { ...nobody, roleDefinitionId: secretsUser }),
      RangeError,
    );
    await assert.rejects(roles.createRoleAssignment(c, { ...nobody, roleDefinitionId: role(principal) }), {
      code: 'RoleDefinitionDoesNotExist',
    });
    await assert.rejects(roles.createRoleAssignment(c, { ...nobody, scope: `${vault}-not` }), {
      status: 404,
    });
  });
});

describe('deny assignments', () => {
  it('are listed at and above a scope', async () => {
    const folder = temporaryFolder('denied');
    const file = path.join(folder.path, 'world.json');
    const world = structuredClone(seededWorld);
    const [, subscription] = world.subscriptions;
    assert.ok(subscription);
    subscription.denyAssignments = [
      {
        displayName: 'No secrets',
        dataActions: ['Microsoft.KeyVault/vaults/secrets/*'],
        principals: ['keyless-reader-id'],
        excludePrincipals: ['keyless-writer-id'],
      },
      {
        displayName: 'Only logs',
        dataActions: ['*'],
        principals: ['keyless-reader-id'],
        audit: true,
      },
    ];
    fs.writeFileSync(file, JSON.stringify(world));
    const sandbox = await startSandbox(['--world', file]);
    folder.remove();
    try {
      const c = connect(sandbox.ready);
      const { items } = await listKeyVaults(c, sandbox.ready.subscriptionIds);
      const vault = only(items, ({ name }) => name === 'keyless-rbac-kv', 'it');
      const [denial, ...more] = await listDenyAssignmentsAt(c, vault.id);
      assert.deepEqual(more, []);
      assert.ok(denial);
      assert.equal(denial.scope, `/subscriptions/${subscription.subscriptionId}`);
      assert.equal(denial.name, 'No secrets');
      assert.deepEqual(denial.permissions[0]?.dataActions, ['Microsoft.KeyVault/vaults/secrets/*']);
      assert.deepEqual([denial.principalIds.length, denial.excludedPrincipalIds.length], [1, 1]);
      const other = only(items, ({ name }) => name === 'keyless-demo-kv', 'the other');
      assert.deepEqual(await listDenyAssignmentsAt(c, other.id), []);
    } finally {
      await sandbox.stop();
    }
  });

  it('may name principals without dashes, and deny nothing', async () => {
    const undashed = (id: string) => ({ id: id.replaceAll('-', ''), type: 'SystemDefined' });
    const everyone = '00000000-0000-0000-0000-000000000000';
    const denial = (name: string, denyAssignmentEffect?: string) => ({
      id: `/providers/Microsoft.Authorization/denyAssignments/${name}`,
      properties: {
        denyAssignmentName: name,
        principals: [undashed(everyone)],
        excludePrincipals: [undashed(principal), { id: principal }],
        ...(denyAssignmentEffect === undefined ? {} : { denyAssignmentEffect }),
      },
    });
    const value = [denial('old'), denial('new', 'enforced'), denial('logs', 'Audit')];
    const arm = await TestServer.start((_request, response) => {
      json(response, 200, { value });
    });
    try {
      const { c } = await testCloud({ arm: arm.port });
      const found = await listDenyAssignmentsAt(c, '/subscriptions/s');
      assert.deepEqual(
        found.map(({ name, principalIds, excludedPrincipalIds }) => [
          name,
          principalIds,
          excludedPrincipalIds,
        ]),
        ['old', 'new'].map((name) => [name, [everyone], [principal, principal]]),
      );
    } finally {
      await arm.stop();
    }
  });
});
