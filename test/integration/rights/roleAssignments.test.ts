import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { addRoleAssignment } from '../../../src/commands/rights/addRoleAssignment';
import { removeRoleAssignment } from '../../../src/commands/rights/removeRoleAssignment';
import { listRoleAssignmentsAt } from '../../../src/azure/directory/roles';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

const title = 'Add Role Assignment';

describe('role assignments', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  beforeEach(async () => {
    world = await openCommandWorld();
  });
  beforeEach(async () => {
    prompts = new Prompts();
    world.refreshed.length = 0;
    (await world.loggedLines()).length = 0;
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(() => world.close());

  const subscription = (index: number) => `/subscriptions/${world.ready.subscriptionIds[index] ?? ''}`;

  /** Reads the assignments from Resource Manager with an independent client. */
  async function assignmentsAt(scope: string) {
    const path = `${scope}/providers/Microsoft.Authorization/roleAssignments`;
    const { value } = (await world.plain.arm('GET', path, '2022-04-01')) as {
      value: {
        id: string;
        properties: { scope: string; principalId: string; principalType: string; roleDefinitionId: string };
      }[];
    };
    return value.filter(({ properties }) => properties.scope.toLowerCase() === scope.toLowerCase());
  }
  const ofPrincipal = async (scope: string, principalId: string) =>
    (await assignmentsAt(scope)).filter(({ properties }) => properties.principalId === principalId);

  it('are added for an app on one secret, with its identity enabled first and the least role listed first', async () => {
    const app = await world.app('keyless-demo-app');
    prompts.pick('One Secret…').pick('keyless-rbac-kv').pick('DbPassword');
    prompts.button('Enable Identity').pick('Key Vault Secrets User').pick('Assign Role');
    await addRoleAssignment(world.services, app);
    const roles = prompts.lists.find(({ labels }) => labels.includes('Key Vault Secrets User'));
    assert.equal(roles?.labels[0], 'Key Vault Secrets User');
    assert.ok(roles.labels.includes('Website Contributor'), 'not every role is offered');
    const { systemAssigned } = (await world.app('keyless-demo-app')).app.identity;
    const scope = `${(await world.vault('keyless-rbac-kv')).vault.id}/secrets/DbPassword`;
    const [assignment, ...more] = await ofPrincipal(scope, systemAssigned?.principalId ?? '');
    assert.deepEqual(more, []);
    assert.equal(assignment?.properties.principalType, 'ServicePrincipal');
    assert.match(assignment.properties.roleDefinitionId, /4633458b-17de-408a-b874-0445c86b69e6$/);
    assert.deepEqual(world.refreshed, [app.app.id, assignment.id]);
    assert.match(prompts.last.text, /now has the role Key Vault Secrets User on secret DbPassword/);
    assert.ok(
      (await world.loggedLines()).some((line) =>
        line.startsWith('MSYS_NO_PATHCONV=1 az role assignment create'),
      ),
    );

    (await world.loggedLines()).length = 0;
    const vault = await world.vault('keyless-rbac-kv');
    const secret = { id: `${vault.vault.vaultUri}/secrets/DbPassword`, name: 'DbPassword' };
    prompts.pick('keyless-demo-app').pick('Key Vault Secrets User').pick('Assign Role');
    await addRoleAssignment(world.services, { ...vault, secret: { ...secret, enabled: true, tags: {} } });
    assert.match(prompts.last.text, /already has the role/);
    assert.equal((await ofPrincipal(scope, systemAssigned?.principalId ?? '')).length, 1);
    assert.deepEqual(await world.loggedLines(), [], 'something was changed');
  });

  it('are summed up before anything is assigned', async () => {
    const vault = await world.vault('keyless-rbac-kv');
    prompts.pick('keyless-linux-app').pick('Key Vault Secrets User').escape();
    await assert.rejects(addRoleAssignment(world.services, vault), { name: 'Canceled' });
    assert.equal(prompts.asked.at(-1), 'Assign Key Vault Secrets User to keyless-linux-app?');
    assert.deepEqual(prompts.lists.at(-1)?.labels, [
      'Assign Role',
      'keyless-linux-app gets the role Key Vault Secrets User',
      'The role applies to key vault keyless-rbac-kv and everything in it',
      'It can take up to 10 minutes to take effect',
    ]);
    const { systemAssigned } = (await world.app('keyless-linux-app')).app.identity;
    assert.deepEqual(await ofPrincipal(vault.vault.id, systemAssigned?.principalId ?? ''), []);
  });

  it('are added on a subscription, a resource group, or any resource, selected or typed', async () => {
    const [{ identity } = assert.fail()] = await world.services.inventory.userAssignedIdentities();
    const node = { connection: world.connection, identity };
    const group = `${subscription(0)}/resourceGroups/keyless-walkthrough`;
    const storage = `${group}/providers/Microsoft.Storage/storageAccounts/keylessdemostorage`;

    prompts.pick('Subscription…').pick('Keyless Sandbox').pick('Reader').pick('Assign Role');
    await addRoleAssignment(world.services, node);
    const [target] = await world.services.inventory.subscriptions();
    prompts.pick(identity.name).pick('Reader').pick('Assign Role');
    await addRoleAssignment(world.services, target);
    assert.match(prompts.last.text, /already has the role Reader on subscription Keyless Sandbox\./);
    prompts
      .pick('Resource Group…')
      .pick('Keyless Sandbox')
      .pick('keyless-walkthrough')
      .pick('Reader')
      .pick('Assign Role');
    await addRoleAssignment(world.services, node);
    prompts
      .pick('Any Resource…')
      .pick('Keyless Sandbox')
      .pick('keylessdemostorage')
      .pick('Reader')
      .pick('Assign Role');
    await addRoleAssignment(world.services, node);
    prompts.pick('Enter a Resource ID…').input(`${storage} `).pick('Contributor').pick('Assign Role');
    await addRoleAssignment(world.services, node);

    for (const [scope, count] of [
      [subscription(0), 1],
      [group, 1],
      [storage, 2],
    ] as const)
      assert.equal((await ofPrincipal(scope, identity.principalId)).length, count, scope);
  });

  it("can't be added for a typed ID that is invalid or doesn't exist", async () => {
    const node = await world.app('keyless-linux-app');
    prompts.pick('Enter a Resource ID…').input(`${subscription(0)}/resourceGroups/nowhere`);
    await assert.rejects(addRoleAssignment(world.services, node), /no resource group nowhere/);
    prompts.pick('Enter a Resource ID…').input(`/subscriptions/${randomUUID()}`);
    await assert.rejects(addRoleAssignment(world.services, node), /isn't one of the selected subscriptions/);
    const { validateInput } = prompts.inputs[0] ?? {};
    assert.ok(await validateInput?.('keyless-demo-kv'));
    assert.ok(await validateInput?.('/subscriptions/x/../y'));
  });

  it('ask for the type of an object ID only if neither Azure nor the directory says', async () => {
    const vault = await world.vault('keyless-rbac-kv');
    const { value } = (await world.plain.arm(
      ...([
        'GET',
        `${subscription(1)}/providers/Microsoft.Authorization/roleAssignments`,
        '2022-04-01',
      ] as const),
    )) as { value: { properties: { principalId: string; principalType: string } }[] };
    const alex = value.find(({ properties }) => properties.principalType === 'User')?.properties.principalId;
    assert.ok(alex);
    prompts.pick('Enter an Object ID…').input(alex).pick('Key Vault Reader').pick('Assign Role');
    await addRoleAssignment(world.services, vault);
    assert.match(prompts.last.text, new RegExp(`^user ${alex} now has the role Key Vault Reader`));
    prompts.pick('Your Account').pick('Key Vault Reader').pick('Assign Role');
    await addRoleAssignment(world.services, vault);
    const own = value.find(({ properties }) => properties.principalType === 'ServicePrincipal')?.properties;
    assert.equal((await ofPrincipal(vault.vault.id, own?.principalId ?? '')).length, 1);
    const unknown = randomUUID();
    prompts
      .pick('Enter an Object ID…')
      .input(unknown)
      .pick('Group')
      .pick('Key Vault Reader')
      .pick('Assign Role');
    await addRoleAssignment(world.services, vault);
    const [made] = await ofPrincipal(vault.vault.id, unknown);
    assert.equal(made?.properties.principalType, 'Group');
  });

  it('warn that a role for secrets has no effect if the vault uses access policies', async () => {
    const vault = await world.vault('keyless-demo-kv');
    prompts.pick('keyless-linux-app').pick('Key Vault Secrets User').escape();
    await assert.rejects(addRoleAssignment(world.services, vault), { name: 'Canceled' });
    const warning = () =>
      prompts.lists
        .at(-1)
        ?.labels.find((label) => /won't give access to secrets.*access policies/.test(label));
    assert.ok(warning());
    assert.deepEqual(await assignmentsAt(vault.vault.id), []);
    prompts.pick('keyless-linux-app').pick('Key Vault Contributor').pick('Assign Role');
    await addRoleAssignment(world.services, vault);
    assert.equal((await assignmentsAt(vault.vault.id)).length, 1);
    assert.equal(warning(), undefined, 'a role to manage the vault needs no warning');
  });

  it('are removed after a dialog says what is lost and where', async () => {
    const vault = await world.vault('keyless-rbac-kv');
    const { systemAssigned } = (await world.app('keyless-linux-app')).app.identity;
    prompts.pick('keyless-linux-app').pick('Key Vault Secrets User').pick('Assign Role');
    await addRoleAssignment(world.services, vault);
    const [assignment] = (await listRoleAssignmentsAt(world.connection, vault.vault.id)).filter(
      ({ principalId }) => principalId === systemAssigned?.principalId,
    );
    assert.ok(assignment);
    const node = { connection: world.connection, assignment };

    prompts.escape();
    await assert.rejects(removeRoleAssignment(world.services, node), { name: 'Canceled' });
    assert.equal(
      prompts.last.text,
      'Remove Key Vault Secrets User from keyless-linux-app on key vault keyless-rbac-kv?',
    );
    assert.match(prompts.last.detail, /Read secret contents/);
    assert.equal((await ofPrincipal(vault.vault.id, assignment.principalId)).length, 1);

    (await world.loggedLines()).length = 0;
    prompts.button('Remove Role Assignment');
    await removeRoleAssignment(world.services, node);
    assert.deepEqual(await ofPrincipal(vault.vault.id, assignment.principalId), []);
    assert.deepEqual(world.refreshed.at(-1), assignment.id);
    assert.ok(
      (await world.loggedLines()).some((line) =>
        line.startsWith('MSYS_NO_PATHCONV=1 az role assignment delete'),
      ),
    );
  });

  it('are removed from the palette at the scope where they were assigned', async () => {
    const [{ identity } = assert.fail()] = await world.services.inventory.userAssignedIdentities();
    prompts.pick('keyless-linux-app').pick('Key Vault Contributor').pick('Assign Role');
    await addRoleAssignment(world.services, await world.vault('keyless-demo-kv'));
    prompts.lists.length = 0;
    prompts.pick('Subscription…').pick('Keyless Sandbox').pick('Contributor').pick('Assign Role');
    await addRoleAssignment(world.services, { connection: world.connection, identity });
    const before = await assignmentsAt(subscription(0));
    prompts.pick('keyless-demo-kv').pick('keyless-linux-app').button('Remove Role Assignment');
    await removeRoleAssignment(world.services);
    assert.match(prompts.messages.at(-2)?.detail ?? '', /Object ID/);
    assert.deepEqual(await assignmentsAt((await world.vault('keyless-demo-kv')).vault.id), []);
    prompts.pick('keyless-demo-kv').pick(identity.name).button('Remove Role Assignment');
    await removeRoleAssignment(world.services);
    assert.match(prompts.messages.at(-2)?.detail ?? '', /everything in subscription Keyless Sandbox/);
    assert.equal((await assignmentsAt(subscription(0))).length, before.length - 1);
    assert.equal(prompts.lists[0]?.title, `${identity.name}: ${title}`);
  });
});
