import type { ServicePrincipal, World } from '../world/world';

/** Adds a service principal. Keys are object IDs in lower case. */
export function addServicePrincipal(world: World, principal: ServicePrincipal): void {
  world.servicePrincipals.set(principal.objectId.toLowerCase(), principal);
}
