import { randomBytes } from 'node:crypto';
import { idKey } from '../arm/ids';
import type { StorageData } from '../world/storageData';
import type { OtherResource, World } from '../world/world';

export const storageType = 'Microsoft.Storage/storageAccounts';

/** The storage accounts of the world. */
export function storageAccounts({ otherResources }: World): OtherResource[] {
  return [...otherResources.values()].filter(({ type }) => idKey(type) === idKey(storageType));
}

/** Names of storage accounts are unique in the whole of Azure. */
export function storageAccountOf(world: World, name: string): OtherResource | undefined {
  return storageAccounts(world).find((account) => account.name === name.toLowerCase());
}

/** The keys and the data of an account, which come into being when they're first needed. */
export function storageDataOf(world: World, accountId: string): StorageData {
  const all = (world.storageData ??= new Map<string, StorageData>());
  const known = all.get(idKey(accountId));
  if (known !== undefined) return known;
  const data: StorageData = { keys: [newKey(), newKey()], containers: new Map() };
  all.set(idKey(accountId), data);
  return data;
}

/** The connection string that the portal shows for an account's first key. */
export function connectionStringOf(world: World, { id, name }: OtherResource, suffix: string): string {
  const [key] = storageDataOf(world, id).keys;
  return `DefaultEndpointsProtocol=https;AccountName=${name};AccountKey=${key};EndpointSuffix=${suffix}`;
}

/** 64 bytes in the form of identifiable keys (microsoft/security-utilities). Their checksum is left out. */
export function newKey(): string {
  return `${randomBytes(57).toString('base64')}+ASt${randomBytes(3).toString('hex').slice(0, 5)}A==`;
}
