import type { ServicePrincipal, World } from '../world/world';

/** Adds a service principal under its lowercase object ID. */
export function addServicePrincipal(world: World, principal: ServicePrincipal): void {
  world.servicePrincipals.set(principal.objectId.toLowerCase(), principal);
}
