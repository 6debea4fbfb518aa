import assert from 'node:assert/strict';
import { changeAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { disableSystemAssignedIdentity } from '../../../src/commands/identities/disableSystemAssignedIdentity';
import { enableSystemAssignedIdentity } from '../../../src/commands/identities/enableSystemAssignedIdentity';
import { sendingConnection } from '../../support/connections';
import { until } from '../../support/until';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

interface Site {
  identity?: { type: string; principalId?: string; userAssignedIdentities?: Record<string, unknown> };
  properties: Record<string, unknown>;
}

describe('the system-assigned identity of an app', () => {
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

  const site = async (id: string) => (await world.plain.arm('GET', id, '2024-04-01')) as Site;

  it('is enabled from a node, and nothing else about the app changes', async () => {
    const node = await world.app('keyless-demo-app');
    const before = await site(node.app.id);
    await enableSystemAssignedIdentity(world.services, node);
    const { identity, ...rest } = await site(node.app.id);
    rest.properties['lastModifiedTimeUtc'] = before.properties['lastModifiedTimeUtc'];
    assert.equal(identity?.type, 'SystemAssigned');
    assert.ok(identity.principalId);
    assert.match(prompts.last.text, new RegExp(identity.principalId));
    assert.equal(prompts.last.buttons[0], 'Let App Read Secret');
    assert.deepEqual(rest, before);
    assert.deepEqual(world.refreshed, [node.app.id]);
  });

  it('is enabled as a step of a page without another offer', async () => {
    const { connection, app } = await world.app('keyless-demo-app');
    await enableSystemAssignedIdentity(world.services, { connection, app, isStep: true });
    assert.equal((await site(app.id)).identity?.type, 'SystemAssigned');
    assert.deepEqual(
      prompts.messages.map(({ kind, buttons }) => [kind, buttons]),
      [['status', []]],
    );
  });

  it('is reported as lost if someone overwrites it after it was enabled', async () => {
    const { connection, app } = await world.app('keyless-demo-app');
    const overwriting = sendingConnection(connection, async (request) => {
      const answer = await connection.http.sendRequest(request);
      if (request.method === 'PATCH')
        await world.plain.arm('PATCH', app.id, '2024-04-01', { identity: { type: 'None' } });
      return answer;
    });
    await enableSystemAssignedIdentity(world.services, { connection: overwriting, app });
    assert.match(prompts.messages[0]?.text ?? '', /^Enabled the system-assigned identity/);
    await until(() => prompts.messages.length === 2, { what: 'the second message' });
    assert.match(prompts.last.text, /^Enable System-Assigned Identity: Your change .* was lost/);
    assert.deepEqual(world.refreshed, [app.id, app.id]);
  });

  it('stays the same when it is enabled again', async () => {
    await enable('keyless-demo-app');
    const node = await world.app('keyless-demo-app');
    const before = (await site(node.app.id)).identity;
    await enableSystemAssignedIdentity(world.services, node);
    assert.deepEqual((await site(node.app.id)).identity, before);
  });

  it('is enabled from the palette, and user-assigned identities are kept', async () => {
    await enable('keyless-demo-app');
    const node = await world.app('keyless-rbac-app');
    assert.equal(node.app.identity.userAssigned.length, 1);
    prompts.pick('keyless-rbac-app');
    await enableSystemAssignedIdentity(world.services);
    assert.deepEqual(prompts.asked, ['Select the app that gets a system-assigned identity']);
    const [list] = prompts.lists;
    assert.ok(list && !list.labels.includes('keyless-demo-app'), 'an app that has an identity is offered');
    const { identity } = await site(node.app.id);
    assert.equal(identity?.type, 'SystemAssigned, UserAssigned');
    assert.equal(Object.keys(identity.userAssignedIdentities ?? {}).length, 1);
  });

  it('is disabled only after a dialog lists its access', async () => {
    await enable('keyless-demo-app');
    const node = await world.app('keyless-demo-app');
    const principalId = node.app.identity.systemAssigned?.principalId;
    const vault = await world.vault('keyless-demo-kv');
    const policy = {
      tenantId: world.ready.tenantId,
      objectId: principalId,
      permissions: { secrets: ['get'] },
    };
    await world.plain.arm('PUT', `${vault.vault.id}/accessPolicies/add`, '2023-07-01', {
      properties: { accessPolicies: [policy] },
    });
    await assignReader(vault.vault.id, principalId ?? '');
    await changeAppSettings(node.connection, node.app, {
      ...{ kind: 'set', name: 'Stock__accountEndpoint' },
      value: 'https://keyless-shop-stock.documents.azure.com:443/',
    });

    prompts.escape();
    await assert.rejects(disableSystemAssignedIdentity(world.services, node), { name: 'Canceled' });
    assert.equal((await site(node.app.id)).identity?.principalId, principalId, 'Escape changes nothing');
    assert.ok(prompts.last.modal);
    assert.match(prompts.last.detail, /Key vault keyless-demo-kv: secrets get/);
    assert.match(prompts.last.detail, /Key Vault Reader on key vault keyless-demo-kv/);
    assert.match(prompts.last.detail, /only the service itself lists: the setting Stock of keyless-demo-app/);
    assert.match(prompts.last.detail, /can't undo this/);

    prompts.button('Disable Identity');
    await disableSystemAssignedIdentity(world.services, node);
    assert.equal((await site(node.app.id)).identity, undefined);
  });

  it('is disabled from the palette, and user-assigned identities are kept', async () => {
    await enable('keyless-rbac-app');
    prompts.pick('keyless-rbac-app').button('Disable Identity');
    await disableSystemAssignedIdentity(world.services);
    const { identity } = await site((await world.app('keyless-rbac-app')).app.id);
    assert.equal(identity?.type, 'UserAssigned');
  });

  it("can't be disabled if it isn't enabled", async () => {
    const node = await world.app('keyless-demo-app');
    await assert.rejects(
      disableSystemAssignedIdentity(world.services, node),
      /has no system-assigned identity/,
    );
  });

  async function enable(name: string): Promise<void> {
    await enableSystemAssignedIdentity(world.services, await world.app(name));
  }

  async function assignReader(scope: string, principalId: string): Promise<void> {
    const [subscriptionId = ''] = world.ready.subscriptionIds;
    const roleDefinitionId = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/21090545-7ca7-4776-b22c-e363652d74d2`;
    const name = '11111111-2222-4333-8444-555555555555';
    await world.plain.arm(
      'PUT',
      `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      '2022-04-01',
      {
        properties: { roleDefinitionId, principalId, principalType: 'ServicePrincipal' },
      },
    );
  }
});
