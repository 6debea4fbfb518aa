import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { addAccessPolicy } from '../../../src/azure/keyVault/vaults';
import { createRoleAssignment, listRoleAssignmentsAt } from '../../../src/azure/directory/roles';
import { whoCanRead } from '../../../src/commands/access/whoCanRead/whoCanRead';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { control } from '../../support/sandboxClient';
import { ShownReport } from '../shownReport';

const secretsUser = '4633458b-17de-408a-b874-0445c86b69e6';

describe('Who Can Read This?', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  const shown = new ShownReport(() => world.services);
  beforeEach(async () => {
    world = await openCommandWorld();
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(() => world.close());

  const readers = () =>
    shown.content.sections[0]?.cards?.map(({ title, subtitle, points }) => [
      title,
      subtitle,
      ...(points ?? []),
    ]);

  it('shows everyone with an access policy by object ID and kind where the directory tells no names', async () => {
    const target = await world.vault('keyless-demo-kv');
    const stranger = randomUUID();
    for (const [objectId, permission] of [
      [stranger, 'get'],
      [randomUUID(), 'list'],
    ] as const)
      await addAccessPolicy(world.connection, target.vault, {
        objectId,
        permissions: { secrets: [permission] },
      });
    await whoCanRead(world.services, target);
    const all = await listRoleAssignmentsAt(world.connection, target.vault.id);
    const holder = (type: string) =>
      all.find(({ principalType }) => principalType === type)?.principalId ?? assert.fail(type);
    assert.deepEqual(
      new Set(readers()),
      new Set([
        [holder('User'), 'user', 'access policy'],
        [holder('ServicePrincipal'), 'application or managed identity', 'access policy'],
        [stranger, 'unnamed principal', 'access policy'],
      ]),
    );
    assert.equal(shown.content.answer.text, '3 principals can read it.');
    assert.match(shown.text, /^# Who can read the secrets of keyless-demo-kv\?\n\n\*\*3 principals/);
    assert.match(shown.text, /### [0-9a-f-]{36}\n\nuser\n\n- access policy\n/);
  });

  it('shows the first 200 of many readers, and the others on request', async () => {
    const target = await world.vault('keyless-demo-kv');
    const { id, tenantId } = target.vault;
    const accessPolicies = Array.from({ length: 210 }, () => ({
      ...{ tenantId, objectId: randomUUID(), permissions: { secrets: ['get'] } },
    }));
    await world.plain.arm('PUT', `${id}/accessPolicies/add`, '2023-07-01', {
      properties: { accessPolicies },
    });
    await whoCanRead(world.services, target);
    const all = Number(/^\d+/.exec(shown.content.answer.text)?.[0]);
    assert.ok(all >= 210, shown.content.answer.text);
    assert.equal(readers()?.length, 201);
    assert.deepEqual(readers()?.at(-1), [`${all - 200} more`, undefined]);
    await shown.press('Show More');
    assert.equal(readers()?.length, all);
  });

  it('shows where each role was assigned, down to one secret, and leads on', async () => {
    await control(world.ready, 'PATCH', '/settings', { graphRights: 'directory' });
    const target = await world.vault('keyless-rbac-kv');
    const { app } = await world.app('keyless-linux-app');
    const principalId = app.identity.systemAssigned?.principalId ?? '';
    await createRoleAssignment(world.connection, {
      scope: `${target.vault.id}/secrets/DbPassword`,
      roleDefinitionId: `/subscriptions/${target.vault.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${secretsUser}`,
      principalId,
    });
    await whoCanRead(world.services, target);
    assert.deepEqual(readers()?.slice(0, 3), [
      ['Alex Contoso', 'user', 'Key Vault Secrets Officer, assigned on key vault keyless-rbac-kv'],
      [
        'Keyless automation',
        'application',
        'Key Vault Administrator, inherited from subscription Keyless Sandbox (RBAC)',
      ],
      [
        'keyless-linux-app',
        'system-assigned identity',
        'Key Vault Secrets User, only DbPassword of keyless-rbac-kv',
      ],
    ]);
    await shown.press('Show in Tree', 'keyless-linux-app');
    assert.deepEqual(world.revealed, [app.id]);
  });

  it('asks for a vault and a secret from the palette, and keeps the question for a reload', async () => {
    await control(world.ready, 'PATCH', '/settings', { graphRights: 'directory' });
    prompts.pick('keyless-rbac-kv').pick('ExpiredSecret');
    await whoCanRead(world.services);
    assert.ok(
      !readers()?.flat().includes('keyless-linux-app'),
      'listed, though its role is for another secret',
    );
    const { accountId, tenantId } = world.connection;
    const { vault } = await world.vault('keyless-rbac-kv');
    assert.deepEqual(shown.page.content.saved, {
      ...{ kind: 'who', account: { accountId, tenantId }, vaultId: vault.id, vaultName: vault.name },
      secretName: 'ExpiredSecret',
    });
  });
});
