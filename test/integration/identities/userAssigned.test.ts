import assert from 'node:assert/strict';
import { listSubscriptions } from '../../../src/azure/directory/subscriptions';
import { getFunctionApp, listSlots } from '../../../src/azure/appService/sites';
import { assignUserAssignedIdentity } from '../../../src/commands/identities/assignUserAssignedIdentity';
import { createUserAssignedIdentity } from '../../../src/commands/identities/createUserAssignedIdentity';
import { deleteUserAssignedIdentity } from '../../../src/commands/identities/deleteUserAssignedIdentity';
import { removeUserAssignedIdentity } from '../../../src/commands/identities/removeUserAssignedIdentity';
import { createRoleAssignment } from '../../../src/azure/directory/roles';
import { listReferences, refreshReferences } from '../../../src/azure/appService/settings/settingReferences';
import { setKeyVaultReferenceIdentity } from '../../../src/commands/identities/setKeyVaultReferenceIdentity';
import type { AppTarget, IdentityTarget } from '../../../src/inventory/targets';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

describe('user-assigned identities', () => {
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

  async function identity(name: string): Promise<IdentityTarget> {
    const all = await world.services.inventory.userAssignedIdentities();
    return all.find((target) => target.identity.name === name) ?? assert.fail(`no ${name}`);
  }
  const names = async () =>
    (await world.services.inventory.userAssignedIdentities()).map((target) => target.identity.name).sort();
  const assignedTo = async (id: string) =>
    (await getFunctionApp(world.connection, id)).identity.userAssigned.map(({ resourceId }) =>
      resourceId.split('/').pop(),
    );

  /** Assigns keyless-reader-id and keyless-writer-id to keyless-linux-app, and the reader to its slot. */
  async function assignBoth(): Promise<void> {
    const app = await world.app('keyless-linux-app');
    const [slot] = await listSlots(world.connection, app.app);
    assert.ok(slot);
    const reader = await identity('keyless-reader-id');
    const writer = await identity('keyless-writer-id');
    await assignUserAssignedIdentity(world.services, { ...reader, app: app.app });
    await assignUserAssignedIdentity(world.services, { ...writer, app: app.app });
    await assignUserAssignedIdentity(world.services, { ...reader, app: slot });
    (await world.loggedLines()).length = 0;
  }
  /** Lets keyless-writer-id read the secrets of keyless-demo-kv. */
  async function letWriterRead(): Promise<void> {
    const { principalId } = (await identity('keyless-writer-id')).identity;
    const vault = await world.vault('keyless-demo-kv');
    const policy = {
      tenantId: world.ready.tenantId,
      objectId: principalId,
      permissions: { secrets: ['get'] },
    };
    await world.plain.arm('PUT', `${vault.vault.id}/accessPolicies/add`, '2023-07-01', {
      properties: { accessPolicies: [policy] },
    });
    world.services.refresh(world.connection, vault.vault.id);
  }

  /** Lets an app read the secrets of keyless-rbac-kv with its system-assigned identity. */
  async function letAppRead({ connection, app }: AppTarget): Promise<void> {
    await world.plain.control('/settings', { rolePropagationMs: 0 }, 'PATCH');
    const { id: scope, subscriptionId } = (await world.vault('keyless-rbac-kv')).vault;
    const provider = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization`;
    await createRoleAssignment(connection, {
      ...{ scope, roleDefinitionId: `${provider}/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6` },
      ...{ principalId: app.identity.systemAssigned?.principalId ?? '', principalType: 'ServicePrincipal' },
    });
    await refreshReferences(connection, app);
  }

  it("are created in their resource group's location, and can be assigned right away", async () => {
    const [, second] = await listSubscriptions(world.connection);
    assert.ok(second);
    prompts.pick('keyless-rbac').input('shop-id');
    await createUserAssignedIdentity(world.services, { connection: world.connection, subscription: second });
    assert.deepEqual(prompts.last.buttons, ['Assign to App']);
    assert.ok(await prompts.inputs[0]?.validateInput?.('no blanks'));
    const made = await identity('shop-id');
    assert.deepEqual(world.refreshed, [made.identity.id]);
    const { location } = (await world.plain.arm('GET', made.identity.id, '2023-01-31')) as {
      location: string;
    };
    assert.equal(location, 'northeurope');
    assert.ok((await world.loggedLines()).some((line) => line.startsWith('az identity create')));
    prompts.pick('Keyless Sandbox (RBAC)').pick('keyless-rbac').input('shop-id');
    await assert.rejects(createUserAssignedIdentity(world.services), { code: 'IdentityExists' });
  });

  it('are assigned to an app and to its slot separately', async () => {
    const app = await world.app('keyless-linux-app');
    prompts.pick('keyless-writer-id');
    await assignUserAssignedIdentity(world.services, app);
    assert.deepEqual(await assignedTo(app.app.id), ['keyless-writer-id']);
    assert.match(prompts.asked.at(-1) ?? '', /^Select the identity that keyless-linux-app gets/);
    const [slot] = await listSlots(world.connection, app.app);
    assert.ok(slot);
    assert.deepEqual(await assignedTo(slot.id), []);
    assert.ok(
      (await world.loggedLines()).some((line) => /^(MSYS_NO_PATHCONV=1 )?az .*identity assign/.test(line)),
    );

    prompts.pick('keyless-linux-app').pick(slot.name);
    await assignUserAssignedIdentity(world.services, await identity('keyless-reader-id'));
    assert.deepEqual(await assignedTo(slot.id), ['keyless-reader-id']);
    assert.equal(prompts.asked.at(-2), 'Select the app that gets keyless-reader-id');
    assert.deepEqual(await assignedTo(app.app.id), ['keyless-writer-id']);
    assert.deepEqual(world.refreshed, [app.app.id, slot.id]);

    const now = await world.app('keyless-linux-app');
    prompts.pick('keyless-reader-id');
    await assignUserAssignedIdentity(world.services, now);
    assert.ok(
      !prompts.lists.at(-1)?.labels.includes('keyless-writer-id'),
      'an identity that the app has is offered',
    );
    await assert.rejects(
      assignUserAssignedIdentity(world.services, { ...(await identity('keyless-writer-id')), ...now }),
      /already has the identity keyless-writer-id/,
    );
  });

  it('can be set to resolve the Key Vault references of an app', async () => {
    await assignBoth();
    const app = await world.app('keyless-linux-app');
    prompts.pick('keyless-writer-id').pick('Use keyless-writer-id');
    await setKeyVaultReferenceIdentity(world.services, app);
    const [list] = prompts.lists;
    assert.match(list?.items[0]?.description ?? '', /^enabled, in use now$/);
    const after = await getFunctionApp(world.connection, app.app.id);
    assert.match(after.keyVaultReferenceIdentity, /keyless-writer-id$/);
    assert.deepEqual(after.identity.userAssigned.length, 2);
    (await world.loggedLines()).length = 0;
    const assigned = after.identity.userAssigned.find(({ resourceId }) => /writer/.test(resourceId));
    assert.ok(assigned);
    await setKeyVaultReferenceIdentity(world.services, { ...app, assigned });
    assert.match(prompts.last.text, /already uses keyless-writer-id/);
    assert.deepEqual(await world.loggedLines(), []);
  });

  it('are given access first if references would stop resolving', async () => {
    await assignBoth();
    const app = await world.app('keyless-linux-app');
    const resolutions = async () =>
      (await listReferences(world.connection, app.app)).map(({ name, status }) => `${name} ${status}`);
    await letAppRead(app);
    const before = await resolutions();
    assert.deepEqual(before, ['DB_PASSWORD Resolved']);
    prompts.pick('keyless-writer-id').escape();
    await assert.rejects(setKeyVaultReferenceIdentity(world.services, app), { name: 'Canceled' });
    assert.deepEqual(prompts.lists[1]?.labels, [
      ...['Give Access First', 'Use keyless-writer-id', 'DB_PASSWORD'],
    ]);
    const [give, use, setting] = prompts.lists[1].items;
    assert.match(give?.detail ?? '', /^Assign the role Key Vault Secrets User on the secret DbPassword/);
    assert.equal(use?.description, 'the app restarts, and 1 setting stops resolving');
    assert.equal(setting?.description, 'No role assignment');
    prompts.pick('keyless-writer-id').pick('Give Access First').pick('Use keyless-writer-id');
    await setKeyVaultReferenceIdentity(world.services, app);
    assert.deepEqual(prompts.lists.at(-1)?.labels, ['Use keyless-writer-id', 'DB_PASSWORD']);
    assert.equal(prompts.lists.at(-1)?.items[0]?.description, 'the app restarts');
    assert.deepEqual(await resolutions(), before);
  });

  it('are removed from an app, but not deleted, after a dialog lists what the app loses', async () => {
    await assignBoth();
    prompts.pick('keyless-writer-id').pick('Use keyless-writer-id');
    await setKeyVaultReferenceIdentity(world.services, await world.app('keyless-linux-app'));
    await letWriterRead();
    const app = await world.app('keyless-linux-app');
    const assigned = app.app.identity.userAssigned.find(({ resourceId }) => /writer/.test(resourceId));
    assert.ok(assigned);
    prompts.escape();
    await assert.rejects(removeUserAssignedIdentity(world.services, { ...app, assigned }), {
      name: 'Canceled',
    });
    assert.match(prompts.last.detail, /Key vault keyless-demo-kv: secrets get/);
    assert.match(prompts.last.detail, /will stop resolving/);
    prompts.button('Remove Identity');
    await removeUserAssignedIdentity(world.services, { ...app, assigned });
    assert.ok(!(await assignedTo(app.app.id)).includes('keyless-writer-id'));
    const { identity: left } = await getFunctionApp(world.connection, app.app.id);
    assert.deepEqual(left.systemAssigned, app.app.identity.systemAssigned);
    assert.ok((await names()).includes('keyless-writer-id'));
    await assert.rejects(
      removeUserAssignedIdentity(world.services, { ...app, assigned }),
      /no longer has this identity/,
    );
  });

  it('are removed from a slot through its node under the identity, and from the palette', async () => {
    const app = await world.app('keyless-linux-app');
    const [slot] = await listSlots(world.connection, app.app);
    assert.ok(slot);
    const reader = await identity('keyless-reader-id');
    await assignUserAssignedIdentity(world.services, { ...reader, app: app.app });
    await assignUserAssignedIdentity(world.services, { ...reader, app: slot });
    const node = { ...reader, kind: 'identityUser', id: 'n', userId: slot.id } as const;
    prompts.button('Remove Identity');
    await removeUserAssignedIdentity(world.services, node);
    assert.deepEqual(await assignedTo(slot.id), []);
    assert.deepEqual(await assignedTo(app.app.id), ['keyless-reader-id']);
    await assignUserAssignedIdentity(world.services, { ...reader, app: slot });
    prompts
      .pick('keyless-linux-app')
      .pick('keyless-linux-app')
      .pick('keyless-reader-id')
      .button('Remove Identity');
    await removeUserAssignedIdentity(world.services);
    assert.deepEqual(await assignedTo(app.app.id), []);
  });

  it('are deleted after a dialog lists what uses them and their access', async () => {
    const [slot] = await listSlots(world.connection, (await world.app('keyless-linux-app')).app);
    assert.ok(slot);
    const reader = await identity('keyless-reader-id');
    await assignUserAssignedIdentity(world.services, { ...reader, app: slot });
    await letWriterRead();
    prompts.escape();
    await assert.rejects(deleteUserAssignedIdentity(world.services, reader), { name: 'Canceled' });
    assert.match(prompts.last.detail, /slot keyless-linux-app\/staging/);
    assert.match(prompts.last.detail, /app keyless-rbac-app/);
    const writer = await identity('keyless-writer-id');
    prompts.escape();
    await assert.rejects(deleteUserAssignedIdentity(world.services, writer), { name: 'Canceled' });
    assert.match(prompts.last.detail, /No resources were found that use it/);
    assert.match(prompts.last.detail, /Key vault keyless-demo-kv: secrets get/);
    prompts.pick('keyless-writer-id').button('Delete Identity');
    await deleteUserAssignedIdentity(world.services);
    assert.ok(!(await names()).includes('keyless-writer-id'));
    assert.ok((await world.loggedLines()).some((line) => line.startsWith('az identity delete')));
  });
});
