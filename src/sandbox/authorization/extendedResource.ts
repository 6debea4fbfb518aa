import { idKey, parseArmId } from '../arm/ids';
import type { World } from '../world/world';

/**
 * Finds the top-level resource that a scope is or lies below (a secret below a vault, a slot below a site)
 * and whether it exists. Undefined for scopes that aren't resources and for types that the sandbox doesn't
 * have.
 */
export function extendedResource(
  world: World,
  scope: string,
): { type: string; name: string; exists: boolean } | undefined {
  const id = parseArmId(scope);
  const [type] = id?.types ?? [];
  const [name] = id?.names ?? [];
  if (id?.namespace === undefined || type === undefined || name === undefined) return undefined;
  const resourceType = `${id.namespace}/${type}`;
  const key = idKey(`${id.scope}/providers/${resourceType}/${name}`);
  const known: Record<string, Map<string, unknown>> = {
    'microsoft.keyvault/vaults': world.vaults,
    'microsoft.web/sites': world.sites,
    'microsoft.web/serverfarms': world.plans,
    'microsoft.managedidentity/userassignedidentities': world.identities,
  };
  const resources = known[resourceType.toLowerCase()];
  return resources === undefined ? undefined : { type: resourceType, name, exists: resources.has(key) };
}
