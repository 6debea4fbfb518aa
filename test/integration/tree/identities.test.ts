import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { openTreeWorld, type TreeWorld } from './treeWorld';

const first = 'Keyless Sandbox';
const second = 'Keyless Sandbox (RBAC)';

describe('the tree of identities', () => {
  let world: TreeWorld;
  beforeEach(async () => {
    world = await openTreeWorld();
  });
  afterEach(() => {
    world.tree.refreshAll();
  });
  afterEach(async () => {
    await world.close();
  });

  const shown = async (...labels: string[]) =>
    (await world.children(...labels)).map((node) => {
      const { description } = world.item(node);
      return typeof description === 'string' ? `${world.label(node)} | ${description}` : world.label(node);
    });

  it('shows user-assigned identities, what uses them, and their role assignments', async () => {
    const identities = [second, 'User-Assigned Identities'];
    assert.deepEqual(await shown(first, 'User-Assigned Identities'), ['No user-assigned identities']);
    assert.deepEqual(await shown(...identities), [
      'keyless-reader-id | used by keyless-rbac-app',
      'keyless-writer-id | no function apps',
    ]);
    const reader = await world.node(...identities, 'keyless-reader-id');
    assert.ok(reader.kind === 'userAssigned');
    assert.match((world.item(reader).tooltip as vscode.MarkdownString).value, /Client ID/);
    const slot = `${await appId('keyless-linux-app')}/slots/staging`;
    await world.plain.arm('PATCH', slot, '2025-05-01', {
      identity: {
        type: 'SystemAssigned, UserAssigned',
        userAssignedIdentities: { [reader.identity.id]: {} },
      },
    });
    assert.deepEqual(await shown(...identities, 'keyless-reader-id', 'Used By'), [
      'keyless-linux-app/staging | slot',
      'keyless-rbac-app | app',
    ]);
    assert.deepEqual(await shown(...identities, 'keyless-reader-id', 'Role Assignments'), [
      'No role assignments',
    ]);
    const vault = await world.node(second, 'Key Vaults', 'keyless-rbac-kv');
    assert.ok(vault.kind === 'vault');
    const assignment = `${vault.vault.id}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111`;
    await world.plain.arm('PUT', assignment, '2022-04-01', {
      properties: {
        roleDefinitionId: `/subscriptions/${vault.vault.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
        principalId: reader.identity.principalId,
        principalType: 'ServicePrincipal',
      },
    });
    await world.tree.refreshResource(vault.connection, assignment);
    const expected = ['Key Vault Secrets User | on key vault keyless-rbac-kv'];
    assert.deepEqual(await shown(...identities, 'keyless-reader-id', 'Role Assignments'), expected);
    assert.deepEqual(
      await shown(
        ...[second, 'Function Apps', 'keyless-rbac-app', 'Identity', 'keyless-reader-id'],
        'Role Assignments',
      ),
      expected,
    );
  });

  it('shows created and deleted identities even if Resource Graph is out of date', async () => {
    const identities = [second, 'User-Assigned Identities'];
    const reader = await world.node(...identities, 'keyless-reader-id');
    assert.ok(reader.kind === 'userAssigned');
    const made = reader.identity.id.replace('keyless-reader-id', 'aaa-id');
    await world.plain.arm('PUT', made, '2023-01-31', { location: 'northeurope' });
    await world.tree.refreshResource(reader.connection, made);
    assert.equal((await shown(...identities))[0], 'aaa-id | no function apps');
    await world.plain.arm('DELETE', made, '2023-01-31');
    await world.tree.refreshResource(reader.connection, made);
    assert.ok(!(await shown(...identities)).some((text) => text.startsWith('aaa-id')));
  });

  it("shows which identity resolves Key Vault references and warns if it isn't assigned to the app", async () => {
    const app = [second, 'Function Apps', 'keyless-rbac-app'];
    const node = await world.node(...app);
    assert.ok(node.kind === 'app');
    const set = async (keyVaultReferenceIdentity: string) => {
      await world.plain.arm('PATCH', node.app.id, '2025-05-01', {
        properties: { keyVaultReferenceIdentity },
      });
      await world.tree.refreshResource(node.connection, node.app.id);
      return shown(...app, 'Identity');
    };
    const [reader] = node.app.identity.userAssigned;
    assert.ok(reader);
    assert.deepEqual(await set(reader.resourceId), [
      'System-assigned | Off',
      'keyless-reader-id | user-assigned, resolves Key Vault references',
    ]);
    const missing = reader.resourceId.replace('keyless-reader-id', 'keyless-writer-id');
    const [warning, ...identities] = await set(missing);
    assert.match(warning ?? '', /^Key Vault references need keyless-writer-id/);
    assert.deepEqual(identities, ['System-assigned | Off', 'keyless-reader-id | user-assigned']);
    const [spoken] = (await world.children(...app, 'Identity')).map(
      (one) => world.item(one).accessibilityInformation?.label,
    );
    assert.match(spoken ?? '', /^Warning Key Vault references need keyless-writer-id/);
    await set('SystemAssigned');
  });

  async function appId(name: string): Promise<string> {
    const node = await world.node(second, 'Function Apps', name);
    assert.ok(node.kind === 'app');
    return node.app.id;
  }
});
