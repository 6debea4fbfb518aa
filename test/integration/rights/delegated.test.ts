import assert from 'node:assert/strict';
import { assignUserAssignedIdentity } from '../../../src/commands/identities/assignUserAssignedIdentity';
import { addAccessPolicy } from '../../../src/commands/rights/addAccessPolicy';
import { addRoleAssignment } from '../../../src/commands/rights/addRoleAssignment';
import { giveMeAccess } from '../../../src/commands/rights/giveMeAccess';
import type { WorldFile } from '../../../src/sandbox/world/worldFile';
import { delegatedWorld } from '../../support/worlds/delegatedWorld';
import { worldArguments } from '../../support/worlds/ownRightsWorld';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { only } from '../../unit/azure/support';

/** A subscription of the account's own tenant beside the one that another tenant delegated (azure-cli#7607). */
const both: WorldFile = {
  ...delegatedWorld,
  subscriptions: [
    ...delegatedWorld.subscriptions,
    {
      subscriptionId: '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7c004',
      displayName: 'Own',
      roleAssignments: [{ role: 'Owner', principal: 'Keyless automation' }],
      resourceGroups: [
        {
          name: 'own',
          location: 'northeurope',
          identities: [{ name: 'own-id' }],
          vaults: [
            { name: 'own-kv', rbac: true },
            { name: 'own-policy-kv', rbac: false, accessPolicies: [] },
          ],
        },
      ],
    },
  ],
};

describe('a subscription that another tenant delegated', () => {
  const file = worldArguments(both);
  let world: CommandWorld;
  let prompts: Prompts;
  beforeEach(async () => {
    world = await openCommandWorld(file.args);
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(() => world.close());
  after(() => {
    file.remove();
  });

  it('is offered for its own identities only, and they for it', async () => {
    const app = only(
      await world.services.inventory.functionApps(),
      ({ app: { name } }) => name === 'delegated-app',
      'the app',
    );
    prompts.escape();
    await assert.rejects(addRoleAssignment(world.services, app), { name: 'Canceled' });
    const scopes = prompts.lists.at(-1)?.labels ?? [];
    assert.ok(scopes.includes('delegated-kv') && !scopes.includes('own-kv'), scopes.join());
    await assert.rejects(addAccessPolicy(world.services, app), /No key vault in the tenant of delegated-app/);
    await assert.rejects(
      assignUserAssignedIdentity(world.services, app),
      /no other user-assigned identities/,
    );
  });

  it('gives the account no access to its secrets, and says so', async () => {
    const vault = only(
      await world.services.inventory.keyVaults(),
      ({ vault: { name } }) => name === 'delegated-kv',
      'the vault',
    );
    await assert.rejects(giveMeAccess(world.services, vault), /belongs to another tenant/);
  });
});
