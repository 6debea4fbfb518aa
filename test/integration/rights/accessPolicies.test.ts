import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { enableSystemAssignedIdentity } from '../../../src/commands/identities/enableSystemAssignedIdentity';
import { addAccessPolicy } from '../../../src/commands/rights/addAccessPolicy';
import { removeAccessPolicy } from '../../../src/commands/rights/removeAccessPolicy';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

interface Policy {
  objectId: string;
  permissions: { secrets?: string[]; keys?: string[] };
}

describe('access policies', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  let first: Policy[];
  beforeEach(async () => {
    world = await openCommandWorld();
    first = await policies();
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(() => world.close());

  const vaultNode = () => world.vault('keyless-demo-kv');

  async function policies(): Promise<Policy[]> {
    const { id } = (await vaultNode()).vault;
    const vault = (await world.plain.arm('GET', id, '2023-07-01')) as {
      properties: { accessPolicies: Policy[] };
    };
    return vault.properties.accessPolicies;
  }

  it('are added for an app after asking to enable its identity', async () => {
    const node = await world.app('keyless-demo-app');
    prompts
      .pick('keyless-demo-kv')
      .button('Enable Identity')
      .pickMany('as offered')
      .pick('Add Access Policy');
    await addAccessPolicy(world.services, node);
    const principalId = (await world.app('keyless-demo-app')).app.identity.systemAssigned?.principalId;
    assert.ok(principalId);
    const added = (await policies()).find(({ objectId }) => objectId === principalId);
    assert.deepEqual(added?.permissions.secrets, ['get', 'list']);
    assert.deepEqual((await policies()).slice(0, first.length), first, 'the policies of others changed');
    assert.ok(
      !prompts.lists[0]?.labels.includes('keyless-rbac-kv'),
      'a vault with role assignments is offered',
    );
  });

  it('are added to a vault for a pasted object ID', async () => {
    const objectId = randomUUID();
    prompts
      .pick('Enter an Object ID…')
      .input(` ${objectId.toUpperCase()} `)
      .pickMany(['secrets get', 'keys list'])
      .pick('Add Access Policy');
    await addAccessPolicy(world.services, await vaultNode());
    const added = (await policies()).find((policy) => policy.objectId === objectId);
    assert.deepEqual(added?.permissions, { secrets: ['get'], keys: ['list'] });
    assert.match(prompts.last.text, /secrets get; keys list/);
    const [, summary, ...others] = prompts.lists.at(-1)?.items ?? [];
    assert.equal(summary?.detail, 'secrets get; keys list');
    assert.deepEqual(others, []);
    prompts.pick('Enter an Object ID…').input(objectId).pickMany('as offered').escape();
    await assert.rejects(addAccessPolicy(world.services, await vaultNode()), { name: 'Canceled' });
    assert.match(prompts.lists.at(-1)?.labels[2] ?? '', /keeps the permissions that it has$/);
    assert.deepEqual(
      (await policies()).find((policy) => policy.objectId === objectId),
      added,
    );
  });

  it("are said to be added if only the vault can't be read then", async () => {
    const objectId = randomUUID();
    const vault = await vaultNode();
    const path = String.raw`/vaults/keyless-demo-kv\?`;
    await world.plain.control('/faults', { service: 'arm', method: 'GET', path, status: 403, count: 0 });
    prompts.pick('Enter an Object ID…').input(objectId).pickMany('as offered').pick('Add Access Policy');
    await addAccessPolicy(world.services, vault);
    await world.plain.control('/faults', {}, 'DELETE');
    assert.match(prompts.last.text, /now has an access policy/);
    assert.equal(world.services.changes.last?.change.kind, 'addAccessPolicy');
    assert.ok((await policies()).some((policy) => policy.objectId === objectId));
  });

  it('are added from the palette for a user-assigned identity, by name', async () => {
    prompts
      .pick('keyless-demo-kv')
      .pick('keyless-reader-id')
      .pickMany('as offered')
      .pick('Add Access Policy');
    await addAccessPolicy(world.services);
    assert.match(prompts.last.text, /keyless-reader-id now has an access policy on keyless-demo-kv/);
  });

  it('reject an invalid object ID', async () => {
    prompts.pick('Enter an Object ID…').escape();
    await assert.rejects(addAccessPolicy(world.services, await vaultNode()), { name: 'Canceled' });
    const validate = prompts.inputs[0]?.validateInput;
    assert.ok(validate);
    assert.ok(await validate('keyless-demo-app'));
    assert.ok(await validate('12345678-90ab-cdef-1234-567890abcdef"}]'));
    assert.equal(await validate('12345678-90ab-cdef-1234-567890abcdef'), undefined);
  });

  it("can't be added if the vault uses role assignments", async () => {
    await assert.rejects(
      addAccessPolicy(world.services, await world.vault('keyless-rbac-kv')),
      /uses role assignments/,
    );
  });

  it('all arrive when twenty clients add one at the same time', async () => {
    const before = await policies();
    const objectIds = Array.from({ length: 20 }, () => randomUUID());
    const { vault } = await vaultNode();
    for (const objectId of objectIds) {
      prompts.pick('Enter an Object ID…').input(objectId).pickMany('as offered').pick('Add Access Policy');
    }
    prompts.answerInTurns();
    await Promise.all(
      objectIds.map(() => addAccessPolicy(world.services, { connection: world.anotherClient(), vault })),
    );
    const after = await policies();
    assert.deepEqual(after.slice(0, before.length), before);
    assert.deepEqual(
      after
        .slice(before.length)
        .map(({ objectId }) => objectId)
        .sort(),
      objectIds.sort(),
    );
  });

  it('are removed after a dialog says who loses what', async () => {
    await enableSystemAssignedIdentity(world.services, await world.app('keyless-demo-app'));
    prompts.pick('keyless-demo-kv').pickMany('as offered').pick('Add Access Policy');
    await addAccessPolicy(world.services, await world.app('keyless-demo-app'));
    prompts.messages.length = 0;
    const vault = await vaultNode();
    const app = await world.app('keyless-demo-app');
    const principalId = app.app.identity.systemAssigned?.principalId ?? '';
    const policy = vault.vault.accessPolicies.find(({ objectId }) => objectId === principalId);
    assert.ok(policy);
    const before = await policies();
    prompts.button('Remove Access Policy');
    await removeAccessPolicy(world.services, { ...vault, policy });
    assert.deepEqual(
      await policies(),
      before.filter(({ objectId }) => objectId !== principalId),
    );
    const [question] = prompts.messages;
    assert.equal(question?.text, 'Remove the access policy of keyless-demo-app from keyless-demo-kv?');
    assert.match(question.detail, /secrets get, list/);
    assert.ok(question.detail.includes(principalId));
    await assert.rejects(
      removeAccessPolicy(world.services, { ...vault, policy }),
      /no longer has an access policy/,
    );
  });

  it('are removed from the palette', async () => {
    prompts
      .pick('keyless-demo-kv')
      .pick('keyless-reader-id')
      .pickMany('as offered')
      .pick('Add Access Policy');
    await addAccessPolicy(world.services);
    const before = await policies();
    prompts.pick('keyless-demo-kv').pick('keyless-reader-id').button('Remove Access Policy');
    await removeAccessPolicy(world.services);
    assert.equal((await policies()).length, before.length - 1);
  });

  it("stay if their removal isn't confirmed", async () => {
    const before = await policies();
    const vault = await vaultNode();
    const [policy] = vault.vault.accessPolicies;
    assert.ok(policy);
    prompts.escape();
    await assert.rejects(removeAccessPolicy(world.services, { ...vault, policy }), { name: 'Canceled' });
    assert.deepEqual(await policies(), before);
  });
});
