import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { addAccessPolicy } from '../../../src/azure/keyVault/vaults';
import { createRoleAssignment, listRoleAssignmentsAt } from '../../../src/azure/directory/roles';
import { whoCanRead } from '../../../src/commands/access/whoCanRead';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { control } from '../../support/sandboxClient';

const secretsUser = '4633458b-17de-408a-b874-0445c86b69e6';

describe('Who Can Read This?', () => {
  let world: CommandWorld;
  let prompts: Prompts;
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

  const rows = () =>
    prompts.lists.at(0)?.items.map(({ label, description, detail }) => [label, description, detail]);

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
    prompts.escape();
    await assert.rejects(whoCanRead(world.services, target), { name: 'Canceled' });
    const shown = rows() ?? [];
    const all = await listRoleAssignmentsAt(world.connection, target.vault.id);
    const holder = (type: string) =>
      all.find(({ principalType }) => principalType === type)?.principalId ?? assert.fail(type);
    assert.deepEqual(shown.slice(-1), [['$(open-preview) Show as Document', undefined, undefined]]);
    assert.deepEqual(
      new Set(shown.slice(0, -1)),
      new Set([
        [`$(person) ${holder('User')}`, 'user', 'access policy'],
        [`$(account) ${holder('ServicePrincipal')}`, 'application or managed identity', 'access policy'],
        [`$(question) ${stranger}`, 'unnamed principal', 'access policy'],
      ]),
    );
  });

  it('shows where each role was assigned, down to one secret', async () => {
    await control(world.ready, 'PATCH', '/settings', { graphRights: 'directory' });
    const target = await world.vault('keyless-rbac-kv');
    const { app } = await world.app('keyless-linux-app');
    const principalId = app.identity.systemAssigned?.principalId ?? '';
    await createRoleAssignment(world.connection, {
      scope: `${target.vault.id}/secrets/DbPassword`,
      roleDefinitionId: `/subscriptions/${target.vault.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${secretsUser}`,
      principalId,
    });
    prompts.pick('keyless-linux-app').pick('Show keyless-linux-app in the Tree');
    await whoCanRead(world.services, target);
    assert.deepEqual(rows()?.slice(0, 3), [
      ['$(person) Alex Contoso', 'user', 'Key Vault Secrets Officer, assigned on key vault keyless-rbac-kv'],
      [
        '$(account) Keyless automation',
        'application',
        `Key Vault Administrator, inherited from subscription ${target.vault.subscriptionId}`,
      ],
      [
        '$(zap) keyless-linux-app',
        'system-assigned identity',
        'Key Vault Secrets User, only DbPassword of keyless-rbac-kv',
      ],
    ]);
    assert.deepEqual(world.revealed, [app.id]);
  });

  it('asks for a vault and a secret from the palette, and copies a principal ID', async () => {
    await control(world.ready, 'PATCH', '/settings', { graphRights: 'directory' });
    prompts.pick('keyless-rbac-kv').pick('ExpiredSecret').pick('Alex Contoso').pick('Copy Principal ID');
    await whoCanRead(world.services);
    const labels = prompts.lists.at(2)?.labels ?? [];
    assert.ok(!labels.includes('keyless-linux-app'), 'listed, though its role is for another secret');
    assert.match(await vscode.env.clipboard.readText(), /^[0-9a-f-]{36}$/);
  });

  it('shows the answer as a document', async () => {
    const target = await world.vault('keyless-rbac-kv');
    prompts.pick('Show as Document');
    await whoCanRead(world.services, target);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /^Who can read the secrets of keyless-rbac-kv\n/);
    assert.match(text, /^([0-9a-f-]{36}) \(user, \1\)\n {4}Key Vault Secrets Officer/m);
    assert.ok(!text.includes('There may be more'), text);
  });
});
