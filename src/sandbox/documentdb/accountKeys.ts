import { keysOf } from '../keyed/keys';
import type { OtherResource, World } from '../world/world';

export const keyKinds = ['primary', 'secondary', 'primaryReadonly', 'secondaryReadonly'];

/** The name under which `listKeys` returns a key of this kind. */
export function keyName(kind: string): string {
  return `${kind}MasterKey`;
}

export function accountKeys(world: World, id: string): Map<string, string> {
  return keysOf(world, id, keyKinds.map(keyName), 'cosmosDb');
}

export function documentEndpoint(name: string): string {
  return `https://${name}.documents.azure.com:443/`;
}

/** The connection string of an account's first key, as the portal shows it. */
export function cosmosConnection(world: World, { id, name }: OtherResource): string {
  const key = accountKeys(world, id).get(keyName('primary')) ?? '';
  return `AccountEndpoint=${documentEndpoint(name)};AccountKey=${key};`;
}
