import { idKey } from '../arm/ids';
import type { CosmosData } from '../world/cosmosData';
import type { World } from '../world/world';

export const cosmosType = 'Microsoft.DocumentDB/databaseAccounts';

/** The containers and role assignments of an account, which come into being when they're first needed. */
export function cosmosDataOf(world: World, accountId: string): CosmosData {
  const all = (world.cosmosData ??= new Map<string, CosmosData>());
  const known = all.get(idKey(accountId));
  if (known !== undefined) return known;
  const data: CosmosData = { databases: new Map(), roleAssignments: new Map() };
  all.set(idKey(accountId), data);
  return data;
}
