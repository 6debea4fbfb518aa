import fs from 'node:fs';
import path from 'node:path';
import { scaledWorld } from '../../../src/sandbox/world/scale';
import type { WorldFile } from '../../../src/sandbox/world/worldFile';
import { temporaryFolder } from '../processes';
import type { RunningSandbox } from '../sandbox';
import { startSandbox } from '../sandbox';

/** Subscriptions in each of which the identity `wide-id` has a role. */
export function wideWorld(subscriptions: number): WorldFile {
  const world = scaledWorld({ subscriptions, apps: 0, vaults: 0, secrets: 0 });
  for (const { roleAssignments } of world.subscriptions)
    roleAssignments?.push({ role: 'Reader', principal: 'wide-id' });
  const [group] = world.subscriptions[0]?.resourceGroups ?? [];
  if (!group) throw new Error('The world has no resource group.');
  group.identities = [{ name: 'wide-id' }];
  return world;
}

/** A vault with 300 secrets that this many people may read, each by a role assignment. */
export function crowdedWorld(people: number): WorldFile {
  const world = scaledWorld({ subscriptions: 1, apps: 0, vaults: 1, secrets: 300 });
  const names = Array.from({ length: people }, (_, number) => `user${number}@contoso.example`);
  for (const userPrincipalName of names)
    world.users.push({ userPrincipalName, displayName: `Name of ${userPrincipalName}` });
  const [vault] = world.subscriptions[0]?.resourceGroups?.[0]?.vaults ?? [];
  if (!vault) throw new Error('The world has no vault.');
  vault.rbac = true;
  vault.roleAssignments = names.map((principal) => ({ role: 'Key Vault Secrets User', principal }));
  return world;
}

/** Starts a sandbox with a world. */
export async function startWorld(world: WorldFile, args: readonly string[] = []): Promise<RunningSandbox> {
  const work = temporaryFolder('world');
  try {
    const file = path.join(work.path, 'world.json');
    fs.writeFileSync(file, JSON.stringify(world));
    return await startSandbox(['--world', file, ...args]);
  } finally {
    work.remove();
  }
}
