import assert from 'node:assert/strict';
import type { Vault } from '../../../../src/sandbox/world/world';
import { errorOf, Harness, ids, type RawAnswer } from './harness';

const v = '?api-version=7.5';
const roles = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
  secretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
  reader: '21090545-7ca7-4776-b22c-e363652d74d2',
  administrator: '00482a5a-887f-4fb3-b363-3b7fe8e74483',
};

describe('A sandbox vault', function () {
  this.timeout(30_000);
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.start();
  });
  afterEach(() => harness.stop());

  /** The status of each operation on secrets, by its permission in access policies. */
  async function operations(vault: Vault, name: string): Promise<Record<string, number>> {
    const { user } = harness.principals;
    const ask = async (method: string, path: string, body?: unknown) =>
      (await harness.ask(vault, method, path + v, body, user)).status;
    const secret = {
      name,
      versions: [{ version: 'a'.repeat(32), value: 'x', enabled: true, created: 1, updated: 1 }],
    };
    const reset = () => vault.secrets.set(name, structuredClone(secret));
    const result: Record<string, number> = {};
    reset();
    result['get'] = await ask('GET', `/secrets/${name}`);
    result['list'] = await ask('GET', '/secrets');
    result['versions'] = await ask('GET', `/secrets/${name}/versions`);
    result['set'] = await ask('PUT', `/secrets/${name}`, { value: 'y' });
    result['update'] = await ask('PATCH', `/secrets/${name}`, {});
    result['backup'] = await ask('POST', `/secrets/${name}/backup`);
    result['delete'] = await ask('DELETE', `/secrets/${name}`);
    vault.secrets.delete(name);
    const deleted = {
      secret: structuredClone(secret),
      deletedDate: 0,
      scheduledPurgeDate: 1e10,
      visibleFrom: 0,
    };
    vault.deletedSecrets.set(name, deleted);
    result['getDeleted'] = await ask('GET', `/deletedsecrets/${name}`);
    result['listDeleted'] = await ask('GET', '/deletedsecrets');
    result['recover'] = await ask('POST', `/deletedsecrets/${name}/recover`);
    vault.secrets.delete(name);
    vault.deletedSecrets.set(name, deleted);
    result['purge'] = await ask('DELETE', `/deletedsecrets/${name}`);
    vault.deletedSecrets.delete(name);
    result['restore'] = await ask('POST', '/secrets/restore', { value: 'bm90aGluZw' });
    return result;
  }

  const allowed = (statuses: Record<string, number>) =>
    Object.entries(statuses)
      .filter(([, status]) => status !== 403)
      .map(([name]) => name)
      .sort();

  it('allows exactly what each permission of an access policy stands for', async () => {
    const vault = harness.addVault('policies-kv');
    const expected: Record<string, string[]> = {
      get: ['get', 'getDeleted'],
      List: ['list', 'listDeleted', 'versions'],
      set: ['set', 'update'],
      delete: ['delete'],
      backup: ['backup'],
      restore: ['restore'],
      recover: ['recover'],
      purge: ['purge'],
    };
    for (const [permission, names] of Object.entries(expected)) {
      vault.accessPolicies = [
        { tenantId: ids.tenant, objectId: ids.user, permissions: { secrets: [permission] } },
      ];
      assert.deepEqual(allowed(await operations(vault, 's')), names, permission);
    }
    vault.accessPolicies = [{ tenantId: ids.tenant, objectId: ids.user, permissions: { secrets: ['ALL'] } }];
    assert.equal(allowed(await operations(vault, 's')).length, 12);
    vault.accessPolicies = [
      { tenantId: ids.tenant, objectId: ids.user, permissions: { keys: ['all'], secrets: [] } },
    ];
    assert.deepEqual(allowed(await operations(vault, 's')), []);
  });

  it('allows exactly what the data actions of a role stand for', async () => {
    const vault = harness.addVault('roles-kv', { enableRbacAuthorization: true });
    const reading = ['getDeleted', 'list', 'listDeleted', 'versions'];
    const expected: [string, string[]][] = [
      [roles.owner, []],
      [roles.reader, reading],
      [roles.secretsUser, ['get', ...reading].sort()],
    ];
    for (const [role, names] of expected) {
      const assignment = harness.assignRole(ids.user, role, vault.id);
      assert.deepEqual(allowed(await operations(vault, 's')), names, role);
      assignment.removedAt = 0;
    }
    for (const role of [roles.secretsOfficer, roles.administrator]) {
      const assignment = harness.assignRole(ids.user, role, vault.id);
      assert.equal(allowed(await operations(vault, 's')).length, 12, role);
      assignment.removedAt = 0;
    }
  });

  it('answers a caller without an access policy with the text of the service', async () => {
    const vault = harness.addVault('words-kv');
    const { user, app } = harness.principals;
    const asUser = await harness.ask(vault, 'GET', `/secrets${v}`);
    assert.equal(asUser.status, 403);
    assert.deepEqual(errorOf(asUser), {
      code: 'Forbidden',
      inner: 'AccessDenied',
      message: `The user, group or application 'appid=${ids.clientId};oid=${user.objectId};numgroups=1;iss=https://sts.windows.net/${ids.tenant}/' does not have secrets list permission on key vault 'words-kv;location=westeurope'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    });
    const asApp = await harness.ask(vault, 'GET', `/secrets/s${v}`, undefined, app);
    assert.match(
      errorOf(asApp).message ?? '',
      new RegExp(
        `^The user, group or application 'appid=${app.appId};oid=${app.objectId};iss=https://sts\\.windows\\.net/${ids.tenant}/' does not have secrets get permission`,
      ),
    );
  });

  it('answers a caller without a role with the text of the service', async () => {
    const vault = harness.addVault('rbac-kv', { enableRbacAuthorization: true });
    const { user } = harness.principals;
    const answer = await harness.ask(vault, 'GET', `/secrets/MySecret/${v}`);
    assert.deepEqual(errorOf(answer), {
      code: 'Forbidden',
      inner: 'ForbiddenByRbac',
      message:
        'Caller is not authorized to perform action on resource.\r\n' +
        'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n' +
        `Caller: appid=${ids.clientId};oid=${user.objectId};iss=https://sts.windows.net/${ids.tenant}/\r\n` +
        "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\n" +
        `Resource: '/subscriptions/${ids.subscription}/resourcegroups/rg-one/providers/microsoft.keyvault/vaults/rbac-kv/secrets/MySecret'\r\n` +
        'Assignment: (not found)\r\n' +
        'DenyAssignmentId: null\r\n' +
        "DecisionReason: 'DeniedWithNoValidRBAC' \r\n" +
        'Vault: rbac-kv;location=westeurope\r\n',
    });
    const list = await harness.ask(vault, 'GET', `/secrets${v}`);
    assert.match(
      errorOf(list).message ?? '',
      /Action: 'Microsoft\.KeyVault\/vaults\/secrets\/readMetadata\/action'\r\nResource: '[^']*\/vaults\/rbac-kv'/,
    );
  });

  it('checks permissions before it checks whether the secret exists', async () => {
    for (const model of [true, false]) {
      const vault = harness.addVault(`order-${String(model)}-kv`, { enableRbacAuthorization: model });
      for (const [method, path] of [
        ['GET', '/secrets/absent'],
        ['DELETE', '/secrets/absent'],
        ['PUT', '/secrets/absent'],
      ] as const)
        assert.equal((await harness.ask(vault, method, path + v)).status, 403, `${method} ${path}`);
    }
  });

  it('considers groups, and an application in a policy only together with its user', async () => {
    const { user, stranger, app } = harness.principals;
    const get = async (principal = user) =>
      (await harness.ask(vault, 'GET', `/secrets${v}`, undefined, principal)).status;
    const permissions = { secrets: ['list'] };
    const vault = harness.addVault('groups-kv', {
      accessPolicies: [{ tenantId: ids.tenant, objectId: ids.group, permissions }],
    });
    assert.equal(await get(), 200);
    assert.equal(await get(stranger), 403);
    vault.accessPolicies = [
      { tenantId: ids.tenant, objectId: user.objectId, applicationId: ids.clientId, permissions },
    ];
    assert.equal(await get(), 200);
    vault.accessPolicies = [
      { tenantId: ids.tenant, objectId: user.objectId, applicationId: crypto.randomUUID(), permissions },
    ];
    assert.equal(await get(), 403);
    vault.accessPolicies = [
      { tenantId: ids.tenant, objectId: app.objectId, applicationId: app.appId, permissions },
    ];
    assert.equal(
      (await harness.ask(vault, 'GET', `/secrets${v}`, undefined, app)).status,
      403,
      'compound is for users',
    );
    const rbac = harness.addVault('groups-rbac-kv', { enableRbacAuthorization: true });
    harness.assignRole(ids.group, roles.secretsUser, harness.groupId, { principalType: 'Group' });
    assert.equal((await harness.ask(rbac, 'GET', `/secrets${v}`)).status, 200);
  });

  it('accepts roles on a single secret, and respects propagation both ways', async () => {
    const vault = harness.addVault('scope-kv', { enableRbacAuthorization: true });
    const version = { version: 'b'.repeat(32), value: 'x', enabled: true, created: 1, updated: 1 };
    for (const name of ['one', 'other']) vault.secrets.set(name, { name, versions: [version] });
    const now = harness.context.clock.now();
    const assignment = harness.assignRole(ids.user, roles.secretsUser, `${vault.id}/secrets/ONE`, {
      effectiveFrom: now + 60_000,
    });
    const statusOf = async (name: string) => (await harness.ask(vault, 'GET', `/secrets/${name}${v}`)).status;
    assert.equal(await statusOf('one'), 403, 'not yet in effect');
    harness.advance(61_000);
    assert.equal(await statusOf('one'), 200);
    assert.equal(await statusOf('other'), 403);
    assert.equal(
      (await harness.ask(vault, 'GET', `/secrets${v}`)).status,
      403,
      'listing is a right on the vault',
    );
    assignment.removedAt = harness.context.clock.now() + 60_000;
    assert.equal(await statusOf('one'), 200, 'still in effect');
    harness.advance(61_000);
    assert.equal(await statusOf('one'), 403);
  });

  it('lets a deny assignment override roles', async () => {
    const vault = harness.addVault('deny-kv', { enableRbacAuthorization: true });
    harness.assignRole(ids.user, roles.administrator, vault.id);
    const name = crypto.randomUUID();
    harness.context.world.denyAssignments.push({
      name,
      displayName: 'no reading',
      scope: harness.groupId,
      permissions: [
        {
          actions: [],
          notActions: [],
          dataActions: ['Microsoft.KeyVault/vaults/secrets/getSecret/action'],
          notDataActions: [],
        },
      ],
      principalIds: [ids.user],
      excludePrincipalIds: [],
    });
    assert.equal((await harness.ask(vault, 'GET', `/secrets${v}`)).status, 200);
    const answer = await harness.ask(vault, 'GET', `/secrets/s${v}`);
    assert.equal(errorOf(answer).inner, 'ForbiddenByRbac');
    assert.match(
      errorOf(answer).message ?? '',
      new RegExp(`DenyAssignmentId: '${name.replaceAll('-', '')}'`),
    );
  });

  it('uses only the permission model that is set', async () => {
    const permissions = { secrets: ['all'] };
    const accessPolicies = [{ tenantId: ids.tenant, objectId: ids.user, permissions }];
    const vault = harness.addVault('model-kv', { accessPolicies, enableRbacAuthorization: true });
    assert.equal(errorOf(await harness.ask(vault, 'GET', `/secrets${v}`)).inner, 'ForbiddenByRbac');
    vault.enableRbacAuthorization = null;
    assert.equal(
      (await harness.ask(vault, 'GET', `/secrets${v}`)).status,
      200,
      'null on old vaults means access policies',
    );
  });

  it('blocks clients by its firewall, by address and range, and by disabled public network access', async () => {
    const vault = harness.addOpenVault('fire-kv');
    const { user } = harness.principals;
    const list = (): Promise<RawAnswer> => harness.ask(vault, 'GET', `/secrets${v}`);
    const acls = {
      bypass: 'AzureServices',
      defaultAction: 'Deny' as const,
      ipRules: [] as { value: string }[],
      virtualNetworkRules: [],
    };
    vault.networkAcls = acls;
    const caller = `Caller: appid=${ids.clientId};oid=${user.objectId};iss=https://sts.windows.net/${ids.tenant}/\r\nVault: fire-kv;location=westeurope`;
    assert.deepEqual(errorOf(await list()), {
      code: 'Forbidden',
      inner: 'ForbiddenByFirewall',
      message: `Client address is not authorized and caller is not a trusted service.\r\nClient address: 127.0.0.1\r\n${caller}`,
    });
    for (const [value, status] of [
      ['127.0.0.1', 200],
      ['127.0.0.2', 403],
      ['127.0.0.0/8', 200],
      ['128.0.0.0/1', 403],
      ['0.0.0.0/0', 200],
    ] as const) {
      acls.ipRules = [{ value }];
      assert.equal((await list()).status, status, value);
    }
    vault.publicNetworkAccess = 'Disabled';
    assert.deepEqual(errorOf(await list()), {
      code: 'Forbidden',
      inner: 'ForbiddenByConnection',
      message: `Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\n${caller}`,
    });
    const anonymous = await harness.send('GET', `${harness.vaultUrl(vault)}/secrets${v}`);
    assert.equal(anonymous.status, 401, 'the caller is identified first');
  });
});
