import assert from 'node:assert/strict';
import { Harness, errorOf, ids } from '../keyvault/harness';
import { addStorage, clientsOf, itemsOf, refusal, roles } from './management';

const api = 'api-version=2022-04-01';
const definitionId = (role: string) =>
  `/subscriptions/${ids.subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;

describe('Microsoft.Authorization', () => {
  let harness: Harness;
  let scope: string;

  beforeEach(async () => {
    harness = await Harness.start();
    scope = addStorage(harness, 'account');
  });
  afterEach(() => harness.stop());

  const url = (at: string, name: string) =>
    `${at}/providers/Microsoft.Authorization/roleAssignments/${name}?${api}`;
  const put = (at: string, name: string, properties: Record<string, unknown>) =>
    harness.manage('PUT', url(at, name), { properties });

  it('assigns a role through the official client, with effect after the propagation delay', async () => {
    harness.context.settings.rolePropagationMs = 60_000;
    const { authorization } = clientsOf(harness);
    const name = crypto.randomUUID();
    const made = await authorization.roleAssignments.create(scope, name, {
      roleDefinitionId: definitionId(roles.reader),
      principalId: ids.stranger,
      principalType: 'User',
    });
    assert.equal(made.createdBy, null);
    assert.equal(made.updatedBy, ids.user);
    assert.equal((await authorization.roleAssignments.get(scope, name)).createdBy, ids.user);
    const read = () => harness.manage('GET', `${scope}?${api}`, undefined, harness.principals.stranger);
    assert.equal((await read()).status, 403);
    harness.advance(60_001);
    assert.equal((await read()).status, 200);
    const deleted = await authorization.roleAssignments.delete(scope, name);
    assert.equal(deleted.name, name);
    assert.equal((await read()).status, 200);
    harness.advance(60_001);
    assert.equal((await read()).status, 403);
    assert.equal((await harness.manage('DELETE', url(scope, name))).status, 204);
    assert.equal(
      refusal(await harness.manage('GET', url(scope, name))),
      `404 RoleAssignmentNotFound: The role assignment '${name}' is not found.`,
    );
  });

  it('answers 201 for a repeated PUT, and 409 for the same assignment under another name', async () => {
    const name = crypto.randomUUID();
    const properties = { roleDefinitionId: definitionId(roles.reader), principalId: ids.stranger };
    assert.equal((await put(scope, name, properties)).status, 201);
    const again = await put(scope, name, { ...properties, description: 'for the walk' });
    assert.equal(again.status, 201);
    assert.equal(
      (again.json as { properties: { description: string } }).properties.description,
      'for the walk',
    );
    assert.equal(
      refusal(await put(scope, crypto.randomUUID(), properties)),
      '409 RoleAssignmentExists: The role assignment already exists.',
    );
    assert.equal(
      refusal(await put(scope, name, { ...properties, principalId: ids.user })),
      '400 RoleAssignmentUpdateNotPermitted: Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
    );
  });

  it('does not find a principal that is too new, unless its type is specified', async () => {
    harness.context.settings.principalReplicationMs = 30_000;
    const identity = await clientsOf(harness).identities.userAssignedIdentities.createOrUpdate(
      'rg-one',
      'fresh-id',
      { location: 'westeurope' },
    );
    const principalId = identity.principalId ?? '';
    const properties = { roleDefinitionId: definitionId(roles.keyVaultSecretsUser), principalId };
    assert.equal(
      refusal(await put(scope, crypto.randomUUID(), properties)),
      `400 PrincipalNotFound: Principal ${principalId.replaceAll('-', '')} does not exist in the directory ${ids.tenant}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
    );
    const typed = await put(scope, crypto.randomUUID(), { ...properties, principalType: 'ServicePrincipal' });
    assert.equal(typed.status, 201);
    harness.advance(30_001);
    assert.equal((await put(harness.groupId, crypto.randomUUID(), properties)).status, 201);
    assert.equal(
      errorOf(await put(harness.groupId, crypto.randomUUID(), { ...properties, principalType: 'User' })).code,
      'UnmatchedPrincipalType',
    );
  });

  it('rejects invalid names, principals, roles and scopes', async () => {
    const properties = { roleDefinitionId: definitionId(roles.reader), principalId: ids.stranger };
    const nothing = crypto.randomUUID();
    assert.equal(errorOf(await put(scope, 'no-guid', properties)).code, 'InvalidRoleAssignmentId');
    assert.equal(
      errorOf(await put(scope, nothing, { ...properties, principalId: 'alex' })).code,
      'InvalidPrincipalId',
    );
    assert.equal(
      refusal(await put(scope, nothing, { ...properties, roleDefinitionId: definitionId(nothing) })),
      `404 RoleDefinitionDoesNotExist: The specified role definition with ID '${nothing}' does not exist.`,
    );
    const vault = `${harness.groupId}/providers/Microsoft.KeyVault/vaults/absent`;
    assert.equal(errorOf(await put(vault, nothing, properties)).code, 'ResourceNotFound');
    assert.equal(errorOf(await put(scope, nothing, {})).code, 'BadRequestFormat');
    assert.equal(
      refusal(await put(scope, nothing, { ...properties, roleDefinitionId: roles.reader })),
      '400 BadRequestFormat: The request was incorrectly formatted.',
    );
  });

  it('requires permission to write, and names the assignment as the scope', async () => {
    harness.assignRole(ids.stranger, roles.contributor, `/subscriptions/${ids.subscription}`);
    const name = crypto.randomUUID();
    const properties = { roleDefinitionId: definitionId(roles.reader), principalId: ids.user };
    const answer = await harness.manage('PUT', url(scope, name), { properties }, harness.principals.stranger);
    assert.match(
      refusal(answer),
      new RegExp(
        `^403 AuthorizationFailed: .* perform action 'Microsoft\\.Authorization/roleAssignments/write' over scope '${scope}/providers/Microsoft\\.Authorization/roleAssignments/${name}'`,
      ),
    );
  });

  it('respects conditions on the role of the caller who assigns', async () => {
    harness.assignRole(ids.stranger, roles.userAccessAdministrator, harness.groupId, {
      condition: `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${roles.keyVaultSecretsUser}, ${crypto.randomUUID()}}))`,
      conditionVersion: '2.0',
    });
    const assign = (role: string) =>
      harness.manage(
        'PUT',
        url(scope, crypto.randomUUID()),
        { properties: { roleDefinitionId: definitionId(role), principalId: ids.user } },
        harness.principals.stranger,
      );
    assert.equal((await assign(roles.keyVaultSecretsUser)).status, 201);
    assert.equal((await assign(roles.owner)).status, 403);
  });

  it('lists assignments at, above and below a scope, by scope and by principal, including groups', async () => {
    const vault = harness.addVault('kv-one');
    const below = harness.assignRole(ids.stranger, roles.reader, `${vault.id}/secrets/one`);
    const at = harness.assignRole(ids.group, roles.reader, vault.id, { principalType: 'Group' });
    const beside = harness.assignRole(ids.stranger, roles.reader, scope);
    const above = harness.assignRole(ids.stranger, roles.reader, harness.groupId);
    const known = new Map([
      [below.name, 'below'],
      [at.name, 'at'],
      [beside.name, 'beside'],
      [above.name, 'above'],
    ]);
    const listed = async (where: string, filter?: string) => {
      const found = [];
      for await (const item of clientsOf(harness).authorization.roleAssignments.listForScope(
        where,
        filter === undefined ? {} : { filter },
      )) {
        found.push(known.get(item.name ?? '') ?? 'owner');
      }
      return found.toSorted();
    };
    assert.deepEqual(await listed(vault.id), ['above', 'at', 'below', 'owner']);
    assert.deepEqual(await listed(vault.id, 'atScope()'), ['above', 'at', 'owner']);
    assert.deepEqual(await listed(vault.id, `principalId eq '${ids.stranger}'`), ['above', 'below']);
    assert.deepEqual(await listed(`/subscriptions/${ids.subscription}`, `principalId eq ${ids.stranger}`), [
      'above',
      'below',
      'beside',
    ]);
    assert.deepEqual(await listed(vault.id, `assignedTo('${ids.user}')`), ['at', 'owner']);
    await assert.rejects(listed(vault.id, "roleName eq 'Reader'"), { code: 'UnsupportedQuery' });
  });

  it('lists assignments at the root only with permission there, but the built-in roles to everyone', async () => {
    const list = (type: string) =>
      harness.manage(
        'GET',
        `/providers/Microsoft.Authorization/${type}?${api}`,
        undefined,
        harness.principals.stranger,
      );
    assert.equal(errorOf(await list('roleAssignments')).code, 'AuthorizationFailed');
    assert.equal(itemsOf(await list('roleDefinitions')).length, 44);
  });

  it('lists role definitions by name in any case, with IDs of the subscription', async () => {
    const found = [];
    for await (const item of clientsOf(harness).authorization.roleDefinitions.list(scope, {
      filter: "roleName eq 'key vault secrets user'",
    }))
      found.push(item);
    assert.deepEqual(
      found.map(({ id, roleType }) => ({ id, roleType })),
      [{ id: definitionId(roles.keyVaultSecretsUser), roleType: 'BuiltInRole' }],
    );
    const all = itemsOf(
      await harness.manage(
        'GET',
        `/subscriptions/${ids.subscription}/providers/Microsoft.Authorization/roleDefinitions?${api}&$filter=type+eq+'BuiltInRole'`,
      ),
    );
    assert.equal(all.length, 44);
  });

  it('creates, uses and deletes a custom role', async () => {
    const { authorization } = clientsOf(harness);
    const subscription = `/subscriptions/${ids.subscription}`;
    const name = crypto.randomUUID();
    const made = await authorization.roleDefinitions.createOrUpdate(subscription, name, {
      roleName: 'Storage watcher',
      description: 'Sees accounts',
      permissions: [{ actions: ['Microsoft.Storage/*/read'] }],
      assignableScopes: [subscription],
    });
    assert.deepEqual(made.permissions, [
      { actions: ['Microsoft.Storage/*/read'], notActions: [], dataActions: [], notDataActions: [] },
    ]);
    assert.equal(
      (
        await put(scope, crypto.randomUUID(), {
          roleDefinitionId: definitionId(name),
          principalId: ids.stranger,
        })
      ).status,
      201,
    );
    assert.equal(
      (await harness.manage('GET', `${scope}?${api}`, undefined, harness.principals.stranger)).status,
      200,
    );
    assert.equal(
      errorOf(await harness.manage('DELETE', `${definitionId(name)}?${api}`)).code,
      'RoleDefinitionHasAssignments',
    );
    await assert.rejects(
      authorization.roleDefinitions.createOrUpdate(subscription, crypto.randomUUID(), { permissions: [] }),
      {
        code: 'RoleDefinitionNameNullOrEmpty',
      },
    );
    harness.context.world.roleAssignments = harness.context.world.roleAssignments.filter(
      (assignment) => !assignment.roleDefinitionId.endsWith(name),
    );
    assert.equal((await harness.manage('DELETE', `${definitionId(name)}?${api}`)).status, 200);
    await assert.rejects(authorization.roleDefinitions.get(subscription, name), {
      code: 'RoleDefinitionDoesNotExist',
    });
  });

  it("returns the caller's own permissions without requiring any, and lists deny assignments", async () => {
    const { stranger } = harness.principals;
    const permissions = (who = stranger) =>
      harness.manage('GET', `${scope}/providers/Microsoft.Authorization/permissions?${api}`, undefined, who);
    assert.deepEqual(itemsOf(await permissions()), []);
    harness.assignRole(stranger.objectId, roles.reader, scope);
    assert.deepEqual(itemsOf(await permissions()), [
      { actions: ['*/read'], notActions: [], dataActions: [], notDataActions: [] },
    ]);
    harness.context.world.denyAssignments.push({
      name: crypto.randomUUID(),
      displayName: 'Nobody deletes',
      scope: harness.groupId,
      permissions: [{ actions: ['*/delete'], notActions: [], dataActions: [], notDataActions: [] }],
      principalIds: ['00000000-0000-0000-0000-000000000000'],
      excludePrincipalIds: [],
    });
    assert.equal((await harness.manage('DELETE', `${scope}?${api}`)).status, 403);
    const names = [];
    for await (const item of clientsOf(harness).authorization.denyAssignments.listForScope(scope))
      names.push(item.denyAssignmentName);
    assert.deepEqual(names, ['Nobody deletes']);
  });
});
