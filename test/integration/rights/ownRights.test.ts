import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activateRole } from '../../../src/commands/rights/activateRole';
import { addMyIpToFirewall } from '../../../src/commands/rights/addMyIpToFirewall';
import { giveMeAccess } from '../../../src/commands/rights/giveMeAccess';
import { runCommand } from '../../../src/commands/command';
import { showSecretValue } from '../../../src/commands/keyVault/secretValue';
import { changedConnection } from '../../support/connections';
import { ownRightsWorld, worldArguments } from '../../support/worlds/ownRightsWorld';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

interface Assignment {
  properties: { scope: string; principalId: string; principalType: string; roleDefinitionId: string };
}

describe("the signed-in account's own access", () => {
  const file = worldArguments(ownRightsWorld);
  let world: CommandWorld;
  let prompts: Prompts;
  let me: string;
  beforeEach(async () => {
    world = await openCommandWorld(file.args);
    me = await world.plain.ownObjectId();
    await world.plain.control('/settings', { rolePropagationMs: 100 }, 'PATCH');
  });
  beforeEach(async () => {
    prompts = new Prompts();
    (await world.loggedLines()).length = 0;
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(async () => {
    await world.close();
  });
  after(() => {
    file.remove();
  });

  /** The application's role assignments on a vault and its secrets. */
  const rolesOn = async (name: string): Promise<string[]> => {
    const { id } = (await world.vault(name)).vault;
    const path = `${id}/providers/Microsoft.Authorization/roleAssignments?$filter=principalId eq '${me}'`;
    const { value } = (await world.plain.arm('GET', encodeURI(path), '2022-04-01')) as {
      value: Assignment[];
    };
    return value
      .filter(({ properties }) => properties.scope.toLowerCase().startsWith(id.toLowerCase()))
      .map(({ properties: { scope, principalType, roleDefinitionId } }) =>
        [scope.slice(id.length), principalType, roleDefinitionId.split('/').at(-1)].join(' '),
      );
  };

  it('is the role Key Vault Reader on the vault to list names', async () => {
    prompts.pick('List the names of secrets');
    await giveMeAccess(world.services, await world.vault('own-rbac-kv'));
    assert.deepEqual(await rolesOn('own-rbac-kv'), [
      ' ServicePrincipal 21090545-7ca7-4776-b22c-e363652d74d2',
    ]);
    assert.match(
      prompts.last.text,
      /You now have the role Key Vault Reader on key vault own-rbac-kv\. .*10 minutes/,
    );
    assert.match(
      (await world.loggedLines())[1] ?? '',
      /^MSYS_NO_PATHCONV=1 az role assignment create .*--assignee-principal-type ServicePrincipal /,
    );
    assert.equal(world.refreshed.at(-1)?.split('/').at(-1), 'own-rbac-kv');
  });

  it('is a role on one secret to read that secret', async () => {
    const vault = await world.vault('own-rbac-kv');
    const secret = { id: `${vault.vault.vaultUri}/secrets/Two`, name: 'Two', enabled: true, tags: {} };
    const refusal = { kind: 'access', task: 'read' } as const;
    prompts.pick('Read secrets').pick('Only Two');
    await giveMeAccess(world.services, { ...vault, secret, refusal });
    assert.equal(prompts.lists[0]?.labels[0], 'Read secrets', "the task that was refused isn't first");
    const role = '/secrets/Two ServicePrincipal 4633458b-17de-408a-b874-0445c86b69e6';
    assert.deepEqual(await rolesOn('own-rbac-kv'), [role]);
    prompts.pick('Read secrets').pick('Only Two');
    await giveMeAccess(world.services, { ...vault, secret, refusal });
    assert.match(prompts.last.text, /already have the role/);
    assert.deepEqual(await rolesOn('own-rbac-kv'), [role]);
  });

  it('is an access policy with the refused permission if the vault uses access policies', async () => {
    const vault = await world.vault('own-policy-kv');
    const refusal = { kind: 'access', task: 'write', permission: 'recover' } as const;
    prompts.pick('Create and change secrets');
    await giveMeAccess(world.services, { ...vault, refusal });
    const policies = (await world.vault('own-policy-kv')).vault.accessPolicies;
    assert.deepEqual(
      policies.map(({ objectId, permissions }) => [objectId, permissions]),
      [[me, { secrets: ['list', 'set', 'recover'] }]],
    );
  });

  it('is offered by the message about a refusal', async () => {
    prompts.pick('Create and change secrets');
    await giveMeAccess(world.services, {
      ...(await world.vault('own-policy-kv')),
      refusal: { kind: 'access', task: 'write', permission: 'recover' },
    });
    const vault = await world.vault('own-policy-kv');
    const secret = { id: `${vault.vault.vaultUri}/secrets/One`, name: 'One', enabled: true, tags: {} };
    const commands = { show: () => showSecretValue(world.services, { ...vault, secret }) };
    await runCommand(world.services, commands, 'show', []);
    assert.match(
      prompts.last.text,
      /No access policy on the vault own-policy-kv grants you the "Get" permission for secrets/,
    );
    assert.deepEqual(prompts.last.buttons, ['Give Me Access…', 'Show Log']);
    const { host } = new URL(vault.vault.vaultUri);
    prompts.pick('Read secrets');
    await giveMeAccess(world.services, {
      host,
      refusal: { kind: 'access', task: 'read', permission: 'get' },
    });
    const [policy] = (await world.vault('own-policy-kv')).vault.accessPolicies;
    assert.deepEqual(policy?.permissions.secrets?.toSorted(), ['get', 'list', 'recover', 'set']);
    await assert.rejects(
      giveMeAccess(world.services, { host: 'other.vault.azure.net' }),
      /doesn't belong to a key vault/,
    );
  });

  it("is offered as a command to send to an owner if the account isn't allowed to grant it", async () => {
    prompts.pick('Read secrets');
    const error = await giveMeAccess(world.services, await world.vault('own-closed-kv')).then(
      () => assert.fail(),
      (failure: unknown) => failure as { actions: { title: string; arguments: { changes: unknown[] }[] }[] },
    );
    assert.deepEqual(
      error.actions.map(({ title }) => title),
      ['Copy as Azure CLI'],
    );
    assert.equal(error.actions[0]?.arguments[0]?.changes.length, 1);
    assert.deepEqual(await rolesOn('own-closed-kv'), []);
    assert.deepEqual(await world.loggedLines(), []);
  });

  it('needs the IP address in the firewall, which is added after asking', async () => {
    const vault = await world.vault('own-firewall-kv');
    const acls = async () =>
      (
        (await world.plain.arm('GET', vault.vault.id, '2026-02-01')) as {
          properties: { networkAcls: unknown };
        }
      ).properties.networkAcls;
    const before = (await acls()) as { ipRules: unknown[] };
    prompts.escape();
    await assert.rejects(addMyIpToFirewall(world.services, vault), vscode.CancellationError);
    assert.deepEqual(await acls(), before);
    prompts.button('Add IP Address');
    await addMyIpToFirewall(world.services, { host: new URL(vault.vault.vaultUri).host });
    assert.match(
      prompts.messages[0]?.text ?? '',
      /Let 127\.0\.0\.1 through the firewall of own-firewall-kv\?/,
    );
    assert.deepEqual(await acls(), { ...before, ipRules: [...before.ipRules, { value: '127.0.0.1/32' }] });
    assert.match(
      (await world.loggedLines())[1] ?? '',
      /^az keyvault network-rule add .* --ip-address 127\.0\.0\.1$/,
    );
    await assert.rejects(addMyIpToFirewall(world.services, vault), /already lets you in/);
    await assert.rejects(
      addMyIpToFirewall(world.services, await world.vault('own-closed-kv')),
      /already lets you in/,
    );
  });

  it('can be an eligible role, which is activated in the portal', async () => {
    const vault = await world.vault('own-rbac-kv');
    await assert.rejects(activateRole(world.services, vault), /Sandbox doesn't have a portal/);
    const cloud = { ...vault.connection.cloud, portal: 'https://portal.azure.com' };
    const withPortal = { ...vault, connection: changedConnection(vault.connection, { cloud }) };
    const opened: string[] = [];
    const original = vscode.env.openExternal;
    Object.assign(vscode.env, {
      openExternal: (address: vscode.Uri) => Promise.resolve(opened.push(address.toString(true)) > 0),
    });
    try {
      prompts.pick('Key Vault Administrator');
      await activateRole(world.services, withPortal);
    } finally {
      Object.assign(vscode.env, { openExternal: original });
    }
    assert.deepEqual(
      prompts.lists[0]?.labels,
      ['Key Vault Administrator'],
      'roles that only others can activate are offered',
    );
    const { tenantId } = vault.connection;
    assert.deepEqual(opened, [
      `https://portal.azure.com/#@${tenantId}/resource/subscriptions/${vault.vault.subscriptionId}/users`,
    ]);
    const elsewhere = {
      connection: withPortal.connection,
      scope: '/subscriptions/0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b009',
    };
    await assert.rejects(activateRole(world.services, elsewhere));
  });
});
